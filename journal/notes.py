"""Notes beneath an entry: what a later self has to say to it, leaving its words alone."""

from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import User
from journal import boxes
from journal.about import About
from journal.boxes import Box
from journal.models import Entry

QUESTION = "note"  # no question of a pack: an open note is never taken for an answer


def about(entry: Entry, language: str) -> About:
    """What a new note beneath that entry is."""
    return replace(
        About.of(entry),
        kind=Entry.Kind.NOTE,
        question_key=QUESTION,
        question="",
        voice=Entry.Voice.NONE,
        parent=entry.pk,
        position=0,
        wish=None,
        language=language,
    )


def box(person: User, entry: Entry) -> Box:
    """The box of the note that was begun, or of a new one."""
    begun = person.entries.open().notes().filter(parent=entry, rev__gt=0).newest_first().first()
    made = boxes.box_for(person, about(entry, person.language), name="note", entry=begun)
    return replace(made, label=_("A note from today"), rows=5)
