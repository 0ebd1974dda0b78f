"""When a sheet can be read. Times are instants; a day and an hour are read on the clock of whoever chose them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sharing.models import Sheet

HOURS = timedelta(hours=24)  # before a session, and after it, unless somebody says otherwise
WIDEST = 168  # hours on either side
LONGEST = 30  # days
FARTHEST = timedelta(days=400)  # a session later than that was mistyped
MOMENT = timedelta(microseconds=1)  # what ends at midnight ends on the day before


class State(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """From the one instant to the other; `closes` is None where only its owner ends it."""

    rule: Sheet.Rule
    opens: datetime
    closes: datetime | None
    session: datetime | None = None

    def state(self, now: datetime) -> State:
        if now < self.opens:
            return State.WAITING
        return State.OVER if self.closes is not None and now >= self.closes else State.OPEN


def until_session(day: date, zone: ZoneInfo, now: datetime) -> Window:
    """From now until that day is over on that clock."""
    return Window(Sheet.Rule.SESSION, now, end_of(day, zone))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which that day is over on that clock."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def around(wall: datetime, zone: ZoneInfo, *, before: timedelta = HOURS, after: timedelta = HOURS) -> Window:
    """Around a time on that clock. Hours before and after are hours that pass, also where a clock is changed between.

    A time that a change leaves out is read by the offset before it, which is an hour later on the new clock; of one
    that comes twice it is the first.
    """
    session = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return Window(Sheet.Rule.WINDOW, session - before, session + after, session)


def for_days(days: int, now: datetime) -> Window:
    """From now on, for so many times twenty-four hours."""
    return Window(Sheet.Rule.DAYS, now, now + timedelta(days=days))


def until_stopped(now: datetime) -> Window:
    return Window(Sheet.Rule.OPEN, now, None)


def of(sheet: Sheet) -> Window:
    """As it was chosen; what was taken back is over whatever the window says."""
    return Window(Sheet.Rule(sheet.rule), sheet.opens_at, sheet.closes_at, sheet.session_at)


def state_of(sheet: Sheet, now: datetime) -> State:
    return State.OVER if sheet.stopped_at else of(sheet).state(now)
