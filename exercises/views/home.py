"""Home: a resting place with few doors. It looks the same after an hour and after a year."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from exercises import answering, answers, flow, packs, scene
from exercises.home import CARDS, Card
from exercises.models import Place, Visit
from innerchild.day import Light, light_at
from innerchild.http import render_page
from innerchild.statements import Given, Statement
from journal import resurfacing, sealing
from journal.models import Entry, EntryQuerySet
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CarryOn:
    """Something left open: an offer, not a task."""

    line: str
    words: str
    address: str


@dataclass(frozen=True)
class Header:
    """The place somebody calls home, at the top of the page."""

    name: str
    scene: scene.Scene


@dataclass(frozen=True)
class OwnLine:
    """A line somebody let come back, and where it is from; without words they are asked first."""

    words: str
    day: date
    source: str
    address: str


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Each part stands for itself: one that cannot be opened leaves the others where they are."""
    person = request.user
    context = {
        "greeting": greeting(light_at(timezone.localtime()), person.greeted_as),
        "steps": packs.load(person.language).values(),
        "carry_on": _opened(lambda: carry_on(person)),
        "header": _opened(lambda: header(person)),
        "own_line": _opened(lambda: own_line(person)),
        "opening": sealing.opening(person, timezone.localdate()),
        "cards": list(cards(person)),
    }
    return render_page(request, "exercises/home.html", context)


@require_POST
def not_today(request: PersonRequest) -> HttpResponse:
    """No line of their own for the rest of this day."""
    resurfacing.not_today(request.user, timezone.localdate())
    return redirect("home")


def header(person: User) -> Header | None:
    place = AT_HOME.first(owner=person.pk)
    if place is None:
        return None
    return Header(str(place.choices.get("name") or _("A place of yours")), scene.compose(place.choices))


def own_line(person: User) -> OwnLine | None:
    line = resurfacing.line_for(person, timezone.localdate())
    if line is None:
        return None
    step = packs.load(person.language).get(line.entry.step)
    source = step.title if step else ""
    return OwnLine(line.words, line.entry.local_date, source, reverse("entry", args=[line.entry.pk]))


def cards(person: User) -> Iterator[Card]:
    """What apps above put here."""
    for made in CARDS:
        yield from _opened(partial(made, person)) or []


def greeting(light: Light, name: str) -> str:
    """By the part of the day where the person is, and by nothing else."""
    plain, named = {
        Light.DAWN: (_("Good morning."), _("Good morning, %(name)s.")),
        Light.AFTERNOON: (_("Hello."), _("Hello, %(name)s.")),
        Light.EVENING: (_("Good evening."), _("Good evening, %(name)s.")),
        Light.NIGHT: (_("A quiet hour."), _("A quiet hour, %(name)s.")),
    }[light]
    return named % {"name": name} if name else plain


def carry_on(person: User) -> CarryOn | None:
    """The newest thing left open: words first, else a step that was begun."""
    entry = LEFT_OPEN.first(owner=person.pk, today=timezone.localdate())
    visit = OPEN_VISIT.first(owner=person.pk)
    if entry and (visit is None or entry.step == visit.step or entry.updated_at >= visit.touched_at):
        return _open_entry(person, entry)
    return _open_visit(person, visit) if visit else None


def since(day: date, today: date) -> str:
    """A day as somebody would say it."""
    if day >= today:
        return _("from today")
    if day == today - timedelta(days=1):
        return _("from yesterday")
    if day > today - timedelta(days=7):
        return _("from %(day)s") % {"day": formats.date_format(day, "l")}
    return _("from %(day)s") % {"day": formats.date_format(day, "j F" if day.year == today.year else "j F Y")}


def _left_open() -> EntryQuerySet:
    """The newest words left open. What lies in the drawer stays out of sight, and what stands beneath it too."""
    rows = Entry.objects.open().unsealed(Given("today")).worded().filter(owner=Given("owner"))
    rows = rows.filter(conflict_of=None, drawer=False, parent__binned_at=None).exclude(parent__drawer=True)
    return rows.order_by("-updated_at", "-id")[:1]


LEFT_OPEN = Statement(_left_open)
OPEN_VISIT = Statement(
    lambda: Visit.objects.filter(owner=Given("owner"), closed_at=None).order_by("-touched_at", "-id")[:1]
)
AT_HOME = Statement(lambda: Place.objects.filter(owner=Given("owner"), is_home=True, binned_at=None).order_by("pk")[:1])


def _opened[Part](part: Callable[[], Part]) -> Part | None:
    try:
        return part()
    except (Refused, KeyNotInRing):
        log.warning("decrypt_failed on home")
        return None


def _open_entry(person: User, entry: Entry) -> CarryOn | None:
    if entry.kind == Entry.Kind.NOTE and entry.parent_id:
        line = _("A note is open, %(since)s") % _when(entry.updated_at)
        address = reverse("entry_note", args=[entry.parent_id])
        return CarryOn(line, answers.first_words(answers.text_of(entry)), f"{address}#box-note")
    step = packs.load(person.language).get(entry.step)
    if step is None:
        return None
    asked = flow.screen_of(step, entry.question_key)
    address = reverse("screen", args=[step.key, asked.key]) if asked else reverse("step", args=[step.key])
    address += answering.query(answering.answered_by(person, entry))
    letter = entry.kind == Entry.Kind.LETTER
    line = _("A letter is open, %(since)s") if letter else _("A page is open, %(since)s")
    return CarryOn(line % _when(entry.updated_at), answers.first_words(answers.text_of(entry)), address)


def _open_visit(person: User, visit: Visit) -> CarryOn | None:
    step = packs.load(person.language).get(visit.step)
    if step is None or flow.resting(step, visit.screen) == flow.first(step):
        return None
    line = _("“%(step)s” is open, %(since)s") % {"step": step.title, **_when(visit.touched_at)}
    return CarryOn(line, "", reverse("step", args=[step.key]))


def _when(moment: datetime) -> dict[str, str]:
    return {"since": since(timezone.localdate(moment), timezone.localdate())}
