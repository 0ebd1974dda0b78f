"""When the text that is about to be replaced is worth keeping among an entry's earlier ones, and keeping it there."""

from bisect import bisect_left
from datetime import datetime, timedelta

from journal.models import Entry, Revision

REST = timedelta(seconds=60)
LARGE = 500
SHRINK = 200


def reason(
    entry: Entry, before: str | None, text: str, *, revised_at: datetime | None, now: datetime
) -> Revision.Reason | None:
    """Why, if it is. `revised_at`: when the newest of the earlier ones was kept."""
    if not before:
        return None
    if entry.kept_at and entry.kept_at >= entry.updated_at:
        return Revision.Reason.KEPT
    if len(before) - len(text) > SHRINK and len(text) * 2 < len(before):
        return Revision.Reason.SHRINK
    if changed(before, text) >= LARGE:
        return Revision.Reason.LARGE
    if now - (revised_at or entry.created_at) >= REST:
        return Revision.Reason.TIMED
    return None


def changed(before: str, text: str) -> int:
    """How many characters differ between what both texts begin and end with."""
    shorter = min(len(before), len(text))
    start = bisect_left(range(1, shorter + 1), True, key=lambda n: before[:n] != text[:n])  # noqa: FBT003
    rest = shorter - start
    end = bisect_left(range(1, rest + 1), True, key=lambda n: before[-n:] != text[-n:])  # noqa: FBT003
    return max(len(before), len(text)) - start - end


def revise(entry: Entry, text: str, why: Revision.Reason, now: datetime, *, rev: int | None = None) -> None:
    """Store a text among an entry's earlier ones. `rev`: which it was, the entry's own; 0 for one that never stood in it."""
    rev = entry.rev if rev is None else rev
    revision = Revision(owner_id=entry.owner_id, entry=entry, rev=rev, reason=why, made_at=now)
    revision.body = text
    revision.save(force_insert=True)
