"""A practice: what a therapist says about themselves, the code that names it, and invitations for one person, once."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.factors import has_second_factor
from accounts.models import SecurityEvent, User
from exercises.home import Card
from sharing import connections
from sharing.models import Connection, Invitation, Practice

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads as something else
CODE, TOKEN = 8, 16  # characters; bytes, which are 128 bits
ASKED = timedelta(hours=72)
WAITING = 20  # invitations at one time


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(CODE))


def tidy(code: str) -> str:
    """A code as it was made, however somebody types it."""
    return "".join(code.split()).replace("-", "").upper()


def by_code(code: str) -> Practice | None:
    return (
        Practice.objects.filter(code=tidy(code), closed_at=None, owner__closed_at=None).exclude(opened_at=None).first()
    )


def open_for(person: User, practice: Practice) -> None:
    """Open it: from here on it has a link. The sessions of this person rest sooner now."""
    now = timezone.now()
    with transaction.atomic():
        practice.opened_at, practice.closed_at = practice.opened_at or now, None
        practice.save()
        User.objects.filter(pk=person.pk).update(session_rule=User.SessionRule.PRACTICE)
        ledger.note(person.pk, SecurityEvent.Kind.PRACTICE_OPENED)
    person.session_rule = User.SessionRule.PRACTICE


def close(person: User, practice: Practice) -> None:
    """Close it: every connection ends, and its link leads nowhere. The account stays, for their own journal."""
    with transaction.atomic():
        Practice.objects.select_for_update().get(pk=practice.pk)  # nobody connects meanwhile
        for row in Connection.objects.filter(practice=practice, ended_at=None):
            connections.end(row, Connection.Side.PRACTICE)
        practice.invitations.all().delete()
        Practice.objects.filter(pk=practice.pk).update(closed_at=timezone.now())
        User.objects.filter(pk=person.pk).update(session_rule=User.SessionRule.PLAIN)
        ledger.note(person.pk, SecurityEvent.Kind.PRACTICE_CLOSED)
    person.session_rule = User.SessionRule.PLAIN


def card(person: User) -> list[Card]:
    """For home of whoever has one open: the door to it. What lies behind it is told only there."""
    return [Card("sharing/practice_door.html", None)] if person.session_rule == User.SessionRule.PRACTICE else []


def onward(person: User) -> str:
    """For the page of the second step: the way on for whoever opens a practice, and has that step now."""
    begun = Practice.objects.filter(owner=person, opened_at=None).exists()
    return "sharing/practice_onward.html" if begun and has_second_factor(person) else ""


def invite(practice: Practice) -> str | None:
    """A token for one link, told this once; None while twenty wait already."""
    now = timezone.now()
    if practice.invitations.filter(used_at=None, ends_at__gt=now).count() >= WAITING:
        return None
    token = secrets.token_urlsafe(TOKEN)
    Invitation.objects.create(practice=practice, token_hashed=hashed(token), made_at=now, ends_at=now + ASKED)
    return token


def take_back(practice: Practice, pk: str) -> None:
    """An invitation that waits counts no more."""
    with suppress(ValueError):
        practice.invitations.filter(pk=UUID(pk)).delete()


def invited(token: str) -> Invitation | None:
    """The invitation of that link, while it counts."""
    now = timezone.now()
    rows = Invitation.objects.filter(token_hashed=hashed(token), used_at=None, ends_at__gt=now)
    row = rows.select_related("practice__owner").first()
    return row if row and row.practice.is_open and row.practice.owner.closed_at is None else None


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def forget_over(now: datetime) -> int:
    """Delete invitations that are over, used or not; how many."""
    gone, _ = Invitation.objects.filter(ends_at__lte=now).delete()
    return gone
