"""Where scripts save, and where they ask who is signed in."""

import base64
import re
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import sessions
from accounts.requests import PersonRequest
from journal import boxes, saving
from vault import drafts

LONGEST = 4 * saving.LIMIT  # UTF-8 takes at most four bytes a character
BASE = re.compile(r'"([0-9]{1,19})"')
SALT = re.compile(r"[0-9a-f]{32}")


class Malformed(Exception):
    """A header or a body that is not what the protocol asks for."""


@require_http_methods(["PUT"])
def entry_text(request: PersonRequest, pk: UUID) -> JsonResponse:
    """The save protocol's one address. The answer follows the commit."""
    if request.headers.get("X-Writer") != str(request.user.pk):
        return _refuse(409, "writer")
    try:
        saved = saving.save(request.user, _wanted(request, pk))
    except Malformed:
        return _refuse(400, "bad")
    except (saving.TooLong, RequestDataTooBig):
        return _refuse(413, "large")
    except saving.OperationReused:
        return _refuse(422, "operation")
    except saving.UnknownEntry:
        return _refuse(404, "missing")
    return JsonResponse(saved.answer())


@never_cache
@require_GET
def session(request: PersonRequest) -> JsonResponse:
    """Who is signed in here, and the token of this session: for our own scripts alone.

    A device that names its salt gets the key of what it keeps sealed, where it may keep anything.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.headers.get("X-Requested-With") != "journal" or site != "same-origin":
        return _refuse(403, "forbidden")
    answer: dict[str, object] = {"csrf": get_token(request), "writer": str(request.user.pk)}
    salt = request.headers.get("X-Device-Salt", "")
    if salt:
        if not SALT.fullmatch(salt):
            return _refuse(400, "bad")
        answer["draft"] = _draft_keys(request, bytes.fromhex(salt))
    return JsonResponse(answer)


def _draft_keys(request: PersonRequest, salt: bytes) -> dict[str, str]:
    """By generation, in base64. None unless the browser itself says that one of our pages asks."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not ours or not sessions.keeps_on_device(request.user, request.session):
        return {}
    keys = drafts.keys(request.user.pk, salt)
    return {str(generation): base64.b64encode(key).decode() for generation, key in keys.items()}


def _wanted(request: PersonRequest, pk: UUID) -> saving.Save:
    after = request.headers.get("X-After")
    return saving.Save(
        entry=pk,
        operation=_uuid(request.headers.get("Idempotency-Key", "")),
        base_rev=_base(request.headers.get("If-Match", "")),
        text=_text(request),
        about=boxes.about_of(request.headers.get("X-About", ""), request.user),
        after=_uuid(after) if after else None,
    )


def _text(request: HttpRequest) -> str:
    if request.content_type != "text/plain" or (request.encoding or "utf-8").lower() != "utf-8":
        raise Malformed
    if "Transfer-Encoding" in request.headers:  # Django would take a text of unknown length for an empty one
        raise Malformed
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        raise saving.TooLong  # before any of it is read
    try:
        return request.body.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Malformed from None


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Malformed from None


def _base(said: str) -> int:
    match = BASE.fullmatch(said)
    if match is None or int(match[1]) > boxes.REV_MAX:
        raise Malformed
    return int(match[1])


def _refuse(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
