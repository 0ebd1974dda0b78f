"""What happens to a session when somebody has proved who they are."""

from django.http import HttpRequest

from accounts import sessions


def begin_the_session(request: HttpRequest, **_signal: object) -> None:
    """The form that ends a sign-in, by password or by code, carries what the person said of their device."""
    sessions.begin(request.session, request.POST.get("device", ""))


def renew_the_session_id(request: HttpRequest, *, reauthenticated: bool = False, **_signal: object) -> None:
    """A fresh proof gets a fresh id, as sign-in does: an id seen earlier is worth nothing after it."""
    if reauthenticated:
        request.session.cycle_key()
