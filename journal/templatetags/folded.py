"""Until when a letter is folded, in words."""

from datetime import date

from django import template

from journal import sealing

register = template.Library()


@register.filter
def folded(day: date) -> str:
    return sealing.until(day)


@register.filter
def waits_for_a_word(day: date) -> bool:
    """Folded until its writer says so, and until no day."""
    return day == sealing.UNTIL_SAID
