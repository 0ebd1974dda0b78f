"""What kinds and voices are called on the page."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal.models import Entry, Revision

KINDS: dict[str, Promise] = {
    Entry.Kind.ANSWER: _("Answer"),
    Entry.Kind.PICTURE: _("Picture"),
    Entry.Kind.LETTER: _("Letter"),
    Entry.Kind.GIFT: _("Gift"),
    Entry.Kind.NOTE: _("Note"),
}
MANY: dict[str, Promise] = {
    Entry.Kind.ANSWER: _("Answers"),
    Entry.Kind.LETTER: _("Letters"),
    Entry.Kind.GIFT: _("Gifts"),
    Entry.Kind.PICTURE: _("How they came"),
}
BROUGHT = "brought"  # the step of what came from another journal; its question key says which
STEPS: dict[str, Promise] = {  # those that leave something here, by their titles
    "hello": _("Say hello"),
    "letter": _("A letter"),
    "kindness": _("Give it now"),
}
VOICES: dict[str, Promise] = {
    Entry.Voice.ADULT: _("Grown-up me"),
    Entry.Voice.CHILD: _("Younger me"),
    Entry.Voice.BOTH: _("Two voices"),
}
REASONS: dict[str, Promise] = {
    Revision.Reason.TIMED: _("While you were writing"),
    Revision.Reason.LARGE: _("Before a large change"),
    Revision.Reason.SHRINK: _("Before much was taken out"),
    Revision.Reason.KEPT: _("Kept on purpose"),
    Revision.Reason.CONFLICT: _("When two versions met"),
    Revision.Reason.RESTORED: _("Before an earlier one came back"),
}
SOURCES: dict[str, Promise] = {
    "dayone": _("From Day One"),
    "journey": _("From Journey"),
    "journiv": _("From Journiv"),
    "jrnl": _("From jrnl"),
    "dailytxt": _("From DailyTxT"),
    "markdown": _("From a file"),
}
DRAWINGS: dict[str, str] = {
    Entry.Kind.ANSWER: "stone",
    Entry.Kind.PICTURE: "window",
    Entry.Kind.LETTER: "envelope",
    Entry.Kind.GIFT: "plane",
    Entry.Kind.NOTE: "shell",
}


def names(person: User) -> dict[str, str]:
    """What the two voices are called: the younger one by the person's own word, if there is one."""
    return {
        Entry.Voice.ADULT.value: str(VOICES[Entry.Voice.ADULT]),
        Entry.Voice.CHILD.value: capfirst(person.own_word) or str(VOICES[Entry.Voice.CHILD]),
    }


def within(person: User, voice: str) -> str:
    """A voice as it reads within a sentence; their own word stays as they write it. "" for what is no voice."""
    if voice not in (Entry.Voice.ADULT, Entry.Voice.CHILD):
        return ""
    return (person.own_word if voice == Entry.Voice.CHILD else "") or str(VOICES[voice]).lower()


def called(entry: Entry) -> str:
    """What stands above an entry without title and question."""
    return str(_("Brought with you") if _is_brought(entry) else KINDS[entry.kind])


def kind_of(entry: Entry) -> str:
    """Kind and voice: "Letter, two voices"; or the journal it came from."""
    if _is_brought(entry):
        return str(SOURCES.get(entry.question_key, _("From elsewhere")))
    kind = str(KINDS[entry.kind])
    return f"{kind}, {str(VOICES[entry.voice]).lower()}" if entry.voice in VOICES else kind


def _is_brought(entry: Entry) -> bool:
    return entry.step == BROUGHT and entry.kind == Entry.Kind.ANSWER


def first_of(text: str, *, words: int = 8) -> str:
    """The first few words, on one line."""
    return " ".join(text[:400].split()[:words])[:120]
