"""What a client is told of their therapists and of what they brought, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import FETCH_RAISE
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from sharing import connections, windows
from sharing.models import Connection, Sheet
from sharing.windows import State


@dataclass(frozen=True, slots=True)
class Told:
    """A sheet by its day, and how it stands now. What is on it is opened on its own page."""

    sheet: Sheet
    day: str
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """A therapist, and what is open to them or waits for its time."""

    connection: Connection
    sheets: list[Told]

    @property
    def last_day(self) -> str:
        return last_day(self.connection)


@dataclass(frozen=True, slots=True)
class Over:
    """One that ended, and how."""

    connection: Connection
    words: str


@dataclass(frozen=True, slots=True)
class Readings:
    """The times at which a sheet was opened on one day."""

    day: str
    times: list[str]

    @property
    def more(self) -> int:
        """Those beyond the first few."""
        return len(self.times) - 3


def readings(sheet: Sheet) -> list[Readings]:
    """Every receipt of a sheet, by its day: the newest day first, and on each the times in their order."""
    found = map(timezone.localtime, sheet.openings.order_by("at", "id").values_list("at", flat=True))
    days = [
        Readings(formats.date_format(day, "l j F Y"), [formats.date_format(at, "H:i") for at in times])
        for day, times in groupby(found, key=datetime.date)
    ]
    return days[::-1]


def known(person: User, now: datetime) -> list[Known]:
    """Everybody this person is connected with, and what each of them may open, now or later."""
    rows = connections.going_on(person)
    out = Sheet.objects.filter(connection__in=rows).out(now).select_related("connection")
    found = out.order_by("connection", "-shared_at", "-id").fetch_mode(FETCH_RAISE)
    sheets = {key: told(group, now) for key, group in groupby(found, key=lambda sheet: sheet.connection_id)}
    return [Known(row, sheets.get(row.pk, [])) for row in rows]


def over(person: User, now: datetime) -> list[Over]:
    """What ended, the last one first."""
    rows = person.connections.exclude(pk__in=person.connections.going_on(now).values("pk"))
    found = rows.select_related("practice").order_by("-made_at", "-id").fetch_mode(FETCH_RAISE)
    return [Over(row, ended(row, now)) for row in found]


def brought(connection: Connection, now: datetime) -> list[Told]:
    """Every sheet of a connection, newest first, with those whose time is over."""
    rows = connection.sheets.select_related("connection").order_by("-shared_at", "-id")
    return told(rows.fetch_mode(FETCH_RAISE), now)


def told(sheets: Iterable[Sheet], now: datetime) -> list[Told]:
    rows = list(sheets)
    return [Told(sheet, name, *_state(sheet, now)) for sheet, name in zip(rows, days(rows), strict=True)]


def days(sheets: Sequence[Sheet]) -> list[str]:
    """The day each was brought on; with its time where several of them were on that day."""
    brought = [day(sheet.shared_at) for sheet in sheets]
    return [
        _moment(sheet.shared_at) if brought.count(name) > 1 else name
        for sheet, name in zip(sheets, brought, strict=True)
    ]


def ended(connection: Connection, now: datetime) -> str:
    """How it ended, in one sentence."""
    parted = connection.ends_at
    if parted and (connection.parted or (connection.ended_at is None and parted <= now)):
        return _("You parted on %(day)s.") % {"day": day(parted - windows.MOMENT)}
    if connection.practice_id is None:
        return _("They closed their account here.")
    if connection.ended_at is None:
        return _("Their practice is closed just now. Nothing of yours is open to them.")
    if connection.ended_by == Connection.Side.CLIENT:
        return _("You ended this on %(day)s.") % {"day": day(connection.ended_at)}
    return _("They ended this on %(day)s.") % {"day": day(connection.ended_at)}


def last_day(connection: Connection) -> str:
    """The day of the parting that is agreed on, "" where there is none."""
    return day(connection.ends_at - windows.MOMENT) if connection.ends_at else ""


def day(at: datetime) -> str:
    return formats.date_format(timezone.localdate(at), "j F Y")


def _state(sheet: Sheet, now: datetime) -> tuple[State, str]:
    """`sheet.connection` is at hand: a parting closes what would be open longer."""
    state, closes = windows.state_of(sheet, now), sheet.over_at
    if state is State.OVER or (closes and closes <= now):
        since = min(filter(None, (sheet.stopped_at, closes)), default=now)
        return State.OVER, _("Closed since %(day)s.") % {"day": day(since - windows.MOMENT)}
    if sheet.comes_too_late:
        return state, _("It stays shut: you part before its time.")
    if state is State.WAITING:
        return state, _("Waits. It opens on %(moment)s.") % {"moment": _moment(sheet.opens_at)}
    if closes is None:
        return state, _("Open until you take it back.")
    if sheet.rule == Sheet.Rule.SESSION or closes != sheet.closes_at:
        return state, _("Open until the end of %(day)s.") % {"day": day(closes - windows.MOMENT)}
    return state, _("Open until %(moment)s.") % {"moment": _moment(closes)}


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "j F Y, H:i")
