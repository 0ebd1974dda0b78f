"""What was kept, newest first: a page of it, opened, and put under years and months."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import FETCH_RAISE, Q
from django.utils import timezone

from accounts.models import User
from journal import words
from journal.models import Entry, EntryQuerySet
from journal.saving import opened
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

PAGE = 20
ON_THE_BOARD = 5
CURSOR = struct.Struct(">Iq16s")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the page."""

    entry: Entry
    title: str = field(repr=False)
    first: str = field(repr=False)
    kind: str
    sealed: bool
    broken: bool

    @property
    def drawing(self) -> str:
        return words.DRAWINGS[self.entry.kind]


@dataclass(frozen=True, slots=True)
class Month:
    """`begins` is False where the page before ended in the same month."""

    day: date
    items: list[Item]
    begins: bool


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: list[Month]
    begins: bool

    @property
    def drawings(self) -> list[str]:
        """A few of the things that stand on this year's shelf."""
        return [item.drawing for month in self.months for item in month.items][:ON_THE_BOARD]


@dataclass(frozen=True, slots=True)
class Page:
    years: list[Year]
    earlier: str


def listed(person: User) -> EntryQuerySet:
    """Everything with words in it that stands for itself: a letter by turns is one thing."""
    return person.entries.out().filter(parent=None).worded().newest_first()


def page_of(entries: EntryQuerySet, before: str = "") -> Page:
    """Twenty of them, from the place that `before` names. Raises `BadRequest` for a place that is none."""
    place = _place(before) if before else None
    if place:
        day, at, key = place
        later = Q(local_date=day, created_at__gt=at) | Q(local_date=day, created_at=at, id__gte=key)
        entries = entries.filter(local_date__lte=day).exclude(later)
    rows = list(entries.fetch_mode(FETCH_RAISE)[: PAGE + 1])
    shown = rows[:PAGE]
    return Page(
        years=_years(items_of(shown), place[0] if place else None),
        earlier=_name(shown[-1]) if len(rows) > PAGE else "",
    )


def items_of(rows: list[Entry]) -> list[Item]:
    """Rows, opened. A letter by turns shows the first words of its first turn."""
    first = Entry.objects.out().turns().filter(parent__in=[row.pk for row in rows]).fetch_mode(FETCH_RAISE)
    turns = {
        turn.parent_id: turn for turn in first.order_by("parent", "position", "created_at", "id").distinct("parent")
    }
    today = timezone.localdate()
    return [_item(row, turns.get(row.pk), today) for row in rows]


def is_sealed(entry: Entry, today: date) -> bool:
    """Folded until a day that has not come."""
    return entry.sealed_until is not None and entry.sealed_until > today


def _item(row: Entry, turn: Entry | None, today: date) -> Item:
    if is_sealed(row, today):
        return Item(row, title="", first="", kind=words.kind_of(row), sealed=True, broken=False)
    text = opened(turn if turn and not row.rev else row)
    title = opened_title(row)
    first = words.first_of(text or "")
    if not title and row.kind != Entry.Kind.LETTER:
        title = row.question
    if not title:
        title, first = first, ""
    return Item(row, title=title, first=first, kind=words.kind_of(row), sealed=False, broken=text is None)


def opened_title(row: Entry) -> str:
    """A title is one value of a row; where it cannot be opened the text's own line tells so."""
    try:
        return row.title
    except (Refused, KeyNotInRing):
        return ""


def _years(items: Iterable[Item], came_from: date | None) -> list[Year]:
    before = came_from or date.max
    years = []
    for number, of_year in groupby(items, key=lambda item: item.entry.local_date.year):
        months = []
        for month, of_month in groupby(of_year, key=lambda item: item.entry.local_date.replace(day=1)):
            begins = month != before.replace(day=1)
            months.append(Month(month, list(of_month), begins))
        years.append(Year(number, months, number != before.year))
    return years


def _name(entry: Entry) -> str:
    """Where a page ends, as one opaque word."""
    at = (entry.created_at - EPOCH) // timedelta(microseconds=1)
    packed = CURSOR.pack(entry.local_date.toordinal(), at, entry.pk.bytes)
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _place(name: str) -> tuple[date, datetime, UUID]:
    try:
        day, at, key = CURSOR.unpack(urlsafe_b64decode(name + "=" * (-len(name) % 4)))
        return date.fromordinal(day), EPOCH + timedelta(microseconds=at), UUID(bytes=key)
    except (ValueError, OverflowError, struct.error):
        raise BadRequest("a place on no page") from None
