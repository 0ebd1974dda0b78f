"""Changing a person's data key: a further generation seals from now on, and what older ones sealed is sealed anew.

Nobody has to wait for it: people save meanwhile, and a value that changed between reading and writing is left to
the next look. An older generation goes only when nothing is sealed under it and it has rested: a request that began
before may still seal under it, and a device may hold words that are on their way for thirty days.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from vault import keyring, resealing, signals
from vault.models import UserKey
from vault.resealing import Outcome

RESTED = timedelta(days=31)  # older than any draft on a device (static/js/device.js), and than any answered save
TURNED = timedelta(days=1)  # whom one run of everybody has turned, the next run after a kill leaves alone
LOOKS = 5


def begin(people: Collection[UUID]) -> set[UUID]:
    """Make the next generation: whoever opens a ring from here on seals under it. Who has no key is left out."""
    with transaction.atomic():
        keys = UserKey.objects.filter(owner__in=people).select_for_update().order_by("owner_id", "generation")
        newest = dict(keys.values_list("owner_id", "generation"))
        UserKey.objects.filter(owner__in=newest, state=UserKey.State.ACTIVE).update(state=UserKey.State.OLD)
        keyring.make_keys({person: generation + 1 for person, generation in newest.items()})
        signals.key_changed.send(UserKey, people=list(newest))
    return set(newest)


def due(people: Collection[UUID]) -> set[UUID]:
    """Whom of them a run of everybody gives a new key: not whom one before did, that was cut short."""
    newest = UserKey.objects.filter(owner__in=people).order_by("owner_id", "-generation").distinct("owner_id")
    before = timezone.now() - TURNED
    rows = newest.values_list("owner_id", "generation", "made_at")
    return {owner for owner, generation, made_at in rows if generation == 1 or made_at < before}


def finish(people: Collection[UUID]) -> Counter[Outcome]:
    """Seal anew what is under an older generation, until nothing is; then let go of generations that have rested."""
    done, left = resealing.together(people)
    counts = Counter({Outcome.RESEALED: done})
    for person in sorted(left):
        counts += _finish_alone(person)
    _let_go(people)
    return counts


def unfinished() -> Iterator[UUID]:
    """People who still have an older generation."""
    old = UserKey.objects.filter(state=UserKey.State.OLD).order_by("owner_id").distinct("owner_id")
    yield from list(old.values_list("owner_id", flat=True))


def behind(people: Collection[UUID]) -> set[UUID]:
    """Those of them who have something that is sealed under an older generation than their newest."""
    active = UserKey.objects.filter(owner__in=people, state=UserKey.State.ACTIVE)
    newest = {
        owner: resealing.spelled(generation) for owner, generation in active.values_list("owner_id", "generation")
    }
    return {owner for owner, under in _under(people) if under != newest.get(owner)}


def _finish_alone(person: UUID) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    for _ in range(LOOKS):
        found = resealing.alone(person)
        counts[Outcome.RESEALED] += found[Outcome.RESEALED]
        counts[Outcome.CHANGED] += found[Outcome.CHANGED]
        counts[Outcome.REFUSED] = found[Outcome.REFUSED]  # the same ones each time
        if not found[Outcome.CHANGED]:
            break
    if not UserKey.objects.filter(owner_id=person).exists():
        counts[Outcome.REFUSED] = 0  # erased meanwhile: nothing of theirs is to open
    return counts


def _let_go(people: Collection[UUID]) -> None:
    """Older generations that have rested, where nothing is sealed under them."""
    since = timezone.now() - RESTED
    with transaction.atomic():
        keys = UserKey.objects.filter(owner__in=people).select_for_update().order_by("owner_id", "generation")
        followed = [pair for pair in pairwise(keys) if pair[0].owner_id == pair[1].owner_id]
        rested = [key for key, after in followed if after.made_at < since]
        needed = set(_under({key.owner_id for key in rested})) if rested else set()
        free = [key.pk for key in rested if (key.owner_id, resealing.spelled(key.generation)) not in needed]
        UserKey.objects.filter(pk__in=free).delete()


def _under(people: Collection[UUID]) -> Iterator[tuple[UUID, bytes]]:
    """Under which generations these people have something."""
    for model, attribute in resealing.own():
        rows = resealing.with_generation(model, people, attribute).annotate(under=F("sealed_under"))
        for owner, under in rows.order_by().values_list(attribute.owner, "under").distinct():
            yield owner, bytes(under)
