"""Requests with their types, and the few ways this house answers."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that went through HtmxMiddleware."""

    htmx: HtmxDetails


def render_page(  # noqa: PLR0913
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    partial: str = "",
    target: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page, or its named partial when htmx asked for exactly that target.

    The view names template, partial and target; nothing from the request chooses a template.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    wanted = bool(partial and htmx and not htmx.history_restore_request and htmx.target == target)
    response = render(request, f"{template}#{partial}" if wanted else template, context, status=status)
    if partial:
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def is_autosave(request: HttpRequest) -> bool:
    """Whether our own script sent this: it wants JSON and a status that is true."""
    return request.headers.get("X-Requested-With") == "journal"


def cleared(*, all_kept: bool) -> str:
    """What the browser is told to forget at the end. Words that only the device has stay there, sealed."""
    return '"cache", "cookies", "storage"' if all_kept else '"cache", "cookies"'


def safe_next(request: HttpRequest, address: str, *, otherwise: str) -> str:
    """An address on this host, or `otherwise`."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else otherwise
