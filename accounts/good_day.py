"""Is today a good day? What might hold, what would help with it, and which door comes first. Nothing of it is kept."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """A way that can be suggested: the name of its page, and what its button says."""

    page: str
    words: Promise
    argument: str = ""


@dataclass(frozen=True)
class Sign:
    """Something that may be true today, and what we would suggest then."""

    key: str
    words: Promise
    advice: Promise
    door: Door


HELP = Door("help", _("Help now"))
STEADY = Door("steady", _("Steady me"))
ROOM = Door("steady_way", _("Feel the room"), "room")
LEAVING = Door("welcome_leaving", _("How leaving works"))

# In the order in which they come first.
SIGNS = (
    Sign("danger", _("I think of ending my life, or of hurting myself or somebody"),
         _("Then people come first. The help page has someone to talk to now."), HELP),
    Sign("unsafe", _("I’m in danger where I am"),
         _("Then getting help comes first. The emergency number stands at the top of the help page."), HELP),
    Sign("young", _("I’m under 18"),
         _("This place is made for grown-ups. The help page has people who listen to young people too."), HELP),
    Sign("watched", _("Somebody might read this and be angry"),
         _("Then look first at how leaving works. A private window, paper, or not at all are good answers too."), LEAVING),
    Sign("unreal", _("I often lose time, feel unreal, or hear or see what others don’t"),
         _("Then the room comes first. A word with a clinician is worth having before the place and the letter."), ROOM),
    Sign("recent", _("Something very hard happened in the last few weeks"),
         _("Then settling is plenty for now. Writing can come later, and it keeps."), STEADY),
    Sign("cared", _("I’m being helped with psychosis, mania, an eating disorder or withdrawal, or after something very hard"),
         _("Then ask the person who looks after you whether letters are good homework at the moment."), STEADY),
    Sign("tonight", _("I’ve been drinking or using, haven’t slept, or have nobody to call"),
         _("Then another day may be kinder. Settling works on any day."), STEADY),
)  # fmt: skip
STEADINESS = {
    "settled": _("Settled"),
    "mostly": _("Mostly all right"),
    "wobbly": _("Wobbly"),
    "flooded": _("Flooded"),
    "far": _("Far away or numb"),
}
UNSTEADY = {
    "wobbly": (_("A little is enough on a wobbly day, and there is a hand rail close by."), None),
    "flooded": (_("Then settling comes first. The questions will be here whenever you are."), STEADY),
    "far": (_("Then the room comes first, and stopping here is a good choice."), ROOM),
}


@dataclass(frozen=True)
class Suggestion:
    """What we would say, and the door we would open first; no door means: go on."""

    lines: tuple[Promise, ...]
    door: Door | None


def suggest(steady: str, signs: Collection[str]) -> Suggestion:
    """For how steady somebody is and what holds today. Words nobody offered count for nothing."""
    held = [sign for sign in SIGNS if sign.key in signs]
    line, door = UNSTEADY.get(steady, (None, None))
    lines = [sign.advice for sign in held] + ([line] if line else [])
    return Suggestion(tuple(lines), held[0].door if held else door)
