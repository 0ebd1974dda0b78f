"""Screens with nothing to write: the way in, settling, reading back, and the kind end."""

import secrets
from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from accounts import preferences
from exercises import answers, flow, visits
from exercises.packs import Question, Screen
from exercises.views import kinds
from exercises.visits import Walk
from journal.kept import is_sealed
from journal.models import Entry


def show(_walk: Walk) -> Mapping[str, object]:
    return {}


def take(walk: Walk) -> HttpResponse:
    """Nothing here is kept: on it goes, or it rests."""
    pressed = kinds.way(walk)
    return HttpResponseRedirect(visits.stop(walk) if pressed == "stop" else visits.go_on(walk))


def show_intro(walk: Walk) -> Mapping[str, object]:
    return {
        "pace": walk.screen.group("pace"),
        "steady": walk.screen.group("steady"),
        "chosen": walk.opening.get("pace", preferences.PACE.of(walk.person)),
        "one_of_many": len(flow.beside(walk.step)) > 1,
        "others": [screen for screen in walk.step.screens if screen != walk.screen],
    }


def take_intro(walk: Walk) -> HttpResponse:
    """The pace goes along; how steady somebody is never leaves their page."""
    pressed = kinds.way(walk, "one")
    pace = walk.screen.group("pace")
    offered = {choice.value for choice in pace.choices} if pace else set()
    said: dict[str, object] = {"pace": value} if (value := walk.request.POST.get("pace", "")) in offered else {}
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, said))
    if pressed == "one":
        question = secrets.choice(flow.beside(walk.step))
        return HttpResponseRedirect(visits.go_on(walk, {**said, "one": True}, to=question))
    return HttpResponseRedirect(visits.go_on(walk, said))


def show_readback(walk: Walk) -> Mapping[str, object]:
    """Every question of the step with its newest answer; a follow-up only where it was answered."""
    found = answers.newest(walk.person, walk.step.key, [ask.key for ask in walk.step.asks])
    return {"rows": [row for screen in walk.step.screens for row in _rows(walk, screen, found)]}


def show_close(walk: Walk) -> Mapping[str, object]:
    """When words of this step were kept today, and where each of three equal ways leads."""
    entry = walk.person.entries.out().filter(step=walk.step.key, rev__gt=0).order_by("-updated_at", "-id").first()
    today = timezone.localdate()
    shown = entry is not None and not is_sealed(entry, today)
    return {
        "kept": entry.updated_at if entry and timezone.localdate(entry.updated_at) == today else None,
        "read": (entry.parent_id or entry.pk) if entry and shown else None,
        "stay": walk.step.screen(walk.screen.stay),
    }


def _rows(walk: Walk, screen: Screen, found: Mapping[str, Entry]) -> list[dict[str, object]]:
    said = walk.choices.get(screen.key, {})
    if screen.kind == "choice":
        picked = next((choice for choice in screen.choices if choice.value == said.get("picked")), None)
        head = {
            "screen": screen,
            "label": screen.label,
            "text": answers.Shown(picked.words if picked else ""),
            "nothing": False,
        }
        return [head, *(_row(screen, ask, ask.words, found) for ask in screen.asks if ask.key in found)]
    return [_row(screen, ask, screen.label, found, nothing="nothing" in said) for ask in screen.asks]


def _row(
    screen: Screen, ask: Question, label: str, found: Mapping[str, Entry], *, nothing: bool = False
) -> dict[str, object]:
    text = answers.shown(None if nothing else found.get(ask.key))
    return {"screen": screen, "label": label, "text": text, "nothing": nothing}
