"""What somebody may choose before they take their things along."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from innerchild.fields import Words
from journal.export import Wanted

FORGOTTEN = {"autocomplete": "off"}
ASK_MAX = 500
FORMS = {
    "archive": (_("Everything, to keep or to move"), _("A zip. It can be brought in again without loss, and holds a book to read.")),
    "book": (_("A book to read"), _("One page for any browser, typeset, good to print.")),
    "markdown": (_("Plain text files"), _("A zip of Markdown, one file a piece, for most note-taking programs.")),
    "day-one": (_("For Day One"), _("A zip that Day One and what reads its files can take in.")),
    "fhir": (_("For a health record"), _("Answers, letters and look-ins as a FHIR R4 bundle, under a pseudonym.")),
}  # fmt: skip
KINDS = {
    "answers": _("Answers and notes"),
    "letters": _("Letters"),
    "gifts": _("Gifts"),
    "check_ins": _("Look-ins"),
    "wishes": _("Wishes"),
    "places": _("Places"),
}
NOT_READ = _("That day could not be read. It can be written like 2027-03-01.")


def day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label,  # type: ignore[arg-type] # a lazy text is one
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**FORGOTTEN, "type": "date", "class": "input"}),
        error_messages={"invalid": NOT_READ},
    )


class RangeForm(forms.Form):
    """From a day to a day, both of them included, either of them open."""

    since = day(_("From"))
    until = day(_("To"))

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("That is before the day it starts with. You could change either of them."))
        return said


class ExportForm(RangeForm):
    use_required_attribute = False

    form = forms.ChoiceField(
        choices=[(key, title) for key, (title, _hint) in FORMS.items()],
        initial="archive",
        error_messages={
            "required": _("Its form is still open. You could pick one."),
            "invalid_choice": _("That choice isn’t on this page any more. You could choose again."),
        },
    )
    kinds = forms.MultipleChoiceField(
        choices=list(KINDS.items()),
        initial=list(KINDS),
        error_messages={
            "required": _("Nothing is ticked yet. Any one of them is enough."),
            "invalid_choice": _("That choice isn’t on this page any more. You could choose again."),
        },
    )
    binned = forms.BooleanField(required=False)

    def wanted(self, began: datetime) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            kinds=frozenset(said["kinds"]),
            began=began,
            since=said["since"],
            until=said["until"],
            binned=said["binned"],
        )

    def forms(self) -> list[tuple[str, object, object, bool]]:
        """Value, title and hint of every form, and whether it is the one that is marked."""
        marked = self["form"].value()
        return [(key, title, hint, key == marked) for key, (title, hint) in FORMS.items()]

    def ticks(self) -> list[tuple[str, object, bool]]:
        ticked = self["kinds"].value() or []
        return [(key, title, key in ticked) for key, title in KINDS.items()]


class PrintForm(forms.Form):
    """How what was picked goes on paper."""

    use_required_attribute = False

    ask = Words(
        ASK_MAX,
        label=_("What I’d like us to do with this"),
        help_text=_("For a sheet that goes to a session. Left empty, there are lines to write on by hand."),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "2", "dir": "auto"}),
    )
    paper = forms.ChoiceField(
        label=_("Paper"), choices=[("a4", "A4"), ("letter", "Letter")], initial="a4", widget=forms.RadioSelect
    )

    def add_prefix(self, field_name: str) -> str:
        """Words are named like a writing box, so that somebody who was signed out meanwhile has them back."""
        return f"{field_name}.text" if field_name == "ask" else field_name
