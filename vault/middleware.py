"""A key-ring for every request: it holds the keys of the person signed in, or none."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from vault import keyring


def key_ring(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Open an empty ring before the view and close it after; keys are read on first use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def holder() -> UUID | None:
            return request.user.pk if request.user.is_authenticated else None

        with keyring.opened(holder, purpose="a request"):
            return get_response(request)

    return middleware
