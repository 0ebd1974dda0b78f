"""Two versions of one text: what is still undecided, and the ways to decide. None of them loses a word."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from journal import history
from journal.history import CannotOpen
from journal.models import Entry, EntryQuerySet, Revision
from journal.revising import revise
from journal.saving import opened


class Changed(Exception):
    """One of the two says something else than when it was read, so nothing was decided."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry as it stands, and a copy of it that came from elsewhere. `more`: further copies of the same one."""

    entry: Entry
    copy: Entry
    more: list[Entry]

    @property
    def seen(self) -> str:
        """Which texts these are, for a form to bring back."""
        return f"{self.entry.rev}.{self.copy.rev}"

    @property
    def is_part(self) -> bool:
        """The copy is of a turn that went into the letter: it is no version of the whole."""
        return self.copy.conflict_of_id != self.entry.pk

    @property
    def home(self) -> UUID:
        """The page on which the entry is read: a turn or a note is read with what it belongs to."""
        return self.entry.parent_id or self.entry.pk


def undecided(person: User, entry: Entry) -> EntryQuerySet:
    """Copies beside an entry or beside what belongs to it, and the entry itself where it is such a copy.

    A copy is undecided while it and what it differs from are both there. A turn that went into its letter counts as
    there, because its words are.
    """
    there = Q(conflict_of__binned_at=None) | Q(conflict_of__merged=True, conflict_of__parent__binned_at=None)
    near = Q(conflict_of=entry) | Q(conflict_of__parent=entry) | Q(pk=entry.pk)
    return person.entries.out().filter(near, there).exclude(conflict_of=None).order_by("-created_at", "-id")


def pair(person: User, entry: Entry) -> Pair | None:
    """The two to look at: of a copy and what it differs from, or of an entry and its newest copy."""
    rows = list(undecided(person, entry).select_related("conflict_of__parent"))
    rows.sort(key=lambda row: row.pk != entry.pk)
    if not rows:
        return None
    copy = rows[0]
    entry = _beside(copy)
    more = undecided(person, entry).exclude(pk__in=[copy.pk, entry.pk]).defer("body_sealed", "title_sealed")
    return Pair(entry, copy, list(more))


@transaction.atomic
def choose(person: User, two: Pair, chosen: UUID, seen: str) -> None:
    """Go on with one of them. The other's text is first put among the earlier versions of the entry; then the copy is
    let go, to be had back for thirty days. Raises `Changed`, or `CannotOpen` and then both stay.
    """
    now = timezone.now()
    rows = person.entries.select_for_update().order_by("pk").in_bulk([two.entry.pk, two.copy.pk])
    entry, copy = rows[two.entry.pk], rows[two.copy.pk]
    if seen != Pair(entry, copy, []).seen or copy.binned_at or copy.conflict_of_id is None:
        raise Changed
    standing, other = opened(entry), opened(copy)
    if standing is None or other is None:
        raise CannotOpen
    if chosen == copy.pk:
        history.put(entry, other, Revision.Reason.CONFLICT)
    elif other and other != standing:
        revise(entry, other, Revision.Reason.CONFLICT, now, rev=0)
    person.entries.filter(conflict_of=copy).update(conflict_of=entry)
    person.entries.filter(pk=copy.pk).update(binned_at=now)


def keep_both(person: User, two: Pair) -> None:
    """Two of their own from here: beside a turn as the next turn, beneath an entry as the next note."""
    beside = {"parent": two.entry.parent_id, "position": two.entry.position}
    person.entries.filter(pk=two.copy.pk).update(conflict_of=None, **beside)


def _beside(copy: Entry) -> Entry:
    """What a copy differs from; of a turn that went into its letter, the letter."""
    original = copy.conflict_of
    assert original is not None
    if original.merged and original.parent is not None:
        return original.parent
    return original
