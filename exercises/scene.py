"""A place as a picture: what somebody chose becomes five layers and one sentence.

Choices come from requests and from sealed rows of any age. Every name is looked up in the tables
below, so an unknown one falls back to the first of its table and never reaches a file path.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

GROUNDS = {
    "garden": _("at the end of a garden"),
    "meadow": _("on a low hill"),
    "shore": _("on a shore"),
    "wood": _("in a clearing between trees"),
    "far": _("somewhere made up"),
}
SHELTERS = {
    "den": _("A blanket den"),
    "hut": _("A small house"),
    "tree": _("A big tree"),
    "boat": _("A boat"),
    "chairs": _("Two chairs"),
    "blanket": _("A rug and a lantern"),
}
LIGHTS = {
    "evening": _("in evening light"),
    "dawn": _("at first light"),
    "afternoon": _("in late afternoon light"),
    "night": _("at night"),
}
WEATHERS = {
    "clear": _("The sky is clear."),
    "cloud": _("Clouds drift over."),
    "rain": _("Soft rain is falling."),
    "snow": _("Snow is coming down."),
    "mist": _("There’s a little mist."),
}
WHO = {
    "beside": _("With %(younger)s beside you."),
    "den": _("With %(younger)s in a den."),
    "outdoors": _("With %(younger)s out of doors."),
    "made-up": _("With %(younger)s somewhere made up."),
    "sight": _("With %(younger)s far off, and in sight."),
    "arms": _("With %(younger)s in your arms."),
    "me": _("This one is for you."),
    "room": _("With %(younger)s near by, and plenty of room."),  # these two are offered no more; cards still say them
    "within": _("With %(younger)s right in it."),
}
# What an answer to “where” draws until somebody chooses it themselves.
DRAWS: Mapping[str, Mapping[str, str]] = {
    "den": {"shelter": "den"},
    "outdoors": {"ground": "meadow", "shelter": "tree"},
    "made-up": {"ground": "far"},
    "me": {"ground": "meadow", "shelter": "blanket"},
}
KEYS = {
    "me": _("You hold the key."),
    "them": _("The key is in a small pocket."),
    "both": _("The key is shared."),
    "none": _("There’s no door, and no key."),
}
TABLES = {"ground": GROUNDS, "shelter": SHELTERS, "light": LIGHTS, "weather": WEATHERS}


@dataclass(frozen=True)
class Scene:
    """What the picture shows, each a name out of its table."""

    ground: str
    shelter: str
    light: str
    weather: str

    @property
    def layers(self) -> tuple[str, ...]:
        """Drawings from back to front, as names below `static/svg`."""
        names = (
            f"light-{self.light}",
            f"ground-{self.ground}-back",
            f"shelter-{self.shelter}",
            f"ground-{self.ground}-front",
            f"weather-{self.weather}",
        )
        return tuple(f"place/{name}" for name in names)

    @property
    def sentence(self) -> str:
        """What somebody hears who does not look at the picture."""
        return _("%(shelter)s %(ground)s, %(light)s. %(weather)s") % {
            "shelter": SHELTERS[self.shelter],
            "ground": GROUNDS[self.ground],
            "light": LIGHTS[self.light],
            "weather": WEATHERS[self.weather],
        }


def compose(choices: Mapping[str, object]) -> Scene:
    """The picture of these choices; what is missing follows “where”, else it is the first of its table."""
    drawn = {**DRAWS.get(str(choices.get("who")), {}), **choices}
    return Scene(**{part: _known(table, drawn.get(part)) for part, table in TABLES.items()})


def company(choices: Mapping[str, object], younger: str) -> list[str]:
    """Who is there and who holds the key, in sentences; nothing for what was left open."""
    who, key = choices.get("who"), choices.get("key")
    said = [WHO[who] % {"younger": younger}] if isinstance(who, str) and who in WHO else []
    if isinstance(key, str) and key in KEYS:
        said.append(str(KEYS[key]))
    return said


def _known(table: Mapping[str, object], name: object) -> str:
    return name if isinstance(name, str) and name in table else next(iter(table))
