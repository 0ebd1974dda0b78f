"""Asked at every start: is each exercise pack one that a person can walk?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse

from exercises import packs, places, wording
from exercises.packs import Question, Screen, Step
from journal.models import Entry

KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEY_MAX, WORDS_MAX, STEP_MAX = 32, 300, 16  # as long as the columns of an entry
LEDGER = "keys.txt"  # every question ever asked, one `step/question` a line


@register
def packs_are_whole(**_options: Any) -> list[CheckMessage]:
    return [Error(problem, id="exercises.E001") for problem in problems(packs.HOME)]


def problems(home: Path) -> list[str]:
    """One sentence for everything wrong in a folder of packs."""
    try:
        languages = {folder.name: packs.read_folder(folder) for folder in sorted(home.iterdir()) if folder.is_dir()}
    except packs.PackError as error:
        return [str(error)]
    english = languages[packs.DEFAULT_LANGUAGE]
    found = [problem for steps in languages.values() for step in steps.values() for problem in _of_step(step, steps)]
    for language, steps in languages.items():
        found += _counterparts(english, steps, language)
    return [*found, *_vanished(english, home / LEDGER)]


def _of_step(step: Step, steps: dict[str, Step]) -> Iterator[str]:
    where = f"{step.language}/{step.key}.toml"
    if len(step.key) > STEP_MAX:
        yield f"{where}: the file’s name is longer than {STEP_MAX} letters"
    keys = [screen.key for screen in step.screens]
    asked = [ask.key for ask in step.asks]
    yield from (f"{where}: the screen {key} is there twice" for key in _repeated(keys))
    yield from (f"{where}: the question {key} is there twice" for key in _repeated(asked))
    yield from (f"{where}: {key} is retired and asked again" for key in asked if key in step.retired)
    yield from (
        f"{where}: {key!r} is no key" for key in {*keys, *asked} if not KEY.fullmatch(key) or len(key) > KEY_MAX
    )
    if [screen.kind for screen in step.screens].count("close") != 1:
        yield f"{where}: one screen of the kind close is wanted"
    for screen in step.screens:
        yield from (f"{where}: {screen.key}: {problem}" for problem in _of_screen(screen, step, steps))


def _of_screen(screen: Screen, step: Step, steps: dict[str, Step]) -> Iterator[str]:
    if screen.kind not in packs.KINDS:
        yield f"unknown kind {screen.kind}"
    for field, target in (("next", screen.next), ("stay", screen.stay), *(("doors", door.to) for door in screen.doors)):
        if target and step.screen(target) is None:
            yield f"{field} names {target}, which is no screen of this step"
    yield from (f"it lacks {what}" for what in _lacking(screen))
    yield from _elsewhere(screen, steps)
    yield from _of_part(screen, step)
    yield from (f"the choice {value} is there twice" for value in _repeated(c.value for c in screen.choices))
    yield from (problem for ask in screen.asks for problem in _of_question(ask))
    above = len(f"{screen.lead} {screen.note} {screen.hint}".split())
    if above > wording.WORDS_ABOVE_INPUT:
        yield f"{above} words above the input; {wording.WORDS_ABOVE_INPUT} is the most"
    yield from (objection for text in texts(screen) for objection in wording.objections(text))


def _lacking(screen: Screen) -> Iterator[str]:
    """What the template of this kind would look for and not find."""
    if screen.kind in ("choice", "today") and not screen.choices:
        yield "choices"
    if screen.kind == "gift" and not screen.questions:
        yield "questions"
    if screen.kind in ("intro", "close") and not screen.lead:
        yield "lead"
    wanted = ["borrow", "borrowed"] if screen.kind == "question" and screen.groups else []
    wanted += ["quotes", "choices"] if screen.quotes else []
    wanted += ["steady_first", "room_first"] if screen.group("steady") else []
    yield from (f"says.{name}" for name in wanted if not screen.says.get(name))


def _elsewhere(screen: Screen, steps: dict[str, Step]) -> Iterator[str]:
    step, _, key = screen.quotes.partition("/")
    if screen.quotes and (step not in steps or key not in {ask.key for ask in steps[step].asks}):
        yield f"quotes names {screen.quotes}, which nobody asks"
    step, _, key = screen.says.get("line_to", "").partition("/")
    if step and (step not in steps or steps[step].screen(key) is None):
        yield f"line_to names {step}/{key}, which is no screen"
    yield from _idea(screen, steps)


def _idea(screen: Screen, steps: dict[str, Step]) -> Iterator[str]:
    """What a kind end may lead to: a step, or a page of this house that needs nothing but its name."""
    step, page = screen.says.get("idea_step"), screen.says.get("idea_page")
    if step and step not in steps:
        yield f"idea_step names {step}, which is no step"
    if page and not _is_page(page):
        yield f"idea_page names {page}, which is no page"
    if "idea" in screen.says and bool(step) == bool(page):
        yield "an idea leads to one of idea_step and idea_page"


def _is_page(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _of_part(screen: Screen, step: Step) -> Iterator[str]:
    """A part of a place offers what can be drawn or said, and leads to the whole of it and to its card."""
    if screen.kind != "part":
        return
    kinds = {other.kind for other in step.screens}
    yield from (f"a step with parts has a screen of the kind {kind}" for kind in ("scene", "card") if kind not in kinds)
    for group in screen.groups:
        known = places.PICKS.get(group.key, {})
        yield from (f"{group.key} offers {c.value}, which nothing draws" for c in group.choices if c.value not in known)
    wanted = ("words_hint", *places.WORDS) if "words" in screen.says else ()
    yield from (f"it lacks says.{name}" for name in wanted if not screen.says.get(name))


def _of_question(ask: Question) -> Iterator[str]:
    if ask.kind not in Entry.Kind.values:
        yield f"{ask.key}: unknown kind of entry {ask.kind}"
    if len(ask.words) > WORDS_MAX:
        yield f"{ask.key}: a question of more than {WORDS_MAX} characters"


def texts(screen: Screen) -> Iterator[str]:
    """Everything a screen says."""
    groups = screen.groups
    yield from (screen.title, screen.name, screen.lead, screen.hint, screen.note, *screen.says.values())
    yield from (text for group in groups for text in (group.title, group.hint))
    choices = [*screen.choices, *(choice for group in groups for choice in group.choices)]
    yield from (text for choice in choices for text in (choice.words, choice.note))
    yield from (text for door in screen.doors for text in (door.words, door.hint))
    yield from (text for ask in screen.asks for text in (ask.words, ask.hint))


def _counterparts(english: dict[str, Step], steps: dict[str, Step], language: str) -> Iterator[str]:
    """A step in another language asks the same questions on the same screens, at the same version."""
    for key, step in steps.items():
        like = english.get(key)
        if like is None:
            yield f"{language}/{key}.toml: there is no English step of that name"
            continue
        pairs = (
            ("screens", _keys(step.screens), _keys(like.screens)),
            ("questions", _keys(step.asks), _keys(like.asks)),
        )
        for what, ours, theirs in pairs:
            if ours != theirs:
                yield f"{language}/{key}.toml: {what} differ from English: {', '.join(sorted(ours ^ theirs))}"
        if step.version != like.version:
            yield f"{language}/{key}.toml: version {step.version}, and English has {like.version}"


def _vanished(english: dict[str, Step], ledger: Path) -> Iterator[str]:
    known = {f"{step.key}/{key}" for step in english.values() for key in (*_keys(step.asks), *step.retired)}
    for line in ledger.read_text(encoding="utf-8").split():
        if line not in known:
            yield f"{line} was asked once and has vanished: bring it back, or name it under `retired`"


def _keys(parts: Iterable[Screen | Question]) -> set[str]:
    return {part.key for part in parts}


def _repeated(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]
