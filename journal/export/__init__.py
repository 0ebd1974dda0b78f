"""Everything a person wrote, on its way out: read in small steps, and nothing of it stays on the server.

An app above adds what it keeps to `SECTIONS` in `ready()`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from accounts import guesses
from accounts.models import User
from vault import keyring

AT_ONCE = 2_000_000  # bytes of sealed text that are open at one time
ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody takes along. `began`: what is made later than that stays out."""

    kinds: frozenset[str]
    began: datetime
    since: date | None = None
    until: date | None = None
    binned: bool = False

    def within[Rows: QuerySet[Any]](self, rows: Rows, day: str) -> Rows:
        """Those of the range, by that column."""
        if self.since:
            rows = rows.filter(**{f"{day}__gte": self.since})
        return rows.filter(**{f"{day}__lte": self.until}) if self.until else rows


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one voice. `text` is None where they cannot be opened."""

    who: str
    text: str | None = field(repr=False)
    voice: str = "none"


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beneath a piece, added later."""

    day: date
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing to read, with everything that belongs to it. `label` is its kind in words, `marks` what else is so."""

    key: UUID
    kind: str
    label: str
    day: date
    zone: str
    made_at: datetime
    updated_at: datetime
    title: str = field(default="", repr=False)
    question: str = ""
    step: str = ""
    question_key: str = ""
    pack: int = 1
    language: str = "en"
    voice: str = "none"
    parts: Sequence[Part] = ()
    notes: Sequence[Note] = ()
    marks: Sequence[str] = ()
    sealed_until: date | None = None
    kept: bool = True
    changed: bool = False
    binned: bool = False
    data: dict[str, Any] = field(default_factory=dict, repr=False)  # a check-in's own answers
    scene: SafeString = field(default=SafeString(), repr=False)

    @property
    def heading(self) -> str:
        return self.title or self.question or self.label


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """Where a piece stands in reading order, and how many bytes it opens from."""

    day: date
    at: datetime
    key: UUID
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of row: as a list of the archive, and, where it reads as something, as pieces in reading order.

    `kind` is what has to be ticked for it, "" for what always comes along. `covers` draws a place for a cover.
    `comes_in` is False where an archive that is brought in leaves it out. `shapes` says of a sealed attribute whether
    what an archive has in it can be read as what it stands for.
    """

    key: str
    model: type[Model]
    kind: str
    rows: Callable[[User, Wanted], QuerySet[Any]]
    lines: Callable[[User, Wanted], Iterable[Line]] = lambda _person, _wanted: ()
    pieces: Callable[[User, Sequence[UUID]], list[Piece]] = lambda _person, _keys: []
    covers: Callable[[User], SafeString] = lambda _person: SafeString()
    comes_in: bool = True
    shapes: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)


SECTIONS: list[Section] = []


def wanted_sections(wanted: Wanted) -> list[Section]:
    return [section for section in SECTIONS if not section.kind or section.kind in wanted.kinds]


@contextmanager
def speaking(person: User) -> Iterator[None]:
    """Their zone and their language, as in a request of theirs."""
    with timezone.override(guesses.zone_of(person.time_zone)), translation.override(person.language):
        yield


@contextmanager
def reading(person: User) -> Iterator[None]:
    """One batch: a ring for one person, and a connection given back at the end.

    It is never held across a `yield`: whoever reads slowly would keep it open, and a key with it.
    """
    with keyring.opened_for(person.pk, purpose="taking it along"), speaking(person):
        yield
    if not connection.in_atomic_block:
        connection.close()


def grouped[T](sized: Iterable[tuple[T, int]]) -> Iterator[list[T]]:
    """Runs of what may be open at one time; a thing that is larger than that stands alone."""
    group: list[T] = []
    held = 0
    for thing, size in sized:
        if group and (held + size > AT_ONCE or len(group) == ROWS_AT_ONCE):
            yield group
            group, held = [], 0
        group.append(thing)
        held += size
    if group:
        yield group


def anything(person: User, wanted: Wanted) -> bool:
    """Whether there is anything of theirs at all."""
    return any(each.rows(person, wanted).exists() for each in wanted_sections(wanted))


def table_of_contents(person: User, wanted: Wanted) -> list[tuple[Line, Section]]:
    """Everything there is to read, in reading order; only sizes and days, nothing opened."""
    with reading(person):
        found = [(line, each) for each in wanted_sections(wanted) for line in each.lines(person, wanted)]
    return sorted(found, key=lambda pair: pair[0])


def pieces(person: User, contents: Iterable[tuple[Line, Section]]) -> Iterator[Piece]:
    """Those pieces, opened a few at a time. What was deleted for good meanwhile is left out."""
    for group in grouped(((line, section), line.size) for line, section in contents):
        with reading(person):
            opened = _opened(person, group)
        yield from opened


def _opened(person: User, group: Sequence[tuple[Line, Section]]) -> list[Piece]:
    found = {}
    for section in {section.key: section for _, section in group}.values():
        keys = [line.key for line, its in group if its is section]
        found.update({piece.key: piece for piece in section.pieces(person, keys)})
    return [found[line.key] for line, _ in group if line.key in found]
