"""The door, seen from our side: allauth's views with our answers, and what a page asks about its session."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import factors, sessions
from accounts.requests import PersonRequest
from innerchild.http import cleared, render_page

type View = Callable[..., HttpResponseBase]

TOO_MANY = "too_many_login_attempts"
LATE_ENDS = ("account_login", "account_request_login_code", "account_reset_password")


@require_safe
def signed_in(request: PersonRequest) -> HttpResponse:
    """Where a sign-in in a second tab ends: it tells the writing page, and may be closed."""
    return render_page(request, "accounts/signed_in.html")


@require_safe
def session_left(request: PersonRequest) -> JsonResponse:
    """How many seconds this session has, if nobody moves. Asking does not move its clock."""
    return JsonResponse({"left": sessions.left(request.user, request.session)})


@require_POST
def session_stay(request: PersonRequest) -> JsonResponse:
    """Somebody is there: the clock moves, as with every page."""
    sessions.move(request.session)
    return JsonResponse({"left": sessions.left(request.user, request.session)})


def too_often(request: HttpRequest) -> HttpResponse:
    """More tries than the limits allow. The longest of them is over in five minutes."""
    response = render_page(request, "accounts/too_often.html", status=429)
    response["Retry-After"] = "300"
    return response


def answered(view: View) -> View:
    """A form sent back is 422, and 429 when it was sent too often; allauth says 200 to both."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        forms = [form for form in (context.get("form"), context.get("webauthn_form")) if form is not None]
        if request.method == "POST" and response.status_code == 200 and any(form.errors for form in forms):
            tried_often = any(form.has_error(name, TOO_MANY) for form in forms for name in form.errors)
            response.status_code = 429 if tried_often else 422
        return response

    return wrapped


def by_mail(view: View) -> View:
    """Only where mail can be sent. Elsewhere a page says so, and who can help."""

    @login_not_required
    def without(request: HttpRequest) -> HttpResponse:
        return render_page(request, "accounts/no_mail.html")

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs) if settings.MAIL else require_safe(without)(request)

    return wrapped


def told_when_late(view: View) -> View:
    """A code that has run out leads back to the beginning; allauth goes there without a word."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        back = getattr(response, "url", "").partition("?")[0]
        sent_back = "code" in request.POST and back in {resolve_url(name) for name in LATE_ENDS}
        if sent_back and not getattr(messages.get_messages(request), "added_new", False):
            messages.info(request, _("That code has run out. You can ask for a new one."))
        return response

    return wrapped


def freshly_proved(view: View) -> View:
    """The password again within the last five minutes. Nothing that was posted is kept meanwhile."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and not factors.fresh(request):
            return redirect_to_login(request.path, resolve_url("account_reauthenticate"))
        return view(request, *args, **kwargs)

    return wrapped


def leaving_nothing(view: View) -> View:
    """Whoever signed out leaves nothing of this site in the browser, but sealed words that are nowhere else."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = cleared(all_kept="waits" not in request.POST)
        return response

    return wrapped
