"""What a person sees when something fails: our words, and their text given back.

No page here reads the session or the database: either may be what failed.
"""

import contextlib
import sys

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.loader import render_to_string

from innerchild.http import cleared, is_autosave

LEAVE = "/leave/"
AWAY = (OperationalError, InterfaceError)  # a pool that ran out of time is an OperationalError
FULL = "53100"  # PostgreSQL's words for a disk with no room left
NOT_NOW = {"25006", "25P03", "25P04"}  # read-only just now; a transaction that rested, or lasted, too long
RETRY = {503: 2, 507: 30}  # seconds; a page that goes on failing waits longer by itself
PAGES = {
    400: "failures/400.html",
    403: "failures/403.html",
    404: "failures/404.html",
    413: "failures/413.html",
    500: "failures/500.html",
    503: "failures/503.html",
    507: "failures/507.html",
}
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A writing form's text comes back, once its token has shown that no other site sent it."""
    if isinstance(exception, RequestDataTooBig):
        leaving = is_leaving(request) and _from_here(request)
        return leave(request) if leaving else _answer(request, 413, "large")
    if getattr(request, "csrf_processing_done", False) and carries_writing(request):
        return give_back(request, 400)
    return _answer(request, 400, "bad")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _answer(request, 403, "forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """What a text was written about may be gone meanwhile, or be somebody else's: the text comes back all the same."""
    if getattr(request, "csrf_processing_done", False) and carries_writing(request):
        return give_back(request, 404)
    return _answer(request, 404, "missing")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away, 507 while it has no room. The text of a writing form comes back."""
    status = passing(sys.exception()) or 500
    if is_leaving(request):
        return leave(request, away=status != 500)
    if carries_writing(request):
        response = give_back(request, status)
    else:
        response = _answer(request, status, {400: "bad", 503: "away", 507: "full"}.get(status, "server"))
    if status in RETRY:
        response["Retry-After"] = str(RETRY[status])
    return response


def passing(error: BaseException | None) -> int:
    """The status of what is over without anybody mending our code, or 0."""
    if isinstance(error, UnreadablePostError):  # it broke off on its way
        return 400
    state = getattr(error.__cause__, "sqlstate", None) if error else None
    if isinstance(error, OperationalError) and state == FULL:
        return 507
    return 503 if isinstance(error, AWAY) or (isinstance(error, InternalError) and state in NOT_NOW) else 0


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """More saves than anybody writes: none is stored now, and the text stays with whoever sent it."""
    response = give_back(request, 429) if carries_writing(request) else JsonResponse({"error": "often"}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A token that aged: the text comes back with a new one. Another site's form gets nothing."""
    if reason.startswith(("Origin checking", "Referer checking")):
        return _answer(request, 403, "csrf")
    if is_leaving(request):
        return _keep_and_leave(request) or leave(request)
    if carries_writing(request):
        return give_back(request, 403)
    return _answer(request, 403, "csrf")


def carries_writing(request: HttpRequest) -> bool:
    """Whether this is a writing form: it names its boxes. A script keeps its text and wants JSON."""
    if is_autosave(request):
        return False
    try:
        return request.method == "POST" and "box" in request.POST
    except UNREADABLE:
        return False


def give_back(request: HttpRequest, status: int) -> HttpResponse:
    """The same form again with the same text and operation, posting to the same place."""
    names = request.POST.getlist("box")
    texts = {f"{name}.text" for name in names}
    action = request.get_full_path()
    journals = all(f"{name}.entry" in request.POST for name in names)
    context = {
        "status": status,
        "action": action,
        # Only the form's own page knows how to keep what is no entry of the journal: it keeps, and then leaves.
        "leave_action": LEAVE if journals else f"{action}{'&' if '?' in action else '?'}leave",
        "boxes": [{"name": f"{name}.text", "text": request.POST.get(f"{name}.text", "")} for name in names],
        "hidden": [
            (field, value)
            for field, values in request.POST.lists()
            if field not in texts and field != "csrfmiddlewaretoken"
            for value in values
        ],
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?next=/signed-in/",
        "csrf_token": get_token(request),
    }
    return _page("failures/given_back.html", status, context)


def is_leaving(request: HttpRequest) -> bool:
    """Leave this page: by its own address, or by that of a page which keeps its form first (`?leave`)."""
    return request.method == "POST" and (request.path_info == LEAVE or "leave" in request.GET)


def leave(request: HttpRequest, *, away: bool = False) -> HttpResponse:
    """End the session and go to the cover site, saving nothing; a sealed draft on the device stays.

    With the database away only the cookie goes: nobody waits here for a second time-out.
    """
    if away:
        request.session.modified = False
    else:
        with contextlib.suppress(DatabaseError, InterfaceError):
            logout(request)
    response = HttpResponse(status=303, headers={"Location": next(iter(settings.COVER_SITES.values()))})
    response["Clear-Site-Data"] = cleared(all_kept=False)
    response["Referrer-Policy"] = "no-referrer"
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        response.set_cookie(name, max_age=0, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


def _keep_and_leave(request: HttpRequest) -> HttpResponse | None:
    """What the page itself would have done, had its token not aged: the browser says that our own page sent this.

    None where that is not certain, where somebody else is signed in by now, or where that page does not leave.
    """
    match, person = request.resolver_match, getattr(request, "user", None)
    if match is None or person is None or not carries_writing(request) or not _from_here(request):
        return None
    if not person.is_authenticated or request.POST.get("writer") != str(person.pk):
        return None
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response if "Clear-Site-Data" in response else None


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser itself names one of our pages as the sender; no script of another site can."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {own, settings.INNERCHILD_URL}


def _answer(request: HttpRequest, status: int, error: str) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({"error": error}, status=status)
    return _page(PAGES[status], status, {})


def _page(template: str, status: int, context: dict[str, object]) -> HttpResponse:
    return HttpResponse(render_to_string(template, context), status=status)
