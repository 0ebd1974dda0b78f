"""What somebody says when they connect, and when they part: the code, a name, that they understood, the last day."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guesses
from accounts.models import User
from accounts.own import FORGOTTEN
from innerchild.fields import Words
from sharing import practices, windows
from sharing.connections import NAME_MAX
from sharing.models import Connection, Practice


class CodeForm(forms.Form):
    """A code, however it is typed. `practice` is whose it is, once the form is valid."""

    use_required_attribute = False
    practice: Practice

    code = forms.CharField(
        label=_("The code your therapist gave you"),
        help_text=_("Eight letters and numbers. Spaces, dashes and small letters are fine."),
        error_messages={"required": _("The code goes here.")},
        widget=forms.TextInput(attrs=FORGOTTEN),
    )

    def clean_code(self) -> str:
        said = str(self.cleaned_data["code"])
        practice = practices.by_code(said)
        if practice is None:
            raise forms.ValidationError(
                _("No practice has this code. A letter may have slipped, or they can tell you a new one.")
            )
        self.practice = practice
        return said


class NameForm(forms.Form):
    """What a client is called at one practice, and nowhere else."""

    use_required_attribute = False

    name = Words(
        NAME_MAX,
        label=_("What they are to call you"),
        help_text=_("They see this beside what you bring, so it helps if they know it is you. Initials are fine."),
        widget=forms.TextInput(attrs=FORGOTTEN),
    )

    def clean_name(self) -> str:
        said = str(self.cleaned_data["name"])
        if not said:
            raise forms.ValidationError(_("A name or initials go here, so that they know whose it is."))
        return said


class ConnectForm(NameForm):
    """With two ticks that stand for themselves, neither of them ticked beforehand."""

    seen = forms.BooleanField(
        label=_("I’ve read what they will and won’t see, and that it may go into their record."),
        error_messages={"required": _("The tick about what they see is still open.")},
    )
    unwatched = forms.BooleanField(
        label=_("I know that nobody watches between sessions, and that this isn’t for emergencies."),
        error_messages={"required": _("The tick about nobody watching is still open.")},
    )


class PartingForm(forms.Form):
    """The last day on which they can open something."""

    use_required_attribute = False

    day = forms.DateField(
        label=_("The last day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**FORGOTTEN, "type": "date"}),
        error_messages={
            "required": _("A day goes here."),
            "invalid": _("That day could not be read. It can be written like 2027-03-01."),
        },
    )

    def __init__(self, data: Any, connection: Connection) -> None:
        self.first = timezone.localdate()
        self.last = self.first + windows.FARTHEST - timedelta(days=1)
        self.standing = connection.ends_at
        day = timezone.localdate(self.standing - windows.MOMENT) if self.standing else None
        super().__init__(data, initial={"day": day})

    def ends_at(self, person: User) -> datetime:
        """When that day is over on the clock of whoever chose it. A day left as it stands stays to the minute."""
        if self.standing and self.cleaned_data["day"] == self.initial["day"]:
            return self.standing
        zone = guesses.zone_of(person.time_zone)
        return windows.end_of(self.cleaned_data["day"], zone)

    def clean_day(self) -> Any:
        said = self.cleaned_data["day"]
        if said < self.first:
            raise forms.ValidationError(_("That day is over. Today is the first one that can be chosen."))
        if said > self.last:
            raise forms.ValidationError(
                _("That is more than a year away. A nearer day can be chosen, and moved again.")
            )
        return said
