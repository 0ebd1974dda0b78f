"""A practice’s clients, as its own page shows them: the name each chose for it, and what they brought."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from sharing import connections, sheets, telling, windows
from sharing.models import Connection, Practice, Sheet
from sharing.opening import name_of
from sharing.windows import State


@dataclass(frozen=True, slots=True)
class Client:
    """`name` is "" where it cannot be opened. `opened` can be read now; `waiting` opens later, and only that is told."""

    connection: Connection
    name: str = field(repr=False)
    opened: list[Sheet]
    waiting: list[Sheet]

    @property
    def folded(self) -> str:
        """The name as a filter compares it, without case."""
        return self.name.casefold()

    @property
    def to_open(self) -> list[tuple[Sheet, str]]:
        """What can be read now, each with the words of its link: told apart by the day it was brought, and by order
        within that day. At which hour somebody brought it is theirs.
        """
        if len(self.opened) == 1:
            return [(self.opened[0], _("Open the sheet"))]
        days = [telling.day(sheet.shared_at) for sheet in self.opened]  # newest first
        several, left = Counter(days), Counter(days)
        found = []
        for sheet, day in zip(self.opened, days, strict=True):
            words = _("Open sheet %(number)s of %(day)s") if several[day] > 1 else _("Open the sheet of %(day)s")
            found.append((sheet, words % {"number": left[day], "day": day}))
            left[day] -= 1
        return found

    @property
    def last_day(self) -> str:
        """The day of the parting, the same that the client is told; "" where there is none."""
        return telling.last_day(self.connection)


def of(practice: Practice, now: datetime) -> list[Client]:
    """Whose sheet can be read comes first, then whose waits; the newest first among equals."""
    rows = connections.of_practice(practice)
    brought: dict[object, list[Sheet]] = {}
    out = sheets.for_practice(practice, now).select_related("connection").order_by("-shared_at", "-id")
    for sheet in out.fetch_mode(FETCH_RAISE):
        brought.setdefault(sheet.connection_id, []).append(sheet)
    made = [_client(row, brought.get(row.pk, []), now) for row in rows]
    return sorted(made, key=lambda client: (not client.opened, not client.waiting))


def _client(row: Connection, brought: Iterable[Sheet], now: datetime) -> Client:
    states = [(sheet, windows.state_of(sheet, now)) for sheet in brought]
    opened = [sheet for sheet, state in states if state == State.OPEN]
    waiting = [sheet for sheet, state in states if state == State.WAITING and not sheet.comes_too_late]
    return Client(row, name_of(row), opened, waiting)
