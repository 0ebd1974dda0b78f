"""What stands on a sheet of something that its owner lets go."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
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
from vault.masterkeys import MasterKeyError


@dataclass(frozen=True, slots=True)
class Parting:
    """A letter of which turns go. `shut`: something of what is left of it cannot be opened just now."""

    going: list[str] = field(repr=False)
    left: list[str] = field(repr=False)
    shut: bool

    def keeps(self, words: str) -> bool:
        """Whether that passage stands in what is left, or may: of what goes alone it is gone."""
        if passages.spans(self.left, [words]) is not None:
            return True
        return self.shut and passages.spans(self.going, [words]) is None


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
    letters = {str(row.pk): _parting(row, keys) for row in person.entries.filter(children__in=turns).distinct()}

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


def _parting(letter: Entry, keys: Collection[UUID]) -> Parting:
    turns = letter.children.exclude(kind=Entry.Kind.NOTE).fetch_mode(FETCH_RAISE)
    going, left = _texts(turns.filter(pk__in=keys)), _texts([letter, *turns.exclude(pk__in=keys)])
    return Parting(
        [text for text in going if text is not None],
        [text for text in left if text is not None],
        shut=None in left,
    )


def _texts(rows: Iterable[Entry]) -> list[str | None]:
    """None for what cannot be opened just now."""
    texts: list[str | None] = []
    for row in rows:
        try:
            texts.append(opened(row))
        except MasterKeyError:
            texts.append(None)
    return texts


def _cut(piece: Picked, letters: Mapping[str, Parting]) -> Picked | None:
    """The piece with the passages that stay; None where none is left."""
    said, parting = drafts.passages_of(piece), letters.get(piece.get("id", ""))
    if parting is None or not said:
        return piece
    found = [words for words in said if parting.keeps(words)]
    return piece | {"passages": found, "passage": ""} if found else None


HOLDER = Holder(told=told, take=sheets.withdraw, gone=gone)
