"""Whether somebody came in with this browser before: a signed mark in it, so that a new one is told of by mail.

Only for whoever has a second step. Without one a new browser gets a code by mail, which says the same.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts import devices, sessions
from accounts.models import User

SALT = "icj:seen"
PEOPLE = 6  # who share a browser; whoever came in last stays longest
AGE = 365 * 86_400


def greet(request: HttpRequest, person: User, response: HttpResponse) -> None:
    """Tell by mail of a browser that was not seen, and mark it, unless others use it too."""
    mark, before = salted_hmac(SALT, str(person.pk), algorithm="sha256").hexdigest()[:32], _marks(request)
    if mark not in before:
        what = devices.recognised(request.headers.get("User-Agent", ""))
        get_adapter().send_notification_mail("account/email/new_browser", person, {"what": what})
    if request.session.get(sessions.DEVICE) == User.SessionRule.SHARED:
        return
    marks = [mark, *(other for other in before if other != mark)][:PEOPLE]
    response.set_cookie(
        _name(),
        Signer(salt=SALT).sign(".".join(marks)),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    try:
        return Signer(salt=SALT).unsign(request.COOKIES.get(_name(), "")).split(".")
    except BadSignature:
        return []


def _name() -> str:
    return settings.SESSION_COOKIE_NAME.replace("sid", "seen")
