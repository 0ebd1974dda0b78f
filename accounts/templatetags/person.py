"""Words that are the person's own."""

from django import template
from django.utils.translation import gettext as _

from accounts.models import User

register = template.Library()


@register.filter
def younger(user: object) -> str:
    """What this person calls the child they were, or "your younger self"."""
    own = user.own_word if isinstance(user, User) else ""
    return own or _("your younger self")


@register.filter
def greeting_name(user: object) -> str:
    """The name this person likes to be greeted by, or nothing."""
    return user.greeted_as if isinstance(user, User) else ""
