"""A form held while somebody chooses and types. The answer follows the commit, and names exactly what came."""

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone

from accounts.requests import PersonRequest
from journal.boxes import Unkept

DIGITS = 16  # of the fingerprint, as in the save protocol


class Unfit(Exception):
    """A form that nothing was held of: its own page says why."""


def answer(request: PersonRequest, hold: Callable[[], None]) -> JsonResponse:
    """Hold the form of this request; who sends it has to be who is signed in."""
    if request.headers.get("X-Writer") != str(request.user.pk):
        return JsonResponse({"error": "writer"}, status=409)
    try:
        operation = UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        return JsonResponse({"error": "bad"}, status=400)
    try:
        hold()
    except Unkept:
        return JsonResponse({"error": "large"}, status=413)
    except Unfit:
        return JsonResponse({"error": "unfit"}, status=422)
    mark = sha256(request.body).hexdigest()[:DIGITS]
    return JsonResponse({"op": str(operation), "sha256": mark, "saved_at": timezone.now().isoformat()})
