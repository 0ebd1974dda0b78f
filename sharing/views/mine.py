"""A client’s side: who sees what, one therapist’s page, parting, ending, and what they suggest."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild.http import render_page, safe_next
from sharing import connections, drafts, suggested, telling
from sharing.connect_forms import PartingForm
from sharing.models import Connection
from sharing.opening import name_of
from sharing.windows import State


@require_safe
def hub(request: PersonRequest) -> HttpResponse:
    """Who sees what. The door stands open only while something can be opened."""
    now = timezone.now()
    known = telling.known(request.user, now)
    context = {
        "known": known,
        "over": telling.over(request.user, now),
        "ajar": any(told.state is State.OPEN for each in known for told in each.sheets),
    }
    return render_page(request, "sharing/hub.html", context)


@require_safe
def connection(request: PersonRequest, pk: UUID) -> HttpResponse:
    row, now = _mine(request, pk), timezone.now()
    going_on = _goes_on(request, pk)
    context: dict[str, object] = {
        "connection": row,
        "practice": row.practice,
        "brought": telling.brought(row, now),
        "kept": request.GET.get("kept", ""),
        "over": "" if going_on else telling.ended(row, now),
    }
    if not going_on:
        context["begun"] = _begun(row)
    else:
        context |= {
            "last_day": telling.last_day(row),
            "name": name_of(row),
            "cards": suggested.by(row, request.user),
            "aside": drafts.aside(row),
        }
    return render_page(request, "sharing/connection.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PersonRequest, pk: UUID) -> HttpResponse:
    """At once, and for good. Ended twice, the first time counts."""
    row = _mine(request, pk)
    if request.method == "POST":
        connections.end(row, Connection.Side.CLIENT)
    if not _goes_on(request, pk):
        return redirect("connection", pk)
    return render_page(request, "sharing/end.html", {"connection": row, "practice": row.practice})


@require_http_methods(["GET", "HEAD", "POST"])
def parting(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A last day that both see beforehand. Posted with `take`, it is taken back."""
    row = _mine(request, pk)
    if not _goes_on(request, pk):
        return redirect("connection", pk)
    if request.method == "POST" and "take" in request.POST:
        connections.part_on(row, None, Connection.Side.CLIENT)
        return redirect(f"{reverse('connection', args=[pk])}?kept=parting#parting")
    form = PartingForm(sent(request), row)
    if request.method == "POST" and form.is_valid():
        connections.part_on(row, form.ends_at(request.user), Connection.Side.CLIENT)
        return redirect(f"{reverse('connection', args=[pk])}?kept=parting#parting")
    context = {"connection": row, "practice": row.practice, "form": form, "last_day": telling.last_day(row)}
    return render_page(request, "sharing/parting.html", context, status=422 if form.errors else 200)


@require_POST
def suggestions(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Whether they may suggest something; nobody is told why."""
    row = _mine(request, pk)
    if _goes_on(request, pk):
        connections.silence(row, takes=request.POST.get("take") == "on")
    page = f"{reverse('connection', args=[pk])}?kept=suggestions#suggestions"
    return redirect(safe_next(request, request.POST.get("back", ""), otherwise=page))


@require_POST
def away(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put a suggestion away. Whoever made it isn’t told."""
    get_object_or_404(request.user.suggestions, pk=pk)
    connections.put_away(request.user, pk)
    return redirect(safe_next(request, request.POST.get("back", ""), otherwise=reverse("home")))


def _begun(row: Connection) -> list[str]:
    """What was written for sheets that were not shared, to be read once they can't be any more."""
    found = []
    for draft in row.drafts.order_by("-touched_at", "-id"):
        try:
            found.append(str(drafts.choices_of(draft)["ask"]))
        except drafts.Shut:
            found.append(_("One that you had begun cannot be opened just now. It stays here as it is."))
    return [words for words in found if words]


def _mine(request: PersonRequest, pk: UUID) -> Connection:
    return get_object_or_404(request.user.connections.select_related("practice"), pk=pk)


def _goes_on(request: PersonRequest, pk: UUID) -> bool:
    return request.user.connections.going_on(timezone.now()).filter(pk=pk).exists()
