"""The pages of every step: one table of kinds, one address a screen."""

from collections.abc import Mapping
from functools import partial

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts.leaving import keeps_before_leaving
from accounts.requests import PersonRequest
from exercises import flow, visits
from exercises.views import choice, ending, kindness, kinds, letter, place, quiet, voices, words
from exercises.views.kinds import Kind
from exercises.visits import Walk
from innerchild import steadied
from innerchild.http import is_autosave, render_page
from journal import boxes, drafts

KINDS: Mapping[str, Kind] = {
    "intro": Kind("exercises/intro.html", quiet.show_intro, quiet.take_entry),
    "question": Kind("exercises/question.html", words.show_question, words.take_question),
    "gift": Kind("exercises/gift.html", words.show_gift, kinds.take_words),
    "today": Kind("exercises/today.html", kindness.show_today, kindness.take_today),
    "choice": Kind("exercises/choice.html", choice.show, choice.take),
    "breathe": Kind("exercises/breathe.html", quiet.show, quiet.take),
    "sense": Kind("exercises/sense.html", quiet.show, quiet.take),
    "readback": Kind("exercises/readback.html", quiet.show_readback, quiet.take_readback),
    "close": Kind("exercises/close.html", quiet.show_close, quiet.take),
    "doors": Kind("exercises/doors.html", quiet.show, quiet.take_entry),
    "part": Kind("exercises/scene.html", place.show_scene, place.take_scene, place.hold_scene),
    "scene": Kind("exercises/scene.html", place.show_scene, place.take_scene, place.hold_scene),
    "card": Kind("exercises/card.html", place.show_card, quiet.take),
    "who": Kind("exercises/who.html", letter.show_who, letter.take_who),
    "write": Kind("exercises/write.html", letter.show_sheet, letter.take_sheet),
    "voices": Kind("exercises/voices.html", voices.show_turns, voices.take_turn),
    "becomes": Kind("exercises/becomes.html", ending.show_ending, ending.take_ending, ending.hold_ending),
}


@require_safe
def step(request: PersonRequest, step: str) -> HttpResponse:
    """To where an open visit rests, else to the beginning."""
    found = visits.step_or_404(request.user, step)
    visit = visits.newest(request.user, found)
    at = flow.resting(found, visit.screen) if visit and visit.closed_at is None else flow.first(found)
    return HttpResponseRedirect(visits.address(found, at))


@gzip_page  # padded at random by Django; and no screen repeats what an address asked for beside a person's words
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def screen(request: PersonRequest, step: str, screen: str) -> HttpResponse:
    walk = visits.walk(request, step, screen)
    if request.method != "POST":
        return _page(walk)
    if is_autosave(request):
        return drafts.answer(request, partial(KINDS[walk.screen.kind].hold, walk))
    steadied.forget(request)
    try:
        return KINDS[walk.screen.kind].take(walk)
    except kinds.Unfit as unfit:
        return _page(walk, error=str(unfit), status=422)
    except boxes.Unkept as unkept:
        return _page(walk, error=unkept.message, status=unkept.status)


def _page(walk: Walk, *, error: str = "", status: int = 200) -> HttpResponse:
    kind = KINDS[walk.screen.kind]
    first = flow.first(walk.step)
    pace = first.group("pace")
    shared = {
        "step": walk.step,
        "screen": walk.screen,
        "back": walk.returning or flow.before(walk.step, walk.screen),
        "beside": flow.beside(walk.step, walk.screen.kind),
        "pace": pace if walk.screen == first else None,
        "chosen": kinds.pace(walk),
        "pace_note": next((c.note for c in pace.choices if c.value == walk.opening.get("pace")), "") if pace else "",
        "rest_offered": steadied.twice(walk.request),
        "returning": walk.returning,
        "error": error,
    }
    return render_page(walk.request, kind.template, {**shared, **kind.show(walk)}, status=status)
