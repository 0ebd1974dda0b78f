"""What may be picked for a sheet, and what was: nothing of it is ticked before somebody ticks it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import FETCH_RAISE
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exercises import places, scene
from exercises.models import Place
from journal import kept, then, words
from journal.export import own
from journal.export.forms import RangeForm
from journal.kept import Item
from journal.models import Entry, EntryQuerySet
from sharing import drafts, freezing
from sharing.drafts import Picked
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

LISTED = 100
BESIDE = 5  # other answers that are offered beside the newest one
WEEKS = timedelta(weeks=4)


class TooMany(Exception):
    """More than one sheet holds."""


class LooksForm(RangeForm):
    """Looks of some days, and which of their fields; no field ticked is no look picked."""

    fields_told = forms.MultipleChoiceField(
        required=False, choices=[(key, label) for key, (label, _words) in own.TOLD.items()]
    )

    def __init__(self, data: Any = None, *, said: Mapping[str, Any] | None = None) -> None:
        today = timezone.localdate()
        before = {"since": today - WEEKS, "until": today}
        if said:
            before = {name: date.fromisoformat(said[name]) for name in ("since", "until")}
        super().__init__(data, prefix="looks", initial=before | {"fields_told": said["fields"] if said else []})

    def clean(self) -> dict[str, object]:
        said = super().clean()
        if said.get("fields_told"):
            for name in ("since", "until"):
                if name not in self.errors and not said.get(name):
                    self.add_error(name, _("This day is still open. From when to when were these looks?"))
        return said

    def ticks(self) -> list[tuple[str, object, bool]]:
        ticked = self["fields_told"].value() or []
        return [(key, label, key in ticked) for key, (label, _words) in own.TOLD.items()]

    def picked(self) -> Picked | None:
        said = self.cleaned_data
        if not said["fields_told"]:
            return None
        days = {name: said[name].isoformat() for name in ("since", "until")}
        return {"kind": "looks", **days, "fields": said["fields_told"]}


class KindForm(RangeForm):
    """Which of the entries are listed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        required=False,
        choices=[("", gettext_lazy("Everything")), *words.MANY.items()],
        error_messages={
            "invalid_choice": gettext_lazy("That choice isn’t on this page any more. You could choose again.")
        },
        widget=forms.Select(attrs={"class": "input"}),
    )

    def among(self, rows: EntryQuerySet) -> EntryQuerySet:
        if not self.is_valid():
            return rows
        said = {"local_date__gte": "since", "local_date__lte": "until", "kind": "kind"}
        return rows.filter(
            **{column: self.cleaned_data[name] for column, name in said.items() if self.cleaned_data[name]}
        )


def entries(person: User, form: KindForm) -> tuple[list[tuple[str, Item]], bool]:
    """The newest hundred, each with the value of its box, and whether there are more."""
    rows = list(form.among(freezing.offered(person)).fetch_mode(FETCH_RAISE)[: LISTED + 1])
    items = kept.items_of(rows[:LISTED], hide=kept.hides(person))
    return [(f"entry:{item.entry.pk}", item) for item in items], len(rows) > LISTED


def again(person: User) -> list[tuple[str, Entry, Entry]]:
    """Questions that were answered more than once: the newest answer, with some that may stand beside it."""
    return [
        (f"pair:{now.pk}:{other.pk}", now, other)
        for now, *others in then.answered_again(person)
        for other in others[:BESIDE]
    ]


def of_places(person: User) -> list[tuple[str, str, date]]:
    """Each place with what it is called, or what it looks like."""
    rows = places.of(person).fetch_mode(FETCH_RAISE)
    return [(f"place:{row.pk}", _called(row), row.local_date) for row in rows]


def picked(person: User, said: Iterable[str]) -> list[Picked]:
    """What was ticked, entries from the oldest on; what is not this person's to share is left out."""
    ticked = [one for one in map(_read, said) if one]
    ticked = [one for one in reversed(ticked) if one["kind"] == "entry"] + [
        one for one in ticked if one["kind"] != "entry"
    ]
    mine = {str(key) for key in freezing.offered(person).filter(pk__in=_ids(ticked)).values_list("pk", flat=True)}
    mine |= {str(key) for key in places.of(person).filter(pk__in=_ids(ticked)).values_list("pk", flat=True)}
    return [one for one in ticked if {one["id"], one.get("beside", one["id"])} <= mine]


def added(pieces: Sequence[Picked], picked: Sequence[Picked]) -> list[Picked]:
    """Raises `TooMany`, and then nothing is added."""
    made = [*pieces]
    for piece in picked:
        made = drafts.add(made, piece)
    if len(made) > drafts.PIECES:
        raise TooMany
    return made


def _called(place: Place) -> str:
    try:
        choices = place.choices
    except (Refused, KeyNotInRing):
        return _("This one cannot be opened just now")
    return str(choices.get("name") or scene.compose(choices).sentence)


def _ids(ticked: Iterable[Picked]) -> Iterator[str]:
    for one in ticked:
        yield one["id"]
        yield str(one.get("beside", one["id"]))


def _read(said: str) -> Picked | None:
    """`entry:<id>`, `place:<id>` or `pair:<id>:<id>`, as the boxes to tick are called."""
    kind, *keys = said.split(":")
    try:
        ids = [str(UUID(key)) for key in keys]
    except ValueError:
        return None
    if kind == "entry" and len(ids) == 1:
        return {"kind": kind, "id": ids[0], "how": drafts.WHOLE}
    if kind == "place" and len(ids) == 1:
        return {"kind": kind, "id": ids[0]}
    return {"kind": kind, "id": ids[0], "beside": ids[1]} if kind == "pair" and len(ids) == 2 else None
