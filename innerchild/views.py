"""Public pages: landing, about, steady, help.

A visitor without a session gets pages that are the same for everybody ("impersonal"): they ask nothing about
who is looking, so a browser may keep them and show them without a network. Somebody signed in gets their own
page, with their theme and a real "Leave this page", and nothing keeps it. The bar of a signed-in page links
with a query, so the kept page without one is never met on that path.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from innerchild import steadied
from innerchild.day import light_at
from innerchild.help import helplines
from innerchild.http import render_page, safe_next

WAYS = {"": "steady/index.html", "light": "steady/light.html", "room": "steady/room.html", "hold": "steady/hold.html"}
AN_HOUR = 3600


@login_not_required
@require_safe
@gzip_page
def landing(request: HttpRequest) -> HttpResponse:
    return _public(request, "landing.html", {"light": light_at(timezone.localtime())}, seconds=300)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return _public(request, "about.html", {}, seconds=AN_HOUR)


@login_not_required
@require_safe
def steady(request: HttpRequest, way: str = "") -> HttpResponse:
    if way not in WAYS:
        raise Http404
    if not way and not _is_stranger(request) and request.user.is_authenticated:
        steadied.note(request)
    return _public(request, WAYS[way], _way_back(request), seconds=AN_HOUR)


@login_not_required
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    lines = helplines()
    context = {**_way_back(request), "lines": lines, "country": lines.country(*_guesses(request))}
    response = _public(request, "help.html", context, seconds=AN_HOUR)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _is_stranger(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def _public(request: HttpRequest, template: str, context: dict[str, object], *, seconds: int) -> HttpResponse:
    stranger = _is_stranger(request)
    response = render_page(request, template, {**context, "impersonal": stranger})
    if stranger:
        patch_cache_control(response, public=True, max_age=seconds)
    return response


def _way_back(request: HttpRequest) -> dict[str, object]:
    """Where "Back to where I was" leads, and the query that carries it from way to way."""
    back = safe_next(request, request.GET.get("back", ""), otherwise="")
    kept = {name: said for name, said in (("back", back), ("beside", request.GET.get("beside"))) if said}
    return {
        "back": back or reverse("landing"),
        "beside": "beside" in request.GET,
        "kept_query": f"?{urlencode(kept)}" if kept else "",
    }


def _guesses(request: HttpRequest) -> list[str]:
    """Country codes, likeliest first. Whoever chose one, or "somewhere else", is not second-guessed."""
    if "country" in request.GET:
        return [request.GET["country"].upper()]
    own = [] if _is_stranger(request) else [str(getattr(request.user, "country", ""))]
    return own + _regions(request.headers.get("Accept-Language", ""))


def _regions(accepted: str) -> list[str]:
    """Countries named in Accept-Language, likeliest first: "en-GB,de;q=0.5" says GB."""
    tags = [tag for tag, _ in parse_accept_lang_header(accepted)]
    return [tag.rpartition("-")[2].upper() for tag in tags if "-" in tag]
