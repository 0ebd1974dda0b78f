"""Exercise packs: the wording of every step, as data, in `packs/<language>/<step>.toml`.

A step is `version`, `title`, `line` (below its window at home), `drawing`, `order` and `[[screens]]`
in their order. A screen has a `key` (stable for ever, like a question's: answers point at it), a
`kind`, a `title`, and what its kind needs from the fields of `Screen`. The kinds:

    kind      template          form handler                shows
    doors     doors.html        views.quiet.take_entry      doors of equal size, pace, and a way past them
    intro     intro.html        views.quiet.take_entry      a frame, ways in (doors), steadiness, pace
    question  question.html     views.words.take            one box, whose label is the title
    gift      gift.html         views.words.take            several boxes, any one of which is enough
    choice    choice.html       views.choice.take           radios; a choice may open a box of its own
    today     today.html        views.kindness.take_today   the same, with what was given and a strip of paper
    breathe   breathe.html      views.quiet.take            the light to breathe with; nothing to fill in
    sense     sense.html        views.quiet.take            noticing; what is typed here is not kept
    readback  readback.html     views.quiet.take_readback   the answers of this step, with Change links
    close     close.html        (none: three links)         three equal ways out
    part      scene.html        views.place.take_scene      one short screen of building the place
    scene     scene.html        views.place.take_scene      all of the place on one page: every part’s choices
    card      card.html         views.quiet.take            the place as a postcard
    who       who.html          views.letter.take_who       who writes
    write     write.html        views.letter.take_sheet     the sheet
    voices    voices.html       views.voices.take_turn      the letter as turns
    becomes   becomes.html      views.ending.take_ending    what becomes of it

A new screen of a kind above needs no code. `says` holds the short named texts of one screen. The first
screen of a step may hold a group `pace` (experience R3), and one called `steady` (experience §4).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "packs"
DEFAULT_LANGUAGE = "en"
KINDS = (
    "intro", "question", "gift", "today", "choice", "breathe", "sense", "readback", "close", "doors", "part", "scene", "card", "who", "write", "voices", "becomes",
)  # fmt: skip


class PackError(ValueError):
    """A pack file that cannot be read as one. The message names file, screen and field."""


@dataclass(frozen=True)
class Question:
    """Something a person may answer in a box of its own; what they write is an entry."""

    key: str
    words: str
    hint: str = ""
    kind: str = "answer"
    short: bool = False


@dataclass(frozen=True)
class Choice:
    """One radio or chip. In a file a bare string is a choice whose value is its words in lower case."""

    value: str
    words: str
    note: str = ""
    drawing: str = ""
    follow: Question | None = None


@dataclass(frozen=True)
class Group:
    """Choices under one heading."""

    key: str
    title: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Door:
    """A way to another screen of the same step."""

    to: str
    words: str
    hint: str = ""
    drawing: str = ""
    pick: str = ""  # the choice that is picked already when one comes by this door


@dataclass(frozen=True)
class Screen:
    """One page of a step."""

    key: str
    kind: str
    title: str
    name: str = ""  # what links call it, where the title is long
    lead: str = ""
    hint: str = ""
    note: str = ""
    drawing: str = ""
    next: str = ""  # a screen's key; empty: the one that follows
    quotes: str = ""  # step/question whose kept answers are offered line by line
    stay: str = ""  # on a close: the screen that "Stay a little" leads to
    entry: str = "answer"  # on a question: the kind of entry its answer is
    choices: tuple[Choice, ...] = ()
    groups: tuple[Group, ...] = ()
    doors: tuple[Door, ...] = ()
    questions: tuple[Question, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.name or self.title

    @property
    def asks(self) -> tuple[Question, ...]:
        """Every question of this screen, in reading order."""
        own = (Question(self.key, self.title, self.hint, self.entry),) if self.kind == "question" else ()
        follows = tuple(choice.follow for choice in self.choices if choice.follow)
        return own + follows + self.questions

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)


@dataclass(frozen=True)
class Step:
    """One of the movements."""

    key: str
    language: str
    version: int
    title: str
    line: str
    drawing: str
    order: int
    screens: tuple[Screen, ...]
    retired: tuple[str, ...] = ()  # keys of questions no longer asked; never to be used again

    def screen(self, key: str) -> Screen | None:
        return next((screen for screen in self.screens if screen.key == key), None)

    @property
    def asks(self) -> tuple[Question, ...]:
        return tuple(question for screen in self.screens for question in screen.asks)


NESTED: Mapping[str, type] = {
    "choices": Choice, "groups": Group, "doors": Door, "questions": Question, "screens": Screen, "follow": Question,
}  # fmt: skip


def load(language: str = DEFAULT_LANGUAGE) -> Mapping[str, Step]:
    """The steps of a language by key, in their order; what a language lacks is there in English."""
    return _load(HOME, language)


@cache
def _load(home: Path, language: str) -> Mapping[str, Step]:
    steps = {**read_folder(home / DEFAULT_LANGUAGE), **read_folder(home / language)}
    return dict(sorted(steps.items(), key=lambda item: item[1].order))


def read_folder(folder: Path) -> dict[str, Step]:
    """Every step file of a folder. Raises `PackError` on the first that cannot be read."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Step:
    """One step file. Raises `PackError` for what is no TOML, unknown, missing or of the wrong type."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path.name}: {error}") from error
    return _build(Step, {"key": path.stem, "language": path.parent.name, **table}, path.name)


def _build[Part](part: type[Part], table: object, where: str) -> Part:
    if part is Choice and isinstance(table, str):
        table = {"value": table.lower(), "words": table}
    if not isinstance(table, dict):
        raise PackError(f"{where}: a {part.__name__.lower()} was expected")
    where = f"{where}: {table['key']}" if "key" in table and part is not Step else where
    known = {item.name: item for item in fields(part)}  # type: ignore[arg-type]
    if unknown := sorted(table.keys() - known.keys()):
        raise PackError(f"{where}: unknown field {', '.join(unknown)}")
    needed = {name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING}
    if missing := sorted(needed - table.keys()):
        raise PackError(f"{where}: missing field {', '.join(missing)}")
    return part(**{name: _value(name, known[name].type, table[name], f"{where}: {name}") for name in table})


def _value(name: str, kind: object, value: Any, where: str) -> object:
    if name in NESTED and isinstance(value, list):
        return tuple(_build(NESTED[name], item, where) for item in value)
    if name == "follow":
        return _build(Question, value, where)
    if name == "retired" and isinstance(value, list):
        return tuple(map(str, value))
    if name == "says" and isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        return value
    if type(value) is not kind:
        raise PackError(f"{where}: {value!r} is not of the right type")
    return value
