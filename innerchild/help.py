"""Who to talk to now: the helpline file, read once, checked at the start, and chosen by country."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, register

FILE = Path(__file__).with_name("helplines.toml")
GROWS_OLD = timedelta(days=180)
SHOWN = "A"


@dataclass(frozen=True, kw_only=True)
class Line:
    country: str
    service: str
    dial: str
    display: str
    channel: str
    hours: str
    source: str
    checked_on: date
    status: str
    url: str = ""

    @property
    def site(self) -> str:
        return self.url.removeprefix("https://").removeprefix("www.")


@dataclass(frozen=True, kw_only=True)
class Country:
    code: str
    name: str
    emergency: str
    emergency_source: str
    emergency_status: str
    emergency_note: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def confirmed(self) -> bool:
        return self.emergency_status == "found"


@dataclass(frozen=True, kw_only=True)
class Helplines:
    directory: str
    countries: dict[str, Country]
    every_line: list[Line]

    def country(self, *guesses: str) -> Country | None:
        """The first of these codes we have a page for."""
        return next((self.countries[code] for code in guesses if code in self.countries), None)

    def old(self, today: date) -> Iterator[Line]:
        return (line for line in self.every_line if today - line.checked_on > GROWS_OLD)


@cache
def helplines() -> Helplines:
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Helplines:
    """Only lines with status A reach a country's page, in the order of the file."""
    data = tomllib.loads(text)
    lines = [Line(**row) for row in data["lines"]]
    countries = {
        row["code"]: Country(**row, lines=[a for a in lines if a.country == row["code"] and a.status == SHOWN])
        for row in data["countries"]
    }
    return Helplines(directory=data["directory"], countries=countries, every_line=lines)


def faults(text: str) -> Iterator[str]:
    """What is wrong with a helpline file, as sentences. A wrong number here can cost more than any other bug."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield f"it is not TOML: {error}"
        return
    codes = [row.get("code") for row in data.get("countries", [])]
    if len(codes) != len(set(codes)):
        yield "a country stands twice"
    if not str(data.get("directory", "")).startswith("https://"):
        yield "the worldwide directory is missing"
    for row in data.get("countries", []):
        yield from _country_faults(row)
    for row in data.get("lines", []):
        yield from _line_faults(row, codes)


def _country_faults(row: dict[str, Any]) -> Iterator[str]:
    name = row.get("name", "a country")
    yield from _field_faults(name, row, Country, {"lines"})
    if not re.fullmatch(r"[A-Z]{2}", str(row.get("code", ""))):
        yield f"{name}: its code is not two capital letters"
    if not re.fullmatch(r"\d{2,5}", str(row.get("emergency", ""))):
        yield f"{name}: its emergency number is not a short number"
    if row.get("emergency_status") not in {"found", "known"}:
        yield f"{name}: its emergency number is neither found nor known"


def _line_faults(row: dict[str, Any], codes: list[object]) -> Iterator[str]:
    name = row.get("service", "a line")
    yield from _field_faults(name, row, Line, set())
    if row.get("country") not in codes:
        yield f"{name}: its country is not in the list"
    dial = str(row.get("dial", ""))
    if not re.fullmatch(r"\+?\d{2,15}", dial):
        yield f"{name}: what a phone is given holds more than digits"
    if not re.sub(r"\D", "", str(row.get("display", ""))).startswith(dial.lstrip("+")):
        yield f"{name}: the number shown is not the number dialled"
    if not isinstance(row.get("checked_on"), date):
        yield f"{name}: it has no day on which it was looked at"
    if row.get("status") not in {"A", "B", "C"}:
        yield f"{name}: its status is not A, B or C"
    if row.get("url") and not str(row["url"]).startswith("https://"):
        yield f"{name}: its address is not https"


def _field_faults(name: str, row: dict[str, Any], kind: type[Line | Country], optional: set[str]) -> Iterator[str]:
    known = {f.name for f in fields(kind)}
    with_default = {"url", "emergency_note"} | optional
    for missing in sorted(known - with_default - row.keys()):
        yield f"{name}: {missing} is missing"
    for unknown in sorted(row.keys() - known):
        yield f"{name}: {unknown} is not a field"


@register
def check_file(**_: Any) -> list[CheckMessage]:
    return [Error(f"helplines.toml: {fault}.", id="innerchild.E020") for fault in faults(FILE.read_text("utf-8"))]
