"""Your own words, handed back: off until somebody asks, and away again when they like."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts import preferences
from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import checkins, dots, lookback
from journal.lookback import Looked

UNREAD = _("That day could not be read. One way to write it is 2026-11-23.")
ALWAYS = (date.min, date.max)


class Range(forms.Form):
    """Two days, of which each may stay open. Only days: what somebody wrote never stands in an address."""

    since = forms.DateField(required=False, error_messages={"invalid": UNREAD})
    until = forms.DateField(required=False, error_messages={"invalid": UNREAD})

    def clean_until(self) -> date | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(_("The second day lies before the first. The other way round it works."))
        return until  # type: ignore[no-any-return]

    def days(self) -> tuple[date, date]:
        """The first and the last of them; all there are, where the form cannot be read."""
        if not self.is_valid():
            return ALWAYS
        return self.cleaned_data["since"] or date.min, self.cleaned_data["until"] or date.max


@require_safe
def look_back(request: PersonRequest) -> HttpResponse:
    """Nothing is opened before it is asked for, or while there is little to hand back."""
    shown = bool(preferences.LOOK_BACK.of(request.user))
    enough = shown and checkins.listed(request.user).count() >= lookback.ENOUGH
    context = {"shown": shown, "enough": enough, **(_back(request) if enough else {})}
    return render_page(request, "journal/look_back.html", context)


@require_POST
def look_back_show(request: PersonRequest) -> HttpResponse:
    preferences.change(request.user, preferences.LOOK_BACK.key, value=True)
    return redirect("look_back")


@require_POST
def look_back_hide(request: PersonRequest) -> HttpResponse:
    preferences.change(request.user, preferences.LOOK_BACK.key, value=False)
    return redirect("look_back")


def _back(request: PersonRequest) -> dict[str, object]:
    form = Range(request.GET)
    looks, shut = lookback.read(request.user, *form.days())
    today = timezone.localdate()
    columns = lookback.columns(looks, today)
    return {
        "form": form,
        "looks": looks,
        "shut": shut,
        "sentences": lookback.sentences(looks, today, south=lookback.is_south(request.user)),
        "columns": columns,
        "last": columns[-1] if columns else None,
        "picture": dots.picture(columns),
        "unsure": lookback.unsure(looks),
        "lists": [
            (_("How they seemed"), *lookback.parted(lookback.words(looks))),
            (_("What was wanted"), lookback.needs(looks), []),
            (_("How you spoke inside"), lookback.tones(looks), []),
        ],
        **_lines(lookback.lines(looks)),
    }


def _lines(kept: Sequence[Looked]) -> dict[str, object]:
    """The newest in sight, some more folded away, and where the list of look-ins goes on with how many others."""
    fit = lookback.MOST_LINES + lookback.FOLDED_LINES
    return {
        "lines": kept[: lookback.MOST_LINES],
        "folded_lines": kept[lookback.MOST_LINES : fit],
        "lines_before": kept[fit - 1].key if len(kept) > fit else None,
        "lines_beyond": len(kept) - fit,
    }
