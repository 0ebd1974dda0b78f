"""Journiv: a zip with `data.json` (its website calls it `journiv.json`) and a folder of media."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.importing import Refused, pieces, plain, records
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.importing.records import Record

NAMES = {"data.json", "journiv.json"}
NO_DAY = gettext_lazy("There is no day in it, so it has no place here. Nothing was brought in.")


class Journiv(pieces.Journal):
    key = "journiv"
    title = gettext_lazy("Journiv")

    def fits(self, bundle: Bundle) -> bool:
        name = _data(bundle)
        said = bundle.json(name) if name else None
        return isinstance(said, dict) and isinstance(said.get("journals"), list)

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        name = _data(bundle)
        said = Record.of(name, bundle.json(name))
        settings = said.record("user_settings")
        home = records.zone(settings.text("time_zone") if settings else "", home)
        journals = said.records("journals")
        for journal in journals:
            below = _("Journal: %(name)s") % {"name": journal.text("title")} if len(journals) > 1 else ""
            for entry in journal.records("entries"):
                yield _piece(entry, home, left, below)


def _data(bundle: Bundle) -> str:
    found = [
        name for name in bundle.names() if PurePosixPath(name).name in NAMES and len(PurePosixPath(name).parts) <= 2
    ]
    return found[0] if found else ""


def _piece(entry: Record, home: ZoneInfo, left: Left, below: str) -> Piece:
    there = records.zone(entry.text("entry_timezone"), home)
    written = entry.moment("entry_datetime_utc")
    said = entry.text("entry_date")[:10]
    day = records.day(entry.at("entry_date"), said) if said else written and written.astimezone(there).date()
    if day is None:
        raise Refused(entry.at("entry_date"), NO_DAY)
    for medium in entry.records("media"):
        left.file(medium.text("filename", "file_path"))
    left["places"] += bool(entry.text("location"))
    left["weather"] += bool(entry.text("weather"))
    left["stars"] += bool(entry.said.get("is_pinned"))
    title, text = _words(entry)
    mood = _mood(entry.record("mood_log"))
    has_words = bool(title or text.strip() or mood)
    return Piece(
        source=entry.text("external_id", "id"),
        title=title,
        text=pieces.with_foot(text, mood, pieces.tags(entry.texts("tags")), below) if has_words else "",
        at=written or records.noon(day, there),
        day=day,
        zone=there,
        changed=entry.moment("updated_at"),
    )


def _words(entry: Record) -> tuple[str, str]:
    """Title and text. What they were asked stands above an answer; where nothing was answered it is nobody's words."""
    title, text, asked = entry.text("title"), entry.text("content"), entry.text("prompt_text")
    text = plain.from_html(text) if plain.is_html(text) else text
    if not asked or asked == title or not text.strip():
        return title, text
    return (title, f"{asked}\n\n{text}") if title else (asked, text)


def _mood(mood: Record | None) -> str:
    """Its name, and what was noted with it: both are words."""
    if mood is None:
        return ""
    said = ", ".join(filter(None, [mood.text("mood_name"), mood.text("note")]))
    return _("Mood: %(mood)s") % {"mood": said} if said else ""
