"""Which keys this request or task may use.

A ring holds the keys of one person, with those of what they share or what is shared with them, and opening a value
takes the key from the ring, never from the row. So a forgotten owner filter ends in `KeyNotInRing`, not in somebody
else's words.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from innerchild.statements import Given, Statement
from vault import envelope, masterkeys, signals
from vault.models import KeyCheck, KeyWrap, ShareKey, UserKey

WRAPS = Statement(
    lambda: (
        KeyWrap.objects.filter(key__owner=Given("person"), slot=envelope.SLOT_MASTER)
        .annotate(generation=F("key__generation"))
        .only("kek_id", "blob")
    )
)
NOBODY, NOTHING = UUID(int=0), bytes(envelope.KEY_BYTES)  # whose key a check value is, and what it says


type Wraps = dict[int, tuple[str, bytes]]  # by generation: the id of a master key, and what it wrapped


class KeyNotInRing(Exception):
    """A value of somebody whose keys this request or task does not hold."""


class KeyRing:
    """The keys of at most one person at a time; wraps are read on first use, each opened when asked for."""

    def __init__(self, holder: Callable[[], UUID | None], *, purpose: str) -> None:
        self.purpose = purpose
        self._holder = holder
        self._person: UUID | None = None
        self._wraps: Wraps = {}
        self._keys: dict[int, bytes] = {}
        self._shares: dict[tuple[UUID, UUID], bytes] = {}
        self._shut: Counter[tuple[UUID, bool]] = Counter()

    def key(self, person: UUID, generation: int) -> bytes:
        """The data key of that person and generation, if this ring may hold it."""
        self._turn_to(person)
        if generation not in self._keys:
            self._keys[generation] = self._unwrap(person, generation)
        return self._keys[generation]

    def newest(self, person: UUID) -> tuple[int, bytes]:
        """Generation and key that new text is sealed under."""
        self._turn_to(person)
        if not self._wraps:
            raise KeyNotInRing("this person has no key")
        generation = max(self._wraps)
        return generation, self.key(person, generation)

    def hold(self, person: UUID, wraps: Wraps | None = None) -> None:
        """Read what opens this person's values now, or take it where it was read; then the ring asks nothing more."""
        self._turn_to(person, wraps)

    def all(self, person: UUID) -> dict[int, bytes]:
        """Every data key of that person by generation: an older one still opens what was sealed under it."""
        self._turn_to(person)
        return {generation: self.key(person, generation) for generation in self._wraps}

    def share(self, share: UUID) -> bytes:
        """The key of something shared, if it is this ring's person who shares it or with whom it is shared."""
        holder = self._holder()
        if holder is None:
            raise KeyNotInRing(f"the ring for {self.purpose} holds nobody's keys")
        if (holder, share) not in self._shares:
            self._shares |= {(holder, row.pk): _unwrap_share(row) for row in _shares_of(holder, [share])}
        if (holder, share) not in self._shares:
            raise KeyNotInRing(f"the ring for {self.purpose} does not hold the key of this share")
        return self._shares[holder, share]

    def hold_shares(self, shares: Iterable[UUID]) -> None:
        """Read the keys of several at once; those of other people's are left out, and those that do not open."""
        holder = self._holder()
        if holder is None:
            return
        for row in _shares_of(holder, shares):
            with suppress(envelope.Refused):
                self._shares[holder, row.pk] = _unwrap_share(row)

    def refuse(self, person: UUID) -> None:
        """Something of that person's did not open with this ring. A ring that serves nobody has nothing to tell."""
        if holder := self._holder():
            self._shut[person, person == holder] += 1

    def close(self) -> None:
        """Serve nobody from here on: a thread or stream that outlives the block opens nothing."""
        self._holder = lambda: None
        self._forget()
        for (person, own), count in self._shut.items():
            signals.not_opened.send(KeyRing, person=person, count=count, own=own)

    def _turn_to(self, person: UUID, wraps: Wraps | None = None) -> None:
        holder = self._holder()
        if holder != self._person:
            self._forget()
        if person != holder:
            raise KeyNotInRing(f"the ring for {self.purpose} does not hold this person's keys")
        if not self._wraps:
            self._person, self._wraps = person, wraps or _wraps_of(person)

    def _unwrap(self, person: UUID, generation: int) -> bytes:
        if generation not in self._wraps:  # made since this ring was opened
            self._wraps = _wraps_of(person)
        if generation not in self._wraps:
            raise KeyNotInRing(f"no key of generation {generation}")
        key_id, blob = self._wraps[generation]
        return envelope.unwrap(masterkeys.by_id(key_id), blob, key_id=key_id, person=person, generation=generation)

    def _forget(self) -> None:
        self._person = None
        self._wraps, self._keys, self._shares = {}, {}, {}


_ring: ContextVar[KeyRing | None] = ContextVar("ring", default=None)


def current() -> KeyRing:
    """The ring of this request or task. Raises `KeyNotInRing` where none is open."""
    ring = _ring.get()
    if ring is None:
        raise KeyNotInRing("no key-ring is open here")
    return ring


@contextmanager
def opened(holder: Callable[[], UUID | None], *, purpose: str) -> Iterator[KeyRing]:
    """Open a ring for the length of the block. `holder` says whose keys it may hold just now."""
    ring = KeyRing(holder, purpose=purpose)
    token = _ring.set(ring)
    try:
        yield ring
    finally:
        _ring.reset(token)
        ring.close()


@contextmanager
def opened_for(person: UUID, *, purpose: str) -> Iterator[KeyRing]:
    """Open a ring for one person: in a task, a command, or while an account is being made.

    Name the purpose as one would to that person: "reminding", "checking that everything opens".
    """
    with opened(lambda: person, purpose=purpose) as ring:
        yield ring


def make_key(person: UUID) -> None:
    """Make the first data key of a person, in the transaction that makes the person."""
    make_keys({person: 1})


def make_keys(wanted: Mapping[UUID, int]) -> None:
    """Make a data key of that generation for each of these people. No other may be active then."""
    key_id, master = masterkeys.active()
    with transaction.atomic():
        ensure_check(key_id, master)
        keys = [UserKey(owner_id=person, generation=generation) for person, generation in wanted.items()]
        UserKey.objects.bulk_create(keys)
        KeyWrap.objects.bulk_create([_wrapped(key, key_id, master) for key in keys])


def make_share_key(share: UUID, *, owner: UUID, reader: UUID) -> None:
    """Make the key of something that one person shares with another, in the transaction that shares it."""
    key_id, master = masterkeys.active()
    bound = envelope.Share(share, owner, reader)
    with transaction.atomic():
        ensure_check(key_id, master)
        blob = envelope.wrap_share(master, os.urandom(envelope.KEY_BYTES), key_id=key_id, share=bound)
        ShareKey.objects.create(share=share, owner_id=owner, reader_id=reader, kek_id=key_id, blob=blob)


def ensure_check(key_id: str, master: bytes) -> None:
    """Note once per master key how it can be recognised. Raises `Refused` when it is another key of that name."""
    noted = KeyCheck.objects.filter(kek_id=key_id).first()
    if noted:
        open_check(noted, master)
        return
    blob = envelope.wrap(master, NOTHING, key_id=key_id, person=NOBODY, generation=0)
    KeyCheck.objects.bulk_create([KeyCheck(kek_id=key_id, blob=blob)], ignore_conflicts=True)


def open_check(noted: KeyCheck, master: bytes) -> None:
    """Raises `Refused` unless this is the master key that the check value was made with."""
    envelope.unwrap(master, bytes(noted.blob), key_id=noted.kek_id, person=NOBODY, generation=0)


def _shares_of(holder: UUID, shares: Iterable[UUID]) -> Iterable[ShareKey]:
    return ShareKey.objects.filter(pk__in=list(shares)).filter(Q(owner=holder) | Q(reader=holder))


def wraps_of(people: Collection[UUID]) -> dict[UUID, Wraps]:
    """What opens these people's keys, for `KeyRing.hold`: read at once where a task comes to one after the other."""
    found: dict[UUID, Wraps] = defaultdict(dict)
    wraps = KeyWrap.objects.filter(key__owner__in=people, slot=envelope.SLOT_MASTER)
    for person, generation, key_id, blob in wraps.values_list("key__owner_id", "key__generation", "kek_id", "blob"):
        found[person][generation] = key_id, bytes(blob)
    return found


def _unwrap_share(row: ShareKey) -> bytes:
    bound = envelope.Share(row.pk, row.owner_id, row.reader_id)
    return envelope.unwrap_share(masterkeys.by_id(row.kek_id), bytes(row.blob), key_id=row.kek_id, share=bound)


def _wrapped(key: UserKey, key_id: str, master: bytes) -> KeyWrap:
    data_key = os.urandom(envelope.KEY_BYTES)
    blob = envelope.wrap(master, data_key, key_id=key_id, person=key.owner_id, generation=key.generation)
    return KeyWrap(key=key, kek_id=key_id, blob=blob)


def _wraps_of(person: UUID) -> Wraps:
    return {vars(wrap)["generation"]: (wrap.kek_id, bytes(wrap.blob)) for wrap in WRAPS.rows(person=person)}
