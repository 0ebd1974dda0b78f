"""What the four movements keep beside writing, as sections of an export: places, and walks through a step."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import FETCH_RAISE, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.person import younger
from exercises import places, scene
from exercises.models import Place, Visit
from journal.export import Line, Part, Piece, Section, Wanted
from vault.envelope import Refused
from vault.keyring import KeyNotInRing


def of_places(person: User, wanted: Wanted) -> QuerySet[Place]:
    rows = wanted.within(person.places.filter(created_at__lte=wanted.began), "local_date")
    return rows if wanted.binned else rows.filter(binned_at=None)


def of_visits(person: User, wanted: Wanted) -> QuerySet[Visit]:
    return wanted.within(person.visits.filter(opened_at__lte=wanted.began), "opened_at__date")


def place_lines(person: User, wanted: Wanted) -> Iterator[Line]:
    for row in of_places(person, wanted).values_list("local_date", "created_at", "pk"):
        yield Line(*row)


def place_pieces(person: User, keys: Sequence[UUID]) -> list[Piece]:
    called = younger(person)
    return [_piece(row, called) for row in person.places.filter(pk__in=keys).fetch_mode(FETCH_RAISE)]


def cover(person: User) -> SafeString:
    """The place to come back to, drawn; nothing where none was made, or where it cannot be opened."""
    place = places.current(person)
    try:
        return _drawn(place.choices) if place else SafeString()
    except (Refused, KeyNotInRing):
        return SafeString()


def _drawn(choices: dict[str, Any]) -> SafeString:
    return render_to_string("parts/scene.html", {"scene": scene.compose(choices)})


def _piece(row: Place, called: str) -> Piece:
    try:
        choices, box = row.choices, row.box
    except (Refused, KeyNotInRing):
        choices, box = None, ""
    return Piece(
        key=row.pk,
        kind="place",
        label=_("A good place"),
        day=row.local_date,
        zone=row.time_zone,
        made_at=row.created_at,
        updated_at=row.updated_at,
        title=str((choices or {}).get("name", "")),
        step="place",
        pack=row.pack,
        parts=[Part("", None if choices is None else "\n\n".join(_told(choices, called)))]
        + ([Part(_("In the box with a lid"), box)] if box else []),
        marks=[_("Let go")] if row.binned_at else [],
        binned=row.binned_at is not None,
        scene=SafeString() if choices is None else _drawn(choices),
    )


def _told(choices: dict[str, Any], called: str) -> Iterator[str]:
    """The place in words: what the picture shows, who is there, and whatever was typed."""
    yield " ".join([scene.compose(choices).sentence, *scene.company(choices, called)])
    for key in ("somewhere", "reach", "welcome"):
        if choices.get(key):
            yield str(choices[key])
    if words := [str(word) for word in choices.get("words", ()) if word]:
        yield "\n".join(words)


def _is_place(said: Any) -> bool:
    """What a place holds: names and lines, and a few words."""
    return isinstance(said, dict) and all(
        isinstance(value, str) or (name == "words" and _are_words(value)) for name, value in said.items()
    )


def _is_walk(said: Any) -> bool:
    """What a walk holds: by screen, what was picked or said there."""
    return isinstance(said, dict) and all(
        isinstance(screen, dict) and all(_is_answer(*answer) for answer in screen.items()) for screen in said.values()
    )


def _is_answer(name: str, value: object) -> bool:
    if name == "drafts":
        return isinstance(value, dict) and all(map(_is_place, value.values()))
    return value is None or isinstance(value, str | bool) or (name == "words" and _are_words(value))


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


SECTIONS = [
    Section(
        key="places", model=Place, kind="places",
        rows=of_places, lines=place_lines, pieces=place_pieces, covers=cover, shapes={"choices": _is_place},
    ),
    Section(key="visits", model=Visit, kind="", rows=of_visits, shapes={"choices": _is_walk}),
]  # fmt: skip
