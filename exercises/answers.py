"""What somebody answered, by question: to carry on with, to add to, to read back, to quote."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.models import User
from exercises.packs import Question, Step
from exercises.visits import Walk
from innerchild.statements import Given, Statement
from journal import boxes, saving, words
from journal.about import About
from journal.boxes import Box
from journal.models import Entry, Wish

FIRST_WORDS = 6
QUOTES, QUOTE_MAX = 12, 200
SHOWN_MAX, SHOWN_LINES = 600, 12
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def newest(person: User, step: str, keys: Collection[str], *, kept: bool = False) -> dict[str, Entry]:
    """The newest answer to each question; `kept`: the newest that was kept on purpose. One query."""
    asked = {f"key{place}": key for place, key in enumerate(keys)}
    if not asked:
        return {}
    rows = _newest(tuple(asked), kept).rows(owner=person.pk, today=timezone.localdate(), step=step, **asked)
    return {row.question_key: row for row in rows}


@cache
def _newest(keys: tuple[str, ...], kept: bool) -> Statement[Entry]:  # noqa: FBT001 - what is cached by
    def query() -> models.QuerySet[Entry]:
        rows = Entry.objects.out().unsealed(Given("today")).worded().filter(owner=Given("owner"), step=Given("step"))
        rows = rows.filter(question_key__in=[Given(key) for key in keys], conflict_of=None, parent=None)
        if kept:
            rows = rows.exclude(kept_at=None)
        rows = rows.order_by("question_key", "-local_date", "-created_at", "-id").distinct("question_key")
        return rows.fetch_mode(models.FETCH_RAISE)

    return Statement(query)


def text_of(entry: Entry | None) -> str:
    """What it says; nothing where there is none, or where it cannot be opened."""
    return (saving.opened(entry) or "") if entry else ""


def about(step: Step, question: Question) -> About:
    """What an answer to this question is: the pack's words and version go with it."""
    return About(
        kind=question.kind,
        step=step.key,
        question_key=question.key,
        question=question.words,
        pack=step.version,
        language=step.language,
    )


def box(walk: Walk, question: Question, *, entry: Entry | None, heading: bool = False, wish: Wish | None = None) -> Box:
    """The writing box of a question, filled with that entry, or with what was posted and not kept.

    `wish`: what a gift that is begun here is given to.
    """
    said = replace(about(walk.step, question), wish=wish.pk if wish else None)
    made = boxes.box_for(walk.person, said, name=question.key, entry=entry)
    made = replace(
        made, label=question.words, hint=question.hint, heading=heading, rows=2 if question.short else made.rows
    )
    return boxes.refill(walk.request, made) if walk.request.method == "POST" else made


@dataclass(frozen=True)
class Shown:
    """An answer on a page that is about more than it; `rest` names the entry where all of it can be read."""

    text: str = field(default="", repr=False)
    rest: UUID | None = None


def shown(entry: Entry | None) -> Shown:
    """As much of an answer as fits beside others."""
    text = text_of(entry)
    lines = text.splitlines()
    if entry is None or (len(text) <= SHOWN_MAX and len(lines) <= SHOWN_LINES):
        return Shown(text)
    return Shown(bounded("\n".join(lines[:SHOWN_LINES]), SHOWN_MAX), entry.pk)


def bounded(text: str, most: int) -> str:
    """A text, or its beginning where it is longer than that."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def first_words(text: str) -> str:
    """Enough of a text to know it again."""
    first = words.first_of(text, words=FIRST_WORDS)
    return first if words.first_of(text, words=FIRST_WORDS + 1) == first else f"{first} …"


def lines(text: str) -> list[str]:
    """A text as things one could choose: its lines, and a line's sentences, none of them endless."""
    parts = [bounded(part.strip(), QUOTE_MAX) for line in text.splitlines() for part in SENTENCE.split(line)]
    return [part for part in dict.fromkeys(parts) if part]
