"""One object of somebody else's JSON, read with care: what is not there is empty, what is of another kind is refused.

A refusal names file, entry and field, so that whoever sent it can look there.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from datetime import time as clock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from journal.importing import Refused

EARLIEST, LATEST = 1900, 2100  # years; whatever is outside was counted wrong

NO_TEXT = _("This is not text. Nothing was brought in.")
HALF_A_CHARACTER = _("There is half a character in it, which cannot be kept as it is. Nothing was brought in.")
NO_JSON = _("This cannot be read as JSON. Nothing was brought in.")
NO_LIST = _("This is not a list. Nothing was brought in.")
NO_OBJECT = _("This is not an entry of a journal. Nothing was brought in.")
NO_NUMBER = _("This is not a number. Nothing was brought in.")
NO_TIME = _("This cannot be read as a day or a time. Nothing was brought in.")
NO_DAY = _("This day is in no year from 1900 to 2100. Nothing was brought in.")


@dataclass(frozen=True, slots=True)
class Record:
    """`where` says where it stands: "Journal.json, entries 12"."""

    where: str
    said: Mapping[str, object] = field(repr=False)

    @classmethod
    def of(cls, where: str, value: object) -> "Record":
        """Raises `Refused` for anything but an object."""
        if not isinstance(value, dict):
            raise Refused(where, NO_OBJECT)
        return cls(where, value)

    def at(self, name: str) -> str:
        return f"{self.where}, {name}"

    def text(self, *names: str) -> str:
        """The first of those fields that says something; "" where none does."""
        for name in names:
            value = self.said.get(name)
            if value not in (None, ""):
                return whole(self.at(name), value)
        return ""

    def texts(self, name: str) -> list[str]:
        return [whole(f"{self.at(name)} {n}", value) for n, value in enumerate(self.listed(name), 1) if value]

    def records(self, name: str) -> list["Record"]:
        return [Record.of(f"{self.at(name)} {n}", value) for n, value in enumerate(self.listed(name), 1)]

    def record(self, name: str) -> "Record | None":
        value = self.said.get(name)
        return None if value is None else Record.of(self.at(name), value)

    def count(self, name: str) -> int:
        return len(self.listed(name))

    def number(self, name: str) -> float | None:
        value = self.said.get(name)
        return None if value is None else a_number(self.at(name), value)

    def numbers(self, name: str) -> list[float]:
        return [a_number(f"{self.at(name)} {n}", value) for n, value in enumerate(self.listed(name), 1)]

    def moment(self, name: str) -> datetime | None:
        """A time as ISO 8601 writes it; without a zone of its own it is UTC. None where nothing is said."""
        said = self.text(name)
        return moment(self.at(name), said) if said else None

    def listed(self, name: str) -> list[object]:
        value = self.said.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Refused(self.at(name), NO_LIST)
        return value


def whole(where: str, value: object) -> str:
    """Text without NUL, as everything here is kept. Raises `Refused` for what is none, or for half a character."""
    if not isinstance(value, str):
        raise Refused(where, NO_TEXT)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(where, HALF_A_CHARACTER) from None
    return value.replace("\x00", "")


def a_number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise Refused(where, NO_NUMBER)
    return value


def _is_finite(value: float) -> bool:
    """JSON of Python's knows NaN, numbers without an end, and whole ones of hundreds of digits."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def inner(where: str, said: str) -> object:
    """JSON that stands in a string of other JSON."""
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        raise Refused(where, NO_JSON) from None


def moment(where: str, said: str, otherwise: tzinfo = UTC) -> datetime:
    """Raises `Refused` for what is no time, or one outside `EARLIEST` and `LATEST`. `otherwise`: where it names no zone."""
    try:
        read = datetime.fromisoformat(said.strip())
    except ValueError:
        raise Refused(where, NO_TIME) from None
    # an offset may have parts of a second, which a column takes from nobody
    return in_range(where, read if read.tzinfo else read.replace(tzinfo=otherwise)).astimezone(UTC)


def day(where: str, said: str) -> date:
    try:
        read = date.fromisoformat(said.strip())
    except ValueError:
        raise Refused(where, NO_TIME) from None
    if not EARLIEST <= read.year <= LATEST:
        raise Refused(where, NO_DAY)
    return read


def of_epoch(where: str, milliseconds: float) -> datetime:
    try:
        read = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise Refused(where, NO_DAY) from None
    return in_range(where, read)


def in_range(where: str, read: datetime) -> datetime:
    if not EARLIEST <= read.year <= LATEST:
        raise Refused(where, NO_DAY)
    return read


def zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """That zone, or the other where nobody knows it."""
    try:
        return ZoneInfo(name) if name and len(name) <= 64 else otherwise  # what a row holds
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def noon(on: date, where: ZoneInfo) -> datetime:
    """Of something that has a day and no hour: the middle of it."""
    return datetime.combine(on, clock(12), where)
