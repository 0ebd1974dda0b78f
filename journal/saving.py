"""The save protocol: one durable transaction, and an answer that may be asked for again.

Words are never refused for what they say, and never thrown away for where they came from: a
save on an older base is stored as a copy beside the entry, a repeated one gets its first answer.
"""

import hashlib
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from innerchild.statements import Given, Statement
from journal import wishes
from journal.about import About
from journal.models import Entry, Revision, SaveOperation
from journal.revising import reason, revise
from vault.envelope import Refused
from vault.keyring import KeyNotInRing
from vault.sealed import keyed_hash, keyed_hashes

LIMIT = 200_000
HASH_PURPOSE = b"icj:operation:v1"
# An operation is noted once: where it was noted before, neither of these does anything.
CLAIM = """
    INSERT INTO journal_saveoperation (id, owner_id, entry_id, operation, text_hash, rev, conflict, made_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (entry_id, operation) DO NOTHING RETURNING id
"""
CLAIM_AND_WRITE = f"""
    WITH claimed AS ({CLAIM})
    UPDATE journal_entry SET body_sealed = %s, rev = %s, updated_at = %s, voice = %s, wish_id = %s, kept_at = %s,
        binned_at = %s, merged = %s
    WHERE id = %s AND EXISTS (SELECT FROM claimed)
"""  # noqa: S608 - nothing but the statement above

log = logging.getLogger(__name__)


class NotStored(Exception):
    """Nothing was stored; the text is still with whoever sent it. Never carries text."""


class TooLong(NotStored):
    """More than `LIMIT` characters, counted with LF."""


class OperationReused(NotStored):
    """An operation that was answered before, for another text."""


class UnknownEntry(NotStored):
    """No such entry of this person, and no word from the server about a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One text to be kept. `after` names an operation whose answer never arrived: its text may be the base."""

    entry: UUID
    operation: UUID
    base_rev: int
    text: str = field(repr=False)
    about: About | None = None
    after: UUID | None = None
    finish: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What is true after the commit. With a `conflict`, `entry` and `rev` are those of the copy that holds the text."""

    entry: UUID
    operation: UUID
    rev: int
    saved_at: datetime
    sha256: str
    conflict: UUID | None
    replay: bool = False

    def answer(self) -> dict[str, str | int | bool | None]:
        """The body of a 200."""
        return {
            "op": str(self.operation),
            "rev": self.rev,
            "saved_at": self.saved_at.isoformat(),
            "sha256": self.sha256,
            "conflict": str(self.conflict) if self.conflict else None,
            "replay": self.replay,
        }


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry under its row lock, with its text (None where it cannot be opened) and its newest revision's time.

    `revised`: this very text is among the revisions already.
    """

    entry: Entry
    text: str | None
    revised_at: datetime | None
    revised: bool


def cleaned(text: str) -> str:
    """Text as it is stored: without NUL, with LF. Raises `TooLong`; nothing is ever cut."""
    text = text.replace("\x00", "").replace("\r\n", "\n")
    if len(text) > LIMIT:
        raise TooLong
    return text


def fingerprint(text: str) -> str:
    """The first 16 hexadecimal digits of SHA-256: what a page compares its own text with."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(person: User, wanted: Save, *, patience: timedelta | None = None) -> Saved:
    """Keep a text, and return after the commit. Raises `NotStored`.

    `patience` limits how long the database may make this save wait.
    """
    with transaction.atomic(durable=True):
        if patience is not None:
            _limit_waiting(patience)
        return _save(person, replace(wanted, text=cleaned(wanted.text)), timezone.now())


def row_for(person: User, about: About, *, entry: UUID, now: datetime) -> Entry:
    """A new, empty row for what the server offered, on this day where the person is."""
    row = Entry(
        id=entry,
        owner=person,
        kind=about.kind,
        step=about.step,
        question_key=about.question_key,
        question=about.question,
        pack=about.pack,
        voice=about.voice,
        parent_id=about.parent,
        position=about.position,
        reply_to_id=None if about.parent else about.reply_to,
        wish_id=about.wish,
        language=about.language,
        local_date=timezone.localdate(now),
        time_zone=timezone.get_current_timezone_name(),
        created_at=now,
        updated_at=now,
    )
    row.body = ""
    return row


def _limit_waiting(patience: timedelta) -> None:
    limit = f"{max(int(patience.total_seconds() * 1000), 1)}ms"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)", [limit, limit]
        )


def _save(person: User, wanted: Save, now: datetime) -> Saved:
    held = _held(person, wanted, now)
    entry = held.entry
    conflict = None
    if held.text == wanted.text and entry.rev:
        rev = entry.rev
    elif _fits(held, wanted):
        rev = entry.rev + 1
    else:
        conflict, rev = uuid4(), 1
    saved = Saved(
        entry=conflict or entry.pk,
        operation=wanted.operation,
        rev=rev,
        saved_at=now,
        sha256=fingerprint(wanted.text),
        conflict=conflict,
    )
    if not (_keep_both if conflict else _write)(held, wanted, saved):
        return _again(entry, wanted)
    wishes.settle(person, entry.wish_id, emptied=None if wanted.text.strip() else entry.pk)
    return saved


def _held(person: User, wanted: Save, now: datetime) -> _Held:
    """The row, locked; made first where the server said what it is to be."""
    if wanted.about and not wanted.base_rev:
        _begin(person, wanted.entry, wanted.about, now)
    held = _locked(person, wanted.entry)
    if held is None and wanted.about:
        _begin(person, wanted.entry, wanted.about, now)
        held = _locked(person, wanted.entry)
    if held is None:
        raise UnknownEntry
    return held


def _begin(person: User, entry: UUID, about: About, now: datetime) -> None:
    about = about.as_far_as_there(person)
    rows = [row_for(person, about, entry=entry, now=now)]
    if about.parent:
        thread = replace(about, kind=Entry.Kind.LETTER, voice=Entry.Voice.BOTH, parent=None, position=0)
        rows.insert(0, row_for(person, thread, entry=about.parent, now=now))
    Entry.objects.bulk_create(rows, ignore_conflicts=True)


def _locked(person: User, entry: UUID) -> _Held | None:
    row = LOCKED.first(owner=person.pk, entry=entry)
    if row is None:
        return None
    row.owner = person
    more = vars(row)
    if more["thread_binned_at"]:
        person.entries.filter(pk=more["parent_id"]).update(binned_at=None)
    return _Held(row, opened(row), more["revised_at"], more["revised"])


def _to_lock() -> QuerySet[Entry]:
    newest = Revision.objects.filter(entry=OuterRef("pk")).order_by("-made_at").values("made_at")[:1]
    rows = Entry.objects.select_for_update(of=("self",)).filter(owner=Given("owner"), pk=Given("entry"))
    return rows.annotate(
        revised_at=Subquery(newest),
        revised=Exists(Revision.objects.filter(entry=OuterRef("pk"), rev=OuterRef("rev"))),
        thread_binned_at=F("parent__binned_at"),
    )


LOCKED = Statement(_to_lock)


def opened(row: Entry | Revision) -> str | None:
    """The text of a row, or None where it was altered or its key is missing; that is noted, without text."""
    try:
        return row.body
    except (Refused, KeyNotInRing):
        log.warning("decrypt_failed %s=%s", row._meta.model_name, row.pk)
        return None


def _fits(held: _Held, wanted: Save) -> bool:
    """Whether the text was written knowing the one it would replace."""
    entry = held.entry
    if held.text is None:
        return False
    if wanted.base_rev == entry.rev or not entry.rev:
        return True
    return (
        wanted.after is not None
        and entry.operations.filter(operation=wanted.after, rev=entry.rev, conflict=None).exists()
    )


def _claim(entry: Entry, wanted: Save, saved: Saved) -> list[Any]:
    """What `CLAIM` is given."""
    text_hash = _text_hash(entry, wanted.text)
    named = [uuid4(), entry.owner_id, entry.pk, wanted.operation]
    return [*named, text_hash, saved.rev, saved.conflict, saved.saved_at]


def _text_hash(entry: Entry, text: str) -> bytes:
    return keyed_hash(entry.owner_id, HASH_PURPOSE, text.encode())


def _again(entry: Entry, wanted: Save) -> Saved:
    """The answer this operation got the first time."""
    known = SaveOperation.objects.get(entry=entry, operation=wanted.operation)
    if bytes(known.text_hash) not in keyed_hashes(entry.owner_id, HASH_PURPOSE, wanted.text.encode()):
        raise OperationReused
    if wanted.finish and not known.conflict:
        Entry.objects.filter(pk=entry.pk, kept_at=None).update(kept_at=timezone.now())
        entry.refresh_from_db(fields=["wish"])  # what was set just now was not written
        wishes.settle(entry.owner, entry.wish_id)
    return Saved(
        entry=known.conflict or entry.pk,
        operation=wanted.operation,
        rev=known.rev,
        saved_at=known.made_at,
        sha256=fingerprint(wanted.text),
        conflict=known.conflict,
        replay=True,
    )


def _write(held: _Held, wanted: Save, saved: Saved) -> bool:
    """The text takes the place of what it was written on, which gets a revision where it is due. False: noted before."""
    entry, now = held.entry, saved.saved_at
    rev, why = entry.rev, None
    if saved.rev != rev:
        why = reason(entry, held.text, wanted.text, revised_at=held.revised_at, now=now)
        entry.body, entry.rev, entry.updated_at = wanted.text, saved.rev, now
    if wanted.about and _is_that_turn(entry, wanted.about):
        entry.voice = wanted.about.voice
    if saved.rev != rev or not entry.merged:
        entry.binned_at, entry.merged = None, False
    if wanted.about and entry.kept_at is None and wanted.about.wish != entry.wish_id:  # open until it is kept
        entry.wish_id = wanted.about.as_far_as_there(entry.owner).wish
    if wanted.finish:
        entry.kept_at = now
    if not _wrote(entry, _claim(entry, wanted, saved)):
        return False
    if why and not held.revised:
        revise(entry, held.text or "", why, now, rev=rev)
    return True


def _wrote(entry: Entry, claim: list[Any]) -> bool:
    columns = ("body_sealed", "rev", "updated_at", "voice", "wish_id", "kept_at", "binned_at", "merged", "id")
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_AND_WRITE, [*claim, *(getattr(entry, column) for column in columns)])
        return bool(cursor.rowcount)


def _is_that_turn(entry: Entry, about: About) -> bool:
    """Until a turn is added the pen may change hands, so it is of whoever the page says last."""
    row = replace(About.of(entry), reply_to=about.reply_to)
    said = replace(row, voice=about.voice, position=about.position, question=about.question, pack=about.pack)
    return entry.parent_id is not None and entry.kept_at is None and said == about


def _keep_both(held: _Held, wanted: Save, saved: Saved) -> bool:
    """The text becomes an entry beside the one it differs from; that one's text gets a revision too,
    because whoever sent this may go on to overwrite it knowingly. False: noted before.
    """
    entry = held.entry
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, _claim(entry, wanted, saved))
        if not cursor.rowcount:
            return False
    if held.text and not held.revised:
        revise(entry, held.text, Revision.Reason.CONFLICT, saved.saved_at)
    about = replace(About.of(entry), parent=None)
    copy = row_for(entry.owner, about, entry=saved.entry, now=saved.saved_at)
    copy.conflict_of, copy.rev, copy.drawer = entry, saved.rev, entry.drawer
    copy.sealed_until = entry.sealed_until
    copy.kept_at, copy.body = saved.saved_at, wanted.text
    copy.save(force_insert=True)
    if entry.binned_at and not entry.merged:
        Entry.objects.filter(pk=entry.pk).update(binned_at=None)
    return True
