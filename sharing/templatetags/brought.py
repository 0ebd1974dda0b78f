"""How a frozen piece is shown."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.template.loader import render_to_string
from django.utils import formats
from django.utils.safestring import SafeString

from exercises import scene
from sharing import blackout

register = template.Library()


@register.filter
def told_day(day: str) -> str:
    """A day that was frozen as 2026-11-28, in the words of whoever reads."""
    return formats.date_format(date.fromisoformat(day), "j F Y")


@register.filter
def runs_of(line: str) -> list[blackout.Run]:
    return blackout.runs_of(line)


@register.simple_tag
def drawn(picks: Mapping[str, str]) -> SafeString:
    """The place that was picked together, as its picture. Its words stand beside it, where some may be black."""
    return render_to_string("parts/scene.html", {"scene": scene.compose(dict(picks)), "plain": True})
