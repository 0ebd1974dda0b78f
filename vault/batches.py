"""Walking a whole table in small steps, by key: no long cursor, so a pool in transaction mode will do."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

SIZE = 500


def by_key[M: Model](rows: QuerySet[M], *, size: int = SIZE) -> Iterator[list[M]]:
    """Lists of at most `size` rows in the order of their keys; each is read when it is asked for."""
    batch = list(rows.order_by("pk")[:size])
    while batch:
        yield batch
        if len(batch) < size:
            return
        batch = list(rows.order_by("pk").filter(pk__gt=batch[-1].pk)[:size])
