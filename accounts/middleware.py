"""What a request takes from the person who is signed in: their zone, their language, their idle clock."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation

from accounts import closing, guesses, sessions
from accounts.models import User
from innerchild.http import is_autosave
from innerchild.middleware import SAFE, is_open

# Asking whether one is still signed in is not a sign of anybody being there.
UNMOVED = frozenset({"session", "session_left"})


def person(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stands between authentication and the sign-in rule, so that a session that is over meets that rule."""

    def middleware(request: HttpRequest) -> HttpResponse:
        somebody = _somebody(request)
        if somebody is None:
            return get_response(request)
        if somebody.closed_at is not None and not _is_for_the_closed(request):
            return _as_signed_out(request, get_response)
        with timezone.override(guesses.zone_of(somebody.time_zone)), translation.override(somebody.language):
            response = get_response(request)
        _move_the_clock(request)
        return response

    return middleware


def _somebody(request: HttpRequest) -> User | None:
    """Who is signed in, if their session is not over. Without a cookie the session is not even touched."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
        return None
    if sessions.is_over(request.user, request.session) or closing.ended_by_it(request.user, request.session):
        logout(request)
        return None
    return request.user


def _is_for_the_closed(request: HttpRequest) -> bool:
    return request.path_info in {resolve_url("close_back"), resolve_url("account_logout")}


def _as_signed_out(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """A closed account is hidden: its pages lead to having it back, and whatever is sent to them is not taken.

    A script is answered as anybody is who is not signed in: words that wait on the device stay there, sealed.
    """
    request.user = AnonymousUser()
    looks = request.method in SAFE and not is_autosave(request) and "HX-Request" not in request.headers
    return redirect("close_back") if looks and not is_open(request.path_info) else get_response(request)


def _move_the_clock(request: HttpRequest) -> None:
    """After the view, because only then is it known which one it was, and whether it signed somebody out."""
    match = request.resolver_match
    if match is not None and match.url_name not in UNMOVED and request.user.is_authenticated:
        sessions.move(request.session)
