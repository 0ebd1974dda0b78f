"""Where somebody is in a step. A visit begins with the first press, and rests where it was left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.requests import PersonRequest
from exercises import flow, packs
from exercises.models import Visit
from exercises.packs import Screen, Step
from innerchild.statements import Given, Statement

NEWEST = Statement(
    lambda: Visit.objects.filter(owner=Given("owner"), step=Given("step")).order_by("-opened_at", "-id")[:1]
)
LOOKS_BACK = ("readback", "close")  # kinds that show a visit that has ended, too


@dataclass(frozen=True)
class Walk:
    """One request within a step. `choices` is what was said on this visit, by screen."""

    request: PersonRequest
    step: Step
    screen: Screen
    visit: Visit | None
    choices: Mapping[str, Mapping[str, Any]]
    returning: Screen | None  # where a Change link came from, and leads back to
    since: datetime  # when the request came: a visit begins before the words it brings

    @property
    def person(self) -> User:
        return self.request.user

    @property
    def said(self) -> Mapping[str, Any]:
        """What was said at this very screen."""
        return self.choices.get(self.screen.key, {})

    @property
    def opening(self) -> Mapping[str, Any]:
        """What was said on the way in: the pace, and whether one question is enough."""
        return self.choices.get(flow.first(self.step).key, {})

    @property
    def following(self) -> Screen:
        return self.returning or flow.after(self.step, self.screen, only_one=bool(self.opening.get("one")))


def step_or_404(person: User, key: str) -> Step:
    step = packs.load(person.language).get(key)
    if step is None:
        raise Http404
    return step


def walk(request: PersonRequest, step_key: str, screen_key: str) -> Walk:
    """Where this request is. An unknown step or screen is a 404."""
    step = step_or_404(request.user, step_key)
    screen = step.screen(screen_key)
    if screen is None:
        raise Http404
    visit = newest(request.user, step)
    returning = flow.returning(step, request.GET.get("back", ""))
    shown = visit is not None and (visit.closed_at is None or returning or screen.kind in LOOKS_BACK)
    return Walk(request, step, screen, visit, visit.choices if visit and shown else {}, returning, timezone.now())


def newest(person: User, step: Step) -> Visit | None:
    """The visit that is open, else the last one that ended."""
    return NEWEST.first(owner=person.pk, step=step.key)


def address(step: Step, screen: Screen) -> str:
    return reverse("screen", args=[step.key, screen.key])


def go_on(
    walk: Walk, said: Mapping[str, Any] | None = None, *, to: Screen | None = None, under: Screen | None = None
) -> str:
    """Note what was said here (None: nothing new) and go on. Returns the address that follows.

    `under`: the screen it is noted for, where several share what is said.
    """
    following = to or walk.following
    if following.kind == "close":
        _turn_up_the_lamp(walk)
    _note(walk, said, under=under or walk.screen, rests=following, ends=following.kind == "close")
    return address(walk.step, following)


def stop(walk: Walk, said: Mapping[str, Any] | None = None, *, under: Screen | None = None) -> str:
    """Rest on this screen. Returns the address of the step's kind end."""
    _turn_up_the_lamp(walk)
    _note(walk, said, under=under or walk.screen, rests=walk.screen, ends=False)
    return address(walk.step, flow.closing(walk.step))


def _turn_up_the_lamp(walk: Walk) -> None:
    """After a kind end the lamp in the bar stays one shade warmer until tomorrow (`parts/bar.html`)."""
    walk.request.session["lamp"] = timezone.localdate().isoformat()


@transaction.atomic
def _note(walk: Walk, said: Mapping[str, Any] | None, *, under: Screen, rests: Screen, ends: bool) -> None:
    visit = _held(walk)
    if said is not None:
        visit.choices = {**visit.choices, under.key: dict(said)}
    visit.screen, visit.touched_at = rests.key, timezone.now()
    visit.batch = None  # walked on here, it stays when the import it came with goes
    if ends and visit.closed_at is None:
        visit.closed_at = visit.touched_at
    visit.save()


def _held(walk: Walk) -> Visit:
    """The row to write to, locked. A change from “read back” belongs to the visit it was read from."""
    if walk.returning and walk.visit:
        return walk.person.visits.select_for_update().get(pk=walk.visit.pk)
    begun = {
        "pack": walk.step.version,
        "screen": walk.screen.key,
        "opened_at": walk.since,
        "touched_at": walk.since,
    }
    mine = Visit.objects.select_for_update()
    visit, _ = mine.get_or_create(owner=walk.person, step=walk.step.key, closed_at=None, defaults=begun)
    return visit
