"""A folder of Markdown or plain text files in a zip, or one such file: with front matter or without.

Where a piece says no day of its own, its name may, or the folders it lies in; else it is the day the file was changed.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from journal.importing import Refused, pieces, records
from journal.importing import frontmatter as matter
from journal.importing.bundle import Bundle
from journal.importing.pieces import Left, Piece
from journal.models import Entry

ENDINGS = {".md", ".markdown", ".txt", ".text"}
DAY = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
FOLDERS = re.compile(r"(?:^|/)(\d{4})/(?:\d{4}-)?(\d{2})/(?:\d{4}-\d{2}-)?(\d{2})(?!\d)")
DATES = ("created", "date", "created_at", "date created", "creation date")
CHANGES = ("updated", "modified", "updated_at", "date modified", "last modified")
# What front matter says that is used here, or says nothing to a reader.
USED = {
    *DATES, *CHANGES, "timezone", "time_zone", "title", "tags", "id", "uuid", "type", "voice_from", "question", "step",
    "question_key", "question_version", "pack", "voice_to", "sealed_until", "language", "cssclass", "cssclasses", "publish",
}  # fmt: skip
VOICES = {Entry.Voice.ADULT.value, Entry.Voice.CHILD.value, Entry.Voice.BOTH.value}


class Markdown(pieces.Journal):
    key = "markdown"
    title = gettext_lazy("Markdown or text files")

    def fits(self, bundle: Bundle) -> bool:
        return any(_is_text(name) for name in bundle.names())

    def pieces(self, bundle: Bundle, home: ZoneInfo, left: Left) -> Iterator[Piece]:
        for name in bundle.names():
            if _is_text(name):
                yield _piece(bundle, name, home, left)
            else:
                left.file(name)

    def remarks(self, left: Left) -> list[Promise | str]:
        count = left["undated"]
        if not count:
            return []
        return [
            ngettext(
                "%(count)s file says no day, so it stands on the one it was last changed.",
                "%(count)s files say no day, so each stands on the one it was last changed.",
                count,
            )
            % {"count": count}
        ]


def _is_text(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in ENDINGS


def _piece(bundle: Bundle, name: str, home: ZoneInfo, left: Left) -> Piece:
    front, body = matter.parted(records.whole(name, bundle.text(name).replace("\r\n", "\n")))
    there = records.zone(front.one("timezone", "time_zone"), home)
    title, text = pieces.headed(body)
    said = front.line("title") or front.line("question") or title
    called = said or ("" if _is_ours(name, front.one("id")) else _named(name))
    if title and called != title:
        text = body
    # A question of ours is not said twice; one of somebody's own stays, whatever stands above it.
    asked = set() if front.one("question_key") or not front.one("title") else {"question"}
    foot, folded = front.rest(USED - asked), front.one("sealed_until")
    has_words = bool(body.strip() or foot)
    day, at = _when(bundle, name, front, there, left if has_words else Left())
    is_letter = front.one("type") == Entry.Kind.LETTER
    changed = _bare(front.one(*CHANGES))
    text = pieces.with_foot(text.strip("\n"), pieces.tags(_tags(front)), foot) if has_words else ""
    return Piece(
        source=front.one("id", "uuid") or name,
        title=called if has_words else "",
        text=text,
        formerly=f"{_named(name)}\n\n{text}".strip() if has_words and not called else "",
        at=at,
        day=day,
        zone=there,
        changed=_moment(f"{name}, updated", changed, there) if changed else None,
        kind=Entry.Kind.LETTER if is_letter else Entry.Kind.ANSWER,
        voice=_voice(front.one("voice_from")) if is_letter else Entry.Voice.NONE,
        folded_until=_folded(f"{name}, sealed_until", folded) if folded else None,
    )


def _when(bundle: Bundle, name: str, front: matter.Front, there: ZoneInfo, left: Left) -> tuple[date, datetime]:
    """The day of a piece and its moment: what it says itself, what its name says, or when the file was changed."""
    said, day = _bare(front.one(*DATES)), _bare(front.one("date"))
    if said:
        at = _moment(f"{name}, {'date' if day else 'created'}", said, there)
        has_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)
        return (records.day(f"{name}, date", day) if has_day else at.astimezone(there).date()), at
    found = DAY.search(PurePosixPath(name).stem) or FOLDERS.search(name)
    if found:
        groups = [group for group in found.groups() if group.isdecimal()]
        on = records.day(name, "-".join(groups))
        return on, records.noon(on, there)
    left["undated"] += 1
    at = bundle.changed(name, there) or timezone.now()
    return at.astimezone(there).date(), at


def _bare(said: str) -> str:
    """A day or a time without the remark behind it."""
    return said.partition(" #")[0].strip()


def _moment(where: str, said: str, there: ZoneInfo) -> datetime:
    """A time with its own zone, or on the clock of the place; of a day alone the middle."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return records.noon(records.day(where, said), there)
    return records.moment(where, said, there)


def _is_ours(name: str, key: str) -> bool:
    """Whether our own export called it so, by day, step and id: no title that anybody gave."""
    try:
        made = UUID(key).hex[:8]
    except ValueError:
        return False
    return bool(re.fullmatch(rf"\d{{4}}-\d{{2}}-\d{{2}}-[A-Za-z0-9]+-{made}", PurePosixPath(name).stem))


def _named(name: str) -> str:
    """What the file is called, where that is more than a day and a number."""
    stem = DAY.sub("", PurePosixPath(name).stem).strip(" -_.")
    return stem if re.search(r"[^\W\d_]{2}", stem) else ""


def _tags(front: matter.Front) -> list[str]:
    """Without those that our own export adds."""
    return [tag for tag in front.all("tags") if not tag.startswith("innerchild/")]


def _folded(where: str, said: str) -> date:
    """The day until which a letter stays folded, however far: the last there is stands for "until I say so"."""
    try:
        until = date.fromisoformat(said)
    except ValueError:
        raise Refused(where, records.NO_TIME) from None
    return until if until.year > records.LATEST else records.day(where, said)


def _voice(said: str) -> str:
    return said if said in VOICES else Entry.Voice.NONE
