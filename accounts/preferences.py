"""How somebody likes it here: what there is to choose, in which words, and what holds when nobody chose.

What differs from its default is kept in `User.preferences`, in clear: none of it is anybody's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

type Value = str | int | bool
ON_OFF = {True: "on", False: "off"}
COVERS = {"weather": _("The weather"), "encyclopedia": _("An encyclopedia"), "clock": _("What time it is")}


@dataclass(frozen=True)
class Preference:
    """One thing to choose. `choices` holds what is stored, and the words for it."""

    key: str
    title: Promise
    default: Value
    choices: Mapping[Value, Promise | str]
    hint: Promise | str = ""

    def named(self) -> dict[str, Value]:
        """Each value by the name that a form posts for it."""
        return {name_of(value): value for value in self.choices}

    def of(self, person: User) -> Value:
        """What this person chose; what nobody offers any more counts as not chosen."""
        chosen = person.preferences.get(self.key)
        return next((value for value in self.choices if value == chosen and type(value) is type(chosen)), self.default)

    def words(self, person: User) -> str:
        return str(self.choices[self.of(person)])


def name_of(value: Value) -> str:
    return ON_OFF[value] if isinstance(value, bool) else str(value)


def change(person: User, key: str, value: Value) -> None:
    """Keep one choice and leave the others as they are, whoever else changes one now. A default leaves no trace."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        rest = {name: chosen for name, chosen in row.preferences.items() if name != key}
        known = ALL.get(key)
        row.preferences = rest if known and value == known.default else {**rest, key: value}
        row.save(update_fields=["preferences"])
    person.preferences = row.preferences


THEME = Preference(
    "theme", _("Day or night"), default="auto",
    choices={"auto": _("As my device says"), "day": _("Day"), "night": _("Night")},
)  # fmt: skip
QUIET = Preference(
    "quiet", _("Quiet theme"), default=False,
    choices={False: _("Off"), True: _("On. Softer colour, no drawings, nothing moves")},
)  # fmt: skip
FACE = Preference(
    "face", _("Writing face"), default="literata",
    choices={"literata": _("Literata, a book face"), "atkinson": _("Atkinson, drawn to be easy to tell apart"), "system": _("The one of my device")},
)  # fmt: skip
SIZE = Preference(
    "size", _("Size of the text"), default="usual",
    choices={"usual": _("As it comes"), "larger": _("Larger"), "largest": _("Larger still")},
)  # fmt: skip
SPACING = Preference(
    "spacing", _("Spacing"), default="usual", choices={"usual": _("As it comes"), "roomier": _("Roomier")}
)
DIM = Preference(
    "dim", _("Dim while I type"), default=True,
    choices={True: _("On. What stands around the page fades a little"), False: _("Off")},
)  # fmt: skip
HIDE = Preference(
    "hide_words", _("Hide first words"), default=False,
    choices={False: _("Off"), True: _("On. Lists tell the title and the kind of each page, and no words from it")},
    hint=_("For what you’ve kept, the drawer, what you let go, and what a search finds."),
)  # fmt: skip
PAUSE_LINE = Preference(
    "pause_line", _("A line after a while"), default=True,
    choices={True: _("On. After some twenty minutes of writing a line below invites you to look up"), False: _("Off")},
)  # fmt: skip
PACE = Preference(
    "pace", _("How long, to begin with"), default="little",
    choices={"little": _("A little"), "more": _("A bit more"), "open": _("As long as I like")},
    hint=_("What a step offers first. Each time you can choose another."),
)  # fmt: skip
SPELLCHECK = Preference(
    "spellcheck", _("Spelling marks"), default=False,
    choices={False: _("Off"), True: _("On")},
    hint=_("Your browser can mark words it doesn’t know. Some browsers send what you type to their maker for that."),
)  # fmt: skip
LOOK_BACK = Preference(
    "look_back", _("Your own words, handed back"), default=False,
    choices={False: _("Off"), True: _("On. A page shows what you said when you looked in")},
    hint=_("Only what you said yourself, in your own words. Nothing is measured, and nobody else sees it."),
)  # fmt: skip
TITLES = Preference(
    "titles", _("Discreet titles"), default=True,
    choices={True: _("On. A tab says “Write” and no more"), False: _("Off. A tab says “Write – Innerchild”")},
)  # fmt: skip
COVER = Preference(
    "cover", _("Leave this page goes to"), default=next(iter(settings.COVER_SITES)),
    choices={name: COVERS.get(name, name) for name in settings.COVER_SITES},
)  # fmt: skip
SHIFT = Preference(
    "shift", _("Three taps on Shift"), default=True,
    choices={True: _("Leave at once"), False: _("Do nothing")},
    hint=_("Off is kinder where Shift does something else on your keyboard, as with sticky keys."),
)  # fmt: skip
REST = Preference(
    "rest", _("Sign me out"), default=30,
    choices={15: _("After 15 minutes of rest"), 30: _("After 30 minutes of rest"), 60: _("After an hour of rest")},
    hint=_("Typing counts as being here. What you said of a device at sign-in comes first: a shared one rests after 10 minutes."),
)  # fmt: skip
DRAFTS = Preference(
    "device_drafts", _("A sealed copy on this device"), default=True,
    choices={True: _("On. Words wait here while there is no network"), False: _("Off. Words wait on the page alone")},
    hint=_("The copy can’t be read without being signed in as you."),
)  # fmt: skip

LOOK = (THEME, QUIET, FACE, SIZE, SPACING, DIM, PAUSE_LINE, HIDE)
SPEECH = (PACE, SPELLCHECK, LOOK_BACK)
LEAVING = (COVER, SHIFT, TITLES)
STAYING = (REST, DRAFTS)
ALL: Mapping[str, Preference] = {each.key: each for each in (*LOOK, *SPEECH, *LEAVING, *STAYING)}
