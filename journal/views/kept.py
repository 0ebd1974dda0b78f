"""What was kept: the page by month, the drawer, and what was let go."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import checkins
from journal import kept as shelf
from journal.views import asked


@require_safe
def kept(request: PersonRequest) -> HttpResponse:
    """The shelf, twenty at a time; `before` names where the last page ended."""
    page = shelf.page_of(shelf.listed(request.user).filter(drawer=False), request.GET.get("before", ""))
    context = {"page": page, "let_go": asked.let_go(request), "at": "kept"}
    return render_page(request, "journal/kept.html", context, partial="rows", target="earlier")


@require_safe
def drawer(request: PersonRequest) -> HttpResponse:
    """What a person put out of sight, and finds when they open it."""
    page = shelf.page_of(shelf.listed(request.user).filter(drawer=True), request.GET.get("before", ""))
    context = {"page": page, "at": "drawer"}
    return render_page(request, "journal/drawer.html", context, partial="rows", target="earlier")


@require_safe
def bin_(request: PersonRequest) -> HttpResponse:
    """What was let go, newest first: entries, and looks by themselves."""
    entries = request.user.entries.let_go().worded().newest_first()
    page = shelf.page_of(entries, request.GET.get("before", ""))
    before = checkins.mark(request.user, asked.key(request, "looks"))
    looks, earlier = checkins.page_of(checkins.let_go(request.user), before)
    return render_page(request, "journal/bin.html", {"page": page, "looks": looks, "earlier_looks": earlier})
