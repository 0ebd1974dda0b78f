"""What stands on a sheet of something that its owner lets go."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from accounts.models import User
from journal.copies import Holder
from journal.models import Entry
from journal.saving import opened
from sharing import drafts, passages, sheets, telling
from sharing.drafts import Picked, Pieces
from sharing.opening import whom_of


def told(person: User, keys: Collection[UUID], *, closed: bool) -> list[str]:
    """Each sheet by whom it was for, and its day."""
    rows = sheets.on_sheets(person, keys, closed=closed).select_related("connection__practice")
    found = list(rows.order_by("-shared_at", "-id").fetch_mode(FETCH_RAISE))
    return [
        _("On the sheet for %(name)s of %(day)s") % {"name": whom_of(row), "day": day}
        for row, day in zip(found, telling.days(found), strict=True)
    ]


def gone(person: User, keys: Collection[UUID]) -> None:
    """Take these off what is being put together. Of a letter by turns, the passages that stand in what is left of it
    stay.

    What points at nothing any more goes, too: its draft may not have opened while that was let go.
    """
    if not person.draft_sheets.exists():
        return
    turns = person.entries.turns().filter(pk__in=keys)
    letters = {str(row.pk): _texts(row, keys) for row in person.entries.filter(children__in=turns).distinct()}

    def left(pieces: Pieces) -> Pieces:
        there = _there(person, pieces) - {str(key) for key in keys}
        return [cut for piece in pieces if _sources(piece) <= there and (cut := _cut(piece, letters))]

    drafts.rework(person, left)


def _sources(piece: Picked) -> set[str]:
    return {str(piece[name]) for name in ("id", "beside") if piece.get(name)}


def _there(person: User, pieces: Pieces) -> set[str]:
    """Which of them are here, in the bin or not."""
    keys = set[str]().union(*map(_sources, pieces))
    return {
        str(row)
        for rows in (person.entries, person.places)
        for row in rows.filter(pk__in=keys).values_list("pk", flat=True)
    }


def _texts(letter: Entry, keys: Collection[UUID]) -> list[str]:
    """What is left of a letter without those turns; what cannot be opened just now is no place to find a passage in."""
    turns = letter.children.exclude(pk__in=keys).exclude(kind=Entry.Kind.NOTE)
    return [opened(row) or "" for row in (letter, *turns.fetch_mode(FETCH_RAISE))]


def _cut(piece: Picked, letters: Mapping[str, list[str]]) -> Picked | None:
    """The piece with the passages that can still be found; None where none is left."""
    said, texts = drafts.passages_of(piece), letters.get(piece.get("id", ""))
    if texts is None or not said:
        return piece
    found = [words for words in said if passages.spans(texts, [words]) is not None]
    return piece | {"passages": found, "passage": ""} if found else None


HOLDER = Holder(told=told, take=sheets.withdraw, gone=gone)
