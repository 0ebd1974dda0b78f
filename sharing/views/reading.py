"""What somebody brought, read by whom it was brought to; and a step offered back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.own import sent
from accounts.requests import PersonRequest
from exercises import packs
from innerchild.http import render_page
from sharing import connections, sheets
from sharing.guards import reading
from sharing.models import Practice, Sheet
from sharing.opening import name_of, opened, words_of
from sharing.practice_forms import Suggest

STEPS = ("hello", "place", "letter", "kindness")
SAMPLES = (
    _lazy("If you feel like it, this could be a place to put what we spoke about."),
    _lazy("You mentioned this today. It is here if you want it, and one line is plenty."),
    _lazy("No need to bring anything back. This one might be kind to you this week."),
)


@reading
@require_safe
def sheet(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """A page that is read. Each reading leaves a receipt for its owner: the one GET that writes (decision 0007)."""
    row = _readable(practice, pk)
    items = sheets.pieces(row) if request.method == "HEAD" else sheets.read(row)
    context = {
        "sheet": row,
        "name": name_of(row.connection),
        "ask": opened(row, "ask", ""),
        "pieces": [words_of(item, "words") for item in items],
    }
    return render_page(request, "sharing/read.html", context)


@reading
@require_POST
def talked(_request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    sheets.talked(_readable(practice, pk))
    return redirect("practice_sheet", pk)


@reading
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """Looked at first or not, it is offered once by the press; what was typed stays where it cannot be."""
    connection = get_object_or_404(practice.connections.going_on(timezone.now()), pk=pk)
    steps = packs.load(request.user.language)
    form = Suggest([(key, steps[key].title) for key in STEPS if key in steps], sent(request))
    ready = request.method == "POST" and form.is_valid()
    takes = connection.takes_suggestions
    if ready and "look" not in request.POST:
        said = form.cleaned_data
        takes = connections.suggest(connection, said["step"], said["sentence"])
        if takes:
            messages.success(request, _("Offered. They may take it up or leave it, and you won’t be told which."))
            return redirect("practice")
    context = {
        "connection": connection,
        "name": name_of(connection),
        "practice": practice,
        "form": form,
        "samples": SAMPLES,
        "takes": takes,
        "looked": steps[form.cleaned_data["step"]] if ready else None,
    }
    refused = form.errors or (request.method == "POST" and not takes)
    return render_page(request, "sharing/suggest.html", context, status=422 if refused else 200)


def _readable(practice: Practice, pk: UUID) -> Sheet:
    """What is out of its time, taken back, somebody else’s, or never was: all of it is not there."""
    rows = sheets.for_practice(practice, timezone.now()).readable(timezone.now()).select_related("connection")
    return get_object_or_404(rows, pk=pk)
