"""What was kept: the shelves, how far back they go, what waits for its day, the drawer, and what was let go."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import checkins, search
from journal import kept as shelf
from journal.models import EntryQuerySet
from journal.sorting import Chosen
from journal.views import asked


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which something was kept, and the address of the page that begins with it."""

    day: date
    address: str


@require_safe
def kept(request: PersonRequest) -> HttpResponse:
    """Twenty at a time; `before` names where the last page ended, the rest of the address what is wanted."""
    chosen, before = Chosen.of(request.GET), request.GET.get("before", "")
    page = _page(request, chosen.among(_open(request)), before) if chosen.query else _newest(request, before)
    context: dict[str, object] = {"page": page, "earlier": _earlier(_address("kept", chosen), page), "chosen": chosen}
    if not request.htmx:
        context |= {"form": search.Search(), "offered": chosen.offered(request.user), "let_go": asked.let_go(request)}
        context["count"] = chosen.among(_open(request)).count() if chosen.some else None
        if not before and not chosen.query:
            context["waiting"], context["more_wait"] = shelf.soonest(request.user)
    return render_page(request, "journal/kept.html", context, partial="rows", target="earlier")


@require_safe
def kept_when(request: PersonRequest) -> HttpResponse:
    """Every month in which something was kept, the newest first; the filters of the page before go along."""
    chosen = replace(Chosen.of(request.GET), month=None)
    days = chosen.among(_open(request)).dates("local_date", "month", order="DESC")
    months = [Month(day, _address("kept", replace(chosen, month=day))) for day in days]
    years = [(year, list(of_year)) for year, of_year in groupby(months, key=lambda month: month.day.year)]
    return render_page(request, "journal/when.html", {"years": years, "back": _address("kept", chosen)})


@require_safe
def kept_folded(request: PersonRequest) -> HttpResponse:
    """What waits for its day, soonest first; `after` names the last one of the page before."""
    items, more = shelf.folded(request.user, asked.key(request, "after"))
    return render_page(request, "journal/folded.html", {"items": items, "more": more})


@require_safe
def drawer(request: PersonRequest) -> HttpResponse:
    """What a person put out of sight, and finds when they open it."""
    page = _page(request, shelf.listed(request.user).filter(drawer=True), request.GET.get("before", ""))
    context = {"page": page, "earlier": _earlier(reverse("drawer"), page)}
    return render_page(request, "journal/drawer.html", context, partial="rows", target="earlier")


@require_safe
def bin_(request: PersonRequest) -> HttpResponse:
    """What was let go, newest first: entries, and looks by themselves."""
    entries = request.user.entries.let_go().worded().newest_first()
    page = _page(request, entries, request.GET.get("before", ""))
    before = checkins.mark(request.user, asked.key(request, "looks"))
    looks, earlier = checkins.page_of(checkins.let_go(request.user), before)
    context = {"page": page, "looks": looks, "earlier_looks": earlier, "hide": shelf.hides(request.user)}
    return render_page(request, "journal/bin.html", context)


def _open(request: PersonRequest) -> EntryQuerySet:
    return shelf.listed(request.user).on_shelves(timezone.localdate())


def _page(request: PersonRequest, entries: EntryQuerySet, before: str) -> shelf.Page:
    return shelf.page_of(entries, before, hide=shelf.hides(request.user), goes_on=bool(request.htmx))


def _newest(request: PersonRequest, before: str) -> shelf.Page:
    return shelf.newest(request.user, before, hide=shelf.hides(request.user), goes_on=bool(request.htmx))


def _address(name: str, chosen: Chosen) -> str:
    return f"{reverse(name)}?{chosen.query}" if chosen.query else reverse(name)


def _earlier(address: str, page: shelf.Page) -> str:
    """Where the page before this one is, "" where there is none."""
    return f"{address}{'&' if '?' in address else '?'}before={page.earlier}" if page.earlier else ""
