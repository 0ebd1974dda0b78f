"""Markdown with front matter, one file a piece: what most note-taking programs read. Words stay as they were typed."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from journal import export
from journal.export import Piece, Wanted

NO_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
TYPES = {"check-in": "checkin", "place": "safe-place"}


def files(person: User, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    for piece in export.pieces(person, export.table_of_contents(person, wanted)):
        with export.speaking(person):
            page = f"{_front(piece)}{_words(piece)}"
        yield _path(piece), page.encode()


def _path(piece: Piece) -> str:
    """`2026/03/2026-03-01-letter-1a2b3c4d.md`: days and steps only, never anybody's words."""
    what = "".join(letter for letter in piece.step or piece.kind if letter.isascii() and letter.isalnum()) or "piece"
    return f"{piece.day:%Y/%m/%Y-%m-%d}-{what}-{piece.key.hex[:8]}.md"


def _front(piece: Piece) -> str:
    """The block between `---`. A text is quoted as JSON, which YAML reads as it is, but for what it takes for the end
    of a line or for no text.
    """
    said: dict[str, Any] = {
        "id": str(piece.key),
        "type": TYPES.get(piece.kind, piece.kind),
        "title": piece.title,
        "step": piece.step,
        "question_key": piece.question_key,
        "question_version": piece.pack if piece.question_key else None,
        "question": piece.question,
        "created": piece.made_at.isoformat(timespec="seconds"),
        "updated": piece.updated_at.isoformat(timespec="seconds"),
        "date": piece.day.isoformat(),
        "timezone": piece.zone,
        "voice_from": piece.voice if piece.voice != "none" else "",
        "voice_to": {"adult": "child", "child": "adult"}.get(piece.voice, ""),
        "sealed_until": piece.sealed_until and piece.sealed_until.isoformat(),
        "marks": list(piece.marks),
        "tags": [f"innerchild/{TYPES.get(piece.kind, piece.kind)}"],
    }
    bare = {"created", "updated", "date", "sealed_until"}
    lines = [
        f"{name}: {value if name in bare else _quoted(value)}"
        for name, value in said.items()
        if value not in (None, "", [])
    ]
    return "\n".join(["---", *lines, "---", "", ""])


def _quoted(value: object) -> str:
    return NO_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _words(piece: Piece) -> str:
    parts = [words_of(part.who, part.text) for part in piece.parts]
    notes = [words_of(note_title(note.day.isoformat()), note.text) for note in piece.notes]
    return "\n\n".join([*parts, *notes]) + "\n"


def words_of(who: str, text: str | None) -> str:
    """Words under the name of whose they are; what cannot be opened says so."""
    said = _("This one cannot be opened just now") if text is None else text
    return f"**{who}:**\n\n{said}" if who else said


def note_title(day: str) -> str:
    return _("A note from %(day)s") % {"day": day}
