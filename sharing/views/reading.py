"""What somebody brought, read by whom it was brought to; and a step offered back."""

from time import time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.leaving import keeps_before_leaving
from accounts.own import sent
from accounts.requests import PersonRequest
from exercises import packs
from innerchild import failures
from innerchild.http import render_page
from sharing import connections, sheets, telling
from sharing.guards import reading
from sharing.models import Connection, Practice, Sheet, SheetItem
from sharing.opening import ask_of, name_of, words_of
from sharing.practice_forms import Suggest
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

STEPS = ("hello", "place", "letter", "kindness")
SAMPLES = (
    _lazy("If you feel like it, this could be a place to put what we spoke about."),
    _lazy("You mentioned this today. It is here if you want it, and one line is plenty."),
    _lazy("No need to bring anything back. This one might be kind to you this week."),
)


READ, MARKED = "sheets_read", "sheet_marked"  # in the session: those it opened; the one that comes again by a press
AT_ONCE = 60  # seconds from the press until its page is there, on a slow network, too


@reading
@require_safe
def sheet(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """A page that is read. Each reading leaves a receipt for its owner: the one GET that writes (decision 0007)."""
    row = _readable(practice, pk)
    items = sheets.pieces(row) if request.method == "HEAD" or _comes_again(request, row) else _read(request, row)
    context = {
        "sheet": row,
        "name": name_of(row.connection),
        "ask": ask_of(row, "ask"),
        "pieces": [words_of(item, "words") for item in items],
    }
    return render_page(request, "sharing/read.html", context)


@reading
@require_POST
def talked(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """Back to the page it was pressed on. That is no new reading, where this session has read the sheet and the press
    was the one that marked it: any further press leads to a reading like any other.
    """
    if sheets.talked(_readable(practice, pk)) and str(pk) in request.session.get(READ, []):
        request.session[MARKED] = [str(pk), time()]
    return redirect("practice_sheet", pk)


@keeps_before_leaving
@reading
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """Looked at first or not, it is offered once by the press; what was typed stays where it cannot be."""
    if failures.is_leaving(request):
        raise BadRequest("left instead: nothing is offered by that")
    connection = get_object_or_404(practice.connections.going_on(timezone.now()), pk=pk)
    steps = packs.load(request.user.language)
    form = Suggest([(key, steps[key].title) for key in STEPS if key in steps], sent(request))
    ready = request.method == "POST" and form.is_valid()
    if ready and "look" not in request.POST and _offered(connection, form):
        messages.success(request, _("Offered. They may take it up or leave it, and you won’t be told which."))
        return redirect("practice")
    trouble = _in_the_way(connection)
    context = {
        "connection": connection,
        "name": name_of(connection),
        "practice": practice,
        "form": form,
        "samples": SAMPLES,
        "trouble": trouble,
        "looked": steps[form.cleaned_data["step"]] if ready else None,
    }
    refused = form.errors or (request.method == "POST" and trouble)
    return render_page(request, "sharing/suggest.html", context, status=422 if refused else 200)


def _read(request: PersonRequest, row: Sheet) -> list[SheetItem]:
    before = request.session.get(READ, [])
    if str(row.pk) not in before:
        request.session[READ] = [*before, str(row.pk)]
    return sheets.read(row)


def _comes_again(request: PersonRequest, row: Sheet) -> bool:
    """Whether a press on this very page has just led back to it: once, so that who loads it anew leaves a receipt."""
    marked, at = request.session.pop(MARKED, ("", 0))
    return bool(marked == str(row.pk) and time() - at < AT_ONCE)


def _offered(connection: Connection, form: Suggest) -> bool:
    """Where the key of their connection isn't there, the form says so."""
    try:
        return connections.suggest(connection, form.cleaned_data["step"], form.cleaned_data["sentence"])
    except (Refused, KeyNotInRing):
        form.add_error("sentence", _("Not offered. What belongs to this connection cannot be opened just now."))
        return False


def _in_the_way(connection: Connection) -> str:
    """What keeps a step from being offered just now, in words, or ""."""
    if not connection.takes_suggestions:
        return _("They’re not taking suggestions just now.")
    if until := connections.enough_until(connection, timezone.now()):
        said = _(
            "You offered five steps in the last thirty days, which is plenty to choose from. Another finds room after %(day)s."
        )
        return said % {"day": telling.day(until)}
    return ""


def _readable(practice: Practice, pk: UUID) -> Sheet:
    """What is out of its time, taken back, somebody else’s, or never was: all of it is not there."""
    rows = sheets.for_practice(practice, timezone.now()).readable(timezone.now()).select_related("connection")
    return get_object_or_404(rows, pk=pk)
