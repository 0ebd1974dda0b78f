"""What may come back by itself: asked for each entry, and no more than one line a day."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import preferences
from accounts.models import User
from journal import words
from journal.models import Entry, EntryQuerySet
from journal.saving import opened

NOT_TODAY = "not_today"  # the preference that holds the day on which somebody said so
LINE_WORDS = 24
CHOICES: dict[str, Promise] = {
    Entry.Resurfacing.MAY: _("It may come back"),
    Entry.Resurfacing.ASK: _("Ask me first"),
    Entry.Resurfacing.NEVER: _("Never"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of somebody's own. `words` is empty where they are asked first: then only its day and step show."""

    entry: Entry
    words: str = field(repr=False)


def may_ask(entry: Entry) -> bool:
    """Whether this entry's page asks at all: a turn goes with its letter, and what is put away stays away."""
    return not (entry.binned_at or entry.parent_id or entry.drawer or entry.conflict_of_id)


def willing(person: User, day: date) -> EntryQuerySet:
    """What that person let come back, and which is neither put away nor folded until a later day."""
    open_by_now = Q(sealed_until=None) | Q(sealed_until__lte=day)
    entries = person.entries.out().worded().filter(open_by_now, drawer=False, parent=None, conflict_of=None)
    return entries.exclude(kept_at=None).exclude(resurfacing=Entry.Resurfacing.NEVER).order_by("created_at", "id")


def line_for(person: User, day: date) -> Line | None:
    """The line of that day: each in its turn, the same all day. None where nothing may come, or not today."""
    if person.preferences.get(NOT_TODAY) == day.isoformat():
        return None
    entries = willing(person, day)
    count = entries.count()
    if not count:
        return None
    entry = entries[day.toordinal() % count]
    if entry.resurfacing == Entry.Resurfacing.ASK:
        return Line(entry, "")
    said = _said(entry)
    return Line(entry, said) if said else None


def not_today(person: User, day: date) -> None:
    preferences.change(person, NOT_TODAY, day.isoformat())


def _said(entry: Entry) -> str:
    """Its beginning, or that of its first turn; "" where it cannot be opened."""
    turn = None if entry.rev else entry.children.filter(binned_at=None).order_by("position", "created_at", "id").first()
    text = opened(turn or entry) or ""
    first = words.first_of(text, words=LINE_WORDS)
    return first if words.first_of(text, words=LINE_WORDS + 1) == first else f"{first} …"
