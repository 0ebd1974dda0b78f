"""Sign-in that htmx and writing forms understand, and headers every answer carries."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.cache import has_vary_header
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from innerchild import failures, logs
from innerchild.http import is_autosave

type View = Callable[..., HttpResponseBase]
type GetResponse = Callable[[HttpRequest], HttpResponse]

LEFT = "leaving"  # static/js/leave.js sets it; it holds nothing
SAFE = frozenset({"GET", "HEAD"})
SENSORS = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone")
POWERS = ("display-capture", "hid", "midi", "payment", "serial", "usb", "browsing-topics")
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in (*SENSORS, *POWERS))


def headers(get_response: GetResponse) -> GetResponse:
    """Give each request an id; let nothing be stored unless its view said `cache_control(public=True)`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(uuid.uuid4().hex)
        try:
            response = get_response(request)
            response["X-Request-ID"] = logs.request_id.get()
        finally:
            logs.request_id.reset(token)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        if not _is_public(response):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def no_nulls(get_response: GetResponse) -> GetResponse:
    """Refuse NUL in the address and in cookies: PostgreSQL would, with an error. Written text is not looked at."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if b"\0" in query or "\0" in request.path_info or any("\0" in value for value in request.COOKIES.values()):
            raise BadRequest("a NUL character")
        return get_response(request)

    return middleware


def left(get_response: GetResponse) -> GetResponse:
    """Somebody left this page while no answer came: their browser kept a mark, and here is the first it reaches.

    The session ends before anything of it is shown. A late "Leave" goes on: it keeps the words, then ends it too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.COOKIES.get(LEFT):
            return get_response(request)
        if not failures.is_leaving(request):
            request.session.flush()
        response = get_response(request)
        response.delete_cookie(LEFT, samesite="Lax")
        return response

    return middleware


def parting(get_response: GetResponse) -> GetResponse:
    """Tell a script that leaves or signs out so without a redirect, which it would not follow anyway.

    WebKit never answers a script whose request is redirected and told to clear what it holds.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Clear-Site-Data" in response and request.headers.get("X-Requested-With") == "parting":
            response.status_code = HTTPStatus.NO_CONTENT
            del response["Location"]
        return response

    return middleware


def as_a_stranger(get_response: GetResponse) -> GetResponse:
    """With the database away nobody can be known: steady, help and the like then come as any stranger sees them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if (
            response.status_code not in failures.RETRY
            or request.method not in SAFE
            or not known
            or not is_open(request.path_info)
        ):
            return response
        response = get_response(WSGIRequest({**request.META, "HTTP_COOKIE": ""}))
        response["Cache-Control"] = "no-store, private"
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Everything needs sign-in unless a view says `login_not_required`."""

    def handle_no_permission(  # type: ignore[override]  # not only redirects
        self, request: HttpRequest, view_func: View
    ) -> HttpResponseBase:
        if is_autosave(request):
            return JsonResponse({"error": "session"}, status=401)
        if failures.is_leaving(request):
            return failures.leave(request)
        if failures.carries_writing(request):
            return failures.give_back(request, 401)
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        if htmx:
            page = htmx.current_url_abs_path or settings.LOGIN_REDIRECT_URL
            return HttpResponseClientRedirect(redirect_to_login(page, resolve_url(settings.LOGIN_URL)).url)
        if request.method not in SAFE:
            return redirect_to_login(settings.LOGIN_REDIRECT_URL, resolve_url(settings.LOGIN_URL))
        return super().handle_no_permission(request, view_func)


def is_open(path: str) -> bool:
    """Whether that page asks nobody to sign in."""
    try:
        return not getattr(resolve(path).func, "login_required", True)
    except Resolver404:
        return False


def _is_public(response: HttpResponse) -> bool:
    """Marked public, and really so: whoever read the session or set a cookie made a page of one person."""
    marked = "public" in response.get("Cache-Control", "")
    return marked and not response.cookies and not has_vary_header(response, "Cookie")
