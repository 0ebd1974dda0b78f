"""The record of what happened to an account, in a chain that shows where something was changed or taken out.

Each event holds the hash of the one before it. Where the chain ends is vouched for under the active master key: who
can write to the database and holds no master key can neither alter, remove, exchange nor add an event unseen.
docs/security.md tells what this does not show. Nothing is ever taken out of it but with its person.
"""

import hashlib
import json
import logging
import re
import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from hmac import compare_digest
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from accounts.models import LedgerEnd, SecurityEvent
from vault import batches, envelope, keyring, masterkeys

log = logging.getLogger(__name__)

# How a kind is told in words, by the app that notes it, filled in ready(). `accounts/happened.py` has words for the rest.
WORDS: dict[str, Callable[[SecurityEvent], str]] = {}

PURPOSE = b"icj:ledger:v1"
END = struct.Struct(">16sI32s")
START = bytes(32)  # what the first event follows
UNVOUCHED = b""  # what an event follows where the end before it was not ours: a break is never mended
OURS = re.compile(r"[\w.:-]{1,64}", re.ASCII)
AT_ONCE = 500
Kind = SecurityEvent.Kind
SAME = {
    Kind.TOO_OFTEN: timedelta(minutes=5),
    Kind.DECRYPT_FAILED: timedelta(days=1),
    Kind.DENIED: timedelta(days=1),
}

# What failed is noted beside the request: how long an answer takes tells nobody whether an address is known, and
# nothing that is rolled back takes the event with it. What still waits when the process ends is noted first.
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events hold together from the first on, and whether these are all there were."""

    count: int
    whole: bool


def note(owner_id: UUID, kind: Kind, **details: str | int) -> None:
    """Add an event to somebody's record, as part of the transaction that is open: what is undone is not told.

    Call it last in that transaction: until it ends nobody else adds to this record. What it was about is given as ids
    and names of our own, never as anybody's words (`ValueError`). Not being able to note stops nothing and is logged.
    """
    _note(owner_id, kind, _checked(details))


def note_from(owner_id: UUID, kind: Kind, what: str, **details: str | int) -> None:
    """`note`, with the browser it came from, which is sealed. Only for a person who has just proved who they are."""
    _note(owner_id, kind, _checked(details), what)


def note_all(owner_ids: Collection[UUID], kind: Kind) -> None:
    """`note` for many people at once, of a kind that is news each time. Whose record is held just now comes last."""
    try:
        with transaction.atomic():
            noted = _append_all(owner_ids, kind)
    except (DatabaseError, InterfaceError, masterkeys.MasterKeyError) as trouble:
        log.error("one by one, because of %s", type(trouble).__name__)  # noqa: TRY400 - it holds values
        noted = set()
    for owner_id in sorted(set(owner_ids) - noted):
        _note(owner_id, kind, {})


def note_beside(owner_id: UUID, kind: Kind, **details: str | int) -> None:
    """`note` for what failed or was refused: in a transaction of its own, whatever becomes of the one that is open."""
    beside(partial(note, owner_id, kind, **_checked(details)))


def beside(act: Callable[[], None]) -> None:
    """Do it after what is asked for already, beside the request and with a connection of its own."""
    _beside.submit(_alone, act)


def verify(owner_id: UUID) -> Verdict:
    """Compute the whole chain of one person anew, and look whether it ends where it is vouched to end."""
    found = _look(owner_id)
    if found.whole:
        return found
    with transaction.atomic():  # something may have been added between two reads: once more while nothing can be
        list(LedgerEnd.objects.select_for_update().filter(owner_id=owner_id))
        return _look(owner_id)


def vouch_anew() -> None:
    """Vouch for every end under the active master key, so that another one may go. One that does not hold stays so."""
    key_id = masterkeys.active()[0]
    for batch in batches.by_key(LedgerEnd.objects.exclude(kek_id=key_id)):
        for end in filter(_is_vouched, batch):
            before = bytes(end.proof_hash)
            end.kek_id = key_id
            same = LedgerEnd.objects.filter(pk=end.pk, proof_hash=before)
            same.update(kek_id=key_id, proof_hash=_proof(end))  # noted in meanwhile, it is under the active one already


def canonical(event: SecurityEvent) -> bytes:
    """The bytes that are hashed with SHA-256; docs/formats.md tells them, so that an archive can be checked."""
    said = [
        str(event.pk), event.number, str(event.kind), event.at.astimezone(UTC).isoformat(), event.details,
        event.about_sealed is not None, bytes(event.previous_hash).hex(),
    ]  # fmt: skip
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def hash_of(event: SecurityEvent) -> bytes:
    return hashlib.sha256(canonical(event)).digest()


def _checked(details: Mapping[str, str | int]) -> dict[str, str | int]:
    if not all(isinstance(value, int) or OURS.fullmatch(value) for value in details.values()):
        raise ValueError("details are ids and names of our own")
    return dict(details)


def _alone(act: Callable[[], None]) -> None:
    try:
        act()
    except (DatabaseError, InterfaceError) as trouble:
        log.error("what somebody tried was not noted: %s", type(trouble).__name__)  # noqa: TRY400 - it holds values
    finally:
        connection.close()


def _note(owner_id: UUID, kind: Kind, details: dict[str, str | int], what: str = "") -> None:
    try:
        with transaction.atomic():
            _append(owner_id, kind, details, what)
    except (DatabaseError, InterfaceError, masterkeys.MasterKeyError) as trouble:
        log.error("person %s: an event was not noted: %s", owner_id, type(trouble).__name__)  # noqa: TRY400 - it holds values


def _append(owner_id: UUID, kind: Kind, details: dict[str, str | int], what: str) -> None:
    end = _locked_end(owner_id)
    if _is_known(owner_id, kind):
        return
    event = _following(end, _lasts([owner_id]), kind, details)
    if what:
        _seal(event, what)
    _close(event, end)
    event.save(force_insert=True)
    end.save()


def _append_all(owner_ids: Collection[UUID], kind: Kind) -> set[UUID]:
    """Waits for nobody while it holds the records of others; whom it has noted."""
    there = set(LedgerEnd.objects.filter(owner__in=owner_ids).values_list("owner_id", flat=True))
    LedgerEnd.objects.bulk_create([_blank(each) for each in owner_ids if each not in there], ignore_conflicts=True)
    ends = list(LedgerEnd.objects.select_for_update(skip_locked=True).filter(owner__in=owner_ids).order_by("owner_id"))
    lasts = _lasts([end.owner_id for end in ends])
    events = [_following(end, lasts, kind, {}) for end in ends]
    for event, end in zip(events, ends, strict=True):
        _close(event, end)
    SecurityEvent.objects.bulk_create(events)
    LedgerEnd.objects.bulk_create(
        ends,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["number", "last_hash", "kek_id", "proof_hash"],
    )
    return {end.owner_id for end in ends}


type _Lasts = Mapping[UUID, tuple[int, bytes]]


def _lasts(owner_ids: Collection[UUID]) -> _Lasts:
    """Number and hash of the last event of each."""
    events = SecurityEvent.objects.filter(owner__in=owner_ids).order_by("owner_id", "-number").distinct("owner_id")
    rows = events.values_list("owner_id", "number", "own_hash")
    return {owner_id: (number, bytes(own_hash)) for owner_id, number, own_hash in rows}


def _following(end: LedgerEnd, lasts: _Lasts, kind: Kind, details: dict[str, str | int]) -> SecurityEvent:
    number, previous = _next(end, *lasts.get(end.owner_id, (0, START)))
    event = SecurityEvent(owner_id=end.owner_id, number=number, kind=kind, at=timezone.now(), details=details)
    event.previous_hash = previous
    return event


def _close(event: SecurityEvent, end: LedgerEnd) -> None:
    """The event has its hash, and the record ends with it. Neither is stored here."""
    event.own_hash = hash_of(event)
    end.number, end.last_hash, end.kek_id = event.number, event.own_hash, masterkeys.active()[0]
    end.proof_hash = _proof(end)


def _locked_end(owner_id: UUID) -> LedgerEnd:
    """The end of this record; from here on nobody else adds to it until the transaction is over."""
    ends = LedgerEnd.objects.select_for_update().filter(owner_id=owner_id)
    if end := ends.first():
        return end
    LedgerEnd.objects.bulk_create([_blank(owner_id)], ignore_conflicts=True)
    return ends.get()


def _blank(owner_id: UUID) -> LedgerEnd:
    blank = LedgerEnd(owner_id=owner_id, number=0, last_hash=START, kek_id=masterkeys.active()[0])
    blank.proof_hash = _proof(blank)
    return blank


def _is_known(owner_id: UUID, kind: Kind) -> bool:
    """Whether the same was told so lately that it is no news: not every page that meets one broken value adds one."""
    since = timezone.now() - SAME.get(kind, timedelta())
    return kind in SAME and SecurityEvent.objects.filter(owner_id=owner_id, kind=kind, at__gt=since).exists()


def _next(end: LedgerEnd, last: int, last_hash: bytes) -> tuple[int, bytes]:
    """Number of the next event, and what it follows. Behind an end that is not ours nothing holds together again."""
    if _ends(end, last, last_hash):
        return last + 1, last_hash
    return last + 1 if end.number <= last or not _is_vouched(end) else end.number + 1, UNVOUCHED


def _seal(event: SecurityEvent, what: str) -> None:
    try:
        with keyring.opened_for(event.owner_id, purpose="noting where somebody signed in"):
            event.about = what
    except (envelope.Refused, keyring.KeyNotInRing):
        log.warning("person %s: noted without its browser", event.owner_id)


def _look(owner_id: UUID) -> Verdict:
    end = LedgerEnd.objects.filter(owner_id=owner_id).first()
    number, last = 0, START
    for event in _in_order(owner_id):
        if event.number != number + 1 or bytes(event.previous_hash) != last:
            return Verdict(number, whole=False)
        last = hash_of(event)
        if bytes(event.own_hash) != last:
            return Verdict(number, whole=False)
        number += 1
    return Verdict(number, whole=_ends(end, number, last) if end else not number)


def _in_order(owner_id: UUID) -> Iterator[SecurityEvent]:
    rows = SecurityEvent.objects.filter(owner_id=owner_id).order_by("number")
    batch = list(rows[:AT_ONCE])
    while batch:
        yield from batch
        if len(batch) < AT_ONCE:
            return
        batch = list(rows.filter(number__gt=batch[-1].number)[:AT_ONCE])


def _ends(end: LedgerEnd, number: int, last: bytes) -> bool:
    return (end.number, bytes(end.last_hash)) == (number, last) and _is_vouched(end)


def _is_vouched(end: LedgerEnd) -> bool:
    try:
        return compare_digest(bytes(end.proof_hash), _proof(end))
    except masterkeys.MasterKeyError:
        return False


def _proof(end: LedgerEnd) -> bytes:
    where = END.pack(end.owner_id.bytes, end.number, bytes(end.last_hash))
    return envelope.keyed_hash(masterkeys.by_id(end.kek_id), PURPOSE, where)
