"""A screen of radios. A choice may open a box of its own; lines of an earlier answer may stand above."""

from collections.abc import Mapping

from django.http import HttpResponse

from exercises import answers, wished
from exercises.packs import Choice
from exercises.views import kinds, words
from exercises.visits import Walk
from journal import boxes
from journal.boxes import Box

QUOTE = "quote:"


def show(walk: Walk) -> Mapping[str, object]:
    found = {ask.key: boxes.open_entry(walk.person, walk.step.key, ask.key) for ask in walk.screen.asks}
    made = {ask.key: answers.box(walk, ask, entry=found[ask.key]) for ask in walk.screen.asks}
    kept = [entry.updated_at for entry in found.values() if entry]
    return {
        **words.pocket(walk),
        "branches": [(choice, _box(choice, made)) for choice in walk.screen.choices],
        "boxes": [made[ask.key] for ask in walk.screen.questions],
        **_hoped(walk),
        "picked": _picked(walk),
        "kept": max(kept, default=None),
        "writes": bool(made),
        "drawn": any(choice.drawing for choice in walk.screen.choices),
    }


def take(walk: Walk) -> HttpResponse:
    """What was picked is checked before anything is kept. A box written in speaks for its radio."""
    picked = chosen(walk)
    if picked.startswith(QUOTE):
        return kinds.take_words(walk, {"picked": "quote", "quote": picked.removeprefix(QUOTE)})
    if picked.startswith(wished.PICK):
        return kinds.take_words(walk, {"picked": wished.PICKED, wished.CHOSEN: picked.removeprefix(wished.PICK)})
    return kinds.take_words(walk, {"picked": picked} if picked else None)


def chosen(walk: Walk) -> str:
    """What was picked, or nothing. Raises `Unfit` for what this screen does not offer."""
    picked = walk.request.POST.get("picked", "") or _written(walk)
    if walk.screen.quotes and wished.is_offered(walk, picked):
        return picked
    if picked.startswith(QUOTE):
        offered = {f"{QUOTE}{line}" for line in quotes(walk)}
    else:
        offered = {choice.value for choice in walk.screen.choices}
    if picked and picked not in offered:
        raise kinds.Unfit
    return picked


def quotes(walk: Walk) -> list[str]:
    """Somebody's own kept lines under the question this screen quotes."""
    if not walk.screen.quotes:
        return []
    step, _, key = walk.screen.quotes.partition("/")
    entry = answers.newest(walk.person, step, [key], kept=True).get(key)
    if entry and entry.drawer:
        return []
    return answers.lines(answers.text_of(entry))[: answers.QUOTES]


def _hoped(walk: Walk) -> dict[str, object]:
    """What was hoped for, in somebody's own words: the wishes they set down, and lines that are none of these yet."""
    if not walk.screen.quotes:
        return {}
    found = wished.offered(walk, _picked(walk))
    told = {row.text for row in found.all}
    picked = walk.said.get("quote")
    return {"wishes": found, "quotes": [line for line in quotes(walk) if line not in told or line == picked]}


def _box(choice: Choice, made: Mapping[str, Box]) -> Box | None:
    return made[choice.follow.key] if choice.follow else None


def _picked(walk: Walk) -> str:
    said = walk.said
    before = f"{QUOTE}{said['quote']}" if "quote" in said else said.get("picked", "")
    before = f"{wished.PICK}{said[wished.CHOSEN]}" if wished.CHOSEN in said else before
    before = walk.request.GET.get("picked") or before  # a door may have it picked already
    return walk.request.POST.get("picked", before)


def _written(walk: Walk) -> str:
    """The one choice whose box holds words, where no radio was pressed."""
    post = walk.request.POST
    found = [
        choice.value
        for choice in walk.screen.choices
        if choice.follow and post.get(f"{choice.follow.key}.text", "").strip()
    ]
    return found[0] if len(found) == 1 else ""
