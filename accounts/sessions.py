"""Sessions in the database, sealed with a key made from the master key, and how long each may rest.

What allauth keeps in a session (addresses, codes, earlier proofs) is nobody's business but this
process's. The session's own id is part of the seal, so a row cannot be copied to another id.
Anything that does not open is an empty session: signed out, never an error.
"""

import base64
import binascii
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone

from accounts import preferences
from accounts.models import User
from innerchild.statements import Given, Statement
from vault import envelope, masterkeys

log = logging.getLogger(__name__)

PURPOSE = b"icj:session:v1"
MOVES_EVERY = 60  # seconds: each move of the clock is a write
DEVICE, BEGAN, MOVED = "icj_device", "icj_began", "icj_moved"
SAID = "icj_said"  # of the device, in a sign-in that is not complete yet
GOING_TO = "going_to"  # where somebody new was going: the welcome comes first, and leads there
Rule = User.SessionRule
LASTING = Statement(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now")))


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session may rest, and how long it may last at all."""

    idle: timedelta
    absolute: timedelta

    def at_most(self, other: Self) -> "Limits":
        return Limits(min(self.idle, other.idle), min(self.absolute, other.absolute))


LIMITS: dict[str, Limits] = {
    Rule.PLAIN: Limits(timedelta(minutes=30), timedelta(hours=12)),
    Rule.OWN: Limits(timedelta(days=14), timedelta(days=14)),
    Rule.SHARED: Limits(timedelta(minutes=10), timedelta(hours=12)),
    Rule.PRACTICE: Limits(timedelta(minutes=15), timedelta(hours=8)),
}
LONGEST_REST = timedelta(minutes=max(int(minutes) for minutes in preferences.REST.choices))


class SessionStore(DatabaseSessions):
    """Sealed rows. The cookie outlives the browser only on a device a person called their own."""

    only_moved = False  # nothing else is to be written than that somebody is here

    @classmethod
    def get_model_class(cls) -> Any:
        return DatabaseSessions.get_model_class()

    def encode(self, session_dict: dict[str, Any]) -> str:
        key_id, master = masterkeys.active()
        data = self.serializer().dumps(session_dict)
        blob = envelope.seal_blob(master, PURPOSE, data, place=self._place())
        return f"s1.{key_id}.{base64.b64encode(blob).decode()}"

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            version, key_id, encoded = str(session_data).split(".")
            blob = base64.b64decode(encoded, validate=True)
            data = envelope.open_blob(masterkeys.by_id(key_id), PURPOSE, blob, place=self._place())
        except (ValueError, binascii.Error, envelope.Refused, masterkeys.MasterKeyError):
            return {}
        opened = self.serializer().loads(data) if version == "s1" else {}
        return opened if isinstance(opened, dict) else {}

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Where the database takes nothing just now, a page that was read is not lost for its clock."""
        try:
            super().save(must_create)
        except (DatabaseError, UpdateError) as trouble:
            if not self.only_moved:
                raise
            log.warning("the clock of a session was not moved: %s", type(trouble).__name__)

    def _get_session_from_db(self) -> Session | None:
        found = LASTING.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found

    def get_session_cookie_age(self) -> int:
        age = LIMITS[Rule.OWN].idle if self._on_own_device() else LONGEST_REST
        return int(age.total_seconds())

    def get_expire_at_browser_close(self) -> bool:
        return not self._on_own_device()

    def _on_own_device(self) -> bool:
        return bool(self.get(DEVICE) == Rule.OWN)

    def _place(self) -> bytes:
        return (self.session_key or "").encode()


def begin(session: SessionBase, device: str) -> None:
    """Start both clocks at sign-in; `device` is what the person said about where they sit."""
    now = timezone.now().timestamp()
    session.update({DEVICE: device if device in (Rule.OWN, Rule.SHARED) else "", BEGAN: now, MOVED: now})


def limits_for(person: User, session: SessionBase) -> Limits:
    """What they said of this device, else their rule; plain rest is as long as they like it in settings.

    A practice's rule is never loosened by a device.
    """
    said = session.get(DEVICE) or person.session_rule
    limits = LIMITS.get(said, LIMITS[Rule.PLAIN])
    if limits == LIMITS[Rule.PLAIN]:
        limits = Limits(timedelta(minutes=int(preferences.REST.of(person))), limits.absolute)
    return limits.at_most(LIMITS[Rule.PRACTICE]) if person.session_rule == Rule.PRACTICE else limits


def keeps_on_device(person: User, session: SessionBase) -> bool:
    """Whether words on their way may lie on this device, sealed: not on a shared one, and not where somebody said no."""
    said = session.get(DEVICE) or person.session_rule
    return said != Rule.SHARED and person.preferences.get("device_drafts") is not False


def left(person: User, session: SessionBase) -> int:
    """Seconds until it is over, if nobody moves; 0 when it is."""
    now = timezone.now().timestamp()
    limits = limits_for(person, session)
    rests = session.get(MOVED, 0) + limits.idle.total_seconds() - now
    lasts = session.get(BEGAN, 0) + limits.absolute.total_seconds() - now
    return max(0, int(min(rests, lasts)))


def is_over(person: User, session: SessionBase) -> bool:
    """Has it rested too long, or lasted too long? A session that never began is over."""
    now = timezone.now().timestamp()
    limits = limits_for(person, session)
    rested, lasted = now - session.get(MOVED, 0), now - session.get(BEGAN, 0)
    return bool(rested > limits.idle.total_seconds() or lasted > limits.absolute.total_seconds())


def move(session: SessionBase) -> None:
    """Set the idle clock to now, at most once a minute."""
    now = timezone.now().timestamp()
    if now - session.get(MOVED, 0) >= MOVES_EVERY:
        if isinstance(session, SessionStore):
            session.only_moved = not session.modified
        session[MOVED] = now
