"""Leave this page: keep what can be kept in two seconds, end the session, and be gone."""

import logging

from django.core.exceptions import BadRequest
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.leaving import gone
from accounts.requests import PersonRequest
from innerchild import shell
from journal import boxes

log = logging.getLogger(__name__)


@require_POST
def leave(request: PersonRequest) -> HttpResponse:
    """Nothing that fails here keeps anybody on the page."""
    address = shell.cover_site(request.user).address
    return gone(request, address, kept=_keep(request))


def _keep(request: PersonRequest) -> bool:
    """Whether everything on the page is on the server now."""
    try:
        boxes.keep(request, finish=False)
    except (boxes.Unkept, BadRequest, DatabaseError, InterfaceError) as trouble:
        log.warning("left with something not kept: %s", type(trouble).__name__)
        return False
    return True
