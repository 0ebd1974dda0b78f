"""Pieces of writing on their way in, whatever they came from: told, compared with what is here, and written.

A format that brings writing says how to read its pieces; everything else is the same for all of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from journal import words
from journal.export import grouped
from journal.importing import LINE, Preview, Skip
from journal.importing.bundle import Bundle
from journal.importing.here import Here
from journal.importing.records import zone
from journal.models import Entry, Import
from journal.saving import LIMIT

TITLE = 300
NAMED = 50  # files of each kind
AT_ONCE = 20  # rows of one statement, of 200,000 characters at most

KINDS: Mapping[str, Promise] = {
    "pieces": gettext_lazy("Pieces of writing"),
    "letters": gettext_lazy("Letters"),
    "check_ins": gettext_lazy("Look-ins"),
    "wishes": gettext_lazy("Wishes"),
    "places": gettext_lazy("Places"),
    "earlier": gettext_lazy("Earlier versions"),
}
STAYS = gettext_lazy("Words come in, and this stays where it was.")
WORDLESS = gettext_lazy("There are no words in it.")
MEDIA: Mapping[str, Promise] = {
    "photos": gettext_lazy("Photos"),
    "videos": gettext_lazy("Films"),
    "audios": gettext_lazy("Sound recordings"),
    "pdfs": gettext_lazy("PDF files"),
    "files": gettext_lazy("Other files"),
    "places": gettext_lazy("Places on a map"),
    "weather": gettext_lazy("Weather"),
    "music": gettext_lazy("Music"),
    "moods": gettext_lazy("Moods told as a number"),
    "stars": gettext_lazy("Stars and pins"),
    "activity": gettext_lazy("Steps and activities"),
    "labels": gettext_lazy("Folders and labels that are no words"),
    "templates": gettext_lazy("Templates"),
}
ENDINGS: Mapping[str, str] = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic", "tif", "tiff", "bmp", "svg"), "photos"),
    **dict.fromkeys(("mp4", "mov", "m4v", "avi", "webm", "mkv", "3gp"), "videos"),
    **dict.fromkeys(("m4a", "mp3", "aac", "wav", "ogg", "opus", "flac", "aiff"), "audios"),
    "pdf": "pdfs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of writing. `source` is what it was called where it came from, or "".

    `zone` and `day` are of the place where it was written; `at` is the moment. `formerly` is the whole of it as it came
    in when less of it was read, or "".
    """

    source: str
    text: str = field(repr=False)
    at: datetime
    day: date
    zone: ZoneInfo
    title: str = field(default="", repr=False)
    formerly: str = field(default="", repr=False)
    changed: datetime | None = None
    kind: str = Entry.Kind.ANSWER
    voice: str = Entry.Voice.NONE
    folded_until: date | None = None

    @property
    def whole(self) -> str:
        return f"{self.title}\n\n{self.text}".strip()

    def fitting(self) -> "Piece":
        """With a title that can stand above something: a very long one, or one above nothing, is the text itself."""
        if self.title and (len(self.title) > TITLE or not self.text.strip()):
            return replace(self, title="", text=self.whole)
        return self


class Left(Counter[str]):
    """What stays where it was: how many of each kind, and what the first of the files among them are called."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, list[str]] = {}

    def file(self, name: str) -> None:
        kind = medium(name)
        self[kind] += 1
        self.name(kind, name)

    def name(self, kind: str, *names: str) -> None:
        """What is half a character is shown as a question mark."""
        known = self.names.setdefault(kind, [])
        known += [name[:LINE].encode(errors="replace").decode() for name in names if name][: NAMED - len(known)]


class Journal:
    """A format that brings pieces of writing. What it counts in `left` is told as staying where it was."""

    key: str
    title: Promise | str

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        """Everything in it, in any order; `home` is the zone of what names none. Raises `Refused`."""
        raise NotImplementedError

    def remarks(self, left: Left) -> list[Promise | str]:  # noqa: ARG002  # a format may have something to say
        return []

    def preview(self, person: User, bundle: Bundle) -> Preview:
        told = Preview()
        for _piece in self._new(person, bundle, told):
            pass
        return told

    def bring_in(self, person: User, bundle: Bundle, batch: Import) -> Preview:
        told = Preview()
        for some in grouped(((piece, known), len(piece.text)) for piece, known in self._new(person, bundle, told)):
            rows = [row for piece, known in some for row in rows_of(person, piece, batch, known, self.key)]
            Entry.objects.bulk_create([row for row in rows if not row.parent_id])
            Entry.objects.bulk_create([row for row in rows if row.parent_id], batch_size=AT_ONCE)
        return told

    def _new(self, person: User, bundle: Bundle, told: Preview) -> Iterator[tuple[Piece, bytes]]:
        """What is not here yet, each with the hash it will be known by; the rest is counted in `told`."""
        here, left = Here(person, self.key), Left()
        for piece in map(Piece.fitting, self.pieces(bundle, zone(person.time_zone, ZoneInfo("UTC")), left)):
            if not piece.whole:
                left["wordless"] += 1
                continue
            name, at = piece.source or piece.at.isoformat(), piece.at.astimezone(piece.zone)
            formerly = (name, piece.formerly) if piece.formerly else None
            known = here.meet(name, piece.whole, piece.day, at, formerly=formerly)
            if known is None:
                continue
            kind = "letters" if piece.kind == Entry.Kind.LETTER else "pieces"
            told.found(
                kind, piece.day, "" if piece.folded_until else words.first_of(piece.title or piece.text, words=40)
            )
            yield piece, known
        told.skipped += here.skipped()
        if left["wordless"]:
            told.skipped.append(Skip(_("Entries without words"), WORDLESS, left["wordless"]))
        told.skipped += [
            Skip(what, STAYS, left[name], left.names.get(name, [])) for name, what in MEDIA.items() if left[name]
        ]
        told.remarks += self.remarks(left)


def rows_of(person: User, piece: Piece, batch: Import, known: bytes, source: str) -> list[Entry]:
    """The row of a piece. What one box cannot hold goes on in notes beneath it, in order, cut where a paragraph ends."""
    first, *more = parts_of(piece.text)
    row = _row(person, piece, batch, source)
    row.title, row.body, row.source_hashed = piece.title or None, first, known
    rows = [row]
    for place, text in enumerate(more):
        note = _row(person, piece, batch, source)
        note.kind, note.voice, note.parent, note.position = Entry.Kind.NOTE, Entry.Voice.NONE, row, place
        note.body = text
        rows.append(note)
    return rows


def _row(person: User, piece: Piece, batch: Import, source: str) -> Entry:
    """A row that says where it came from in words of ours alone: step and question are stored in clear."""
    return Entry(
        id=uuid4(),
        owner=person,
        kind=piece.kind,
        step=words.BROUGHT,
        question_key=source,
        pack=0,
        voice=piece.voice,
        rev=1,
        language=person.language,
        local_date=piece.day,
        time_zone=piece.zone.key,
        created_at=piece.at,
        updated_at=min(piece.changed or piece.at, batch.made_at),
        kept_at=piece.at,
        sealed_until=piece.folded_until,
        resurfacing=Entry.Resurfacing.NEVER,
        batch=batch,
    )


def parts_of(text: str, limit: int = LIMIT) -> list[str]:
    """The text in pieces that a box can hold, cut after a paragraph, a line or a word, else anywhere. Joined they are it."""
    text, parts, since = text.replace("\r\n", "\n"), [], 0
    while len(text) - since > limit:
        ends = ((text.rfind(end, since + limit // 2, since + limit - 1), len(end)) for end in ("\n\n", "\n", " "))
        cut = next((at + length for at, length in ends if at >= 0), since + limit)
        parts.append(text[since:cut])
        since = cut
    return [*parts, text[since:]]


def medium(name: str) -> str:
    """What a file is, by the end of its name: a key of `MEDIA`."""
    return ENDINGS.get(name.rpartition(".")[2].lower(), "files")


def with_foot(text: str, *lines: str) -> str:
    """The text, and below it what stood beside it: tags, a mood, a journal's name."""
    foot = "\n".join(line for line in lines if line)
    return f"{text}\n\n{foot}".strip() if foot else text


def tags(names: list[str]) -> str:
    return _("Tags: %(tags)s") % {"tags": ", ".join(names)} if names else ""


def headed(text: str) -> tuple[str, str]:
    """Title and rest of a Markdown text that begins with a heading; a text that is only that stays a text."""
    first, _end, rest = text.lstrip("\n").partition("\n")
    level = first[: len(first) - len(first.lstrip("#"))]
    title = first.removeprefix(level).strip()
    if 0 < len(level) <= 6 and first[len(level) :].startswith(" ") and rest.strip() and 0 < len(title) <= TITLE:
        return title, rest.strip("\n")
    return "", text
