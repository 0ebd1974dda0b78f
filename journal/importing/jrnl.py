"""jrnl: the one JSON file that `jrnl --export json` writes. It knows a day and an hour, and no zone: the person's own."""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from journal.importing import Refused, pieces, records
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.importing.records import Record

NO_DAY = gettext_lazy("There is no day in it, so it has no place here. Nothing was brought in.")


class Jrnl(pieces.Journal):
    key = "jrnl"
    title = gettext_lazy("jrnl")

    def fits(self, bundle: Bundle) -> bool:
        name = _file(bundle)
        said = bundle.json(name) if name else None
        if not isinstance(said, dict) or not isinstance(said.get("entries"), list):
            return False
        first = next(iter(said["entries"]), None)
        return isinstance(said.get("tags"), dict) or (
            isinstance(first, dict) and {"title", "body", "date"} <= set(first)
        )

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        name = _file(bundle)
        for entry in Record.of(name, bundle.json(name)).records("entries"):
            left["stars"] += entry.said.get("starred") is True
            yield _piece(entry, home)


def _file(bundle: Bundle) -> str:
    """The one JSON file there is."""
    found = [name for name in bundle.names() if PurePosixPath(name).suffix == ".json"]
    return found[0] if len(found) == 1 else ""


def _piece(entry: Record, home: ZoneInfo) -> Piece:
    said = entry.text("date")
    if not said:
        raise Refused(entry.at("date"), NO_DAY)
    day = records.day(entry.at("date"), said)
    title, body = entry.text("title"), entry.text("body").strip("\n")
    apart = [tag for tag in entry.texts("tags") if tag not in f"{title} {body}"]  # most stand among the words
    return Piece(
        source=entry.text("uuid"),
        title=title,
        text=pieces.with_foot(body, pieces.tags(apart)) if title or body else "",
        at=datetime.combine(day, _hour(entry), home),
        day=day,
        zone=home,
    )


def _hour(entry: Record) -> time:
    said = entry.text("time")
    try:
        return time.fromisoformat(said).replace(tzinfo=None) if said else time(12)
    except ValueError:
        raise Refused(entry.at("time"), records.NO_TIME) from None
