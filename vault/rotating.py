"""Changing a person's data key: a further generation seals from now on, and what older ones sealed is sealed anew.

Nobody has to wait for it: people save meanwhile, and a value that changed between reading and writing is left to
the next look. An older generation goes only when nothing is sealed under it and it has rested: a request that began
before may still seal under it, and a device may hold words that are on their way for thirty days.
"""

import struct
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import BinaryField, F, Func, Model, QuerySet
from django.utils import timezone

from vault import batches, keyring, opening, signals
from vault.envelope import Refused
from vault.models import UserKey
from vault.sealed import Sealed, open_value, seal_value

PURPOSE = "sealing anew under a new key"
RESTED = timedelta(days=31)  # older than any draft on a device (static/js/device.js), and than any answered save
TURNED = timedelta(days=1)  # whom one run of everybody has turned, the next run after a kill leaves alone
LOOKS = 5
SIZE = 50  # values; one may have 800 kB


class Outcome(StrEnum):
    RESEALED = "sealed anew"
    CHANGED = "changed meanwhile"  # by its owner: looked at again
    REFUSED = "refused"


def begin(person: UUID) -> None:
    """Make the next generation: whoever opens a ring from here on seals under it."""
    with transaction.atomic():
        keys = UserKey.objects.filter(owner_id=person)
        generations = [key.generation for key in keys.select_for_update().order_by("generation")]
        if not generations:
            raise keyring.KeyNotInRing("this person has no key")
        keys.filter(state=UserKey.State.ACTIVE).update(state=UserKey.State.OLD)
        keyring.make_key(person, generation=generations[-1] + 1)
        signals.key_changed.send(UserKey, person=person)


def is_due(person: UUID) -> bool:
    """Whether a run of everybody gives this person a new key: not when one before did, that was cut short."""
    newest = UserKey.objects.filter(owner_id=person).order_by("-generation").first()
    return newest is not None and (newest.generation == 1 or newest.made_at < timezone.now() - TURNED)


def finish(person: UUID) -> Counter[Outcome]:
    """Seal anew what is under an older generation, until nothing is; then let go of generations that have rested."""
    counts: Counter[Outcome] = Counter()
    for _ in range(LOOKS):
        found = _look(person)
        counts[Outcome.RESEALED] += found[Outcome.RESEALED]
        counts[Outcome.CHANGED] += found[Outcome.CHANGED]
        counts[Outcome.REFUSED] = found[Outcome.REFUSED]  # the same ones each time
        if not found[Outcome.CHANGED]:
            break
    if not UserKey.objects.filter(owner_id=person).exists():
        counts[Outcome.REFUSED] = 0  # erased meanwhile: nothing of theirs is to open
    _let_go(person)
    return counts


def unfinished() -> Iterator[UUID]:
    """People who still have an older generation."""
    old = UserKey.objects.filter(state=UserKey.State.OLD).order_by("owner_id").distinct("owner_id")
    yield from list(old.values_list("owner_id", flat=True))


def behind(people: Collection[UUID]) -> set[UUID]:
    """Those of them who have something that is sealed under an older generation than their newest."""
    active = UserKey.objects.filter(owner__in=people, state=UserKey.State.ACTIVE)
    newest = {owner: _spelled(generation) for owner, generation in active.values_list("owner_id", "generation")}
    found: set[UUID] = set()
    for model in opening.sealed_models():
        for attribute in opening.own_attributes(model).values():
            rows = _with_generation(model, people, attribute).annotate(under=F("sealed_under"))
            pairs = rows.order_by().values_list(attribute.owner, "under").distinct()
            found |= {owner for owner, under in pairs if bytes(under) != newest.get(owner)}
    return found


def left(person: UUID, generation: int) -> int:
    """How many values are sealed under that generation."""
    return sum(
        _with_generation(model, [person], attribute).filter(sealed_under=_spelled(generation)).count()
        for model in opening.sealed_models()
        for attribute in opening.own_attributes(model).values()
    )


def _look(person: UUID) -> Counter[Outcome]:
    """One pass over every value that is under another generation than the newest."""
    counts: Counter[Outcome] = Counter()
    active = UserKey.objects.filter(owner_id=person, state=UserKey.State.ACTIVE).first()
    if active is None:
        return counts  # erased a moment ago
    newest = active.generation
    for model in opening.sealed_models():
        for attribute in opening.own_attributes(model).values():
            rows = _with_generation(model, [person], attribute).exclude(sealed_under=_spelled(newest))
            for batch in batches.by_key(rows.only("pk", attribute.owner, attribute.column), size=SIZE):
                with keyring.opened_for(person, purpose=PURPOSE):
                    counts.update(_reseal(row, attribute) for row in batch)
    return counts


def _reseal(row: Model, attribute: Sealed) -> Outcome:
    """Written only where the very bytes still stand that were read, and only what was opened again and compared."""
    old, slot = bytes(getattr(row, attribute.column)), attribute.slot(row)
    try:
        text = open_value(slot, old)
        new = seal_value(slot, text)
        if open_value(slot, new) != text:
            return Outcome.REFUSED
    except (Refused, keyring.KeyNotInRing):
        return Outcome.REFUSED
    same = type(row)._base_manager.filter(pk=row.pk, **{attribute.column: old})
    return Outcome.RESEALED if same.update(**{attribute.column: new}) else Outcome.CHANGED


def _let_go(person: UUID) -> None:
    with transaction.atomic():
        keys = list(UserKey.objects.filter(owner_id=person).select_for_update().order_by("generation"))
        for key, after in pairwise(keys):
            if after.made_at < timezone.now() - RESTED and not left(person, key.generation):
                key.delete()


def _with_generation(model: type[Model], people: Collection[UUID], attribute: Sealed) -> QuerySet[Model]:
    """These people's rows that have this value, with the four bytes that name its generation."""
    header = Func(F(attribute.column), template="substring(%(expressions)s FROM 2 FOR 4)", output_field=BinaryField())
    rows = model._base_manager.filter(**{f"{attribute.owner}__in": people}).exclude(**{attribute.column: None})
    found: QuerySet[Model] = rows.alias(sealed_under=header)
    return found


def _spelled(generation: int) -> bytes:
    return struct.pack(">I", generation)
