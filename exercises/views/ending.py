"""What becomes of a letter: kept, folded until a day, in the drawer, on paper, or let go."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exercises import answering, letters, visits
from exercises.views import kinds
from exercises.visits import Walk
from journal import sealing
from journal.boxes import Unkept
from journal.models import Entry

TITLE_MAX, DAY_MAX = 120, 40
KEEP, SEAL, WORD, DRAWER, PRINT, LET_GO = "keep", "seal", "word", "drawer", "print", "let-go"


def show_ending(walk: Walk) -> Mapping[str, object]:
    letter, today = letters.finished(walk), timezone.localdate()
    by_turns = letter is not None and letter.question_key == letters.key(letters.BY_TURNS)
    post = walk.request.POST
    name = post.get("title.text", letter.title if letter else "")
    return {
        "letter": letter,
        "gone": bool(letters.named(walk)) and letter is None,
        "picked": post.get("picked") or walk.said.get("picked", KEEP),
        "name": name,
        "long_name": len(name.strip()) > TITLE_MAX,
        "until": post.get("until", walk.said.get("until", "")),
        "soonest": today + timedelta(days=1),
        "latest": date(today.year + sealing.YEARS_AHEAD, 12, 31),
        "back": walk.step.screen(letters.TURNS if by_turns else letters.SHEET),
        "answering": answering.query(answering.answered_by(walk.person, letter) if letter else None),
    }


def hold_ending(walk: Walk) -> None:
    """The name and the day as they stand just now, and what is picked beside them."""
    letter, title, picked = letters.finished(walk), _title(walk), _picked(walk)
    if letter is None or letter.binned_at:
        raise kinds.Unfit
    letters.name(walk.person, letter, title)
    visits.go_on(walk, {"picked": picked, "until": _said_day(walk)}, to=walk.screen)


def take_ending(walk: Walk) -> HttpResponse:
    """Keep, fold, drawer, print, let go; and let go can be fetched back before going on."""
    pressed = kinds.way(walk, "undo")
    letter = letters.finished(walk)
    if letter and pressed == "undo":
        letters.fetch_back(walk.person, letter)
        return HttpResponseRedirect(visits.go_on(walk, {}, to=walk.screen))
    kinds.same_writer(walk.request)
    title = _title(walk)
    if letter and title and pressed in ("stop", "skip"):
        letters.name(walk.person, letter, title)
    if pressed == "stop":
        return HttpResponseRedirect(visits.stop(walk, {"picked": _picked(walk), "until": _said_day(walk)}))
    if letter is None or letter.binned_at or pressed == "skip":
        return HttpResponseRedirect(visits.go_on(walk, {}))
    return _end(walk, letter, title, _picked(walk))


def _end(walk: Walk, letter: Entry, title: str, picked: str) -> HttpResponse:
    if picked == LET_GO:
        letters.name(walk.person, letter, title)
        letters.let_go(walk.person, letter)
        return HttpResponseRedirect(visits.go_on(walk, {}, to=walk.screen))
    until = _until(walk) if picked == SEAL else sealing.UNTIL_SAID if picked == WORD else None
    letters.keep(walk.person, letter, title, drawer=picked == DRAWER, until=until)
    following = visits.go_on(walk, {"letter": str(letter.pk)})
    return HttpResponseRedirect(reverse("entry_read", args=[letter.pk]) if picked == PRINT else following)


def _picked(walk: Walk) -> str:
    picked = walk.request.POST.get("picked", KEEP)
    if picked not in {choice.value for choice in walk.screen.choices}:
        raise kinds.Unfit
    return picked


def _title(walk: Walk) -> str:
    title = walk.request.POST.get("title.text", "").replace("\x00", "").strip()
    if len(title) > TITLE_MAX:
        raise Unkept(_("That name is longer than fits. It’s still in its box, and the letter is untouched."))
    return title


def _said_day(walk: Walk) -> str:
    return walk.request.POST.get("until", "").replace("\x00", "").strip()[:DAY_MAX]


def _until(walk: Walk) -> date:
    """The day, where this person's days begin and end."""
    try:
        return sealing.day_of(_said_day(walk), timezone.localdate())
    except sealing.NoSuchDay as none:
        raise Unkept(none.message) from None
