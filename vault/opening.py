"""Does everything that was sealed still open? Counts, and names of rows; never a word of the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model

from vault import batches, envelope, keyring, masterkeys, seeds
from vault.envelope import Refused
from vault.models import KeyCheck, KeyWrap, ShareKey
from vault.sealed import Sealed, Shared

PURPOSE = "checking that everything opens"
SIZE = 50  # values in memory at once; one may have 800 kB
PEOPLE = 200  # looked at together


@dataclass(frozen=True, slots=True)
class Tried:
    """One sealed value: where it is, and whether it opened."""

    where: str
    opened: bool


def attributes(model: type[Model]) -> dict[str, Sealed]:
    """The private attributes of a model: the ones that seal."""
    return {name: value for name in dir(model) if isinstance(value := getattr(model, name, None), Sealed)}


def own_attributes(model: type[Model]) -> dict[str, Sealed]:
    """Those under the person's own key; a copy for somebody else is under the key of its share."""
    return {name: value for name, value in attributes(model).items() if not isinstance(value, Shared)}


def sealed_models() -> list[type[Model]]:
    """Every model that keeps something private."""
    return [model for model in apps.get_models() if attributes(model)]


def everyone() -> Iterator[UUID]:
    """The ids of all people, batch by batch."""
    for batch in batches.by_key(get_user_model()._default_manager.only("pk")):
        yield from (person.pk for person in batch)


def try_keys(*people: UUID) -> Iterator[Tried]:
    """Unwrap every data key of these people, of every generation, and the key of everything they share."""
    for wrap in KeyWrap.objects.filter(key__owner__in=people).select_related("key").order_by("pk"):
        yield Tried(f"vault.KeyWrap {wrap.pk} blob", opened=_opens(wrap))
    for key in ShareKey.objects.filter(owner__in=people).order_by("pk"):
        yield Tried(f"vault.ShareKey {key.pk} blob", opened=_opens_share(key))


def try_checks() -> Iterator[Tried]:
    """Ask each master key whether it is the one its name was noted with. One that is retired is not asked for."""
    held = masterkeys.in_file(Path(settings.KEYS_DIR))
    for noted in KeyCheck.objects.filter(kek_id__in=held).order_by("pk"):
        try:
            keyring.open_check(noted, held[noted.kek_id])
        except Refused:
            yield Tried(f"vault.KeyCheck {noted.pk} blob", opened=False)
        else:
            yield Tried(f"vault.KeyCheck {noted.pk} blob", opened=True)


def try_seeds() -> Iterator[Tried]:
    """Open what second factors keep, of everyone."""
    for kept in seeds.KEPT:
        for batch in batches.by_key(kept.rows()):
            for row in batch:
                for name, sealed in seeds.sealed_in(kept.values(row)):
                    yield Tried(f"{row._meta.label} {row.pk} {name}", opened=_seed_opens(sealed))


def try_all(*people: UUID) -> Iterator[Tried]:
    """Open every sealed value of these people. No ring is open across a `yield`."""
    wraps = keyring.wraps_of(people)
    for model in sealed_models():
        sealed = attributes(model)
        owner = next(iter(sealed.values())).owner
        columns = {"pk", owner, *(attribute.column for attribute in sealed.values())}
        for batch in batches.by_key(model._base_manager.filter(**{f"{owner}__in": people}).only(*columns), size=SIZE):
            for person, some in groupby(sorted(batch, key=attrgetter(owner)), key=attrgetter(owner)):
                with keyring.opened_for(person, purpose=PURPOSE) as ring:
                    if person in wraps:
                        ring.hold(person, wraps[person])
                    tried = [result for row in some for result in _try_row(row, sealed)]
                yield from tried


def _opens(wrap: KeyWrap) -> bool:
    master, person, generation = masterkeys.by_id(wrap.kek_id), wrap.key.owner_id, wrap.key.generation
    try:
        envelope.unwrap(master, bytes(wrap.blob), key_id=wrap.kek_id, person=person, generation=generation)
    except Refused:
        return False
    return True


def _opens_share(key: ShareKey) -> bool:
    try:
        with keyring.opened_for(key.owner_id, purpose=PURPOSE) as ring:
            ring.share(key.pk)
    except Refused:
        return False
    return True


def _seed_opens(sealed: str) -> bool:
    try:
        seeds.open_sealed(sealed)
    except Refused:
        return False
    return True


def _try_row(row: Model, sealed: dict[str, Sealed]) -> Iterator[Tried]:
    for name, attribute in sealed.items():
        if getattr(row, attribute.column) is None:
            continue
        try:
            getattr(row, name)
        except (Refused, keyring.KeyNotInRing):
            opened = False
        else:
            opened = True
        yield Tried(f"{row._meta.label} {row.pk} {name}", opened=opened)
