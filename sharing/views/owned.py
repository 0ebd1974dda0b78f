"""A sheet that was shared, as its owner sees it: when it can be read, when it was, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import factors
from accounts.guesses import zone_of
from accounts.requests import PersonRequest
from accounts.views.door import freshly_proved
from innerchild.http import render_page
from sharing import sheets, telling, windows
from sharing.models import Sheet
from sharing.opening import ask_of, whom_of, words_of
from sharing.views.sheets import window_form
from sharing.window_form import WindowForm, said_of


@require_safe
def sheet(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Its own copy of everything, whatever became of the reader's."""
    row = _owned(request, pk)
    items = [(item, words_of(item, "own_words")) for item in row.items.order_by("position")]
    context = {
        "sheet": row,
        "connection": row.connection,
        "whom": whom_of(row),
        "goes_on": _goes_on(request, row),
        "state": windows.state_of(row, timezone.now()),
        "ask": ask_of(row, "own_ask"),
        "pieces": [words for item, words in items if not item.withdrawn_at],
        "withdrawn": [(item, words) for item, words in items if item.withdrawn_at],
        "openings": telling.readings(row),
        "shared_now": "shared" in request.GET,
    }
    return render_page(request, "sharing/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_window(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Another time for it. A sheet that is over opens again, under a new key; one that was taken back does not."""
    row = _owned(request, pk)
    if row.stopped_at or not _goes_on(request, row):
        return redirect("sheet", pk=pk)
    if request.method != "POST":
        return _ask_freshly(request, row)
    form, stale = window_form(request, request.POST), not factors.fresh(request)
    if form.is_valid() and form.window and not stale:
        if sheets.move(request.user, row, form.window):
            messages.success(request, _("Its time is changed."))
        return redirect("sheet", pk=pk)
    return _when(request, row, form, stale=stale)


@require_POST
def sheet_stop(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Taken back, now."""
    sheets.stop(_owned(request, pk))
    return HttpResponseRedirect(f"{reverse('sheet', args=[pk])}#state")


def _owned(request: PersonRequest, pk: UUID) -> Sheet:
    return get_object_or_404(request.user.sheets.select_related("connection__practice"), pk=pk)


def _goes_on(request: PersonRequest, row: Sheet) -> bool:
    return request.user.connections.going_on(timezone.now()).filter(pk=row.connection_id).exists()


def _ask(request: PersonRequest, row: Sheet) -> HttpResponse:
    begun = said_of(row, zone_of(request.user.time_zone))
    return _when(request, row, window_form(request, begun=begun), stale=False)


def _ask_freshly(request: PersonRequest, row: Sheet) -> HttpResponse:
    response = freshly_proved(_ask)(request, row)
    assert isinstance(response, HttpResponse)
    return response


def _when(request: PersonRequest, row: Sheet, form: WindowForm, *, stale: bool) -> HttpResponse:
    context = {"sheet": row, "connection": row.connection, "window": form, "stale": stale}
    return render_page(request, "sharing/window.html", context, status=422 if form.is_bound else 200)
