"""Changing the master key: every data key is wrapped anew under the active one, and what a second factor keeps is
sealed anew. Writing is not touched.
"""

from collections import Counter
from enum import StrEnum

from django.db import transaction
from django.db.models import Model, QuerySet

from vault import batches, envelope, keyring, masterkeys, seeds
from vault.models import KeyCheck, KeyWrap


class Outcome(StrEnum):
    REWRAPPED = "rewrapped"
    CHANGED = "changed meanwhile"  # by another run, or with its person gone: left as it is
    REFUSED = "refused"


def rewrap_all(*, size: int = batches.SIZE) -> Counter[Outcome]:
    """Wrap anew whatever is not under the active key, a transaction a batch. Running it again is harmless."""
    key_id, master = masterkeys.active()
    keyring.ensure_check(key_id, master)
    counts: Counter[Outcome] = Counter()
    for batch in batches.by_key(not_under(key_id).select_related("key"), size=size):
        with transaction.atomic():
            counts.update(_rewrap(wrap, key_id, master) for wrap in batch)
    for kept in seeds.KEPT:
        for rows in batches.by_key(kept.rows(), size=size):
            with transaction.atomic():
                stale = [row for row in rows if kept.is_under_another(row, key_id)]
                counts.update(_seal_anew(kept, row, key_id, master) for row in stale)
    KeyCheck.objects.exclude(kek_id=key_id).exclude(kek_id__in=KeyWrap.objects.values("kek_id")).delete()
    return counts


def left() -> int:
    """How many wraps and rows the active key did not make."""
    key_id, _ = masterkeys.active()
    return not_under(key_id).count() + seeds.not_under(key_id)


def not_under(key_id: str) -> QuerySet[KeyWrap]:
    """The wraps that another master key made."""
    return KeyWrap.objects.filter(slot=envelope.SLOT_MASTER).exclude(kek_id=key_id)


def _rewrap(wrap: KeyWrap, key_id: str, master: bytes) -> Outcome:
    """The new wrap is opened and compared before it may replace the old one."""
    person, generation, old = wrap.key.owner_id, wrap.key.generation, bytes(wrap.blob)
    old_master = masterkeys.by_id(wrap.kek_id)
    try:
        key = envelope.unwrap(old_master, old, key_id=wrap.kek_id, person=person, generation=generation)
        new = envelope.wrap(master, key, key_id=key_id, person=person, generation=generation)
        if envelope.unwrap(master, new, key_id=key_id, person=person, generation=generation) != key:
            return Outcome.REFUSED
    except envelope.Refused:
        return Outcome.REFUSED
    replaced = KeyWrap.objects.filter(pk=wrap.pk, blob=old).update(blob=new, kek_id=key_id)
    return Outcome.REWRAPPED if replaced else Outcome.CHANGED


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
