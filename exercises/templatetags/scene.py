"""What is said beside a scene."""

from collections.abc import Mapping

from django import template

from accounts.models import User
from accounts.templatetags import person
from exercises import scene

register = template.Library()


@register.filter
def company(choices: Mapping[str, object], user: User) -> list[str]:
    """Who is there and who holds the key, with the person's own word for their younger self."""
    return scene.company(choices, person.younger(user))
