"""What happened to the account, as a list of the archive: in order, with its hashes, so that it can be computed anew.

It only goes out: somebody's record tells of one account, and is never brought into another.
"""

import logging
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from accounts.models import SecurityEvent, User
from journal import export
from journal.export import Wanted
from journal.rows import UNREADABLE
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

KEY = "events"
PAGE = 1000

log = logging.getLogger(__name__)


def rows(person: User, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Everything of the range that had happened by the time it was asked for."""
    after = 0
    while True:
        with export.reading(person):
            found = wanted.within(person.events.filter(number__gt=after, at__lte=wanted.began), "at__date")
            page = [_told(event) for event in found.order_by("number")[:PAGE]]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["number"]


def _told(event: SecurityEvent) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": str(event.pk),
        "number": event.number,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(),
        "details": event.details,
        "about": None,
        "previous_hash": bytes(event.previous_hash).hex(),
        "own_hash": bytes(event.own_hash).hex(),
    }
    try:
        return {**said, "about": event.about or None}
    except (Refused, KeyNotInRing):
        log.warning("decrypt_failed event=%s", event.pk)
        return {**said, UNREADABLE: ["about"]}
