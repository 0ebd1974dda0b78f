"""When a sheet is to be open, as somebody says it: on their own clock, and never without an end unless they chose that."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.export.forms import FORGOTTEN, day
from sharing import windows
from sharing.models import Sheet
from sharing.windows import LONGEST, WIDEST, Window

Rule = Sheet.Rule
HOURS = windows.HOURS // timedelta(hours=1)
HOUR = timedelta(hours=1)
LONG_AGO = timedelta(days=60)  # further back than any window reaches

RULES: Mapping[str, tuple[Promise, Promise]] = {
    Rule.WINDOW: (gettext_lazy("Around a session"), gettext_lazy("From a day before it to a day after, or as you set it.")),
    Rule.SESSION: (gettext_lazy("Until the next session"), gettext_lazy("From now on, until that day is over.")),
    Rule.DAYS: (gettext_lazy("For some days"), gettext_lazy("From now on, thirty at most.")),
    Rule.OPEN: (gettext_lazy("Until I stop it"), gettext_lazy("From now on, with no end of its own.")),
}  # fmt: skip
ASKS: Mapping[str, Sequence[str]] = {
    Rule.WINDOW: ("on", "at", "before", "after"),
    Rule.SESSION: ("until",),
    Rule.DAYS: ("days",),
    Rule.OPEN: (),
}
TYPED = 20  # characters of one field that are worth keeping


def said_of(sheet: Sheet, zone: ZoneInfo) -> dict[str, str]:
    """What the form would have said for the time a sheet has. One without an end is not offered again by itself."""
    if sheet.rule == Rule.WINDOW and sheet.session_at and sheet.closes_at:
        session = sheet.session_at.astimezone(zone)
        hours = {"before": sheet.session_at - sheet.opens_at, "after": sheet.closes_at - sheet.session_at}
        said = {name: str(length // HOUR) for name, length in hours.items()}
        return {"rule": sheet.rule, "on": f"{session:%Y-%m-%d}", "at": f"{session:%H:%M}", **said}
    if sheet.rule == Rule.SESSION and sheet.closes_at:
        last = (sheet.closes_at - timedelta(seconds=1)).astimezone(zone)
        return {"rule": sheet.rule, "until": f"{last:%Y-%m-%d}"}
    return {"rule": sheet.rule} if sheet.rule == Rule.DAYS else {}


def _number(label: object, least: int, most: int, initial: int) -> forms.IntegerField:
    said = gettext_lazy("Any whole number from %(least)s to %(most)s fits here.") % {"least": least, "most": most}
    attrs = {**FORGOTTEN, "class": "input", "data-poured": "", "inputmode": "numeric"}
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type] # a lazy text is one
        required=False,
        min_value=least,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs=attrs),
        error_messages={"invalid": said, "min_value": said, "max_value": said},
    )


class WindowForm(forms.Form):
    """Only what the chosen way asks for is looked at. `window` is what came of it, `twice` an hour that comes twice."""

    use_required_attribute = False

    rule = forms.ChoiceField(
        choices=[(key, title) for key, (title, _hint) in RULES.items()],
        initial=Rule.WINDOW,
        error_messages={
            "required": gettext_lazy("When it is open is still to be said. You could pick one."),
            "invalid_choice": gettext_lazy("That choice isn’t on this page any more. You could choose again."),
        },
    )
    on = day(gettext_lazy("The day of the session"))
    at = forms.TimeField(
        label=gettext_lazy("When it begins"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(
            format="%H:%M", attrs={**FORGOTTEN, "type": "time", "class": "input", "data-poured": ""}
        ),
        error_messages={"invalid": gettext_lazy("That time could not be read. It can be written like 15:30.")},
    )
    before = _number(gettext_lazy("Hours before"), 0, WIDEST, HOURS)
    after = _number(gettext_lazy("Hours after"), 0, WIDEST, HOURS)
    until = day(gettext_lazy("The day of the session"))
    days = _number(gettext_lazy("Days"), 1, LONGEST, 7)

    window: Window | None = None
    twice = False

    def __init__(self, data: Any = None, *, zone: ZoneInfo, begun: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={name: said for name, said in (begun or {}).items() if said})
        self.zone, self.now = zone, timezone.now()

    def ways(self) -> list[tuple[str, Promise, Promise, bool, list[forms.BoundField]]]:
        """Value, words and hint of each way, whether it is the one that is marked, and what it asks for."""
        marked = self["rule"].value()
        return [
            (key, title, hint, key == marked, [self[name] for name in ASKS[key]])
            for key, (title, hint) in RULES.items()
        ]

    def typed(self) -> dict[str, str]:
        """As it was said, to be kept with the rest of the draft."""
        return {name: str(self.data.get(name, ""))[:TYPED] for name in self.fields}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        asked = ASKS.get(said.get("rule", ""), ())
        for name in set(self.errors) - {"rule", *asked}:
            del self.errors[name]
        if not self.errors:
            self.window = self._made(said["rule"], said)
        return said

    def _made(self, rule: str, said: Mapping[str, Any]) -> Window | None:
        if rule == Rule.WINDOW:
            return self._around(said["on"], said["at"], said)
        if rule == Rule.SESSION:
            return self._until(said["until"])
        if rule == Rule.DAYS:
            return windows.for_days(7 if said["days"] is None else said["days"], self.now)
        return windows.until_stopped(self.now)

    def _until(self, until: date | None) -> Window | None:
        if not self._is_a_day("until", until):
            return None
        assert until
        return windows.until_session(until, self.zone, self.now)

    def _around(self, on: date | None, at: time | None, said: Mapping[str, Any]) -> Window | None:
        if at is None:
            self.add_error("at", _("When it begins is still open. A rough time is enough."))
        if not self._is_a_day("on", on, since=LONG_AGO) or at is None:
            return None
        assert on
        wall = datetime.combine(on, at)
        if there := self._left_out(wall):
            self.add_error("at", there)
            return None
        hours = {name: HOURS if said[name] is None else said[name] for name in ("before", "after")}
        window = windows.around(wall, self.zone, before=hours["before"] * HOUR, after=hours["after"] * HOUR)
        if window.closes is None or window.closes <= window.opens:
            self.add_error("before", _("An hour on one side at least makes it a time that can be read in."))
            return None
        if window.closes <= self.now:
            self.add_error("on", _("That time is over already. You could name the session that comes."))
            return None
        offsets = {wall.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1)}
        self.twice = len(offsets) > 1
        return window

    def _is_a_day(self, name: str, on: date | None, *, since: timedelta = timedelta()) -> bool:
        """Whether it can be meant: neither gone by nor further off than anybody plans."""
        today = self.now.astimezone(self.zone).date()
        trouble = ""
        if on is None:
            trouble = _("The day is still open. You could name the next session.")
        elif on < today - since:
            trouble = _("That day has gone by. You could name one that comes.")
        elif on > today + windows.FARTHEST:
            trouble = _("That day is more than a year away. You could look whether the year is right.")
        if trouble:
            self.add_error(name, trouble)
        return not trouble

    def _left_out(self, wall: datetime) -> str:
        """What there is to say about a time that no clock shows, because it goes forward over it."""
        shown = wall.replace(tzinfo=self.zone).astimezone(UTC).astimezone(self.zone).replace(tzinfo=None)
        if shown == wall:
            return ""
        times = {"day": formats.date_format(wall, "j F"), "at": f"{wall:%H:%M}", "instead": f"{shown:%H:%M}"}
        return _("On %(day)s the clocks go forward over %(at)s, so it does not come. %(instead)s does.") % times
