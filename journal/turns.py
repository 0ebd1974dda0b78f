"""A letter in two voices: a thread and its turns, which change places and become one letter."""

from dataclasses import replace
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from journal import saving, words
from journal.about import About
from journal.models import Entry, EntryQuerySet


def of(person: User, thread: Entry) -> EntryQuerySet:
    """The turns of a letter, in the order they are read. A note beneath it is none."""
    return person.entries.out().turns().filter(parent=thread).order_by("position", "created_at", "id")


def open_thread(person: User, step: str, question_key: str, among: Q | None = None) -> Entry | None:
    """The letter by turns that a person may carry on with, `among` those that are meant."""
    threads = person.entries.open().filter(
        step=step, question_key=question_key, kind=Entry.Kind.LETTER, voice=Entry.Voice.BOTH, parent=None
    )
    return threads.filter(among or Q()).newest_first().first()


def next_turn(about: About, voice: str, *, thread: Entry | None = None, position: int = 0) -> About:
    """What the next turn is. Its first save also makes the thread, so an unwritten one leaves nothing behind."""
    return replace(
        about, kind=Entry.Kind.LETTER, voice=voice, parent=thread.pk if thread else uuid4(), position=position
    )


def keep(person: User, thread: Entry) -> None:
    """The whole letter is kept on purpose: done for now."""
    now = timezone.now()
    with transaction.atomic():
        of(person, thread).filter(kept_at=None).update(kept_at=now)
        person.entries.filter(pk=thread.pk).update(kept_at=now)


def move(person: User, turn: Entry, *, by: int) -> None:
    """Move a turn up (-1) or down (+1); at either end it stays where it is."""
    with transaction.atomic():
        thread = person.entries.select_for_update().get(children=turn)
        turns = list(of(person, thread).defer("body_sealed"))
        order = {row.pk: place for place, row in enumerate(turns)}
        here = order.get(turn.pk, -1)
        there = here + by
        if here >= 0 and 0 <= there < len(turns):
            turns[here], turns[there] = turns[there], turns[here]
        for position, row in enumerate(turns):
            row.position = position
        Entry.objects.bulk_update(turns, ["position"])


def merge(person: User, thread: Entry) -> None:
    """Make one letter of all turns, each under the name of its voice.

    Only a turn whose words stand in the letter now goes, and is gone for good with the bin: one that cannot be
    opened, was changed meanwhile, or went into a copy beside the letter, stays. Raises `saving.TooLong`, and then
    nothing has changed.
    """
    turns = [(turn, text) for turn in of(person, thread) if (text := saving.opened(turn)) is not None]
    names = words.names(person)
    parts = [saving.opened(thread), *(f"{names[turn.voice]}\n\n{text}" for turn, text in turns)]
    whole = "\n\n".join(part for part in parts if part)
    wanted = saving.Save(entry=thread.pk, operation=uuid4(), base_rev=thread.rev, text=whole)
    if saving.save(person, wanted).conflict:
        return
    for turn, _ in turns:
        person.entries.filter(pk=turn.pk, rev=turn.rev).update(binned_at=timezone.now(), merged=True)
