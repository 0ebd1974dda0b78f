"""How a frozen piece is shown."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exercises import scene
from sharing import blackout

register = template.Library()


@register.filter
def told_day(day: str) -> str:
    """A day that was frozen as 2026-11-28, in the words of whoever reads."""
    return formats.date_format(date.fromisoformat(day), "j F Y")


@register.filter
def told_end(at: datetime) -> str:
    """A moment on the clock of whoever reads. Midnight ends a day, which is easier to see than that it begins the next."""
    local = timezone.localtime(at)
    if local.time() == time():
        return _("the end of %(day)s") % {"day": formats.date_format(local - timedelta(days=1), "l j F Y")}
    return formats.date_format(local, "l j F Y, H:i")


@register.filter
def runs_of(line: str) -> list[blackout.Run]:
    return blackout.runs_of(line)


@register.simple_tag
def drawn(picks: Mapping[str, str]) -> SafeString:
    """The place that was picked together, as its picture. Its words stand beside it, where some may be black."""
    return render_to_string("parts/scene.html", {"scene": scene.compose(dict(picks)), "plain": True})
