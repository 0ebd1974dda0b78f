"""Screens to write on: a question with one box, and a gift with several."""

from collections.abc import Mapping

from django.http import HttpResponse

from exercises import answers, borrowed, wished
from exercises.packs import Screen
from exercises.views import kinds
from exercises.visits import Walk
from journal import boxes, wishes


def show_question(walk: Walk) -> Mapping[str, object]:
    """One question. Its box holds what is still open; an earlier answer only on request (`?add`)."""
    question = walk.screen.asks[0]
    earlier = answers.newest(walk.person, walk.step.key, [question.key], kept=True).get(question.key)
    adding = earlier is not None and "add" in walk.request.GET
    entry = earlier if adding else boxes.open_entry(walk.person, walk.step.key, question.key)
    return {
        "box": answers.box(walk, question, entry=entry, heading=True),
        "kept": entry.updated_at if entry else None,
        "earlier": answers.shown(earlier),
        "adding": adding,
        **pocket(walk),
        "borrowed": walk.request.POST.getlist("borrowed"),
    }


def take_question(walk: Walk) -> HttpResponse:
    """Borrowed words join the text before it is kept."""
    offered = [choice for group in walk.screen.groups for choice in group.choices]
    chosen = set(walk.request.POST.getlist("borrowed"))
    words = [choice.value for choice in offered if choice.value in chosen]
    name = f"{walk.screen.key}.text"
    typed = walk.request.POST.get(name)
    if words and typed is not None:
        posted = walk.request.POST.copy()
        posted[name] = borrowed.joined(typed, words, walk.screen.says["borrowed"])
        walk.request.POST = posted  # type: ignore[assignment]
    return kinds.take_words(walk)


def show_gift(walk: Walk) -> Mapping[str, object]:
    """Several boxes, each with what is still open in it."""
    step, person = walk.step.key, walk.person
    found = {ask.key: boxes.open_entry(person, step, ask.key) for ask in walk.screen.asks}
    kept = [entry.updated_at for entry in found.values() if entry]
    before = answers.newest(person, step, list(found), kept=True)
    chosen = wished.chosen(walk)
    return {
        "boxes": [answers.box(walk, ask, entry=found[ask.key], wish=chosen) for ask in walk.screen.asks],
        "kept": max(kept, default=None),
        "earlier": [answers.shown(entry) for entry in before.values()],
        "wish": wish(walk),
    }


def pocket(walk: Walk) -> dict[str, object]:
    """What travels along: the first words of the last answer of this visit, or that nothing came just now."""
    above = walk.step.screens[: walk.step.screens.index(walk.screen)]
    asked = [screen.key for screen in above if screen.kind == "question"]
    if not asked or walk.visit is None or walk.visit.closed_at:
        return {}
    if walk.choices.get(asked[-1], {}).get("nothing"):
        return {"nothing_came": True}
    found = answers.newest(walk.person, walk.step.key, asked)
    last = next((found[key] for key in reversed(asked) if key in found), None)
    if last is None or last.updated_at < walk.visit.opened_at:
        return {}
    return {"pocket": answers.first_words(answers.text_of(last))}


def wish(walk: Walk) -> str:
    """The wish that was chosen on the way here, in its own words."""
    if found := wished.chosen(walk):
        return wishes.opened(found) or ""
    for screen in walk.step.screens:
        said = walk.choices.get(screen.key, {})
        if screen.quotes and said:
            return said.get("quote") or _chosen(walk, screen, str(said.get("picked", "")))
    return ""


def _chosen(walk: Walk, screen: Screen, picked: str) -> str:
    choice = next((choice for choice in screen.choices if choice.value == picked), None)
    if choice is None or choice.note:
        return ""
    if choice.follow is None:
        return choice.words
    return answers.shown(answers.newest(walk.person, walk.step.key, [choice.follow.key]).get(choice.follow.key)).text
