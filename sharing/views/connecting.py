"""Coming to know a practice here: by its code, by its link, or by an invitation. Looking at any of them shares nothing."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sessions
from accounts.models import User
from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild.http import render_page
from innerchild.pace import Pace
from innerchild.public import is_stranger
from sharing import connections, practices
from sharing.connect_forms import CodeForm, ConnectForm, NameForm
from sharing.models import Connection, Invitation, Practice
from sharing.opening import name_of
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

PACE = Pace(at_once=30, per_second=1 / 10, people=4096)  # codes and links tried, right ones among them


@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: PersonRequest) -> HttpResponse:
    """A code as it was told, or as it stands on paper."""
    if request.method == "POST" and (seconds := _wait(request)):
        return _rest(request, seconds)
    form = CodeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return redirect("sharing_code", form.practice.code)
    return render_page(request, "sharing/connect.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: PersonRequest, code: str) -> HttpResponse:
    if seconds := _wait(request):
        return _rest(request, seconds)
    practice = practices.by_code(code)
    return _nowhere(request) if practice is None else _connecting(request, request.user, practice)


@login_not_required
@require_safe
def practice_start(request: HttpRequest, code: str) -> HttpResponse:
    """Where the link of a practice leads. Nobody is told that it was opened."""
    if seconds := _wait(request):
        return _rest(request, seconds)
    practice = practices.by_code(code)
    if practice is None:
        return _nowhere(request)
    return _welcome(request, practice, reverse("sharing_code", args=[practice.code]))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """A link for one person, once. It is used up by the press, not by looking."""
    if seconds := _wait(request):
        return _rest(request, seconds)
    person = request.user if isinstance(request.user, User) else None
    invitation = practices.invited(token)
    if invitation is None:
        begun = _begun_by(person, token) if person and request.method == "POST" else None
        return redirect("connection", begun.pk) if begun else _nowhere(request)
    if person is None and request.method == "POST":
        return redirect_to_login(request.path, resolve_url("account_login"))
    if person is None:
        return _welcome(request, invitation.practice, request.path)
    return _connecting(request, person, invitation.practice, invitation)


def _connecting(
    request: HttpRequest, person: User, practice: Practice, invitation: Invitation | None = None
) -> HttpResponse:
    """What will and won’t be seen, before anything is agreed to. Whoever is connected can change their name here."""
    standing = person.connections.going_on(timezone.now()).filter(practice=practice).first()
    own = practice.owner_id == person.pk
    form = NameForm(sent(request), initial={"name": name_of(standing)}) if standing else ConnectForm(sent(request))
    if request.method == "POST" and form.is_valid() and not own:
        try:
            row = connections.connect(person, practice, form.cleaned_data["name"], invitation)
        except ObjectDoesNotExist:  # used, or closed, since the page was looked at
            begun = person.connections.going_on(timezone.now()).filter(practice=practice).first()
            return redirect("connection", begun.pk) if begun else _nowhere(request)
        except (Refused, KeyNotInRing):
            form.add_error("name", _("Not kept. What belongs to this connection cannot be opened just now."))
        else:
            request.session.pop(sessions.GOING_TO, None)
            return redirect(f"{reverse('connection', args=[row.pk])}?kept={'name' if standing else 'connected'}")
    context = {"practice": practice, "form": form, "standing": standing, "own": own}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "sharing/connecting.html", context, status=status)


def _welcome(request: HttpRequest, practice: Practice, onward: str) -> HttpResponse:
    """For whoever has a link and may have no account. Not kept by a browser: it names somebody’s therapist."""
    context = {"practice": practice, "onward": onward, "impersonal": is_stranger(request)}
    return render_page(request, "sharing/start.html", context)


def _begun_by(person: User, token: str) -> Connection | None:
    """What that link led this person to: pressed twice, the second press lands there."""
    used = Invitation.objects.filter(token_hashed=practices.hashed(token)).values("practice")
    return person.connections.going_on(timezone.now()).filter(practice__in=used).first()


def _nowhere(request: HttpRequest) -> HttpResponse:
    """Used, over, or never made: one answer, which tells nobody which."""
    return render_page(request, "sharing/nowhere.html", {"impersonal": is_stranger(request)}, status=404)


def _rest(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render_page(
        request, "sharing/nowhere.html", {"impersonal": is_stranger(request), "often": True}, status=429
    )
    response["Retry-After"] = str(seconds)
    return response


def _wait(request: HttpRequest) -> int:
    """Seconds until this person, or this address, may try again."""
    return PACE.wait(request.user.pk or get_adapter(request).get_client_ip(request))
