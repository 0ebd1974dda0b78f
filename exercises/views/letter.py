"""The letter: who writes, the sheet, both voices by turns, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from exercises import answers, flow, letters, packs, places, scene, visits
from exercises.packs import Group
from exercises.views import kinds
from exercises.visits import Walk
from journal import boxes, saving, turns
from journal.about import About
from journal.boxes import Box, Unkept
from journal.models import Entry

LINES, TITLE_MAX = 6, 120
REFLECTIONS = "hello"
OTHER = {"adult": "child", "child": "adult"}
TOOLS = {"up": -1, "down": 1, "edit": 0}  # what can be done with a turn, and where it moves
KEEP, DRAWER, PRINT, LET_GO = "keep", "drawer", "print", "let-go"


def show_who(walk: Walk) -> Mapping[str, object]:
    return {
        "picked": walk.request.POST.get("picked") or letters.picked(walk),
        "left_open": letters.open_kinds(walk.person, walk.step),
    }


def take_who(walk: Walk) -> HttpResponse:
    pressed = kinds.way(walk)
    picked = walk.request.POST.get("picked", "")
    if picked and picked not in {choice.value for choice in walk.screen.choices}:
        raise kinds.Unfit
    said = {"picked": picked} if picked and pressed != "skip" else None
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, said))
    by_turns = said is not None and picked == letters.BY_TURNS
    return _to(walk, said, letters.TURNS if by_turns else letters.SHEET)


def show_sheet(walk: Walk) -> Mapping[str, object]:
    which, entry = letters.sheet(walk)
    place = places.current(walk.person)
    return {
        "which": which,
        "box": _sheet_box(walk, which, entry),
        "trail": walk.screen.says[f"trail_{which}"],
        "starters": _starters(walk, which),
        "lines": _own_lines(walk),
        "scene": scene.compose(place.choices) if place else None,
        "back": walk.step.screen(letters.WHO),
    }


def take_sheet(walk: Walk) -> HttpResponse:
    """Words are kept whatever was pressed; “let them answer” makes them the first turn."""
    pressed = kinds.way(walk, *letters.VOICES)
    saved = boxes.keep(walk.request, finish=False)
    letter = str(saved[-1].entry) if saved else None
    if pressed in letters.VOICES:
        if letter:
            letters.as_first_turn(walk.person, walk.step, UUID(letter), pressed)
        return _to(walk, {}, letters.TURNS)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    return _done(walk, letter)


def show_turns(walk: Walk) -> Mapping[str, object]:
    thread = letters.thread(walk)
    rows = list(turns.of(walk.person, thread)) if thread else []
    said = [row for row in rows if row.kept_at]
    draft = next((row for row in reversed(rows) if not row.kept_at), None)
    names = letters.names(walk.person)
    voice = walk.request.POST.get("voice") or (draft.voice if draft else OTHER[said[-1].voice] if said else "adult")
    about = replace(letters.about(walk.step, letters.BY_TURNS), voice=voice if voice in OTHER else "adult")
    added = walk.request.GET.get("added", "")
    return {
        "thread": thread,
        "whole": saving.opened(thread) if thread and thread.rev else "",
        "turns": [{"entry": row, "who": names[row.voice], "text": saving.opened(row)} for row in said],
        "box": _turn_box(walk, turns.next_turn(about, about.voice, thread=thread, position=len(rows)), draft),
        "voice": about.voice,
        "names": names,
        "added": names.get(added, ""),
        "back": walk.step.screen(letters.WHO),
    }


def take_turn(walk: Walk) -> HttpResponse:
    """A turn is added whenever there are words; only “pause” leaves them in the composer."""
    tool, _named, which = walk.request.POST.get("go", "").partition(":")
    if tool in TOOLS:
        return _tend(walk, tool, which)
    pressed = kinds.way(walk, "add", "one", "read")
    voice, saved = _composed(walk, finish=pressed in ("keep", "add", "one"))
    thread = letters.thread(walk)
    if pressed == "one" and thread:
        _make_one(walk, thread)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    if pressed == "read" and thread:
        return HttpResponseRedirect(reverse("entry_read", args=[thread.pk]))
    if pressed in ("add", "read"):
        added = f"?added={voice}" if saved else ""
        return HttpResponseRedirect(f"{visits.go_on(walk, {}, to=walk.screen)}{added}#box-turn")
    return _done(walk, str(thread.pk) if thread else None)


def show_ending(walk: Walk) -> Mapping[str, object]:
    letter = letters.finished(walk)
    by_turns = letter is not None and letter.question_key == letters.key(letters.BY_TURNS)
    return {
        "letter": letter,
        "picked": walk.request.POST.get("picked") or walk.said.get("picked", KEEP),
        "name": walk.request.POST.get("title.text", letter.title if letter else ""),
        "back": walk.step.screen(letters.TURNS if by_turns else letters.SHEET),
    }


def hold_ending(walk: Walk) -> None:
    """The name as it is typed just now, and what is picked beside it."""
    letter, title, picked = letters.finished(walk), _title(walk), walk.request.POST.get("picked", KEEP)
    if letter is None or letter.binned_at or picked not in {choice.value for choice in walk.screen.choices}:
        raise kinds.Unfit
    letters.name(walk.person, letter, title)
    visits.go_on(walk, {"picked": picked}, to=walk.screen)


def take_ending(walk: Walk) -> HttpResponse:
    """Keep, drawer, print, let go; and let go can be fetched back before going on."""
    pressed = kinds.way(walk, "undo")
    letter = letters.finished(walk)
    if letter and pressed == "undo":
        letters.fetch_back(walk.person, letter)
        return _to(walk, {}, walk.screen.key)
    kinds.same_writer(walk.request)
    title = _title(walk)
    if letter and title and pressed in ("stop", "skip"):
        letters.name(walk.person, letter, title)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk))
    if letter is None or letter.binned_at or pressed == "skip":
        return HttpResponseRedirect(visits.go_on(walk, {}))
    return _end(walk, letter, title)


def _title(walk: Walk) -> str:
    title = walk.request.POST.get("title.text", "").replace("\x00", "").strip()
    if len(title) > TITLE_MAX:
        raise Unkept(_("That name is longer than fits. It’s still in its box, and the letter is untouched."))
    return title


def _end(walk: Walk, letter: Entry, title: str) -> HttpResponse:
    picked = walk.request.POST.get("picked", KEEP)
    if picked not in {choice.value for choice in walk.screen.choices}:
        raise kinds.Unfit
    if picked == LET_GO:
        letters.name(walk.person, letter, title)
        letters.let_go(walk.person, letter)
        return _to(walk, {}, walk.screen.key)
    letters.keep(walk.person, letter, title, drawer=picked == DRAWER)
    following = visits.go_on(walk, {"letter": str(letter.pk)})
    return HttpResponseRedirect(reverse("entry_read", args=[letter.pk]) if picked == PRINT else following)


def _to(walk: Walk, said: Mapping[str, object] | None, key: str) -> HttpResponse:
    return HttpResponseRedirect(visits.go_on(walk, said, to=walk.step.screen(key)))


def _done(walk: Walk, letter: str | None) -> HttpResponse:
    """To what becomes of the letter; with nothing written, to the kind end."""
    if letter is None:
        return HttpResponseRedirect(visits.go_on(walk, {}, to=flow.closing(walk.step)))
    return HttpResponseRedirect(visits.go_on(walk, {"letter": letter}))


def _composed(walk: Walk, *, finish: bool) -> tuple[str, list[saving.Saved]]:
    """Keep what is in the composer, in the voice of who holds the pen."""
    voice = walk.request.POST.get("voice", "")
    if voice not in OTHER:
        raise kinds.Unfit
    saved = boxes.keep(walk.request, finish=finish)
    walk.person.entries.filter(pk__in=[one.entry for one in saved]).update(voice=voice)
    return voice, saved


def _tend(walk: Walk, tool: str, which: str) -> HttpResponse:
    """Move a turn, or go and edit it. What waits in the composer is kept first, and goes on waiting there."""
    thread = letters.thread(walk)
    rows = [*turns.of(walk.person, thread), *([thread] if tool == "edit" else [])] if thread else []
    row = next((row for row in rows if str(row.pk) == which), None)
    if row is None:
        raise kinds.Unfit
    _composed(walk, finish=False)
    here = visits.go_on(walk, to=walk.screen)
    if tool == "edit":
        return HttpResponseRedirect(f"{reverse('entry_edit', args=[row.pk])}?next={here}")
    turns.move(walk.person, row, by=TOOLS[tool])
    return HttpResponseRedirect(f"{here}#turn-{row.pk}")


def _make_one(walk: Walk, thread: Entry) -> None:
    try:
        turns.merge(walk.person, thread)
    except saving.TooLong:
        raise Unkept(_("Together they are longer than one letter can hold, so they stay as they are.")) from None


def _sheet_box(walk: Walk, which: str, entry: Entry | None) -> Box:
    says, names = walk.screen.says, letters.names(walk.person)
    hint = _("%(name)s, writing") % {"name": names[which]} if which in names else says["either"]
    made = boxes.box_for(walk.person, letters.about(walk.step, which), name="letter", entry=entry)
    return _posted(walk, replace(made, label=says[f"to_{which}"], hint=hint, paper=True, rows=12))


def _turn_box(walk: Walk, about: About, draft: Entry | None) -> Box:
    return _posted(walk, boxes.box_for(walk.person, about, name="turn", entry=draft))


def _posted(walk: Walk, box: Box) -> Box:
    return boxes.refill(walk.request, box) if walk.request.method == "POST" else box


def _starters(walk: Walk, which: str) -> list[Group]:
    """The half-sentences of this voice; of both where nobody has said who writes."""
    voices = (which,) if which in OTHER else tuple(OTHER)
    return [group for group in walk.screen.groups if group.key.startswith(voices)]


def _own_lines(walk: Walk) -> list[str]:
    """Lines of somebody's own kept reflections; what lies in the drawer stays there."""
    step = packs.load(walk.person.language).get(REFLECTIONS)
    asked = [question.key for question in step.asks] if step else []
    found = answers.newest(walk.person, REFLECTIONS, asked, kept=True).values()
    return [line for entry in found if not entry.drawer for line in answers.lines(answers.text_of(entry))[:2]][:LINES]
