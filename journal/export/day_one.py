"""A zip that Day One and what reads its files can take in (product D1): text, day and zone, tags; no media."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time

from accounts import guesses
from accounts.models import User
from journal import export
from journal.export import Piece, Wanted
from journal.export.pages import note_title, words_of

NAME = "Innerchild.json"
HEAD = '{"metadata": {"version": "1.0"}, "entries": ['
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!>|~<])")  # what Day One itself puts a backslash before


def files(person: User, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    yield NAME, HEAD.encode()
    begun = False
    for piece in export.pieces(person, export.table_of_contents(person, wanted)):
        with export.speaking(person):
            text = json.dumps(_entry(piece), ensure_ascii=False)
        yield NAME, f"{',' if begun else ''}\n{text}".encode()
        begun = True
    yield NAME, b"\n]}\n"


def _entry(piece: Piece) -> dict[str, object]:
    return {
        "uuid": piece.key.hex.upper(),
        "creationDate": _utc(_moment(piece)),
        "modifiedDate": _utc(piece.updated_at),
        "timeZone": str(guesses.zone_of(piece.zone)),
        "isAllDay": False,
        "starred": False,
        "isPinned": False,
        "tags": [tag for tag in (piece.label, *piece.marks) if tag],
        "text": _text(piece),
    }


def _moment(piece: Piece) -> datetime:
    """When it was made; noon of its own day where that moment would put it on another."""
    zone = guesses.zone_of(piece.zone)
    if piece.made_at.astimezone(zone).date() == piece.day:
        return piece.made_at
    return datetime.combine(piece.day, time(12), zone)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(piece: Piece) -> str:
    """Its heading as the first line, because there is no field for one; then every voice under its name."""
    parts = [words_of(_escaped(part.who), part.text and _escaped(part.text)) for part in piece.parts]
    notes = [
        words_of(_escaped(note_title(note.day.isoformat())), note.text and _escaped(note.text)) for note in piece.notes
    ]
    return "\n\n".join([f"# {_escaped(piece.heading)}", *parts, *notes])


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
