"""A therapist’s own pages: who brought something, a link to hand on, and how one of these ends."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.factors import has_second_factor
from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild.http import render_page
from innerchild.paper import HANDOUTS
from sharing import clients, connections, practices, telling
from sharing.connect_forms import PartingForm
from sharing.guards import may_read, practice_of, reading
from sharing.models import Connection, Practice
from sharing.opening import name_of

INVITED = "practice_invited"  # in the session until the page has shown it, once


@require_safe
def index(request: PersonRequest) -> HttpResponse:
    """Their clients; or, for whoever has no open practice, what one is and how it is opened."""
    row = Practice.objects.filter(owner=request.user).first()
    if row is None or not row.is_open:
        return render_page(request, "sharing/no_practice.html", {"begun": row is not None and row.opened_at is None})
    if not may_read(request):
        context = {"practice": row, "factor": has_second_factor(request.user)}
        return render_page(request, "sharing/prove.html", context)
    found = clients.of(row, timezone.now())
    return render_page(request, "sharing/practice.html", {"practice": row, "clients": found})


@require_safe
def seen(request: PersonRequest) -> HttpResponse:
    """What a client is shown of them, as it stands now."""
    return render_page(request, "sharing/seen.html", {"practice": practice_of(request.user)})


@require_safe
def handouts(request: PersonRequest) -> HttpResponse:
    """The link of this practice, sheets that carry it, and invitations for one person."""
    practice = practice_of(request.user)
    token = request.session.pop(INVITED, "")
    whole = f"{settings.INNERCHILD_URL}{reverse('practice_start', args=[practice.code])}"
    invitation = f"{settings.INNERCHILD_URL}{reverse('invited', args=[token])}" if token else ""
    context = {
        "practice": practice,
        "start": whole,
        "address": whole.partition("://")[2],
        "handouts": HANDOUTS.values(),
        "invitation": invitation,
        "waiting": practice.invitations.filter(used_at=None, ends_at__gt=timezone.now()).order_by("-made_at"),
    }
    return render_page(request, "sharing/handouts.html", context)


@require_POST
def invite(request: PersonRequest) -> HttpResponse:
    """A link for one person; with `take`, one that waits is taken back."""
    practice = practice_of(request.user)
    if taken := request.POST.get("take", ""):
        practices.take_back(practice, taken)
    elif token := practices.invite(practice):
        request.session[INVITED] = token
    else:
        messages.info(request, _("Twenty invitations wait already. One of them could be taken back first."))
    return redirect(f"{reverse('practice_handouts')}#invite")


@reading
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    row = _client(practice, pk)
    if request.method == "POST":
        connections.end(row, Connection.Side.PRACTICE)
        return redirect("practice")
    return render_page(request, "sharing/practice_end.html", {"connection": row, "name": name_of(row)})


@reading
@require_http_methods(["GET", "HEAD", "POST"])
def parting(request: PersonRequest, practice: Practice, pk: UUID) -> HttpResponse:
    """A last day that both see beforehand. One that the client chose can come nearer here, and no more."""
    row, back = _client(practice, pk), "take" in request.POST
    if back and row.ends_at is None:  # pressed twice
        return redirect("practice")
    form = PartingForm({"day": PartingForm(None, row).initial["day"]} if back else sent(request), row)
    if request.method == "POST" and form.is_valid():
        if connections.part_on(row, None if back else form.ends_at(request.user), Connection.Side.PRACTICE):
            return redirect("practice")
        form.add_error("day", _("This day is your client’s. A nearer one can be chosen, or it can be ended now."))
    context = {"connection": row, "name": name_of(row), "form": form, "last_day": telling.last_day(row)}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "sharing/practice_parting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: PersonRequest) -> HttpResponse:
    practice = practice_of(request.user)
    if request.method == "POST":
        practices.close(request.user, practice)
        return redirect("practice")
    return render_page(request, "sharing/practice_close.html", {"practice": practice})


def _client(practice: Practice, pk: UUID) -> Connection:
    return get_object_or_404(practice.connections.going_on(timezone.now()), pk=pk)
