"""Ways into a letter: how it could open, half-sentences, and lines of somebody's own. Pure but for finding the lines."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import User
from exercises import answers, packs
from exercises.packs import Choice, Group, Screen

LINES, LINES_EACH = 6, 2
REFLECTIONS = "hello"
VOICES = ("adult", "child")
GREETING = "greeting"  # how the key of a group ends whose words open a letter


def groups(screen: Screen, which: str, person: User) -> list[Group]:
    """The half-sentences of this voice; of both where nobody has said who writes."""
    voices = (which,) if which in VOICES else VOICES
    return [_with_name(group, person) for group in screen.groups if group.key.startswith(voices)]


def own_lines(person: User) -> list[str]:
    """Lines of somebody's own kept reflections; what lies in the drawer stays there."""
    step = packs.load(person.language).get(REFLECTIONS)
    asked = [question.key for question in step.asks] if step else []
    found = answers.newest(person, REFLECTIONS, asked, kept=True).values()
    texts = [answers.text_of(entry) for entry in found if not entry.drawer]
    return [line for text in texts for line in answers.lines(text)[:LINES_EACH]][:LINES]


def greetings(offered: Sequence[Group]) -> list[str]:
    return [choice.words for group in offered if group.key.endswith(GREETING) for choice in group.choices]


def begun(text: str, words: str, openings: Sequence[str]) -> str:
    """A text with a way in: a greeting opens it, in place of another one; anything else goes to its end."""
    if words not in openings:
        gap = "" if not text or text[-1].isspace() else " "
        return f"{text}{gap}{words} "
    rest = next((text[len(one) :] for one in openings if text.startswith(one)), text)
    return f"{words}\n\n{rest.lstrip('\r\n')}"


def _with_name(group: Group, person: User) -> Group:
    """A greeting for the grown-up hand that uses the person's own word, where they have one."""
    name = person.own_word
    if not name or group.key != f"adult-{GREETING}":
        return group
    return replace(group, choices=(Choice("own", _("Dear %(name)s,") % {"name": name}), *group.choices))
