"""What somebody says of themselves: a name, a word, a country, someone to call. All of it may stay empty."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import preferences
from accounts.models import User
from innerchild.fields import Boxes, Words
from innerchild.help import helplines

OWN_WORD = "own"
NAME_MAX, OWN_WORD_MAX, CALL_MAX = 80, 60, 300
CHILD_WORDS = [
    ("", _("younger self")),
    ("your inner child", _("inner child")),
    ("little me", _("little me")),
    (OWN_WORD, _("a name, or my own word")),
]
FORGOTTEN = {"autocomplete": "off"}  # a browser writes what it may complete to its disk, in clear
ELSEWHERE = _("Somewhere else")
NOT_OFFERED = _("That choice isn’t on this page any more. You could choose again.")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing at all; None where it is only looked at."""
    return request.POST if request.method == "POST" else None


class Own(Boxes):
    """Shows what was said before, and changes only what is said differently now: what cannot be opened stays.
    So does what a form did not send at all: on its way here it was cut short.
    """

    columns: Mapping[str, str] = {}

    def __init__(self, person: User, data: Any = None) -> None:
        self.person = person
        super().__init__(data, initial=self.said())

    def said(self) -> dict[str, str]:
        """What the fields show at first."""
        raise NotImplementedError

    def keep(self) -> None:
        changed = [name for name in self.columns if name in self.changed_data and self.came(name)]
        for name in changed:
            setattr(self.person, name, self.cleaned_data[name] or self.nothing(name))
        self.person.save(update_fields=[self.columns[name] for name in changed])

    def came(self, name: str) -> bool:
        return self.add_prefix(name) in self.data

    def nothing(self, name: str) -> str | None:
        """What an empty answer is in the row: a sealed column holds no value at all."""
        return None if self.columns[name].endswith("_sealed") else ""


class NameForm(Own):
    columns: Mapping[str, str] = {"name": "name_sealed"}

    name = Words(
        NAME_MAX,
        label=_("A name to greet you by"),
        help_text=_("A nickname is fine. So is nothing."),
        widget=forms.TextInput(attrs=FORGOTTEN),
    )

    def said(self) -> dict[str, str]:
        return {"name": self.person.greeted_as}


class WordForm(Own):
    columns: Mapping[str, str] = {"child_word": "child_word_sealed"}

    child_word = forms.ChoiceField(
        label=_("A word for your younger self"),
        choices=CHILD_WORDS,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": NOT_OFFERED},
    )
    own_word = Words(OWN_WORD_MAX, label=_("The name or word"), widget=forms.TextInput(attrs=FORGOTTEN))

    def said(self) -> dict[str, str]:
        word = self.person.own_word
        offered = word in dict(CHILD_WORDS)
        return {"child_word": word if offered else OWN_WORD, "own_word": "" if offered else word}

    def clean(self) -> dict[str, Any]:
        """A word typed counts where its choice is ticked, or where nothing else was chosen anew."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, own = cleaned.get("child_word", ""), cleaned.get("own_word", "")
        typed_anew = "own_word" in self.changed_data and own
        cleaned["child_word"] = own if chosen == OWN_WORD or typed_anew else chosen
        return cleaned

    def keep(self) -> None:
        came = self.came("child_word") or self.came("own_word")
        if came and self.cleaned_data["child_word"] != self.person.own_word:
            self.person.child_word = self.cleaned_data["child_word"] or None
            self.person.save(update_fields=["child_word_sealed"])


class CountryForm(Own):
    columns: Mapping[str, str] = {"country": "country"}

    country = forms.ChoiceField(
        label=_("Country"),
        help_text=_("Only for the phone lines on Help now."),
        required=False,
        error_messages={"invalid_choice": NOT_OFFERED},
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(person, data)
        field = self.fields["country"]
        known = [(each.code, each.name) for each in helplines().countries.values()]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ELSEWHERE), *known]
        field.widget.attrs.update(FORGOTTEN)

    def said(self) -> dict[str, str]:
        return {"country": self.person.country if self.person.country in helplines().countries else ""}


class CallForm(Own):
    columns: Mapping[str, str] = {"call": "call_sealed"}

    call = Words(
        CALL_MAX,
        label=_("Someone I could call"),
        help_text=_("It can be a person, a dog-walker, a line, or nobody yet. It shows on Help now, to you alone."),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "2", "dir": "auto"}),
    )

    def said(self) -> dict[str, str]:
        return {"call": self.person.to_call}


class PeopleForm(CountryForm, CallForm):
    columns: Mapping[str, str] = {**CountryForm.columns, **CallForm.columns}
    field_order = ("country", "call")

    def said(self) -> dict[str, str]:
        return {**CountryForm.said(self), **CallForm.said(self)}


class ChoiceForm(Own):
    """One preference, as radios."""

    chosen = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"invalid_choice": NOT_OFFERED, "required": NOT_OFFERED}
    )

    def __init__(self, person: User, data: Any = None, *, preference: preferences.Preference) -> None:
        self.preference = preference
        super().__init__(person, data)
        field = self.fields["chosen"]
        assert isinstance(field, forms.ChoiceField)
        field.label, field.help_text = str(preference.title), str(preference.hint)
        field.choices = [(preferences.name_of(value), words) for value, words in preference.choices.items()]

    def said(self) -> dict[str, str]:
        return {"chosen": preferences.name_of(self.preference.of(self.person))}

    def keep(self) -> None:
        preferences.change(self.person, self.preference.key, self.preference.named()[self.cleaned_data["chosen"]])
