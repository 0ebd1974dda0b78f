"""Day One: a zip with one JSON file a journal and folders of media, or such a JSON file by itself (version 1.0)."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.importing import Refused, pieces, plain, records
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.importing.records import Record

MOMENT = re.compile(r"!?\[[^\[\]\n]*\]\(dayone-moment:/(?:/|(video|audio|pdfAttachment)/)[^()\s\[\]]*\)")
NO_CREATION = gettext_lazy("There is no day in it, so it has no place here. Nothing was brought in.")
MEDIA = {"photos": "photos", "videos": "videos", "audios": "audios", "pdfAttachments": "pdfs"}
BESIDE = {
    "location": "places", "weather": "weather", "music": "music", "userActivity": "activity", "template": "templates",
}  # fmt: skip


class DayOne(pieces.Journal):
    key = "dayone"
    title = gettext_lazy("Day One")

    def fits(self, bundle: Bundle) -> bool:
        for name in _journals(bundle)[:1]:
            said = bundle.json(name, _light)
            found = said.get("entries") if isinstance(said, dict) else None
            if isinstance(said, dict) and isinstance(found, list):
                return "metadata" in said or (bool(found) and isinstance(found[0], dict) and "creationDate" in found[0])
        return False

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        names = _journals(bundle)
        for name in names:
            # Each with its journal's name below it, where there is more than one.
            below = _("Journal: %(name)s") % {"name": PurePosixPath(name).stem} if len(names) > 1 else ""
            for entry in Record.of(name, bundle.json(name, _light)).records("entries"):
                yield _piece(entry, home, left, below)


def _journals(bundle: Bundle) -> list[str]:
    return [name for name in bundle.names() if name.endswith(".json") and len(PurePosixPath(name).parts) <= 2]


def _light(said: dict[str, object]) -> object:
    """Without the second copy of the words, which is larger than the first; it stays where there is no first."""
    if said.get("text"):
        said.pop("richText", None)
    return said


def _piece(entry: Record, home: ZoneInfo, left: Left, below: str) -> Piece:
    at = entry.moment("creationDate")
    if at is None:
        raise Refused(entry.at("creationDate"), NO_CREATION)
    location = entry.record("location")
    named = entry.text("timeZone") or (location.text("timeZoneName") if location else "")
    there = records.zone(named, home)
    for field, what in MEDIA.items():
        left[what] += entry.count(field)
        left.name(what, *(_called(medium) for medium in entry.listed(field)))
    for field, what in BESIDE.items():
        left[what] += entry.said.get(field) is not None
    left["stars"] += bool(entry.said.get("starred") or entry.said.get("isPinned"))
    title, text = pieces.headed(_words(entry))
    return Piece(
        source=entry.text("uuid"),
        title=title,
        text=pieces.with_foot(text, pieces.tags(entry.texts("tags")), below) if title or text else "",
        at=at,
        day=at.astimezone(there).date(),
        zone=there,
        changed=entry.moment("modifiedDate"),
    )


def _called(medium: object) -> str:
    """What a photo or a recording is called: its own name, or that of its file, of which some say only a part."""
    said = medium if isinstance(medium, dict) else {}
    name = ".".join(str(said[part]) for part in ("md5", "type") if said.get(part))
    return str(said.get("filename") or name or said.get("identifier") or "")


def _words(entry: Record) -> str:
    """What was written; a mark where a photo or a recording stood among the words, and nothing where it stood alone."""
    text = entry.text("text")
    text = plain.unescaped(text) if text else _rich(entry)
    if not MOMENT.sub("", text).strip():
        return ""
    return MOMENT.sub(_mark, text).strip()


def _mark(link: re.Match[str]) -> str:
    return str(
        {"video": _("[film]"), "audio": _("[recording]"), "pdfAttachment": _("[PDF]")}.get(link[1], _("[photo]"))
    )


def _rich(entry: Record) -> str:
    """The words of an entry that has them only in its formatted copy: JSON inside a string."""
    said = entry.text("richText")
    if not said:
        return ""
    inside = Record.of(entry.at("richText"), records.inner(entry.at("richText"), said))
    return "".join(part.text("text") for part in inside.records("contents"))
