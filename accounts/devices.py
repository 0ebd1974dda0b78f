"""Where somebody is signed in: told so that they recognise it, and ended when they say so.

Kept for each session: which browser on which kind of machine, sealed, and when it began. No address is noted.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import Device, User
from vault import envelope, keyring

log = logging.getLogger(__name__)

# The mark in a browser's own name for itself → what people call it. The first that is found is meant.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
MACHINES = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "Mac",
    "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One session that is open now."""

    pk: UUID
    what: str
    began: datetime
    moved: datetime
    here: bool


def note(person: User, session: SessionBase, agent: str) -> None:
    """Remember where this session began. Nobody is kept out because that could not be noted."""
    if session.session_key is None:
        session.save()
    person.devices.exclude(session_key__in=Session.objects.values("session_key")).delete()
    forget(session.session_key)  # signed in anew in the same session
    device = Device(owner=person, session_key=session.session_key or "", began_at=timezone.now())
    try:
        with keyring.opened_for(person.pk, purpose="noting where somebody signed in"):
            device.what = recognised(agent)
    except (envelope.Refused, keyring.KeyNotInRing):
        log.warning("a device was not noted: person %s", person.pk)
        return
    device.save()


def move(before: str | None, after: str | None) -> None:
    """The same session under a fresh id."""
    Device.objects.filter(session_key=before).update(session_key=after)


def forget(session_key: str | None) -> bool:
    """Whether it was known. Nobody's session asks the database nothing: leaving works while it is away."""
    return bool(session_key and Device.objects.filter(session_key=session_key).delete()[0])


def of(person: User, session: SessionBase) -> list[Place]:
    """Where this person is signed in, this session first, then the one used last."""
    open_now = sorted(_open(person, session), key=lambda place: place.moved, reverse=True)
    return sorted(open_now, key=lambda place: not place.here)


def end(person: User, *keys: str) -> None:
    """End these sessions of theirs, at once."""
    Session.objects.filter(session_key__in=keys).delete()
    person.devices.filter(session_key__in=keys).delete()


def end_others(person: User, session: SessionBase) -> None:
    """End every session of theirs but this one."""
    others = person.devices.exclude(session_key=session.session_key)
    end(person, *others.values_list("session_key", flat=True))


def end_all(person: User) -> None:
    """End every session of theirs that is known, at once."""
    end(person, *person.devices.values_list("session_key", flat=True))


def was_here(person: User, *, since: datetime) -> bool:
    """Whether they signed in after that, or a session that is still there moved after it. Nothing is noted for this."""
    if person.last_login and person.last_login > since:
        return True
    keys = person.devices.values_list("session_key", flat=True)
    return any(_moment(sessions.SessionStore(key).get(sessions.MOVED, 0)) > since for key in keys)


def recognised(agent: str) -> str:
    """As in “Firefox, Android”, or as much of it as the browser tells; "" where it tells nothing we know."""
    found = [next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, MACHINES)]
    return ", ".join(name for name in found if name)


def _open(person: User, session: SessionBase) -> Iterator[Place]:
    for device in person.devices.all():
        here = device.session_key == session.session_key
        kept = session if here else sessions.SessionStore(device.session_key)
        if here or _is_theirs(person, kept):
            began, moved = (_moment(kept.get(key, 0)) for key in (sessions.BEGAN, sessions.MOVED))
            yield Place(device.pk, _what(device), began, moved, here)


def _is_theirs(person: User, session: SessionBase) -> bool:
    """Whether it would let them in: theirs, under the password they have now, and not over."""
    mine = session.get(SESSION_KEY) == str(person.pk)
    proof = constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return mine and proof and not sessions.is_over(person, session)


def _what(device: Device) -> str:
    try:
        return device.what or _("A browser we don’t know")
    except (envelope.Refused, keyring.KeyNotInRing):
        log.warning("decrypt_failed device %s", device.pk)
        return _("A browser we don’t know")


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
