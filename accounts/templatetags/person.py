"""Words that are the person's own."""

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import User

register = template.Library()


@register.filter
def younger(user: object) -> str:
    """What this person calls the child they were, or "your younger self"."""
    own = user.own_word if isinstance(user, User) else ""
    return own or _("your younger self")


@register.simple_tag(takes_context=True)
def on_device(context: template.Context) -> str:
    """What scripts may leave on this device: "keeps" sealed copies, or "nothing"."""
    request = context["request"]
    return "keeps" if sessions.keeps_on_device(request.user, request.session) else "nothing"


@register.filter
def greeting_name(user: object) -> str:
    """The name this person likes to be greeted by, or nothing."""
    return user.greeted_as if isinstance(user, User) else ""


@register.filter
def to_call(user: object) -> str:
    """Whom this person could call, and how, or nothing."""
    return user.to_call if isinstance(user, User) else ""


@register.simple_tag(takes_context=True)
def rests_in(context: template.Context) -> int:
    """Seconds until this session ends for want of anybody, as it was before this page moved its clock."""
    request: HttpRequest = context["request"]
    return sessions.left(request.user, request.session) if isinstance(request.user, User) else 0
