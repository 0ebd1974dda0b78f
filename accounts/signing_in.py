"""What happens to a session when somebody has proved who they are."""

from django.http import HttpRequest

from accounts import devices, events, sessions
from accounts.models import User


def begin_the_session(request: HttpRequest, user: User, **_signal: object) -> None:
    """The form that ends a sign-in, by password or by code, carries what the person said of their device."""
    sessions.begin(request.session, request.POST.get("device", ""))
    devices.note(user, request.session, request.headers.get("User-Agent", ""))
    events.signed_in(request, user)


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


def forget_the_device(request: HttpRequest, user: User | None, **_signal: object) -> None:
    """Somebody signs out, or comes back to a session that has rested too long. One that was ended before is no news."""
    if devices.forget(request.session.session_key) and user:
        events.signed_out(user, rested=sessions.is_over(user, request.session))
