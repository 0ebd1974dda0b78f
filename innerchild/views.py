"""Public pages: landing, about, a minute to try, steady, help, and what we say about privacy and access.

`public.py` says who gets which copy of them; what practices are given stands in `paper.py`.
"""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from innerchild import in_clear, steadied
from innerchild.day import light_at
from innerchild.help import helplines
from innerchild.http import safe_next
from innerchild.public import is_stranger, public_page

WAYS = {"": "steady/index.html", "light": "steady/light.html", "room": "steady/room.html", "hold": "steady/hold.html"}


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return public_page(request, "landing.html", {"light": light_at(timezone.localtime())}, seconds=300)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return public_page(request, "about.html")


@login_not_required
@require_safe
def try_a_minute(request: HttpRequest) -> HttpResponse:
    """Without an account. It takes no POST: what is typed there has no way to us."""
    return public_page(request, "try.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return public_page(request, "privacy.html", {"in_clear": [words for words, _ in in_clear.TOLD]})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return public_page(request, "accessibility.html")


@login_not_required
@require_safe
def steady(request: HttpRequest, way: str = "") -> HttpResponse:
    if way not in WAYS:
        raise Http404
    if not way and not is_stranger(request) and request.user.is_authenticated:
        steadied.note(request)
    return public_page(request, WAYS[way], _way_back(request))


@login_not_required
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    lines = helplines()
    context = {**_way_back(request), "lines": lines, "country": lines.country(*_guesses(request))}
    response = public_page(request, "help.html", context)
    patch_vary_headers(response, ["Accept-Language"])
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
    own = [] if is_stranger(request) else [str(getattr(request.user, "country", ""))]
    return own + _regions(request.headers.get("Accept-Language", ""))


def _regions(accepted: str) -> list[str]:
    """Countries named in Accept-Language, likeliest first: "en-GB,de;q=0.5" says GB."""
    tags = [tag for tag, _ in parse_accept_lang_header(accepted)]
    return [tag.rpartition("-")[2].upper() for tag in tags if "-" in tag]
