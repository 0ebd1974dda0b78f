"""Sealing values anew under the newest key of whose they are: many people's together, or one value alone.

A value is written only where the very bytes still stand that were read, and only after the new one was opened again
and compared. What is done together waits for nobody who holds a row, so nobody can be in its way, or it in theirs.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, F, Field, Func, IntegerField, Model, QuerySet

from vault import batches, envelope, keyring, opening
from vault.models import UserKey
from vault.sealed import Sealed, open_value, seal_value

PURPOSE = "sealing anew under a new key"
AT_ONCE, BYTES = 1000, 2_000_000  # values, and what they have together: one alone may have 800 kB
ALONE = 50  # values; read whole

# Whoever saves just now holds the row: it is passed by. Nobody who waits for these rows waits longer than this statement.
REPLACE = """
WITH anew AS (SELECT * FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS anew (row, old, new)),
free AS (
    SELECT kept.{key} AS row, anew.old, anew.new FROM {table} kept JOIN anew ON kept.{key} = anew.row
    WHERE kept.{column} = anew.old FOR NO KEY UPDATE OF kept SKIP LOCKED
)
UPDATE {table} kept SET {column} = free.new FROM free WHERE kept.{key} = free.row AND kept.{column} = free.old
RETURNING kept.{key}
"""


class Outcome(StrEnum):
    RESEALED = "sealed anew"
    CHANGED = "changed meanwhile"  # by its owner: looked at again
    REFUSED = "refused"


type _Read = tuple[UUID, UUID, bytes]  # row, owner, sealed value
type _Anew = tuple[UUID, UUID, bytes, bytes]  # and the value that is to stand there


def together(people: Collection[UUID]) -> tuple[int, set[UUID]]:
    """Seal anew what these people have under another generation than their newest.

    How many values that were, and of whom something is left: it was held, has changed, or does not open.
    """
    done, left = 0, set[UUID]()
    wraps = keyring.wraps_of(people)
    for newest, those in _by_newest(people).items():
        for model, attribute in own():
            for read in _in_pieces(under_another(model, those, attribute, newest), attribute):
                anew = list(_sealed_anew(read, attribute, wraps))
                replaced = _replace(model, attribute, anew)
                done += len(replaced)
                left |= {owner for row, owner, _ in read if row not in replaced}
    return done, left


def alone(person: UUID) -> Counter[Outcome]:
    """The same for one person, value by value, each waited for."""
    counts: Counter[Outcome] = Counter()
    for newest in _by_newest([person]):  # none where the person was erased a moment ago
        for model, attribute in own():
            rows = under_another(model, [person], attribute, newest).only("pk", attribute.owner, attribute.column)
            for batch in batches.by_key(rows, size=ALONE):
                with keyring.opened_for(person, purpose=PURPOSE):
                    counts.update(reseal(row, attribute) for row in batch)
    return counts


def reseal(row: Model, attribute: Sealed) -> Outcome:
    old = bytes(getattr(row, attribute.column))
    new = _anew(attribute.slot(row), old)
    if new is None:
        return Outcome.REFUSED
    same = type(row)._base_manager.filter(pk=row.pk, **{attribute.column: old})
    return Outcome.RESEALED if same.update(**{attribute.column: new}) else Outcome.CHANGED


def own() -> Iterator[tuple[type[Model], Sealed]]:
    """Everything that is sealed under people's own keys."""
    for model in opening.sealed_models():
        for attribute in opening.own_attributes(model).values():
            yield model, attribute


def with_generation(model: type[Model], people: Collection[UUID], attribute: Sealed) -> QuerySet[Model]:
    """These people's rows that have this value, with the four bytes that name its generation."""
    header = Func(F(attribute.column), template="substring(%(expressions)s FROM 2 FOR 4)", output_field=BinaryField())
    rows = model._base_manager.filter(**{f"{attribute.owner}__in": people}).exclude(**{attribute.column: None})
    found: QuerySet[Model] = rows.alias(sealed_under=header)
    return found


def under_another(model: type[Model], people: Collection[UUID], attribute: Sealed, generation: int) -> QuerySet[Model]:
    return with_generation(model, people, attribute).exclude(sealed_under=spelled(generation))


def spelled(generation: int) -> bytes:
    return struct.pack(">I", generation)


def _by_newest(people: Collection[UUID]) -> dict[int, list[UUID]]:
    found: dict[int, list[UUID]] = defaultdict(list)
    active = UserKey.objects.filter(owner__in=people, state=UserKey.State.ACTIVE)
    for owner, generation in active.values_list("owner_id", "generation"):
        found[generation].append(owner)
    return found


def _in_pieces(rows: QuerySet[Model], attribute: Sealed) -> Iterator[list[_Read]]:
    """Which there are and how long, and then as many as may be in memory at once."""
    length = Func(F(attribute.column), function="octet_length", output_field=IntegerField())
    sized = rows.annotate(length=length).order_by("pk").values_list("pk", "length")
    values = rows.order_by("pk").values_list("pk", attribute.owner, attribute.column)
    page = list(sized[:AT_ONCE])
    while page:
        for first, last in _bounds(page):
            some = values.filter(pk__gte=first, pk__lte=last)
            yield [(row, owner, bytes(sealed)) for row, owner, sealed in some]
        page = list(sized.filter(pk__gt=page[-1][0])[:AT_ONCE]) if len(page) == AT_ONCE else []


def _bounds(page: list[tuple[UUID, int]]) -> Iterator[tuple[UUID, UUID]]:
    """First and last of those that have `BYTES` together."""
    first, last, size = page[0][0], page[0][0], 0
    for row, length in page:
        if size and size + length > BYTES:
            yield first, last
            first, size = row, 0
        last, size = row, size + length
    yield first, last


def _sealed_anew(read: list[_Read], attribute: Sealed, wraps: Mapping[UUID, keyring.Wraps]) -> Iterator[_Anew]:
    """Each person's with a ring of that person's."""
    for owner, values in groupby(sorted(read, key=itemgetter(1)), key=itemgetter(1)):
        with keyring.opened_for(owner, purpose=PURPOSE) as ring:
            ring.hold(owner, wraps.get(owner))
            for row, _, old in values:
                slot = envelope.Slot(owner, attribute.table, row, attribute.field)
                if new := _anew(slot, old):
                    yield row, owner, old, new


def _anew(slot: envelope.Slot, old: bytes) -> bytes | None:
    """The same words under the newest key, or None where they do not open."""
    try:
        text = open_value(slot, old)
        new = seal_value(slot, text)
        return new if open_value(slot, new) == text else None
    except (envelope.Refused, keyring.KeyNotInRing):
        return None


def _replace(model: type[Model], attribute: Sealed, anew: list[_Anew]) -> set[UUID]:
    """In one statement; the rows where that could be done."""
    meta = model._meta
    column = meta.get_field(attribute.column)
    assert isinstance(column, Field)
    names = {"table": meta.db_table, "key": meta.pk.column, "column": column.column}
    statement = REPLACE.format(**{name: connection.ops.quote_name(str(value)) for name, value in names.items()})
    with connection.cursor() as cursor:
        cursor.execute(statement, [[each[place] for each in anew] for place in (0, 2, 3)])
        return {row for (row,) in cursor.fetchall()}
