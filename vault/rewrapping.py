"""Changing the master key: every key is wrapped anew under the active one, and what a second factor keeps is sealed
anew. Writing is not touched.
"""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from itertools import chain

from django.db import transaction
from django.db.models import Model, QuerySet

from vault import batches, envelope, keyring, masterkeys, seeds, signals
from vault.models import KeyCheck, KeyWrap, ShareKey


class Outcome(StrEnum):
    REWRAPPED = "rewrapped"
    CHANGED = "changed meanwhile"  # by another run, or with its person gone: left as it is
    REFUSED = "refused"


def rewrap_all(*, size: int = batches.SIZE) -> Counter[Outcome]:
    """Wrap anew whatever is not under the active key, a transaction a batch. Running it again is harmless."""
    key_id, master = masterkeys.active()
    keyring.ensure_check(key_id, master)
    counts: Counter[Outcome] = Counter()
    of_people = batches.by_key(_people_not_under(key_id).select_related("key"), size=size)
    of_shares = batches.by_key(_shares_not_under(key_id), size=size)
    for batch in chain[list[KeyWrap] | list[ShareKey]](of_people, of_shares):
        with transaction.atomic():
            counts.update(_rewrap(row, key_id, master) for row in batch)
    for kept in seeds.KEPT:
        for rows in batches.by_key(kept.rows(), size=size):
            with transaction.atomic():
                stale = [row for row in rows if kept.is_under_another(row, key_id)]
                counts.update(_seal_anew(kept, row, key_id, master) for row in stale)
    signals.master_key_changed.send(KeyWrap)
    KeyCheck.objects.exclude(kek_id=key_id).exclude(kek_id__in=used()).delete()
    return counts


def left() -> int:
    """How many wraps and rows the active key did not make."""
    key_id, _ = masterkeys.active()
    return _people_not_under(key_id).count() + _shares_not_under(key_id).count() + seeds.not_under(key_id)


def used() -> set[str]:
    """The ids of the master keys that something is wrapped under."""
    return set(
        KeyWrap.objects.values_list("kek_id", flat=True).union(ShareKey.objects.values_list("kek_id", flat=True))
    )


def _people_not_under(key_id: str) -> QuerySet[KeyWrap]:
    return KeyWrap.objects.filter(slot=envelope.SLOT_MASTER).exclude(kek_id=key_id)


def _shares_not_under(key_id: str) -> QuerySet[ShareKey]:
    return ShareKey.objects.exclude(kek_id=key_id)


def _rewrap(row: KeyWrap | ShareKey, key_id: str, master: bytes) -> Outcome:
    """The new wrap is opened and compared before it may replace the old one."""
    old, old_master = bytes(row.blob), masterkeys.by_id(row.kek_id)
    wrap, unwrap = _ways(row)
    try:
        key = unwrap(old_master, old, row.kek_id)
        new = wrap(master, key, key_id)
        if unwrap(master, new, key_id) != key:
            return Outcome.REFUSED
    except envelope.Refused:
        return Outcome.REFUSED
    replaced = type(row)._base_manager.filter(pk=row.pk, blob=old).update(blob=new, kek_id=key_id)
    return Outcome.REWRAPPED if replaced else Outcome.CHANGED


type Way = Callable[[bytes, bytes, str], bytes]


def _ways(row: KeyWrap | ShareKey) -> tuple[Way, Way]:
    """How this key is wrapped and unwrapped, given a master key, the bytes, and the master key's id."""
    if isinstance(row, ShareKey):
        share = envelope.Share(row.pk, row.owner_id, row.reader_id)
        return (
            lambda master, key, key_id: envelope.wrap_share(master, key, key_id=key_id, share=share),
            lambda master, blob, key_id: envelope.unwrap_share(master, blob, key_id=key_id, share=share),
        )
    person, generation = row.key.owner_id, row.key.generation
    return (
        lambda master, key, key_id: envelope.wrap(master, key, key_id=key_id, person=person, generation=generation),
        lambda master, blob, key_id: envelope.unwrap(master, blob, key_id=key_id, person=person, generation=generation),
    )


def _seal_anew(kept: seeds.Kept, seen: Model, key_id: str, master: bytes) -> Outcome:
    """Read again under a lock: a code that is used up just now is written into the same column."""
    row = kept.rows().select_for_update().filter(pk=seen.pk).first()
    if row is None or not kept.is_under_another(row, key_id):
        return Outcome.CHANGED
    try:
        setattr(row, kept.column, seeds.sealed_anew(kept.values(row), key_id, master))
    except envelope.Refused:
        return Outcome.REFUSED
    row.save(update_fields=[kept.column])
    return Outcome.REWRAPPED
