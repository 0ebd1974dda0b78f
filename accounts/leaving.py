"""Being gone: the session ends, and nothing of this site stays in front of anybody."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpResponse

from accounts.requests import PersonRequest
from innerchild import failures, shell
from innerchild.http import cleared

log = logging.getLogger(__name__)


def keeps_before_leaving[**Rest](
    view: Callable[Concatenate[PersonRequest, Rest], HttpResponse],
) -> Callable[Concatenate[PersonRequest, Rest], HttpResponse]:
    """For a page whose form holds more than writing boxes: Leave posts it to its own address with `?leave`."""

    @wraps(view)
    def page(request: PersonRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not failures.is_leaving(request):
            return view(request, *args, **kwargs)
        address = shell.cover_site(request.user).address
        try:
            kept = view(request, *args, **kwargs).status_code < HTTPStatus.BAD_REQUEST
        except (Http404, BadRequest, DatabaseError, InterfaceError) as trouble:
            log.warning("left with something not kept: %s", type(trouble).__name__)
            kept = False
        return gone(request, address, kept=kept)

    return page


def gone(request: PersonRequest, address: str, *, kept: bool) -> HttpResponse:
    _end(request)
    response = HttpResponse(status=303, headers={"Location": address, "Referrer-Policy": "no-referrer"})
    response["Clear-Site-Data"] = cleared(all_kept=kept and "waits" not in request.POST)
    response.set_cookie(
        settings.SESSION_COOKIE_NAME, max_age=0, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _end(request: PersonRequest) -> None:
    try:
        logout(request)
    except (DatabaseError, InterfaceError) as trouble:
        log.warning("left, and the session could not be ended: %s", type(trouble).__name__)
