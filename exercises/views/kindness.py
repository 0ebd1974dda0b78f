"""Something for today: what was given just now, one small thing of one's own choosing, and a strip of paper for it."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect

from exercises import answers, visits
from exercises.views import choice, words
from exercises.visits import Walk
from journal import boxes
from journal.models import Entry

PAPER = "paper"


def show_today(walk: Walk) -> Mapping[str, object]:
    return {
        **choice.show(walk),
        "wish": words.wish(walk),
        "given": _given(walk),
        "on_paper": _thing(walk) if PAPER in walk.request.GET else "",
    }


def take_today(walk: Walk) -> HttpResponse:
    """“Put it on paper” keeps what was picked and shows it as a strip; nobody asks later."""
    if walk.request.POST.get("go") != PAPER:
        return choice.take(walk)
    picked = choice.chosen(walk)
    boxes.keep(walk.request, finish=False)
    here = visits.go_on(walk, {"picked": picked}, to=walk.screen)
    return HttpResponseRedirect(f"{here}?{PAPER}#strip" if picked else here)


def _given(walk: Walk) -> list[str]:
    """The first words of every gift of this visit, each of which ties a ribbon."""
    if walk.visit is None or walk.visit.closed_at:
        return []
    asked = [ask.key for ask in walk.step.asks if ask.kind == Entry.Kind.GIFT]
    found = answers.newest(walk.person, walk.step.key, asked)
    since = walk.visit.opened_at
    fresh = [found[key] for key in asked if key in found and found[key].updated_at >= since]
    return [first for entry in fresh if (first := answers.first_words(answers.text_of(entry)))]


def _thing(walk: Walk) -> str:
    """What was picked for today, in the words that go on paper."""
    picked = walk.said.get("picked", "")
    found = next((one for one in walk.screen.choices if one.value == picked), None)
    if found is None or found.note:
        return ""
    if found.follow is None:
        return found.words
    return answers.shown(answers.newest(walk.person, walk.step.key, [found.follow.key]).get(found.follow.key)).text
