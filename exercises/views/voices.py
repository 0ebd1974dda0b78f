"""A letter by turns: added by either hand, edited where it stands, moved, and made into one."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from exercises import answering, letters, visits
from exercises.views import kinds
from exercises.views.letter import beside, done, posted
from exercises.visits import Walk
from journal import boxes, saving, turns, words
from journal.about import About
from journal.boxes import Box, Unkept
from journal.models import Entry

OTHER = {"adult": "child", "child": "adult"}
TOOLS = {"up": -1, "down": 1, "edit": 0, "pen": 0}  # what can be done with a turn, and where it moves
COMPOSER, EDITED = "turn", "edited"  # the two boxes there can be


def show_turns(walk: Walk) -> Mapping[str, object]:
    answered = answering.answered(walk)
    thread = letters.thread(walk, answered)
    rows = list(turns.of(walk.person, thread)) if thread else []
    said = [row for row in rows if row.kept_at]
    draft = next((row for row in reversed(rows) if not row.kept_at), None)
    names = words.names(walk.person)
    voice = _pen(walk, said, draft)
    about = replace(letters.about(walk.step, letters.BY_TURNS, answered), voice=voice)
    editing = _edited(walk)
    return {
        "thread": thread,
        "whole": saving.opened(thread) if thread and thread.rev else "",
        "turns": [_turn(walk, row, names, editing) for row in said],
        "box": _turn_box(walk, turns.next_turn(about, voice, thread=thread, position=len(rows)), draft),
        "voice": voice,
        "names": names,
        "added": words.within(walk.person, walk.request.GET.get("added", "")),
        **beside(walk, answered),
        "back": walk.step.screen(letters.WHO),
    }


def take_turn(walk: Walk) -> HttpResponse:
    """A turn is added whenever there are words; only “pause” leaves them in the composer."""
    tool, _named, which = walk.request.POST.get("go", "").partition(":")
    if tool in TOOLS:
        return _tend(walk, tool, which)
    pressed = kinds.way(walk, "add", "one", "read", EDITED)
    voice, saved = _composed(walk, finish=pressed in ("keep", "add", "one"))
    answered = answering.answered(walk)
    thread = letters.thread(walk, answered)
    if pressed == "one" and thread:
        _make_one(walk, thread)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    if pressed == "read" and thread:
        return HttpResponseRedirect(reverse("entry_read", args=[thread.pk]))
    if pressed == EDITED:
        here = f"{visits.go_on(walk, to=walk.screen)}{answering.query(answered)}"
        return HttpResponseRedirect(f"{here}#edit-{_edited(walk)}")
    if pressed in ("add", "read"):
        query = answering.query(answered, **({"added": voice} if saved else {}))
        return HttpResponseRedirect(f"{visits.go_on(walk, {}, to=walk.screen)}{query}#box-turn")
    return done(walk, str(thread.pk) if thread else None)


def _pen(walk: Walk, said: list[Entry], draft: Entry | None) -> str:
    """Who holds the pen: who was said to, who wrote the words that wait, else the one who did not write last."""
    asked = walk.request.POST.get("voice") or walk.request.GET.get("pen", "")
    if asked in OTHER:
        return asked
    if draft:
        return draft.voice
    return OTHER[said[-1].voice] if said else "adult"


def _edited(walk: Walk) -> str:
    """The turn that is open where it stands, by the address or by the form that came back."""
    return walk.request.POST.get(f"{EDITED}.entry") or walk.request.GET.get("edit", "")


def _turn(walk: Walk, row: Entry, names: Mapping[str, str], editing: str) -> dict[str, object]:
    """One turn. What cannot be opened has no box: it is never written over."""
    text, who = saving.opened(row), names[row.voice]
    box = None
    if str(row.pk) == editing and text is not None:
        made = boxes.box_for(walk.person, About.of(row), name=EDITED, entry=row)
        box = posted(walk, replace(made, label=_("%(name)s, once more") % {"name": who}, rows=3))
    return {"entry": row, "who": who, "text": text, "box": box}


def _composed(walk: Walk, *, finish: bool) -> tuple[str, list[saving.Saved]]:
    """Keep what was typed, what waits in the composer in the voice of who holds the pen. Returns what it held."""
    voice = walk.request.POST.get("voice", "")
    if voice not in OTHER:
        raise kinds.Unfit
    kept = boxes.keep(walk.request, finish=finish)
    edited = walk.person.entries.filter(pk__in=_uuids(_edited(walk)))
    others = {*edited.values_list("pk", flat=True), *edited.values_list("conflicts", flat=True)}
    saved = [one for one in kept if one.entry not in others]
    walk.person.entries.filter(pk__in=[one.entry for one in saved]).update(voice=voice)
    return voice, saved


def _uuids(said: str) -> list[UUID]:
    try:
        return [UUID(said)]
    except ValueError:
        return []


def _tend(walk: Walk, tool: str, which: str) -> HttpResponse:
    """Hand over the pen, move a turn, or open one. What waits in the composer is kept first, and goes on waiting."""
    answered = answering.answered(walk)
    thread = letters.thread(walk, answered)
    if tool == "pen":
        return _hand_over(walk, which)
    rows = [*turns.of(walk.person, thread), *([thread] if tool == "edit" else [])] if thread else []
    row = next((row for row in rows if str(row.pk) == which), None)
    if row is None:
        raise kinds.Unfit
    _composed(walk, finish=False)
    here = visits.go_on(walk, to=walk.screen)
    if tool == "edit" and row.parent_id is None:
        back = quote(f"{here}{answering.query(answered)}", safe="/")
        return HttpResponseRedirect(f"{reverse('entry_edit', args=[row.pk])}?next={back}")
    if tool == "edit":
        return HttpResponseRedirect(f"{here}{answering.query(answered, edit=which)}#box-{EDITED}")
    turns.move(walk.person, row, by=TOOLS[tool])
    return HttpResponseRedirect(f"{here}{answering.query(answered)}#turn-{row.pk}")


def _hand_over(walk: Walk, voice: str) -> HttpResponse:
    if voice not in OTHER:
        raise kinds.Unfit
    data = walk.request.POST.copy()
    data["voice"] = voice
    walk.request.POST = data  # type: ignore[assignment]
    _composed(walk, finish=False)
    query = answering.query(answering.answered(walk), pen=voice)
    return HttpResponseRedirect(f"{visits.go_on(walk, to=walk.screen)}{query}#box-turn")


def _make_one(walk: Walk, thread: Entry) -> None:
    try:
        turns.merge(walk.person, thread)
    except saving.TooLong:
        raise Unkept(_("Together they are longer than one letter can hold, so they stay as they are.")) from None


def _turn_box(walk: Walk, about: About, draft: Entry | None) -> Box:
    return posted(walk, boxes.box_for(walk.person, about, name=COMPOSER, entry=draft))
