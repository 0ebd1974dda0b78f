"""Destroying somebody's keys: what they sealed opens nowhere any more, in no copy of its rows."""

from uuid import UUID

from django.db import connection
from django.db.models import Q

from vault.models import KeyWrap, ShareKey, UserKey


def destroy(person: UUID) -> int:
    """Delete every key of that person, wraps with them; how many there were. Nothing brings them back.

    The keys of what they shared go, too, and those of what was shared with them.
    """
    ShareKey.objects.filter(Q(owner=person) | Q(reader=person)).delete()
    gone, _ = UserKey.objects.filter(owner_id=person).delete()
    return gone


def destroy_share(*shares: UUID) -> int:
    """Delete the keys of what was shared: from the next request on, nobody opens the copies. How many there were."""
    gone, _ = ShareKey.objects.filter(pk__in=shares).delete()
    return gone


def sweep() -> None:
    """Give the room of deleted keys free at once: a deleted row stays in its table until this is done.

    It cannot stand inside a transaction.
    """
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (KeyWrap, ShareKey, UserKey))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {tables}")
