"""Is the process alive, and may it take traffic?"""

import ipaddress
import logging
from typing import Any

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.core.checks import run_checks
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from innerchild import database
from innerchild.checks import READY

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _plain("ok", 200)


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """For the machines beside us: why it is not ready stands in the log, not in the answer."""
    if not _is_near(request):
        raise Http404
    reasons = _reasons()
    for reason in reasons:
        logger.warning("not ready: %s", reason)
    return _plain("not ready", 503) if reasons else _plain("ready", 200)


def _reasons() -> list[str]:
    try:
        _knock()
        return [str(message.msg) for message in run_checks(tags=[READY])]
    except (psycopg.Error, DatabaseError, InterfaceError) as error:
        return [f"the database does not answer ({type(error).__name__})"]


def _knock() -> None:
    """A connection of our own that gives up within two seconds: the pool would wait for five."""
    patience: dict[str, Any] = {"connect_timeout": 1, "options": "-c statement_timeout=1000"}
    with psycopg.connect(**{**database.of_libpq(connection.get_connection_params()), **patience}) as probe:
        probe.execute("SELECT 1")


def _is_near(request: HttpRequest) -> bool:
    """Loopback or a private network, and not passed on by a proxy for somebody far away."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return not address or ipaddress.ip_address(address).is_private
    except ValueError:
        return False


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
