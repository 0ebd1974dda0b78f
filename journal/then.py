"""Then and now: the same question answered again. Two answers to be read beside each other, by whoever asks for it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import FETCH_RAISE, Q
from django.utils import timezone

from accounts.models import User
from journal import differences, words
from journal.differences import Difference
from journal.kept import is_sealed
from journal.models import Entry, EntryQuerySet
from journal.saving import opened

ANSWERS = (Entry.Kind.ANSWER, Entry.Kind.PICTURE)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one question, the older one first."""

    then: Entry
    now: Entry

    @property
    def asked_alike(self) -> bool:
        return self.then.question == self.now.question

    def difference(self) -> Difference:
        return differences.side_by_side(opened(self.then), opened(self.now))


def others(person: User, entry: Entry) -> EntryQuerySet:
    """Other kept answers to the question of that one, newest first; none where it is not such an answer itself."""
    answers = _answers(person)
    if not _is_answer(entry):
        return answers.none()
    same = answers.filter(step=entry.step, question_key=entry.question_key).exclude(pk=entry.pk)
    return same.newest_first().fetch_mode(FETCH_RAISE)


def answered_again(person: User) -> list[list[Entry]]:
    """The answers to each question that has more than one, newest first; none of them is opened for this."""
    rows = _answers(person).exclude(step=words.BROUGHT).newest_first().defer("body_sealed", "title_sealed")
    found: dict[tuple[str, str], list[Entry]] = {}
    for row in rows.fetch_mode(FETCH_RAISE):
        found.setdefault((row.step, row.question_key), []).append(row)
    return [answers for answers in found.values() if len(answers) > 1]


def pair(person: User, entry: Entry, beside: UUID | None) -> Pair | None:
    """That one and another: the one that was asked for, else the one before it, else the one after."""
    answers = others(person, entry)
    day, at = entry.local_date, entry.created_at
    earlier = (
        Q(local_date__lt=day) | Q(local_date=day, created_at__lt=at) | Q(local_date=day, created_at=at, id__lt=entry.pk)
    )
    named = answers.filter(pk=beside).first() if beside else None
    other = named or answers.filter(earlier).first() or answers.last()
    if other is None:
        return None
    older = (other.local_date, other.created_at, other.pk) < (day, at, entry.pk)
    return Pair(other, entry) if older else Pair(entry, other)


def _answers(person: User) -> EntryQuerySet:
    answers = person.entries.out().unsealed(timezone.localdate()).exclude(kept_at=None)
    return answers.filter(kind__in=ANSWERS, rev__gt=0, drawer=False, parent=None, conflict_of=None)


def _is_answer(entry: Entry) -> bool:
    """Whether it may stand there: what is put away, folded, let go or another version is not taken out for this."""
    put_away = entry.binned_at or entry.drawer or entry.parent_id or entry.conflict_of_id
    open_now = not put_away and not is_sealed(entry, timezone.localdate())
    asked = entry.kind in ANSWERS and entry.step != words.BROUGHT  # what came from elsewhere answers nothing of ours
    return asked and bool(entry.kept_at and entry.rev) and open_now
