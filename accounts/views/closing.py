"""Letting an account rest, closing it, and having it back. No page here asks why."""

import logging

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import closing
from accounts.models import User
from accounts.requests import PersonRequest
from innerchild.http import cleared, render_page

log = logging.getLogger(__name__)

WAYS = {"rest": (closing.pause, "close_resting"), "close": (closing.close, "close_closed")}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Both ways side by side; each is one press."""
    if request.method == "POST":
        return _go(request, request.POST.get("way", ""))
    return _shown(request)


def _go(request: PersonRequest, way: str) -> HttpResponse:
    if way not in WAYS:
        raise Http404
    act, onward = WAYS[way]
    person = request.user
    try:
        act(person)
    except (DatabaseError, InterfaceError) as trouble:
        log.warning("an account stays as it is: %s", type(trouble).__name__)
        return _shown(request, trouble=True)
    if person.closed_at:
        _tell(person)
    logout(request)
    response = redirect(onward)
    response["Clear-Site-Data"] = cleared(all_kept=False)  # words that only this device has stay there, sealed
    return response


def _shown(request: PersonRequest, *, trouble: bool = False) -> HttpResponse:
    context = {"trouble": trouble, "days": closing.UNDO.days, "until": timezone.now() + closing.UNDO}
    return render_page(request, "accounts/close.html", context, status=503 if trouble else 200)


def _tell(person: User) -> None:
    """One plain mail, so that nobody's account is closed without their knowing."""
    if settings.MAIL:
        get_adapter().send_mail("account/email/account_closed", person.email, {"until": closing.ends_at(person)})


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: PersonRequest) -> HttpResponse:
    """All that somebody with a closed account sees: have it back, or leave it closed."""
    person = request.user
    if person.closed_at is None:
        return redirect("home")
    if request.method == "POST":
        if not closing.have_back(person):
            logout(request)
            return redirect("close_over")
        messages.success(request, _("Everything is here again, as it was."))
        return redirect("home")
    return render_page(request, "accounts/close_back.html", {"until": closing.ends_at(person)})


@login_not_required
@require_safe
def after(request: HttpRequest, how: str) -> HttpResponse:
    """Where it ends. Nobody is signed in any more, and nothing here is about anybody."""
    return render_page(request, "accounts/close_after.html", {how: True, "days": closing.UNDO.days})
