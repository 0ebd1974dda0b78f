"""A sheet that is being put together: what was picked for it, in which order, and how each piece is to be shown.

`choices`: {"ask": words, "black": words to take out, one phrase a line, "pieces": [piece], "window": what the form of
the window said, as it was typed, "page": which page said the words}. A piece names where it comes from and holds no
copy of it, but the passages that somebody chose:

    {"kind": "entry", "id": uuid, "how": "whole" | "passage" | "title", "passages": [words of it]}
    {"kind": "place", "id": uuid}
    {"kind": "pair", "id": uuid of an answer, "beside": uuid of the other}
    {"kind": "looks", "since": date, "until": date, "fields": [keys of journal.export.own.TOLD]}

and each has a "number" of its own, which stays with it however the pieces are moved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import FETCH_RAISE
from django.utils import timezone

from accounts.models import User
from sharing.models import Connection, DraftSheet
from vault.envelope import Refused
from vault.keyring import KeyNotInRing
from vault.masterkeys import MasterKeyError

PIECES = 20  # on one sheet: it is read in four minutes
PASSAGES = 20  # of one piece
KINDS = ("entry", "place", "pair", "looks")
WHOLE, PASSAGE, TITLE = "whole", "passage", "title"
NOT_NOW = (Refused, KeyNotInRing, MasterKeyError)

type Picked = dict[str, Any]
type Pieces = list[Picked]


class Shut(Exception):
    """What was put together cannot be opened: its key isn't here, or it is not as it was kept."""


def of(connection: Connection) -> DraftSheet | None:
    """What is being put together for that therapist, if anything."""
    return connection.drafts.filter(put_aside_at=None).first()


def choices_of(draft: DraftSheet | None) -> dict[str, Any]:
    """What was chosen so far. Raises `Shut`."""
    begun = draft is not None and bool(draft.choices_sealed)
    try:
        said = draft.choices if draft and begun else {}
    except NOT_NOW as shut:
        raise Shut from shut
    return {"ask": "", "black": "", "pieces": [], "window": {}, "page": ""} | said


def put_aside(connection: Connection) -> None:
    """Make room for another sheet beside one that does not open; that one stays as it is. One that opens stays, too."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        draft = of(connection)
        if draft and not _opens(draft):
            connection.drafts.filter(pk=draft.pk).update(put_aside_at=timezone.now())


def aside(connection: Connection) -> list[tuple[DraftSheet, bool]]:
    """What was put aside, the newest first, each with whether it opens again."""
    rows = connection.drafts.exclude(put_aside_at=None).order_by("-put_aside_at", "-id")
    return [(row, _opens(row)) for row in rows.fetch_mode(FETCH_RAISE)]


def take_up(connection: Connection, pk: UUID) -> bool:
    """Go on with one that was put aside; what is being put together meanwhile is put aside. False where it isn't there."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        row = connection.drafts.exclude(put_aside_at=None).filter(pk=pk).first()
        if row is None:
            return False
        connection.drafts.filter(put_aside_at=None).update(put_aside_at=timezone.now())
        connection.drafts.filter(pk=row.pk).update(put_aside_at=None)
    return True


def change(person: User, connection: Connection, rev: int, *, page: str = "", **changed: Any) -> DraftSheet | None:
    """Keep what one page of the draft says, the rest as it is. None where another page changed its words since `rev`.

    `page` names the page that says it: what it said itself a moment ago is in nobody's way.
    """
    with transaction.atomic():
        draft = _locked(person, connection)
        choices = choices_of(draft)
        if draft.rev != rev and not (page and choices["page"] == page):
            return None
        return _put(draft, choices | changed | {"page": page}, rev=draft.rev + 1, at=timezone.now())


def arrange(person: User, connection: Connection, how: Callable[[Pieces], Pieces]) -> None:
    """Add, move, change or take off pieces, whatever else is said about the sheet meanwhile."""
    with transaction.atomic():
        draft = _locked(person, connection)
        choices = choices_of(draft)
        _put(draft, choices | {"pieces": how(choices["pieces"])}, rev=draft.rev, at=timezone.now())


def rework(person: User, how: Callable[[Pieces], Pieces]) -> None:
    """As `arrange`, in every draft of theirs: of what is over, too, and those put aside.

    One that does not open just now stays as it is: nobody can read it, and nobody can change it. They did not do it
    themselves, so each stays from the day on which they last did.
    """
    with transaction.atomic():
        hold(person)
        for draft in person.draft_sheets.all().fetch_mode(FETCH_RAISE):
            with suppress(Shut):
                choices = choices_of(draft)
                pieces = how(choices["pieces"])
                if pieces != choices["pieces"]:
                    _put(draft, choices | {"pieces": pieces}, rev=draft.rev, at=draft.touched_at)


def hold(person: User) -> None:
    """Let every draft of theirs wait until this transaction is over. Whoever locks its sources, too, does this first."""
    held = Connection.objects.filter(pk__in=person.draft_sheets.values("connection")).order_by("pk")
    list(held.select_for_update())


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


def passages_of(piece: Mapping[str, Any]) -> list[str]:
    """The passages of a piece, also of one picked while a piece had one alone."""
    said = piece.get("passages") or [piece.get("passage", "")]
    return [str(words) for words in said if words]


def _opens(draft: DraftSheet) -> bool:
    try:
        choices_of(draft)
    except Shut:
        return False
    return True


def _locked(person: User, connection: Connection) -> DraftSheet:
    """The draft, or a new one; sharing it waits until this transaction is over, and the other way round."""
    Connection.objects.select_for_update().get(pk=connection.pk)
    return of(connection) or DraftSheet(owner=person, connection=connection)


def _put(draft: DraftSheet, choices: dict[str, Any], *, rev: int, at: datetime) -> DraftSheet:
    """Raises `Shut` where the key that new words are sealed under isn't here."""
    try:
        draft.choices = choices | {"pieces": _numbered(choices["pieces"])}
    except NOT_NOW as shut:
        raise Shut from shut
    draft.rev, draft.touched_at = rev, at
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
