"""The form of the reminders page. Off asks for nothing else; what did not come at all stays as it was."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts import reminders
from accounts.guesses import zone_of
from accounts.models import Reminder, User
from accounts.own import FORGOTTEN, NOT_OFFERED
from accounts.reminders import Way

UNKNOWN_ZONE = _("We know no time zone of that name. A continent and a city work, as in Europe/Vienna.")
REFUSED = {"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED}


class ReminderForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[
            (Way.OFF, _("When I feel like it. No reminders")),
            (Reminder.Rhythm.WEEKLY, reminders.RHYTHMS[Reminder.Rhythm.WEEKLY]),
            (Reminder.Rhythm.FORTNIGHTLY, reminders.RHYTHMS[Reminder.Rhythm.FORTNIGHTLY]),
            (Reminder.Rhythm.AFTER_SESSIONS, _("After therapy sessions, the same day")),
        ],
        widget=forms.RadioSelect,
        error_messages=REFUSED,
    )
    by = forms.ChoiceField(
        label=_("How it reaches you"), widget=forms.RadioSelect, required=False, error_messages=REFUSED
    )
    weekday = forms.TypedChoiceField(
        label=_("Day"), choices=[*WEEKDAYS.items()], coerce=int, required=False, error_messages=REFUSED
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, required=False,
        error_messages=REFUSED,
    )  # fmt: skip
    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("The clock this day and hour are read on."),
        required=False,
        widget=forms.TextInput(attrs={**FORGOTTEN, "autocapitalize": "none", "spellcheck": "false"}),
    )
    use_required_attribute = False

    def __init__(self, person: User, data: Any = None) -> None:
        self.person = person
        self.row = reminders.of(person) or Reminder(owner=person, time_zone=person.time_zone)
        self.way = reminders.way(self.row)
        super().__init__(data, initial=self.said())
        by = self.fields["by"]
        assert isinstance(by, forms.ChoiceField)
        calendar = (Way.CALENDAR, _("In my calendar, without mail"))
        by.choices = [(Way.MAIL, _("A short mail to %(address)s") % {"address": person.email}), calendar]
        if not settings.MAIL:
            del self.fields["by"]

    def said(self) -> dict[str, Any]:
        by = Way.CALENDAR if self.way == Way.CALENDAR or not settings.MAIL else Way.MAIL
        row = self.row
        rhythm = Way.OFF if self.way == Way.OFF else row.rhythm
        return {"rhythm": rhythm, "by": by, "weekday": row.weekday, "hour": row.hour, "time_zone": row.time_zone}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("rhythm") == Way.OFF:
            self.errors.clear()
            return cleaned
        missing = {name: said for name, said in self.said().items() if cleaned.get(name) in ("", None)}
        cleaned |= {name: said for name, said in missing.items() if name not in self.errors}
        zone = cleaned.get("time_zone")
        if zone is not None and zone_of(zone).key != zone:
            self.add_error("time_zone", UNKNOWN_ZONE)
        return cleaned

    def keep(self) -> str:
        """Keep what was chosen; the token of a calendar's address where one was made, else ""."""
        kept = self.cleaned_data
        if kept["rhythm"] == Way.OFF:
            reminders.turn_off(self.person)
            return ""
        chosen = Reminder(**{name: kept[name] for name in ("rhythm", "weekday", "hour", "time_zone")})
        return reminders.choose(self.person, chosen, kept["by"])
