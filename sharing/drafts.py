"""A sheet that is being put together: what was picked for it, in which order, and how each piece is to be shown.

`choices`: {"ask": words, "black": words to take out, one phrase a line, "pieces": [piece], "window": what the form of
the window said, as it was typed, "page": which page said the words}. A piece names where it comes from and holds no
copy of it, but the passage that somebody chose:

    {"kind": "entry", "id": uuid, "how": "whole" | "passage" | "title", "passage": words of it}
    {"kind": "place", "id": uuid}
    {"kind": "pair", "id": uuid of an answer, "beside": uuid of the other}
    {"kind": "looks", "since": date, "until": date, "fields": [keys of journal.export.own.TOLD]}

and each has a "number" of its own, which stays with it however the pieces are moved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from sharing.models import Connection, DraftSheet

PIECES = 20  # on one sheet: it is read in four minutes
KINDS = ("entry", "place", "pair", "looks")
WHOLE, PASSAGE, TITLE = "whole", "passage", "title"

type Picked = dict[str, Any]
type Pieces = list[Picked]


def of(connection: Connection) -> DraftSheet | None:
    """What is being put together for that therapist, if anything."""
    return DraftSheet.objects.filter(connection=connection).first()


def choices_of(draft: DraftSheet | None) -> dict[str, Any]:
    """What was chosen so far. Raises `Refused` or `KeyNotInRing` where it cannot be opened."""
    begun = draft is not None and bool(draft.choices_sealed)
    return {"ask": "", "black": "", "pieces": [], "window": {}, "page": ""} | (draft.choices if draft and begun else {})


def change(person: User, connection: Connection, rev: int, *, page: str = "", **changed: Any) -> DraftSheet | None:
    """Keep what one page of the draft says, the rest as it is. None where another page changed its words since `rev`.

    `page` names the page that says it: what it said itself a moment ago is in nobody's way.
    """
    with transaction.atomic():
        draft = _locked(person, connection)
        choices = choices_of(draft)
        if draft.rev != rev and not (page and choices["page"] == page):
            return None
        return _put(draft, choices | changed | {"page": page}, rev=draft.rev + 1)


def arrange(person: User, connection: Connection, how: Callable[[Pieces], Pieces]) -> None:
    """Add, move, change or take off pieces, whatever else is said about the sheet meanwhile."""
    with transaction.atomic():
        draft = _locked(person, connection)
        choices = choices_of(draft)
        _put(draft, choices | {"pieces": how(choices["pieces"])}, rev=draft.rev)


def add(pieces: Sequence[Picked], piece: Picked) -> Pieces:
    """With that piece at the end; what stands there already stays where it is."""
    return [*pieces] if any(same(piece, there) for there in pieces) else [*pieces, piece]


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both take from the same place: an answer alone and in a pair are two."""
    keys = ("kind", "id", "beside", "since", "until")
    return all(one.get(key) == other.get(key) for key in keys)


def moved(pieces: Sequence[Picked], number: int, by: int) -> Pieces:
    """With that piece moved up (-1) or down (1); as it was where there is no room."""
    order = [*pieces]
    place = next((place for place, piece in enumerate(order) if piece["number"] == number), -1)
    if place >= 0 and 0 <= place + by < len(order):
        order[place], order[place + by] = order[place + by], order[place]
    return order


def without(pieces: Sequence[Picked], number: int) -> Pieces:
    return [piece for piece in pieces if piece["number"] != number]


def changed(pieces: Sequence[Picked], number: int, said: Picked) -> Pieces:
    """With that piece saying something else."""
    return [piece | said if piece["number"] == number else piece for piece in pieces]


def _locked(person: User, connection: Connection) -> DraftSheet:
    """The draft, or a new one; sharing it waits until this transaction is over, and the other way round."""
    Connection.objects.select_for_update().get(pk=connection.pk)
    return of(connection) or DraftSheet(owner=person, connection=connection)


def _put(draft: DraftSheet, choices: dict[str, Any], *, rev: int) -> DraftSheet:
    draft.choices = choices | {"pieces": _numbered(choices["pieces"])}
    draft.rev, draft.touched_at = rev, timezone.now()
    draft.save()
    return draft


def _numbered(pieces: Iterable[Picked]) -> Pieces:
    pieces = list(pieces)
    highest = max((piece.get("number", 0) for piece in pieces), default=0)
    made = []
    for piece in pieces:
        highest += 0 if "number" in piece else 1
        made.append({"number": highest, **piece})
    return made
