"""A sheet that is being put together: what was picked for it, in which order, and how each piece is to be shown.

`choices`: {"ask": words, "black": words to take out, one phrase a line, "pieces": [piece], "window": what the form of
the window said, as it was typed}. A piece names where it comes from and holds no copy of it:

    {"kind": "entry", "id": uuid, "how": "whole" | "passage" | "title", "passage": words of it}
    {"kind": "place", "id": uuid}
    {"kind": "pair", "id": uuid of an answer, "beside": uuid of the other}
    {"kind": "looks", "since": date, "until": date, "fields": [keys of journal.export.own.TOLD]}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from sharing.models import Connection, DraftSheet

PIECES = 20  # on one sheet: it is read in four minutes
KINDS = ("entry", "place", "pair", "looks")
WHOLE, PASSAGE, TITLE = "whole", "passage", "title"

type Picked = dict[str, Any]


def of(connection: Connection) -> DraftSheet | None:
    """What is being put together for that therapist, if anything."""
    return DraftSheet.objects.filter(connection=connection).first()


def choices_of(draft: DraftSheet | None) -> dict[str, Any]:
    """What was chosen so far. Raises `Refused` or `KeyNotInRing` where it cannot be opened."""
    return {"ask": "", "black": "", "pieces": [], "window": {}} | (draft.choices if draft else {})


def change(person: User, connection: Connection, rev: int, **changed: Any) -> DraftSheet | None:
    """Keep what one page of the draft says, the rest as it is. None where another page changed it since `rev`."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        draft = of(connection) or DraftSheet(owner=person, connection=connection)
        if draft.rev != rev:
            return None
        draft.choices = choices_of(draft if draft.rev else None) | changed
        draft.rev, draft.touched_at = rev + 1, timezone.now()
        draft.save()
        return draft


def add(pieces: Sequence[Picked], piece: Picked) -> list[Picked]:
    """With that piece at the end; what stands there already stays where it is."""
    return [*pieces] if any(same(piece, there) for there in pieces) else [*pieces, piece]


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both take from the same place: an answer alone and in a pair are two."""
    keys = ("kind", "id", "beside", "since", "until")
    return all(one.get(key) == other.get(key) for key in keys)


def moved(pieces: Sequence[Picked], place: int, by: int) -> list[Picked]:
    """With the piece at `place` moved up (-1) or down (1); as it was where there is no room."""
    target = place + by
    if not (0 <= place < len(pieces) and 0 <= target < len(pieces)):
        return [*pieces]
    order = [*pieces]
    order[place], order[target] = order[target], order[place]
    return order
