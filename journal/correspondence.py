"""Letters that get answers: which may be answered, and an exchange as one reads it, whichever letter one came from."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import FETCH_RAISE
from django.utils import timezone

from accounts.models import User
from journal import kept, words
from journal.models import Entry, EntryQuerySet
from journal.saving import opened


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a letter that is one."""

    entry: Entry
    who: str
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of an exchange. What is folded, or lies in the drawer (`away`), brings none of its words.

    `answers` is the letter it answers, where that is not the one it stands below.
    """

    entry: Entry
    title: str = field(repr=False)
    who: str
    text: str | None = field(repr=False)
    turns: list[Turn]
    sealed: bool
    away: bool
    answers: Entry | None

    @property
    def broken(self) -> bool:
        return self.text is None and not (self.sealed or self.away)


def answerable(person: User, today: date) -> EntryQuerySet:
    """Letters that were kept, and are neither let go nor folded."""
    letters = person.entries.out().unsealed(today).filter(kind=Entry.Kind.LETTER, parent=None, conflict_of=None)
    return letters.exclude(kept_at=None)


def may_answer(entry: Entry, today: date) -> bool:
    """Whether this one is among them."""
    stands = entry.kind == Entry.Kind.LETTER and not (entry.parent_id or entry.conflict_of_id or entry.binned_at)
    return stands and entry.kept_at is not None and not kept.is_sealed(entry, today)


def members(person: User, entry: Entry) -> set[UUID]:
    """Every letter that is tied to this one by answers, in both directions; also those let go, which tie others."""
    tied: dict[UUID | None, set[UUID | None]] = defaultdict(set)
    for answer, answered in person.entries.exclude(reply_to=None).values_list("pk", "reply_to"):
        tied[answer].add(answered)
        tied[answered].add(answer)
    found: set[UUID | None] = {entry.pk}
    fresh = found
    while fresh:
        fresh = set().union(*(tied[key] for key in fresh)) - found
        found = found | fresh
    return {key for key in found if key}


def standing(person: User, keys: set[UUID]) -> EntryQuerySet:
    """Those of them that are read: kept, and not let go, in the order of their days."""
    rows = person.entries.out().filter(pk__in=keys, conflict_of=None, parent=None).exclude(kept_at=None)
    return rows.order_by("local_date", "created_at", "id")


def exchange(person: User, entry: Entry) -> list[Letter]:
    """All of it, opened. What lies in the drawer shows where one came from a letter that lies there too."""
    rows = list(standing(person, members(person, entry)).fetch_mode(FETCH_RAISE))
    turns = defaultdict(list)
    for turn in (
        person.entries.out()
        .turns()
        .filter(parent__in=rows)
        .order_by("position", "created_at", "id")
        .fetch_mode(FETCH_RAISE)
    ):
        turns[turn.parent_id].append(turn)
    today, names = timezone.localdate(), words.names(person)
    letters, by_key = [], {row.pk: row for row in rows}
    for above, row in zip([None, *rows], rows, strict=False):
        answers = by_key.get(row.reply_to_id) if row.reply_to_id else None
        away = row.drawer and not entry.drawer
        beside = None if answers == above else answers
        letters.append(_letter(row, turns[row.pk], names, sealed=kept.is_sealed(row, today), away=away, answers=beside))
    return letters


def _letter(  # noqa: PLR0913 (all of it is one line of the page)
    row: Entry, turns: list[Entry], names: dict[str, str], *, sealed: bool, away: bool, answers: Entry | None
) -> Letter:
    if sealed or away:
        return Letter(row, title="", who="", text=None, turns=[], sealed=sealed, away=away, answers=answers)
    said = [Turn(turn, names.get(turn.voice, ""), opened(turn)) for turn in turns]
    who = names.get(row.voice, "")
    return Letter(row, kept.opened_title(row), who, opened(row), said, sealed=False, away=False, answers=answers)
