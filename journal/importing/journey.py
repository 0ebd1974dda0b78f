"""Journey: a zip with one JSON file an entry, and its media beside it."""

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.importing import Refused, pieces, plain, records
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.importing.records import Record

NO_TIME = gettext_lazy("There is no time in it, so it has no place here. Nothing was brought in.")
LOOKED_AT = 20  # files: other things may lie beside the entries


class Journey(pieces.Journal):
    key = "journey"
    title = gettext_lazy("Journey")

    def fits(self, bundle: Bundle) -> bool:
        return any(_is_entry(bundle.json(name)) for name in islice(_entries(bundle), LOOKED_AT))

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        for name in bundle.names():
            if not name.endswith(".json"):
                left.file(name)
        for name in _entries(bundle):
            said = bundle.json(name)
            if _is_entry(said):
                yield _piece(Record.of(name, said), home, left)
            else:
                left["files"] += 1


def _entries(bundle: Bundle) -> Iterator[str]:
    return (name for name in bundle.names() if name.endswith(".json"))


def _is_entry(said: object) -> bool:
    return isinstance(said, dict) and "date_journal" in said


def _piece(entry: Record, home: ZoneInfo, left: Left) -> Piece:
    written = entry.number("date_journal")
    if written is None:
        raise Refused(entry.at("date_journal"), NO_TIME)
    changed = entry.number("date_modified")
    at = records.of_epoch(entry.at("date_journal"), written)
    there = records.zone(entry.text("timezone"), home)
    _count(entry, left)
    beside = _beside(entry, left)
    text = entry.text("text", "preview_text")
    title, text = pieces.headed(plain.from_html(text) if plain.is_html(text) else text)
    has_words = bool(title or text.strip())
    left["moods"] += not has_words and any(beside[:2])
    tags = pieces.tags(entry.texts("tags"))
    return Piece(
        source=entry.text("id"),
        title=title,
        text=pieces.with_foot(text, *beside, tags) if has_words else "",
        formerly=f"{title}\n\n{pieces.with_foot(text, tags)}".strip() if has_words and any(beside) else "",
        at=at,
        day=at.astimezone(there).date(),
        zone=there,
        changed=records.of_epoch(entry.at("date_modified"), changed) if changed else None,
    )


def _beside(entry: Record, left: Left) -> list[str]:
    """Mood and sentiment as they came, for nobody outside knows what their numbers mean, and the names it was put under."""
    mood, sentiment = _noted(entry, "mood", left), _noted(entry, "sentiment", left)
    names = {name: said for name in ("folder", "label") if isinstance(said := entry.said.get(name), str)}
    left["labels"] += any(entry.said.get(name) and name not in names for name in ("folder", "label"))
    return [
        _("Mood: %(mood)s") % {"mood": f"{mood:g}"} if mood else "",
        _("Sentiment: %(number)s") % {"number": f"{sentiment:g}"} if sentiment else "",
        _("Folder: %(name)s") % {"name": entry.text("folder")} if names.get("folder") else "",
        _("Label: %(name)s") % {"name": entry.text("label")} if names.get("label") else "",
    ]


def _noted(entry: Record, name: str, left: Left) -> float:
    """A mood told as a number, 0 where there is none. What no number can be is no reason to refuse the words beside it."""
    try:
        return entry.number(name) or 0
    except Refused:
        left["moods"] += 1
        return 0


def _count(entry: Record, left: Left) -> None:
    """Where it was and what the weather was: numbers out of their range mean that nobody noted them."""
    latitude, weather = entry.number("lat"), entry.record("weather")
    degrees = weather.number("degree_c") if weather else None
    left["places"] += bool(entry.text("address")) or (latitude is not None and -90 <= latitude < 90)
    left["weather"] += degrees is not None and degrees < 100
    left["music"] += bool(entry.text("music_title"))
    left["stars"] += bool(entry.said.get("favourite"))
