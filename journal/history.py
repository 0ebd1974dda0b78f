"""Earlier versions of an entry: one kept on purpose, a page of them, and bringing one back. Nothing here deletes."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import FETCH_RAISE, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from journal import words
from journal.models import Entry, Revision
from journal.revising import revise
from journal.saving import opened

PAGE = 20


class CannotOpen(Exception):
    """A text that was altered, or whose key is missing. Nothing is written over it, and it is chosen for nothing."""


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the page. `first` is None where the text cannot be opened."""

    revision: Revision
    first: str | None = field(repr=False)

    @property
    def reason(self) -> str:
        return str(words.REASONS[self.revision.reason])


def of(person: User, entry: Entry) -> QuerySet[Revision]:
    """What an entry said before, newest first."""
    return person.revisions.filter(entry=entry).order_by("-made_at", "-id")


def page_of(revisions: QuerySet[Revision], before: UUID | None) -> tuple[list[Version], UUID | None]:
    """Twenty of them, older than that one; and the one after which there are more."""
    mark = revisions.filter(pk=before).first() if before else None
    if mark:
        revisions = revisions.filter(Q(made_at__lt=mark.made_at) | Q(made_at=mark.made_at, pk__lt=mark.pk))
    rows = list(revisions.fetch_mode(FETCH_RAISE)[: PAGE + 1])
    shown = rows[:PAGE]
    texts = [(row, opened(row)) for row in shown]
    versions = [Version(row, None if text is None else words.first_of(text, words=14)) for row, text in texts]
    return versions, shown[-1].pk if len(rows) > PAGE else None


@transaction.atomic
def keep(person: User, entry: UUID) -> None:
    """Put the text as it stands among the earlier ones, however the entry goes on."""
    row = person.entries.select_for_update().get(pk=entry)
    text = opened(row)
    if text and not _is_kept(row):
        revise(row, text, Revision.Reason.KEPT, timezone.now())


@transaction.atomic
def restore(person: User, entry: Entry, revision: Revision) -> None:
    """Bring an earlier text back; the present one goes among the earlier ones. Raises `CannotOpen`.

    The entry has a new rev then, so a page that was open meanwhile saves beside it and not over it.
    """
    text = opened(revision)
    if text is None:
        raise CannotOpen
    put(person.entries.select_for_update().get(pk=entry.pk), text, Revision.Reason.RESTORED)


def put(entry: Entry, text: str, reason: Revision.Reason) -> None:
    """Write another text into an entry whose row is locked. Raises `CannotOpen` rather than write over what is shut."""
    before, now = opened(entry), timezone.now()
    if before is None:
        raise CannotOpen
    if before == text:
        return
    if before and not _is_kept(entry):
        revise(entry, before, reason, now)
    entry.body, entry.rev, entry.updated_at = text, entry.rev + 1, now
    entry.save(update_fields=["body_sealed", "rev", "updated_at"])


def _is_kept(entry: Entry) -> bool:
    """Whether the text as it stands is among the earlier ones already."""
    return entry.revisions.filter(rev=entry.rev).exists()
