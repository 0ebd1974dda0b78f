"""The good place: building it, its card, its box. Its scene is redrawn while somebody chooses."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.leaving import keeps_before_leaving
from accounts.models import User
from accounts.requests import PersonRequest
from exercises import flow, places, scene, visits
from exercises.models import Place
from exercises.packs import Screen, Step
from exercises.places import BoxFull, PlaceForm
from exercises.views import kinds
from exercises.visits import Walk
from innerchild.http import is_autosave, render_page
from journal import drafts
from journal.boxes import Unkept

STEP, BUILDER, NEAR = "place", "scene", "near"  # what is said on any part of the place is noted under BUILDER
PART = "part"
NEW = "new"
AS_IT_WAS = "as-it-was"


def show_scene(walk: Walk) -> Mapping[str, object]:
    """One part of the place, or all of it: with what was posted, else tried out, else as the place is."""
    place = _named(walk.person, _built(walk))
    base = _base(walk, place)
    form = PlaceForm(walk.request.POST or places.typed(base))
    choices = {**base, **places.picked(walk.request.POST)}
    chosen = scene.compose(choices)
    marked = {part: choices.get(part) for part in places.PICKS} | vars(chosen)
    parts = (walk.screen,) if walk.screen.kind == PART else flow.beside(walk.step, PART)
    asked = {group.key for part in parts for group in part.groups}
    return {
        "form": form,
        "scene": chosen,
        "kept": _last_kept(base, place) if walk.request.method != "POST" else None,
        "parts": [_asked(part, marked, form) for part in parts],
        "elsewhere": json.dumps({part: name for part, name in places.picked(choices).items() if part not in asked}),
        "says": {**_builder(walk).says, **walk.screen.says},
        "part": walk.screen.kind == PART,
        "place": place,
        "just_you": walk.choices.get(NEAR, {}).get("picked") == "no",
    }


def hold_scene(walk: Walk) -> None:
    """Everything of the form as it is just now, the line for the box too."""
    form, place = _form(walk), _named(walk.person, _built(walk))
    draft = {**_base(walk, place), **form.choices(), "line": form.cleaned_data["line"]}
    visits.go_on(walk, _tried(walk, place, draft), to=walk.screen, under=_builder(walk))


def take_scene(walk: Walk) -> HttpResponse:
    """Whatever was pressed, nothing typed is dropped: it is kept, put in the box, or held as a draft."""
    pressed = kinds.way(walk, "show", "box", "different", "enough", "whole")
    kinds.same_writer(walk.request)
    form, place = _form(walk), _named(walk.person, _built(walk))
    held = {part: value for part, value in _base(walk, place).items() if part not in ("at", "line")}
    choices = {**held, **form.choices()}
    line = form.cleaned_data["line"]
    if line or pressed == "box" or _is_kept(pressed, place, choices):
        kept = places.keep(walk.person, place, choices, pack=walk.step.version)
        said = _settled(walk, kept)
        if line:
            _put_away(walk, kept, line)
    else:
        said = _tried(walk, place, choices)
    if pressed == "different":
        said = {"place": NEW, "drafts": {key: draft for key, draft in said["drafts"].items() if key != NEW}}
    return _onward(walk, pressed, said)


def show_card(walk: Walk) -> Mapping[str, object]:
    said = walk.visit.choices.get(BUILDER, {}) if walk.visit else {}
    return card(walk.request, _named(walk.person, said))


def card(request: PersonRequest, place: Place | None) -> dict[str, object]:
    """A place as a postcard: the scene, its name, who is there, and the words to find it by."""
    others = [other for other in places.of(request.user) if place is None or other.pk != place.pk]
    return {
        "place": place,
        "choices": place.choices if place else {},
        "scene": scene.compose(place.choices) if place else None,
        "others": [(other, other.choices.get("name") or scene.compose(other.choices).sentence) for other in others],
    }


@require_safe
def place(request: PersonRequest, pk: UUID | None = None) -> HttpResponse:
    """The card by itself: of the place at home, or of the one that was asked for."""
    shown = get_object_or_404(places.of(request.user), pk=pk) if pk else places.current(request.user)
    step = visits.step_or_404(request.user, STEP)
    context = {"step": step, "screen": _card(step), "alone": True, **card(request, shown)}
    return render_page(request, "exercises/card.html", context)


@require_POST
def redraw(request: PersonRequest) -> HttpResponse:
    """The scene of what is chosen just now, and nothing else of the page. Holding it is `hold_scene`’s."""
    if not request.htmx:
        return HttpResponseRedirect(reverse("screen", args=[STEP, BUILDER]))
    return render(request, "exercises/parts/frame.html", {"scene": scene.compose(places.picked(request.POST))})


@require_POST
def set_home(request: PersonRequest, pk: UUID) -> HttpResponse:
    places.set_home(request.user, get_object_or_404(places.of(request.user), pk=pk))
    messages.success(request, _("This is your home scene now."))
    return HttpResponseRedirect(reverse("place_one", args=[pk]))


@require_POST
def change(request: PersonRequest, pk: UUID) -> HttpResponse:
    """To the builder, with this place in it."""
    chosen = get_object_or_404(places.of(request.user), pk=pk)
    walk = visits.walk(request, STEP, BUILDER)
    return HttpResponseRedirect(visits.go_on(walk, {**walk.said, "place": str(chosen.pk)}, to=walk.screen))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def box(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What lies in the box: shown because it was asked for, and changed like any text."""
    chosen = get_object_or_404(places.of(request.user), pk=pk)
    if request.method != "POST":
        return _open_box(request, chosen, places.inside(chosen))
    if is_autosave(request):
        return drafts.answer(request, lambda: places.hold_inside(request.user, chosen, _inside(request)))
    if request.POST.get("go") == AS_IT_WAS:
        places.hold_inside(request.user, chosen, None)
        return HttpResponseRedirect(reverse("place_one", args=[pk]))
    try:
        places.refill_box(request.user, chosen, _inside(request))
    except Unkept as unkept:
        return _open_box(request, chosen, request.POST.get("inside.text", ""), error=unkept.message)
    messages.success(request, _("The lid is closed."))
    return HttpResponseRedirect(reverse("place_one", args=[pk]))


def _open_box(request: PersonRequest, place: Place, inside: str, *, error: str = "") -> HttpResponse:
    context = {"place": place, "inside": inside, "held": places.INSIDE in place.choices, "error": error}
    return render_page(request, "exercises/box.html", context, status=422 if error else 200)


def _inside(request: PersonRequest) -> str:
    kinds.same_writer(request)
    inside = request.POST.get("inside.text", "").replace("\x00", "").replace("\r\n", "\n")
    if len(inside) > places.BOX_MAX:
        raise Unkept(_("That’s more than the box holds. All of it is still here."))
    return inside


def _form(walk: Walk) -> PlaceForm:
    form = PlaceForm(walk.request.POST)
    if not form.is_valid():
        raise Unkept(_("Something here is longer than fits. It’s all still in its box."))
    return form


def _named(person: User, said: Mapping[str, Any]) -> Place | None:
    """The place a visit is about: the one it named, none when it began a different one, else the current."""
    if said.get("place") == NEW:
        return None
    found = places.of(person).filter(pk=said["place"]).first() if said.get("place") else None
    return found or places.current(person)


def _builder(walk: Walk) -> Screen:
    """The page with all of the place: every part of it notes under this one what is said."""
    return next(screen for screen in walk.step.screens if screen.kind == "scene")


def _built(walk: Walk) -> Mapping[str, Any]:
    return walk.choices.get(BUILDER, {})


def _base(walk: Walk, place: Place | None) -> Mapping[str, Any]:
    """What is already said about that place: the draft of this visit, else the place as it was kept."""
    drafts: Mapping[str, Mapping[str, Any]] = _built(walk).get("drafts", {})
    held = drafts.get(str(place.pk) if place else NEW)
    said = held if held is not None else place.choices if place else {}
    return {part: value for part, value in said.items() if part != places.INSIDE}


def _asked(part: Screen, marked: Mapping[str, object], form: PlaceForm) -> dict[str, object]:
    """What one part asks for: radios with the one that is marked, lines to type, and the words to find it by."""
    lines = [
        {"field": form[key], "label": part.says[key], "hint": part.says.get(f"{key}_hint", "")}
        for key in places.LINES
        if key in part.says
    ]
    groups = [(group, marked[group.key]) for group in part.groups]
    return {"groups": groups, "lines": lines, "words": part.says if "words" in part.says else None}


def _is_kept(pressed: str, place: Place | None, choices: Mapping[str, Any]) -> bool:
    """Whether a press makes or changes a place; with nothing said there is none to make."""
    if pressed == "different":
        return place is not None or places.personal(choices)
    return pressed in ("keep", "enough") and (place is not None or any(choices.values()))


def _tried(walk: Walk, place: Place | None, choices: Mapping[str, Any]) -> dict[str, Any]:
    """What this visit says once these choices are held, but not kept."""
    if place:
        places.begin_on(walk.person, place)
    key = str(place.pk) if place else NEW
    draft = {**choices, "at": timezone.now().isoformat()}
    return {"place": key, "drafts": {**_built(walk).get("drafts", {}), key: draft}}


def _last_kept(choices: Mapping[str, Any], place: Place | None) -> datetime | None:
    """When what the builder shows was last kept, or held as a draft."""
    if "at" in choices:
        return datetime.fromisoformat(choices["at"])
    return place.updated_at if place else None


def _settled(walk: Walk, place: Place) -> dict[str, Any]:
    """What this visit says once that place was kept: its drafts are done with."""
    done = {str(place.pk), _built(walk).get("place", NEW)}
    return {
        "place": str(place.pk),
        "drafts": {key: kept for key, kept in _built(walk).get("drafts", {}).items() if key not in done},
    }


def _put_away(walk: Walk, place: Place, line: str) -> None:
    try:
        places.put_away(walk.person, place, line)
    except BoxFull:
        raise Unkept(
            _("The box is full to the brim. You could open it and make room. Your line is still here.")
        ) from None
    messages.success(walk.request, _("Put away. The lid is closed."))


def _onward(walk: Walk, pressed: str, said: Mapping[str, Any]) -> HttpResponse:
    builder, short = _builder(walk), walk.screen.kind == PART
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, said, under=builder))
    if pressed == "nothing" and short:
        visits.go_on(walk, said, to=walk.screen, under=builder)
        return HttpResponseRedirect(visits.go_on(walk, {"nothing": True}))
    leads = {"show": walk.screen, "box": walk.screen, "whole": builder, "enough": _card(walk.step)}
    leads["different"] = flow.beside(walk.step, PART)[0] if short else walk.screen
    return HttpResponseRedirect(visits.go_on(walk, said, to=leads.get(pressed), under=builder))


def _card(step: Step) -> Screen:
    return next(screen for screen in step.screens if screen.kind == "card")
