"""What a mood of another journal means here: asked of the person for each word, and read from their form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal import nearness
from journal.nearness import UNSURE, Scale

WORD, LEFT_OUT = "word", "out"
MOST = 100  # words that are asked about; the rest stay words
FIELD = "mood:"
PLAIN: Mapping[str, Promise] = {WORD: _("Only the word"), LEFT_OUT: _("Leave it out")}
SCALES: Sequence[tuple[Promise, str, Mapping[Scale, Promise]]] = [
    (_("How near the younger one was"), "nearness", nearness.NEARNESS),
    (_("How I spoke to them"), "tone", nearness.TONES),
]


@dataclass(frozen=True, slots=True)
class Mood:
    """One word that is asked about, and what its field is called."""

    word: str = field(repr=False)
    name: str = field(repr=False)


def asked(labels: Sequence[str]) -> list[Mood]:
    return [Mood(word, f"{FIELD}{word}") for word in labels[:MOST]]


def offered() -> dict[Promise, dict[str, Promise]]:
    """Every answer by its group; an answer names a scale and a value on it."""
    return {
        title: {f"{scale}-{value}": words for value, words in values.items() if value != UNSURE}
        for title, scale, values in SCALES
    }


def read(sent: Mapping[str, str]) -> dict[str, str]:
    """The answers of a form, by word. Raises `BadRequest` for one that is not offered."""
    known = {*PLAIN, *(answer for group in offered().values() for answer in group)}
    told = {name.removeprefix(FIELD): sent[name] for name in sent if name.startswith(FIELD)}
    if not known.issuperset(told.values()):
        raise BadRequest("no meaning of a mood")
    return told


def meant(answer: str) -> dict[str, object]:
    """What that answer says in a look: a scale and its value, or nothing."""
    scale, _dash, value = answer.partition("-")
    return {scale: int(value)} if value else {}
