"""What was kept, newest first: a page of it, opened, and put on the shelves of its seasons, by month."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import FETCH_RAISE, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts import preferences
from accounts.models import User
from innerchild.statements import Given, Statement
from journal import words
from journal.models import Entry, EntryQuerySet
from journal.saving import opened
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

PAGE = 20
SOON = 3  # of what waits for its day, so many stand on the first page
ON_THE_BOARD = 5
CURSOR = struct.Struct(">Iq16s")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST = Statement(lambda: _shelved()[: PAGE + 1])
EARLIER = Statement(lambda: _beyond(_shelved(), Given("day"), Given("at"), Given("key"))[: PAGE + 1])
SOONEST = Statement(lambda: _waiting(Entry.objects.filter(owner=Given("owner")), Given("today"))[: SOON + 1])


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

    @property
    def name(self) -> str:
        return self.title or self.kind

    @property
    def address(self) -> str:
        return str(self.entry.pk).join(_around_a_key())

    @property
    def below(self) -> str:
        """The small line: what it is, unless that is its name, and that it is open, while it is."""
        if self.entry.conflict_of_id:
            return _("Another version, kept")
        if self.entry.kept_at:
            return self.kind if self.title else ""
        return f"{self.kind}, {_('open')}" if self.title else _("Open")


@cache
def _around_a_key() -> list[str]:
    """What stands on either side of a key in the address of an entry: asked for anew, it took a third of each line."""
    nobody = UUID(int=0)
    return reverse("entry", args=[nobody]).split(str(nobody))


@dataclass(frozen=True, slots=True)
class Month:
    """`begins` is False where the page before ended in the same month."""

    day: date
    items: list[Item]
    begins: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """Three months that belong together. They are named, because which season they are depends on where one lives."""

    first: date
    months: list[Month]
    begins: bool

    @property
    def name(self) -> str:
        """As in “March to May 2026”, and “December 2025 to February 2026” where a year ends between them."""
        last = (self.first + timedelta(days=65)).replace(day=1)
        begins = formats.date_format(self.first, "F" if self.first.year == last.year else "F Y")
        return _("%(first)s to %(last)s") % {"first": begins, "last": formats.date_format(last, "F Y")}

    @property
    def drawings(self) -> list[str]:
        """A few of the things that stand on this shelf."""
        return [item.drawing for month in self.months for item in month.items][:ON_THE_BOARD]


@dataclass(frozen=True, slots=True)
class Page:
    shelves: list[Shelf]
    earlier: str


def listed(person: User) -> EntryQuerySet:
    return person.entries.listed()


def newest(person: User, before: str = "", *, hide: bool = False, goes_on: bool = False) -> Page:
    """A page of all that stands on the shelves: what `page_of` gives for it."""
    today = timezone.localdate()
    if before:
        day, at, key = _place(before)
        rows = EARLIER.rows(owner=person.pk, today=today, day=day, at=at, key=key)
    else:
        rows = NEWEST.rows(owner=person.pk, today=today)
    return _page(rows, before, hide=hide, goes_on=goes_on)


def page_of(entries: EntryQuerySet, before: str = "", *, hide: bool = False, goes_on: bool = False) -> Page:
    """Twenty of them, from the place that `before` names; `goes_on` where what came before it stands above.

    Raises `BadRequest` for a place that is none.
    """
    return _page(_asked(entries, before), before, hide=hide, goes_on=goes_on)


def _page(rows: list[Entry], before: str, *, hide: bool, goes_on: bool) -> Page:
    shown, earlier = _ended(rows)
    came_from = _place(before)[0] if before and goes_on else None
    return Page(_shelves(items_of(shown, hide=hide), came_from), earlier)


def rows_of(entries: EntryQuerySet, before: str = "") -> tuple[list[Entry], str]:
    """Twenty of them, newest first, and the name of the place where they end, "" where nothing follows."""
    return _ended(_asked(entries, before))


def _asked(entries: EntryQuerySet, before: str) -> list[Entry]:
    if before:
        entries = _beyond(entries, *_place(before))
    return list(entries.fetch_mode(FETCH_RAISE)[: PAGE + 1])


def _beyond(entries: EntryQuerySet, day: date | Given, at: datetime | Given, key: UUID | Given) -> EntryQuerySet:
    later = Q(local_date=day, created_at__gt=at) | Q(local_date=day, created_at=at, id__gte=key)
    return entries.filter(local_date__lte=day).exclude(later)


def _shelved() -> EntryQuerySet:
    return Entry.objects.filter(owner=Given("owner")).listed().on_shelves(Given("today")).fetch_mode(FETCH_RAISE)


def _ended(rows: list[Entry]) -> tuple[list[Entry], str]:
    shown = rows[:PAGE]
    return shown, _name(shown[-1]) if len(rows) > PAGE else ""


def items_of(rows: list[Entry], *, hide: bool = False) -> list[Item]:
    """Rows, opened. A letter by turns shows the first words of its first turn. `hide`: no text is opened at all."""
    today = timezone.localdate()
    if hide:
        return [_item(row, None, today, hide=True) for row in rows]
    turns = _first_turns([row for row in rows if not row.rev])
    return [_item(row, turns.get(row.pk), today) for row in rows]


def hides(person: User) -> bool:
    """Whether lists show no first words, by that person's choice."""
    return bool(preferences.HIDE.of(person))


def soonest(person: User) -> tuple[list[Item], bool]:
    """The first few of what waits for its day, and whether more does. Nothing of it is opened."""
    rows = SOONEST.rows(owner=person.pk, today=timezone.localdate())
    return items_of(rows[:SOON], hide=True), len(rows) > SOON


def folded(person: User, after: UUID | None) -> tuple[list[Item], UUID | None]:
    """Twenty of what waits, later than that one; and the one after which there are more. Nothing of it is opened."""
    entries = _waiting(person.entries.all(), timezone.localdate())
    mark = entries.filter(pk=after).first() if after else None
    if mark:
        later = Q(sealed_until__gt=mark.sealed_until) | Q(sealed_until=mark.sealed_until, pk__gt=mark.pk)
        entries = entries.filter(later)
    rows = list(entries[: PAGE + 1])
    return items_of(rows[:PAGE], hide=True), rows[PAGE - 1].pk if len(rows) > PAGE else None


def _waiting(entries: EntryQuerySet, today: date | Given) -> EntryQuerySet:
    """What is folded until a day that has not come, soonest first."""
    folded = entries.listed().filter(drawer=False, sealed_until__gt=today)
    return folded.order_by("sealed_until", "id").fetch_mode(FETCH_RAISE)


def is_sealed(entry: Entry, today: date) -> bool:
    """Folded until a day that has not come."""
    return entry.sealed_until is not None and entry.sealed_until > today


def _first_turns(letters: list[Entry]) -> dict[UUID | None, Entry]:
    """By letter, for those that have no words of their own; most pages hold none of them, and ask nothing."""
    if not letters:
        return {}
    turns = Entry.objects.out().turns().filter(parent__in=[letter.pk for letter in letters]).fetch_mode(FETCH_RAISE)
    first = turns.order_by("parent", "position", "created_at", "id").distinct("parent")
    return {turn.parent_id: turn for turn in first}


def _item(row: Entry, turn: Entry | None, today: date, *, hide: bool = False) -> Item:
    kind = words.kind_of(row)
    if is_sealed(row, today):
        return Item(row, title="", first="", kind=kind, sealed=True, broken=False)
    text = "" if hide else opened(turn or row)
    title = opened_title(row)
    first = words.first_of(_after(title, text or ""))
    if not title and row.kind != Entry.Kind.LETTER:
        title = row.question
    if not title:
        title, first = first, ""
    return Item(row, title=title, first=first, kind=kind, sealed=False, broken=text is None)


def _after(title: str, text: str) -> str:
    """A text from where a title ends that is its own beginning: nothing is shown twice."""
    rest = text.removeprefix(title)
    return text if rest == text or rest[:1].isalnum() else rest.lstrip(" .,:;!?…–—-\r\n")


def opened_title(row: Entry) -> str:
    """A title is one value of a row; where it cannot be opened the text's own line tells so."""
    try:
        return row.title
    except (Refused, KeyNotInRing):
        return ""


def season(day: date) -> date:
    """The first day of the three months a day belongs to: March, June, September, December."""
    month = day.month - day.month % 3
    return date(day.year, month, 1) if month else date(max(day.year - 1, 1), 12, 1)


def _shelves(items: Iterable[Item], came_from: date | None) -> list[Shelf]:
    before = came_from or date.max
    shelves = []
    for first, of_season in groupby(items, key=lambda item: season(item.entry.local_date)):
        months = []
        for month, of_month in groupby(of_season, key=lambda item: item.entry.local_date.replace(day=1)):
            begins = came_from is None or month != before.replace(day=1)
            months.append(Month(month, list(of_month), begins))
        shelves.append(Shelf(first, months, came_from is None or first != season(before)))
    return shelves


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
