"""What came in with one archive: written in one transaction, told, and taken out again whole."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from uuid import UUID

from django.db import connection, transaction
from django.db.models import FETCH_RAISE, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import ledger
from accounts.models import SecurityEvent, User
from journal import copies, words
from journal.importing import Format, Preview, Refused
from journal.importing.bundle import Bundle
from journal.importing.known import FORMATS
from journal.importing.pieces import KINDS
from journal.models import CheckIn, Entry, EntryQuerySet, Import
from journal.saving import opened
from vault.envelope import Refused as Shut
from vault.keyring import KeyNotInRing

PATIENCE = "300s"  # a large archive is read between two statements, and no row of anybody else waits for it
TAKEN_AT_ONCE = 1000
SHOWN = 100

BUSY = gettext_lazy("Something is on its way in already. You could wait until it is here, and press again.")


class NothingNew(Exception):
    """All of it is here already; no batch was made."""


@dataclass(frozen=True, slots=True)
class Batch:
    """An import as a list tells it."""

    row: Import
    title: Promise | str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """What of an import is here, by kind, and from which day to which."""

    counts: dict[Promise | str, int]
    span: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Something brought in that is more than what came by now."""

    key: str
    address: UUID
    what: str
    day: date
    first: str = field(repr=False)


def bring_in(person: User, found: Format, bundle: Bundle) -> tuple[Import, Preview]:
    """Everything or nothing. Raises `Refused` and `NothingNew`."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [PATIENCE])
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {person.pk}"])
            if cursor.fetchone() != (True,):
                raise Refused(bundle.name, BUSY)
        batch = Import(owner=person, format=found.key, made_at=timezone.now())
        batch.name = bundle.name
        batch.save(force_insert=True)
        told = found.bring_in(person, bundle, batch)
        if not told.total:
            raise NothingNew
        ledger.note(person.pk, SecurityEvent.Kind.BROUGHT_IN, format=found.key)
    return batch, told


def earlier(person: User) -> list[Batch]:
    """Every import there is, newest first."""
    return [told(row) for row in person.imports.order_by("-made_at", "-id")]


def told(row: Import) -> Batch:
    return Batch(row, next((one.title for one in FORMATS if one.key == row.format), ""), _name(row))


def held(person: User, row: Import) -> Held:
    pieces = _pieces(person, row).filter(parent=None)
    letters = pieces.filter(kind=Entry.Kind.LETTER)
    looks, wishes = person.check_ins.filter(batch=row), person.wishes.filter(batch=row)
    counts: dict[Promise | str, int] = {
        KINDS["pieces"]: pieces.exclude(kind=Entry.Kind.LETTER).count(),
        KINDS["letters"]: letters.count(),
        KINDS["check_ins"]: looks.count(),
        KINDS["wishes"]: wishes.count(),
        KINDS["places"]: row.places.count(),
        KINDS["earlier"]: person.revisions.filter(entry__batch=row, made_at__lte=row.made_at).count(),
    }
    days = [
        day
        for rows in (pieces, looks)
        for day in rows.aggregate(first=Min("local_date"), last=Max("local_date")).values()
        if day
    ]
    return Held({kind: count for kind, count in counts.items() if count}, (min(days), max(days)) if days else None)


def changed(person: User, row: Import) -> list[Changed]:
    """What was changed since, or has something of its owner's own beneath it: a whole letter where one turn was."""
    roots = _pieces(person, row).filter(pk__in=_changed_roots(person, row)).newest_first()
    pieces = [
        Changed(f"piece:{one.pk}", one.pk, words.kind_of(one), one.local_date, words.first_of(opened(one) or ""))
        for one in roots.fetch_mode(FETCH_RAISE)[:SHOWN]
    ]
    looks = person.check_ins.filter(batch=row, updated_at__gt=row.made_at).order_by("-local_date", "-at", "-id")
    return [*pieces, *(Changed(f"look:{one.pk}", one.pk, _("A look-in"), one.local_date, "") for one in looks[:SHOWN])]


@transaction.atomic
def take_out(person: User, row: Import, also: Collection[str]) -> None:
    """Everything that came with it, past the bin, and what was changed since only where `also` names it.

    A place, a walk or a wish that was changed here has left the batch by that. A wish that a gift stays for stays, too.
    """
    copies.gone(person, going(person, row, also))
    for some in batched(_going_pieces(person, row, also), TAKEN_AT_ONCE):
        person.entries.filter(pk__in=some).delete()
    _going_looks(person, row, also).delete()
    wishes = person.wishes.filter(batch=row).exclude(Exists(person.entries.filter(wish=OuterRef("pk"))))
    wishes.exclude(Q(given_at__gt=row.made_at) | Q(withdrawn_at__gt=row.made_at)).delete()
    row.places.all().delete()
    row.visits.all().delete()
    row.delete()
    ledger.note(person.pk, SecurityEvent.Kind.TAKEN_OUT, format=row.format)


def going(person: User, row: Import, also: Collection[str]) -> list[UUID]:
    """What `take_out` would take, of all that somebody may have a copy of elsewhere."""
    looks = _going_looks(person, row, also).values_list("pk", flat=True)
    return [*_going_pieces(person, row, also), *looks, *row.places.values_list("pk", flat=True)]


def _going_pieces(person: User, row: Import, also: Collection[str]) -> list[UUID]:
    kept = {key for key in _changed_roots(person, row) if f"piece:{key}" not in also}
    pieces = _pieces(person, row).annotate(root=Coalesce("parent_id", "pk")).values_list("pk", "root")
    return [key for key, root in pieces if root not in kept]


def _going_looks(person: User, row: Import, also: Collection[str]) -> QuerySet[CheckIn]:
    looks = person.check_ins.filter(batch=row)
    changed_since = looks.filter(updated_at__gt=row.made_at).values_list("pk", flat=True)
    return looks.exclude(pk__in=[key for key in changed_since if f"look:{key}" not in also])


def _pieces(person: User, row: Import) -> EntryQuerySet:
    return person.entries.filter(batch=row)


def _changed_roots(person: User, row: Import) -> set[UUID]:
    own = Q(parent__batch=row) & (Q(batch=None) | ~Q(batch=row))
    found = person.entries.filter(Q(batch=row, updated_at__gt=row.made_at) | own)
    return set(found.annotate(root=Coalesce("parent_id", "pk")).values_list("root", flat=True))


def _name(row: Import) -> str:
    try:
        return row.name
    except (Shut, KeyNotInRing):
        return ""
