"""The letter: who writes, and the sheet."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from exercises import answering, flow, letters, places, scene, starters, visits
from exercises.packs import Group
from exercises.views import kinds
from exercises.visits import Walk
from journal import boxes, words
from journal.boxes import Box
from journal.models import Entry
from journal.views.entries import shown

START = "start"  # a button “start:<words>” puts these words into the letter


def show_who(walk: Walk) -> Mapping[str, object]:
    answered = answering.answered(walk)
    picked = answering.other_voice(answered) if answered else letters.picked(walk)
    return {
        "picked": walk.request.POST.get("picked") or picked,
        "left_open": letters.open_kinds(walk.person, walk.step, answered),
        "first_time": letters.first_time(walk),
        **beside(walk, answered),
    }


def take_who(walk: Walk) -> HttpResponse:
    pressed = kinds.way(walk)
    picked = walk.request.POST.get("picked", "")
    if picked and picked not in {choice.value for choice in walk.screen.choices}:
        raise kinds.Unfit
    named = {"picked": picked} if picked and pressed != "skip" else {}
    answered = answering.answered(walk)
    said = {**walk.said, **kinds.paced(walk), **({} if answered else named)}
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, said))
    by_turns = bool(named) and picked == letters.BY_TURNS
    voice = {answering.VOICE: picked} if answered and named and not by_turns else {}
    query = answering.query(answered, **voice)
    return to(walk, said, letters.TURNS if by_turns else letters.SHEET, query)


def show_sheet(walk: Walk) -> Mapping[str, object]:
    answered = answering.answered(walk)
    which, entry = letters.sheet(walk, answered)
    place = places.current(walk.person)
    return {
        "which": which,
        "box": _sheet_box(walk, which, entry, answered),
        **beside(walk, answered),
        "trail": walk.screen.says[f"trail_{which}"],
        "starters": starters.groups(walk.screen, which, walk.person),
        "lines": starters.own_lines(walk.person),
        "scene": scene.compose(place.choices) if place else None,
        "back": walk.step.screen(letters.WHO),
    }


def take_sheet(walk: Walk) -> HttpResponse:
    """Words are kept whatever was pressed; “let them answer” makes them the first turn."""
    tool, _colon, start = walk.request.POST.get("go", "").partition(":")
    if tool == START:
        return _begin(walk, start)
    pressed = kinds.way(walk, *letters.VOICES, letters.WHO)
    saved = boxes.keep(walk.request, finish=False)
    letter = str(saved[-1].entry) if saved else None
    if pressed in letters.VOICES:
        if letter:
            letters.as_first_turn(walk.person, walk.step, UUID(letter), pressed)
        return to(walk, {}, letters.TURNS, answering.query(answering.answered(walk)))
    if pressed == letters.WHO:
        return to(walk, None, letters.WHO, answering.query(answering.answered(walk)))
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    return done(walk, letter)


def to(walk: Walk, said: Mapping[str, object] | None, key: str, query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{visits.go_on(walk, said, to=walk.step.screen(key))}{query}")


def done(walk: Walk, letter: str | None) -> HttpResponse:
    """To what becomes of the letter; with nothing written, to the kind end."""
    if letter is None:
        return HttpResponseRedirect(visits.go_on(walk, {}, to=flow.closing(walk.step)))
    return HttpResponseRedirect(visits.go_on(walk, {"letter": letter}, under=walk.step.screen(letters.SHEET)))


def beside(walk: Walk, answered: Entry | None) -> dict[str, object]:
    """The letter that is being answered, to be read beside the answer; and what keeps links to it."""
    read = shown(walk.request, answered) if answered else None
    return {"answered": read, "answering": answering.query(answered)}


def posted(walk: Walk, box: Box) -> Box:
    """The box, with what came back in it if it could not be kept."""
    return boxes.refill(walk.request, box) if walk.request.method == "POST" else box


def _begin(walk: Walk, start: str) -> HttpResponse:
    """A way in that was pressed without a script joins what was typed, and the sheet opens again."""
    answered = answering.answered(walk)
    which, _entry = letters.sheet(walk, answered)
    offered = starters.groups(walk.screen, which, walk.person)
    if start not in {*_halves(offered), *starters.own_lines(walk.person)}:
        raise kinds.Unfit
    data = walk.request.POST.copy()
    typed = data.get("letter.text", "").replace("\r\n", "\n")
    data["letter.text"] = starters.begun(typed, start, starters.greetings(offered))
    walk.request.POST = data  # type: ignore[assignment]
    boxes.keep(walk.request, finish=False)
    query = answering.query(answered, **({answering.VOICE: which} if answered else {}))
    return HttpResponseRedirect(f"{visits.go_on(walk, to=walk.screen)}{query}#box-letter")


def _halves(offered: list[Group]) -> set[str]:
    return {choice.words for group in offered for choice in group.choices}


def _sheet_box(walk: Walk, which: str, entry: Entry | None, answered: Entry | None) -> Box:
    says, names = walk.screen.says, words.names(walk.person)
    hint = _("%(name)s, writing") % {"name": names[which]} if which in names else says["either"]
    own = walk.person.own_word if which == Entry.Voice.ADULT else ""
    label = _("To %(name)s,") % {"name": own} if own else says[f"to_{which}"]
    made = boxes.box_for(walk.person, letters.about(walk.step, which, answered), name="letter", entry=entry)
    return posted(walk, replace(made, label=label, hint=hint, paper=True, rows=12))
