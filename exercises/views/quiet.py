"""Screens with nothing to write: the way in, settling, reading back, and the kind end."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from exercises import answers, flow, visits
from exercises.packs import Question, Screen
from exercises.views import kinds
from exercises.visits import Walk
from journal import wishes
from journal.kept import is_sealed
from journal.models import Entry

DOOR = "door:"  # before the key of the screen a door leads to, and what is picked there


def show(_walk: Walk) -> Mapping[str, object]:
    return {}


def take(walk: Walk) -> HttpResponse:
    """Nothing here is kept: on it goes, or it rests."""
    pressed = kinds.way(walk)
    return HttpResponseRedirect(visits.stop(walk) if pressed == "stop" else visits.go_on(walk))


def show_intro(walk: Walk) -> Mapping[str, object]:
    return {
        "steady": walk.screen.group("steady"),
        "others": [screen for screen in walk.step.screens if screen != walk.screen],
    }


def take_entry(walk: Walk) -> HttpResponse:
    """The pace goes along through whatever door; how steady somebody is never leaves their page."""
    doors = {f"{DOOR}{door.to}:{door.pick}".rstrip(":"): door for door in walk.screen.doors}
    pressed = kinds.way(walk, "one", *doors)
    said = kinds.paced(walk)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, said))
    if pressed == "one" and (question := _one_question(walk)):
        return HttpResponseRedirect(visits.go_on(walk, {**said, "one": True}, to=question))
    door = doors.get(pressed)
    following = visits.go_on(walk, said, to=walk.step.screen(door.to) if door else None)
    return HttpResponseRedirect(f"{following}?picked={door.pick}" if door and door.pick else following)


def show_readback(walk: Walk) -> Mapping[str, object]:
    """Every question of the step with its newest answer; a follow-up only where it was answered."""
    found = answers.newest(walk.person, walk.step.key, [ask.key for ask in walk.step.asks])
    return {"rows": [row for screen in walk.step.screens for row in _rows(walk, screen, found)], "said": bool(found)}


def take_readback(walk: Walk) -> HttpResponse:
    """As it is, or on to where a line of it may be used: then this visit has come to its end, too."""
    pressed = kinds.way(walk, "line")
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    following = visits.go_on(walk)
    if pressed != "line" or "line_to" not in walk.screen.says:
        return HttpResponseRedirect(following)
    return HttpResponseRedirect(reverse("screen", args=walk.screen.says["line_to"].split("/")) + "#lines")


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


def _one_question(walk: Walk) -> Screen | None:
    """One of those never answered, another one each day; once all are, the one answered longest ago."""
    asked = flow.beside(walk.step)
    found = answers.newest(walk.person, walk.step.key, [screen.key for screen in asked])
    fresh = [screen for screen in asked if screen.key not in found]
    if fresh:
        return fresh[timezone.localdate().toordinal() % len(fresh)]
    return min(asked, key=lambda screen: found[screen.key].updated_at, default=None)


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
    entry = None if nothing else found.get(ask.key)
    kept = entry is not None and entry.kept_at is not None
    hoped = entry.pk if entry and kept and (entry.step, entry.question_key) == wishes.HOPED else None
    return {"screen": screen, "label": label, "text": answers.shown(entry), "nothing": nothing, "hoped": hoped}
