"""DailyTxT: the unlocked backup, a zip of `YYYY/MM.json`, `tags.json` and `templates.json`, with its files beside them.

Its other two ways out are refused with a way round: the locked backup, whose key is a password, and the HTML pages,
whose days are written in an order that everybody chooses for themselves.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from journal.importing import Refused, pieces, records
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.importing.records import Record

MONTH = re.compile(r"(?:.*/)?(\d{4})/(\d{2})\.json")
PAGE = re.compile(r"(?:.*/)?DailyTxT_[^/]*\.html")
LOCKED = gettext_lazy(
    "This is DailyTxT’s locked backup. In its settings there is one without encryption, and that can be read. Nothing was brought in."
)
PAGES = gettext_lazy(
    "These are DailyTxT’s pages for reading. In its settings there is a backup without encryption, and that can be read. Nothing was brought in."
)


class DailyTxt(pieces.Journal):
    key = "dailytxt"
    title = gettext_lazy("DailyTxT")

    def fits(self, bundle: Bundle) -> bool:
        return any(MONTH.fullmatch(name) or PAGE.fullmatch(name) for name in bundle.names())

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        if any(PAGE.fullmatch(name) for name in bundle.names()):
            raise Refused(bundle.name, PAGES)
        if any(PurePosixPath(name).name == "user.json" for name in bundle.names()):
            raise Refused(bundle.name, LOCKED)
        named = _tags(bundle)
        for name in bundle.names():
            month = MONTH.fullmatch(name)
            if month:
                for day in Record.of(name, bundle.json(name)).records("days"):
                    yield _piece(day, int(month[1]), int(month[2]), home=home, named=named)
                    left["stars"] += day.said.get("isBookmarked") is True
            elif PurePosixPath(name).name == "templates.json":
                left["templates"] += Record.of(name, bundle.json(name)).count("templates")
            elif not name.endswith(".json") or "files" in PurePosixPath(name).parts:
                left.file(name)


def _tags(bundle: Bundle) -> Mapping[float, str]:
    """What its tags are called, by their numbers."""
    for name in bundle.names():
        if PurePosixPath(name).name == "tags.json":
            found = Record.of(name, bundle.json(name)).records("tags")
            return {tag.number("id") or 0: tag.text("name") for tag in found}
    return {}


def _piece(day: Record, year: int, month: int, *, home: ZoneInfo, named: Mapping[float, str]) -> Piece:
    """One day, which is one text there, written down as HTML would have it. It has no hour that can be relied on."""
    number = day.number("day")
    try:
        on = date(year, month, int(number or 0))
    except (ValueError, OverflowError):
        raise Refused(day.at("day"), records.NO_DAY) from None
    title, text = pieces.headed(html.unescape(day.text("text")))
    tags = [named[tag] for tag in day.numbers("tags") if named.get(tag)]
    return Piece(
        source=on.isoformat(),
        title=title,
        text=pieces.with_foot(text, pieces.tags(tags)) if text.strip() else "",
        at=records.noon(on, home),
        day=records.day(day.at("day"), on.isoformat()),
        zone=home,
    )
