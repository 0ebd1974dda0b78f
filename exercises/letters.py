"""The letter somebody is at: which one, in whose voice, by turns or on one sheet, and what becomes of it."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exercises import answering, answers
from exercises.packs import Step
from exercises.visits import Walk
from journal import boxes, saving, sealing, turns
from journal.about import About
from journal.kept import opened_title
from journal.models import Entry

WHO, SHEET, TURNS = "who", "write", "voices"
BY_TURNS = "both"
SHEETS = {"adult": Entry.Voice.ADULT, "child": Entry.Voice.CHILD, "open": Entry.Voice.NONE}
VOICES = (Entry.Voice.ADULT, Entry.Voice.CHILD)


def key(which: str) -> str:
    """The question under which a letter of that kind is kept, and found again."""
    return f"letter-{which}"


def about(step: Step, which: str, answered: Entry | None = None) -> About:
    """What a letter of that kind is, in the words of the pack."""
    question = next(question for question in step.asks if question.key == key(which))
    made = replace(answers.about(step, question), voice=SHEETS.get(which, Entry.Voice.BOTH))
    return replace(made, reply_to=answered.pk) if answered else made


def picked(walk: Walk) -> str:
    """Who was said to write on this visit, or nothing."""
    return str(walk.choices.get(WHO, {}).get("picked", ""))


def sheet(walk: Walk, answered: Entry | None = None) -> tuple[str, Entry | None]:
    """Which sheet lies on the table: of who was said to write, else the newest one still open."""
    which, mine = picked(walk), answering.among(walk.person, answered)
    if answered:
        which = answering.asked_voice(walk)
    if which in SHEETS:
        return which, boxes.open_entry(walk.person, walk.step.key, key(which), mine)
    found = [boxes.open_entry(walk.person, walk.step.key, key(which), mine) for which in SHEETS]
    newest = max((entry for entry in found if entry), key=lambda entry: entry.updated_at, default=None)
    fresh = answering.other_voice(answered) if answered else "open"
    return (newest.question_key.removeprefix("letter-") if newest else fresh), newest


def thread(walk: Walk, answered: Entry | None = None) -> Entry | None:
    """The letter by turns that is open."""
    return turns.open_thread(walk.person, walk.step.key, key(BY_TURNS), answering.among(walk.person, answered))


def open_kinds(person: User, step: Step, answered: Entry | None = None) -> set[str]:
    """Which kinds of letter were left open: `adult`, `child`, `open`, `both`."""
    rows = person.entries.open().filter(step=step.key, kind=Entry.Kind.LETTER, parent=None, conflict_of=None)
    rows = rows.filter(answering.among(person, answered))
    return {row.removeprefix("letter-") for row in rows.values_list("question_key", flat=True)}


def first_time(walk: Walk) -> bool:
    """Whether nobody has written a letter here yet, nor walked this step to its end."""
    walked = walk.person.visits.filter(step=walk.step.key).exclude(closed_at=None)
    return not walked.exists() and not walk.person.entries.filter(kind=Entry.Kind.LETTER).exists()


def named(walk: Walk) -> str:
    """Which letter this visit is done writing, or nothing. It may be gone for good since.

    It is noted for the sheet, whether it was written there or by turns: the one that was done last counts.
    """
    return next((str(name) for screen in (SHEET, TURNS) if (name := walk.choices.get(screen, {}).get("letter"))), "")


def finished(walk: Walk) -> Entry | None:
    """The letter to be asked what becomes of it. Let go, it is still found."""
    name = named(walk)
    return walk.person.entries.filter(pk=name, parent=None).first() if name else None


@transaction.atomic
def as_first_turn(person: User, step: Step, sheet: UUID, voice: str) -> Entry:
    """A letter on one sheet becomes the first turn of a letter by turns, which answers what it answered.

    Returns the new thread.
    """
    now = timezone.now()
    said = about(step, BY_TURNS, person.entries.get(pk=sheet).reply_to)
    made = saving.row_for(person, said, entry=uuid4(), now=now)
    made.save(force_insert=True)
    changed = {"question_key": said.question_key, "question": said.question, "voice": voice, "kept_at": now}
    person.entries.filter(pk=sheet).update(parent=made, position=0, reply_to=None, **changed)
    return made


@transaction.atomic
def keep(person: User, letter: Entry, title: str, *, drawer: bool = False, until: date | None = None) -> None:
    """Kept on purpose, under a name if it has one; in the drawer, or folded until a day, if that is wanted."""
    name(person, letter, title)
    turns.keep(person, letter)
    letter.drawer = drawer
    letter.save(update_fields=["drawer"])
    sealing.seal(person, letter, until)


def name(person: User, letter: Entry, title: str) -> None:
    """A name that was typed stays, whatever was pressed beside it."""
    if title == opened_title(letter):
        return
    letter.title, letter.updated_at = title or None, timezone.now()
    person.entries.filter(pk=letter.pk).update(title_sealed=letter.title_sealed, updated_at=letter.updated_at)


def let_go(person: User, letter: Entry) -> None:
    person.entries.filter(pk=letter.pk, binned_at=None).update(binned_at=timezone.now())


def fetch_back(person: User, letter: Entry) -> None:
    person.entries.filter(pk=letter.pk).update(binned_at=None)
