"""What was once hoped for: set down in words of its own, waiting, given something, or taken out of sight.

A wish is given something once a gift with words was kept for it. Where the last such gift is let go it waits again, as
if it had not been; nothing here counts, and nothing is ever done with.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import FETCH_RAISE, QuerySet
from django.utils import timezone

from accounts.models import User
from journal.models import Entry, Wish
from journal.words import first_of
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

LONGEST = 600
HOPED = ("hello", "hopes")  # the step and the question whose answers say what was hoped for


@dataclass(frozen=True, slots=True)
class Gift:
    """What was given, by its first words; without them where it lies in the drawer or cannot be opened."""

    entry: Entry
    first: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish, opened. `text` is None where it cannot be; `source` is where it was taken from, if that is there."""

    wish: Wish
    text: str | None = field(repr=False)
    gifts: list[Gift] = field(default_factory=list)
    source: Entry | None = None

    @property
    def key(self) -> str:
        return str(self.wish.pk)


def all_of(person: User) -> QuerySet[Wish]:
    """Newest first."""
    return person.wishes.order_by("-made_at", "-id").fetch_mode(FETCH_RAISE)


def offered(person: User) -> QuerySet[Wish]:
    """Those that may be given something: all that were not taken back."""
    return all_of(person).filter(withdrawn_at=None)


def opened(wish: Wish) -> str | None:
    """Its words, or None where they were altered or their key is missing."""
    try:
        return wish.text
    except (Refused, KeyNotInRing):
        return None


def with_gifts(person: User, rows: Sequence[Wish], *, first_words: int = 12) -> list[Wished]:
    """Those wishes, each with what was given to it, oldest first, and where it came from. Two queries, however many."""
    given = defaultdict(list)
    for gift in _gifts(person).filter(wish__in=rows).order_by("kept_at", "id").fetch_mode(FETCH_RAISE):
        given[gift.wish_id].append(Gift(gift, _first(gift, first_words)))
    there = person.entries.out().filter(wishes__in=rows).defer("body_sealed", "title_sealed").distinct()
    sources = {row.pk: row for row in there.fetch_mode(FETCH_RAISE)}
    return [Wished(row, opened(row), given[row.pk], sources.get(row.source_id or row.pk)) for row in rows]


@transaction.atomic
def set_down(person: User, source: Entry, texts: Iterable[str]) -> None:
    """Set down what an answer hoped for. The same words from the same answer are the same wish, however often sent."""
    person.entries.select_for_update(no_key=True).get(pk=source.pk)
    known = {opened(row): row for row in all_of(person).filter(source=source)}
    for text in dict.fromkeys(texts):
        if text in known:
            person.wishes.filter(pk=known[text].pk).update(withdrawn_at=None)
        else:
            _make(person, text, source=source)


def write(person: User, key: UUID, text: str) -> None:
    """A wish written by itself. `key` was made in the page, so that a second press of the same page adds nothing."""
    taken = Wish.objects.filter(pk=key).first()
    if taken is None:
        _make(person, text, key=key)
    elif taken.owner_id != person.pk or opened(taken) != text:
        _make(person, text)


def mark(text: str) -> str:
    """Which words a page showed, for its form to bring back."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def reword(person: User, wish: Wish, text: str, *, seen: str) -> bool:
    """Other words for it. False, and it is left, where others stand there now than the page had `seen`."""
    row = person.wishes.select_for_update(no_key=True).get(pk=wish.pk)
    standing = opened(row)
    if standing is None or (mark(standing) != seen and standing != text):
        return False
    row.text, row.batch = text, None  # words of its own now: it stays when the import it came with goes
    row.save(update_fields=["text_sealed", "batch"])
    return True


def withdraw(person: User, wish: Wish) -> None:
    person.wishes.filter(pk=wish.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def have_back(person: User, wish: Wish) -> None:
    person.wishes.filter(pk=wish.pk).update(withdrawn_at=None)


def settle(person: User, wish: UUID | None, *, emptied: UUID | None = None) -> None:
    """Note since when a wish was given something, after any of its gifts was kept, let go or brought back.

    `emptied`: a gift that has no words left.
    """
    if wish is not None:  # most saves are no gift, and their transaction is spared a savepoint
        _settle(person, wish, emptied)


@transaction.atomic
def _settle(person: User, wish: UUID, emptied: UUID | None) -> None:
    row = person.wishes.select_for_update(no_key=True).filter(pk=wish).first()
    if row is None:
        return
    gifts = _gifts(person).filter(wish=row).order_by("kept_at")
    if emptied:
        gifts = gifts.exclude(pk=emptied)
    first = gifts.values_list("kept_at", flat=True).first()
    given = (row.given_at or first) if first else None
    if given != row.given_at:
        person.wishes.filter(pk=row.pk).update(given_at=given)


def _gifts(person: User) -> QuerySet[Entry]:
    return person.entries.out().exclude(wish=None).exclude(kept_at=None).filter(rev__gt=0)


def _make(person: User, text: str, *, source: Entry | None = None, key: UUID | None = None) -> None:
    row = Wish(owner=person, source=source, made_at=timezone.now(), **({"id": key} if key else {}))
    row.text = text
    Wish.objects.bulk_create([row], ignore_conflicts=True)


def _first(gift: Entry, most: int) -> str:
    if gift.drawer or (gift.sealed_until and gift.sealed_until > timezone.localdate()):
        return ""
    try:
        return first_of(gift.body, words=most)
    except (Refused, KeyNotInRing):
        return ""
