"""Answering a letter that was kept: which one, in whose voice. The address names both, so that each tab answers its own."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from exercises.visits import Walk
from journal import correspondence
from journal.models import Entry, EntryQuerySet

LETTER, VOICE = "answer", "voice"
OTHER = {Entry.Voice.ADULT: "child", Entry.Voice.CHILD: "adult"}


def answered(walk: Walk) -> Entry | None:
    """The letter that is being answered, if the address names one that may be.

    To look at an answer to any other is a 404. What was typed to one is kept all the same: the box says what it is.
    """
    said = walk.request.GET.get(LETTER)
    if said is None:
        return None
    found = _letters(walk.person).filter(pk__in=_keys(said)).first()
    if found is None and walk.request.method != "POST":
        raise Http404
    return found


def answered_by(person: User, entry: Entry) -> Entry | None:
    """What a letter, or that of a turn, answers, where that can still be read beside it."""
    if entry.kind != Entry.Kind.LETTER:
        return None
    mine = person.entries.filter(pk=entry.parent_id or entry.pk).exclude(reply_to=None)
    return _letters(person).filter(pk__in=mine.values("reply_to")).first()


def among(person: User, letter: Entry | None) -> Q:
    """Which open letters may be carried on with: answers to that one; else those that answer nothing that is there."""
    return Q(reply_to=letter) if letter else ~Q(reply_to__in=_letters(person))


def asked_voice(walk: Walk) -> str:
    return walk.request.GET.get(VOICE, "")


def other_voice(letter: Entry) -> str:
    """Who would answer it; after a letter of both, or of nobody in particular, that stays open."""
    return OTHER.get(Entry.Voice(letter.voice), "open")


def query(letter: Entry | None, **more: str) -> str:
    """What an address needs so that the page it leads to still answers that letter."""
    said = {LETTER: str(letter.pk), **more} if letter else more
    return f"?{urlencode(said)}" if said else ""


def _letters(person: User) -> EntryQuerySet:
    return correspondence.answerable(person, timezone.localdate())


def _keys(said: str) -> list[UUID]:
    try:
        return [UUID(said)]
    except ValueError:
        return []
