"""Changing the master key: every data key is wrapped anew under the active one. Writing is not touched."""

from collections import Counter
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from vault import batches, envelope, keyring, masterkeys, signals
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
    signals.master_key_changed.send(KeyWrap)
    KeyCheck.objects.exclude(kek_id=key_id).exclude(kek_id__in=KeyWrap.objects.values("kek_id")).delete()
    return counts


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
