"""The words of a look at the younger self: what can be said, in its order, and what a need is answered with.

The order is fixed, so that hands find a word again, and none of it is a rank. The values are stored (sealed): they
are never changed, and a word that is no longer offered is left out of what is shown.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNSURE = "unsure"
MOST_SEEMS, MOST_NEEDS = 3, 2

type Scale = int | str  # a number of the scale, or UNSURE

NEARNESS: Mapping[Scale, Promise] = {
    4: _("Right here"), 3: _("Close by"), 2: _("Somewhere about"), 1: _("Faint"), 0: _("Far off"), UNSURE: _("Can’t tell"),
}  # fmt: skip
TONES: Mapping[Scale, Promise] = {
    0: _("Stern"), 1: _("Absent"), 2: _("Mixed"), 3: _("Patient"), 4: _("Warm"), UNSURE: _("Can’t tell"),
}  # fmt: skip
STEADY: Mapping[str, tuple[int, Promise]] = {
    "settled": (4, _("Settled")), "mostly": (3, _("Mostly all right")), "wobbly": (2, _("Wobbly")),
    "flooded": (1, _("Flooded")), "far": (0, _("Far away or numb")),
}  # fmt: skip
STEADINESS = frozenset(number for number, _words in STEADY.values())
WEATHER: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = {
    "bright": (_("Bright"), {
        "curious": _("Curious"), "playful": _("Playful"), "excited": _("Excited"), "proud": _("Proud"),
        "cheeky": _("Cheeky"), "hopeful": _("Hopeful"), "brave": _("Brave"), "silly": _("Silly"),
    }),
    "soft": (_("Soft"), {
        "calm": _("Calm"), "cosy": _("Cosy"), "loved": _("Loved"), "content": _("Content"),
        "dreamy": _("Dreamy"), "tender": _("Tender"), "relieved": _("Relieved"), "trusting": _("Trusting"),
    }),
    "stormy": (_("Stormy"), {
        "angry": _("Angry"), "scared": _("Scared"), "jealous": _("Jealous"), "restless": _("Restless"),
        "overwhelmed": _("Overwhelmed"), "frustrated": _("Frustrated"), "panicky": _("Panicky"), "on guard": _("On guard"),
    }),
    "heavy": (_("Heavy"), {
        "sad": _("Sad"), "lonely": _("Lonely"), "ashamed": _("Ashamed"), "tired": _("Tired"),
        "left out": _("Left out"), "bored": _("Bored"), "hurt": _("Hurt"), "numb": _("Numb"),
    }),
}  # fmt: skip
BESIDE: Mapping[str, Promise] = {"mixed": _("Mixed"), "blank": _("Blank")}
SEEMS: Mapping[str, Promise] = {
    value: words for group in (*(words for _title, words in WEATHER.values()), BESIDE) for value, words in group.items()
}
NEEDS: Mapping[str, Promise] = {
    "rest": _("Rest"), "play": _("Play"), "company": _("Company"), "quiet": _("Quiet"), "comfort": _("Comfort"),
    "heard": _("Being heard"), "stand up": _("Someone to stand up for them"), "warmth": _("Something to eat, or warmth"),
    "nothing": _("Nothing"), "else": _("Something else"),
}  # fmt: skip
SEEMS_AT = {word: place for place, word in enumerate(SEEMS)}
NEEDS_AT = {need: place for place, need in enumerate(NEEDS)}
ANSWERS: Mapping[str, Promise] = {
    "rest": _("Rest is on the list for %(them)s. Where could ten minutes of it come from?"),
    "play": _("Play is on the list for %(them)s. What would be fun and no use at all?"),
    "company": _("Company is on the list for %(them)s. Sitting side by side for a minute counts."),
    "quiet": _("Quiet is on the list for %(them)s. Where is it a little softer than here?"),
    "comfort": _("Comfort is on the list for %(them)s. What soft thing is within reach?"),
    "heard": _("Being heard is on the list for %(them)s. A page could listen, and so could you."),
    "stand up": _("Someone who stands up for %(them)s is on the list. What might you say on their side?"),
    "warmth": _("Something to eat, or warmth, is on the list for %(them)s. What is in the kitchen?"),
    "nothing": _("Nothing is on the list just now. You looked in on %(them)s, and that is plenty."),
    "else": _("Something else is on the list for %(them)s. It may find its word later."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said in one look; whatever was left open is empty. False where nothing was said at all."""

    steady: int | None = None
    nearness: Scale | None = None
    seems: tuple[str, ...] = ()
    own: str = field(default="", repr=False)
    tone: Scale | None = None
    needs: tuple[str, ...] = ()
    line: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.answers())

    def answers(self) -> dict[str, Any]:
        """As it is stored: only what was said."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in said.items() if value not in (None, "", ())}

    @property
    def words(self) -> str:
        """How they seemed, in one line."""
        return ", ".join([*(str(SEEMS[word]).lower() for word in self.seems), *filter(None, [self.own])])

    @property
    def near(self) -> str:
        return str(NEARNESS[self.nearness]) if self.nearness is not None else ""

    @property
    def spoken(self) -> str:
        return str(TONES[self.tone]) if self.tone is not None else ""

    @property
    def wanted(self) -> str:
        return ", ".join(str(NEEDS[need]).lower() for need in self.needs)

    @property
    def steadiness(self) -> str:
        """Its name on a form, or ""."""
        return next((name for name, (number, _words) in STEADY.items() if number == self.steady), "")

    @property
    def steadied(self) -> str:
        return str(STEADY[self.steadiness][1]) if self.steadiness else ""

    def answer(self, them: str) -> str:
        """One need said back, with the word this person uses for their younger self; "" where none was said."""
        return str(ANSWERS[self.needs[0]]) % {"them": them} if self.needs else ""


def told(answers: Mapping[str, Any]) -> Told:
    """What stored answers say. What nobody offers any more, or never did, is left out."""
    return Told(
        steady=_known(answers.get("steady"), STEADINESS),
        nearness=_known(answers.get("nearness"), NEARNESS),
        seems=_several(answers.get("seems"), SEEMS_AT),
        own=_text(answers.get("own")),
        tone=_known(answers.get("tone"), TONES),
        needs=_several(answers.get("needs"), NEEDS_AT),
        line=_text(answers.get("line")),
    )


def _known(value: object, offered: Container[object]) -> Any:
    return value if type(value) in (int, str) and value in offered else None  # no bool, which would equal a number


def _several(value: object, places: Mapping[str, int]) -> tuple[str, ...]:
    """Each once, in the order in which they are offered."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(sorted({word for word in value if isinstance(word, str) and word in places}, key=places.__getitem__))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
