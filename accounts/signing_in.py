"""What happens to a session when somebody has proved who they are."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import devices, events, factors, sessions
from accounts.models import User


def remember_the_device(request: HttpRequest, *, method: str, reauthenticated: bool = False, **_signal: object) -> None:
    """The first form of a sign-in asks where somebody sits; a code or a second step that follows does not again."""
    if not reauthenticated and (method == "password" or "device" in request.POST):
        request.session[sessions.SAID] = request.POST.get("device", "")


def begin_the_session(request: HttpRequest, user: User, **_signal: object) -> None:
    """A sign-in is complete, whichever forms it took."""
    sessions.begin(request.session, request.session.pop(sessions.SAID, ""))
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


def take_as_proof(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: object) -> None:
    """Whoever sets up an app or a passkey has shown that they hold it."""
    if authenticator.type in factors.FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def end_the_others(request: HttpRequest, user: User, **_signal: object) -> None:
    """A second step that came, went or was renewed ends every session but this one, as a new password does."""
    devices.end_others(user, request.session)


def forget_the_device(request: HttpRequest, user: User | None, **_signal: object) -> None:
    """Somebody signs out, or comes back to a session that has rested too long. One that was ended before is no news."""
    if devices.forget(request.session.session_key) and user:
        events.signed_out(user, rested=sessions.is_over(user, request.session))
