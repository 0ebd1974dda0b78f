"""What happens to a session when somebody has proved who they are."""

from django.http import HttpRequest

from accounts import devices, sessions
from accounts.models import User


def begin_the_session(request: HttpRequest, user: User, **_signal: object) -> None:
    """The form that ends a sign-in, by password or by code, carries what the person said of their device."""
    sessions.begin(request.session, request.POST.get("device", ""))
    devices.note(user, request.session, request.headers.get("User-Agent", ""))


def renew_the_session_id(request: HttpRequest, *, reauthenticated: bool = False, **_signal: object) -> None:
    """A fresh proof gets a fresh id, as sign-in does: an id seen earlier is worth nothing after it."""
    if reauthenticated:
        before = request.session.session_key
        request.session.cycle_key()
        devices.move(before, request.session.session_key)


def begin_anew(request: HttpRequest, user: User, **_signal: object) -> None:
    """A new password ended every session but this one, whose id is new."""
    user.devices.all().delete()
    devices.note(user, request.session, request.headers.get("User-Agent", ""))


def forget_the_device(request: HttpRequest, **_signal: object) -> None:
    """Somebody signs out."""
    devices.forget(request.session.session_key)
