"""What a therapist says: about themselves, and when they offer a step. What they state is shown as stated.

`title`, `lead` and `note` are what the page of that form says.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.own import FORGOTTEN, NOT_OFFERED
from innerchild.fields import Boxes, Words
from sharing.connections import SUGGESTION_MAX

LINE = forms.TextInput(attrs=FORGOTTEN)


class About(Boxes):
    """Who they are, as a client will read it."""

    title = _("Who you are")
    lead = _("A client reads this before anything else. It stands as you state it; we check none of it, and say so.")
    note = _("Whoever has your link can read these lines. They are not sealed.")

    name = Words(120, label=_("Your name, as clients know it"), widget=LINE)
    profession = Words(
        120, label=_("Profession"), help_text=_("For example: psychotherapist, counsellor."), widget=LINE
    )
    place = Words(120, label=_("Practice, if it has a name"), widget=LINE)

    def clean_name(self) -> str:
        return _needed(self.cleaned_data["name"], _("A name goes here: a client wants to know who this is."))

    def clean_profession(self) -> str:
        return _needed(self.cleaned_data["profession"], _("What you are by profession goes here."))


class Registration(Boxes):
    """With whom they are registered, where they are."""

    title = _("Where you are registered")
    lead = _(
        "So that a client can look you up for themselves. Beside it they read: “Stated by them, not checked by us.”"
    )
    note = _("Whoever has your link can read this line, too.")

    registration = Words(
        160,
        label=_("Registration or licence"),
        help_text=_("The body and your number with it, so that a client can look you up. It may stay empty."),
        widget=LINE,
    )


class Bounds(forms.Form):
    """One tick, for having read what this is and isn’t."""

    use_required_attribute = False

    read = forms.BooleanField(
        label=_("I’ve read this, and will tell clients the same."),
        error_messages={"required": _("The tick is still open. It only says that you’ve read the page.")},
    )


class Habit(Boxes):
    """When they read, in a sentence that every client sees."""

    title = _("When you read")
    lead = _("One sentence, so that nobody waits for an answer that isn’t coming.")
    note = _("Whoever has your link can read this line, too.")

    reply_habit = Words(
        200,
        label=_("When you read what is brought"),
        help_text=_("Clients see this sentence. Nobody expects you to look between sessions."),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "2"}),
    )

    def clean_reply_habit(self) -> str:
        return " ".join(self.cleaned_data["reply_habit"].split())  # a box of two lines for one sentence


class Suggest(Boxes):
    """A step, and a sentence that invites. There is no day in it."""

    step = forms.ChoiceField(
        label=_("Which step"),
        widget=forms.RadioSelect,
        error_messages={"required": _("One of the steps goes here."), "invalid_choice": NOT_OFFERED},
    )
    sentence = Words(
        SUGGESTION_MAX,
        label=_("A sentence to go with it, if you like"),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "3"}),
    )

    def __init__(self, steps: list[tuple[str, str]], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)
        step.choices = steps


def _needed(said: str, sentence: object) -> str:
    if not said.strip():
        raise forms.ValidationError(str(sentence))
    return said.strip()
