"""Daylio: its CSV, a mood a row, brought in as looks. Eight columns, or the seven of older files.

A mood is a word the person may have made up. What it means here they say themselves; the word stays in the line
either way, as do note, title and activities, so that nothing they told is lost.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import batched
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from journal import words
from journal.export import ROWS_AT_ONCE
from journal.importing import Preview, Refused, Skip, pieces, records
from journal.importing.bundle import MEMBER, Bundle
from journal.importing.here import Here, Looks
from journal.importing.meanings import LEFT_OUT, WORD, meant
from journal.models import CheckIn, Import
from journal.saving import LIMIT

EIGHT = ["full_date", "date", "weekday", "time", "mood", "activities", "note_title", "note"]
SEVEN = ["year", "date", "weekday", "time", "mood", "activities", "note"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

csv.field_size_limit(MEMBER)  # a long note is a long field; how much is read is limited where it is read

COLUMNS = gettext_lazy("This row has another number of columns than the first one says. Nothing was brought in.")
NO_CSV = gettext_lazy("From this row on it cannot be read as a table. Nothing was brought in.")
TOO_LONG = gettext_lazy(
    "This note is longer than one look-in can hold, which is 200,000 characters. Nothing was brought in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One mood, as its file says it."""

    at: datetime
    day: date
    mood: str = field(repr=False)
    activities: list[str] = field(repr=False)
    note: str = field(repr=False)

    @property
    def clock(self) -> str:
        """Day and hour as the file says them, whatever zone somebody lives in by now."""
        return f"{self.at:%Y-%m-%dT%H:%M}"

    def line(self, *, with_mood: bool) -> str:
        beside = [
            _("Mood: %(mood)s") % {"mood": self.mood} if with_mood and self.mood else "",
            _("Activities: %(what)s") % {"what": ", ".join(self.activities)} if self.activities else "",
        ]
        return pieces.with_foot(self.note, *beside)


class Daylio:
    key = "daylio"
    title = gettext_lazy("Daylio")

    def fits(self, bundle: Bundle) -> bool:
        name = _table(bundle)
        return bool(name) and _columns(_lines(bundle, name)) is not None

    def preview(self, person: User, bundle: Bundle) -> Preview:
        told = Preview()
        for row, _known in self._new(person, bundle, told):
            if row.mood and row.mood not in told.labels:
                told.labels.append(row.mood)
        return told

    def bring_in(self, person: User, bundle: Bundle, batch: Import) -> Preview:
        told = Preview()
        for some in batched(self._new(person, bundle, told), ROWS_AT_ONCE):
            CheckIn.objects.bulk_create([_look(person, row, known, batch, bundle.told) for row, known in some])
        return told

    def _new(self, person: User, bundle: Bundle, told: Preview) -> Iterator[tuple[Row, bytes]]:
        here, looks, nothing = Here(person, self.key), Looks(person, self.key), 0
        for row in _rows(bundle, records.zone(person.time_zone, ZoneInfo("UTC"))):
            whole = row.line(with_mood=True)
            if not _answers(row, bundle.told):
                nothing += 1
                continue
            formerly = (f"{row.at.isoformat()}:{whole}", "")  # what came in under this name is known by it
            known = here.meet(f"{row.clock}:{whole}", "", row.day, row.at, formerly=formerly)
            if known is None or here.met(looks.have(row.clock, whole, row.line(with_mood=False))):
                continue
            told.found("check_ins", row.day, words.first_of(whole, words=40))
            yield row, known
        told.skipped += here.skipped()
        if nothing:
            told.skipped.append(
                Skip(_("Moods without a word beside them"), _("You chose to leave these out."), nothing)
            )


def _table(bundle: Bundle) -> str:
    return next((name for name in bundle.names() if name.lower().endswith(".csv")), "")


def _lines(bundle: Bundle, name: str) -> Iterator[list[str]]:
    """Parted by commas as Daylio does it, or by what a table program put in their place when it saved the file."""
    text = bundle.text(name)
    first = text[:200].partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        yield from reader
    except csv.Error:
        raise Refused(_("%(file)s, line %(line)s") % {"file": name, "line": reader.line_num}, NO_CSV) from None


def _columns(lines: Iterator[list[str]]) -> list[str] | None:
    first = [cell.strip().lower() for cell in next(lines, [])]
    return next((columns for columns in (EIGHT, SEVEN) if first == columns), None)


def _rows(bundle: Bundle, home: ZoneInfo) -> Iterator[Row]:
    name = _table(bundle)
    lines = _lines(bundle, name)
    columns = _columns(lines) or EIGHT
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        where = _("%(file)s, row %(row)s") % {"file": name, "row": number}
        if len(cells) != len(columns):
            raise Refused(where, COLUMNS)
        yield _row(where, dict(zip(columns, cells, strict=True)), home)


def _row(where: str, said: Mapping[str, str], home: ZoneInfo) -> Row:
    day = records.day(f"{where}, full_date", said["full_date"]) if "full_date" in said else _day(where, said)
    note = "\n".join(filter(None, [said.get("note_title", "").strip(), said["note"].strip()])).replace("\r\n", "\n")
    row = Row(
        at=datetime.combine(day, _hour(f"{where}, time", said["time"]), home),
        day=day,
        mood=said["mood"].strip(),
        activities=[one.strip() for one in said["activities"].split("|") if one.strip()],
        note=note,
    )
    if len(row.line(with_mood=True)) > LIMIT:
        raise Refused(f"{where}, note", TOO_LONG)
    return row


def _day(where: str, said: Mapping[str, str]) -> date:
    """The day of an older file, which has its year apart: "June 28", or "28 June"."""
    named = re.findall(r"[^\W\d_]{3}", said["date"].lower())
    numbers = re.findall(r"\d+", said["date"])
    month = next((MONTHS.index(name) + 1 for name in named if name in MONTHS), 0)
    if not month or len(numbers) != 1:
        raise Refused(f"{where}, date", records.NO_TIME)
    year, number = said["year"].strip(), numbers[0]
    return records.day(f"{where}, date", f"{year:0>4}-{month:02}-{number:0>2}")


def _hour(where: str, said: str) -> time:
    """“18:22”, or “6:22 pm” however its letters and its gap are written."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?:\s*([ap])\.?\s*m\.?)?", said.strip().lower())
    if not found:
        raise Refused(where, records.NO_TIME)
    hour, half = int(found[1]), found[3]
    try:
        return time(hour % 12 + 12 * (half == "p") if half else hour, int(found[2]))
    except ValueError:
        raise Refused(where, records.NO_TIME) from None


def _answers(row: Row, told: Mapping[str, str]) -> dict[str, object]:
    """What that mood says in a look, once somebody told what it means."""
    means = told.get(row.mood, WORD)
    line = row.line(with_mood=means != LEFT_OUT)
    return {**meant(means), **({"line": line} if line else {})}


def _look(person: User, row: Row, known: bytes, batch: Import, told: Mapping[str, str]) -> CheckIn:
    look = CheckIn(
        id=uuid4(),
        owner=person,
        at=row.at,
        local_date=row.day,
        time_zone=row.at.tzinfo.key if isinstance(row.at.tzinfo, ZoneInfo) else "UTC",
        made_at=batch.made_at,
        updated_at=batch.made_at,
        batch=batch,
        source_hashed=known,
    )
    look.answers = _answers(row, told)
    return look
