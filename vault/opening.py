"""Does everything that was sealed still open? Counts, and names of rows; never a word of the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model

from vault import batches, envelope, keyring, masterkeys, seeds
from vault.envelope import Refused
from vault.models import KeyCheck, KeyWrap
from vault.sealed import Sealed

PURPOSE = "checking that everything opens"
SIZE = 50  # values in memory at once; one may have 800 kB


@dataclass(frozen=True, slots=True)
class Tried:
    """One sealed value: where it is, and whether it opened."""

    where: str
    opened: bool


def attributes(model: type[Model]) -> dict[str, Sealed]:
    """The private attributes of a model: the ones that seal."""
    return {name: value for name in dir(model) if isinstance(value := getattr(model, name, None), Sealed)}


def sealed_models() -> list[type[Model]]:
    """Every model that keeps something private."""
    return [model for model in apps.get_models() if attributes(model)]


def everyone() -> Iterator[UUID]:
    """The ids of all people, batch by batch."""
    for batch in batches.by_key(get_user_model()._default_manager.only("pk")):
        yield from (person.pk for person in batch)


def try_keys(person: UUID) -> Iterator[Tried]:
    """Unwrap every data key of one person, of every generation."""
    for wrap in KeyWrap.objects.filter(key__owner=person).select_related("key").order_by("pk"):
        yield Tried(f"vault.KeyWrap {wrap.pk} blob", opened=_opens(wrap))


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


def try_all(person: UUID) -> Iterator[Tried]:
    """Open every sealed value of one person. The ring is open around each batch, never across a `yield`."""
    for model in sealed_models():
        sealed = attributes(model)
        owner = next(iter(sealed.values())).owner
        columns = {"pk", owner, *(attribute.column for attribute in sealed.values())}
        for batch in batches.by_key(model._base_manager.filter(**{owner: person}).only(*columns), size=SIZE):
            with keyring.opened_for(person, purpose=PURPOSE):
                tried = [result for row in batch for result in _try_row(row, sealed)]
            yield from tried


def _opens(wrap: KeyWrap) -> bool:
    master, person, generation = masterkeys.by_id(wrap.kek_id), wrap.key.owner_id, wrap.key.generation
    try:
        envelope.unwrap(master, bytes(wrap.blob), key_id=wrap.kek_id, person=person, generation=generation)
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
