"""Resting and closing. A closed account is hidden at once, can be had back for some days, and is then erased."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import devices, ledger, reminders, sessions
from accounts.models import SecurityEvent, User
from vault import destroying

log = logging.getLogger(__name__)

UNDO = timedelta(days=7)


def pause(person: User) -> None:
    """Nothing is lost and nothing is asked: reminders are off, and every session is over."""
    with transaction.atomic():
        reminders.turn_off(person)
        devices.end_all(person)
        ledger.note(person.pk, SecurityEvent.Kind.RESTING)


def close(person: User) -> None:
    """Hide it, and end every session. Closed twice, the first time counts."""
    with transaction.atomic():
        closed = User.objects.filter(pk=person.pk, closed_at=None).update(closed_at=timezone.now())
        devices.end_all(person)
        if closed:
            ledger.note(person.pk, SecurityEvent.Kind.CLOSED)
    person.refresh_from_db(fields=["closed_at"])
    log.info("person %s: closed", person.pk)


def have_back(person: User) -> bool:
    """Whether it is open again, as it was. Not once its days are over."""
    with transaction.atomic():
        opened = User.objects.filter(pk=person.pk, closed_at__gt=timezone.now() - UNDO).update(closed_at=None)
        if opened:
            ledger.note(person.pk, SecurityEvent.Kind.HAD_BACK)
    if opened:
        log.info("person %s: had back", person.pk)
    return bool(opened)


def ends_at(person: User) -> datetime | None:
    """Until when a closed account can be had back; None for an open one."""
    return person.closed_at and person.closed_at + UNDO


def is_over(person: User) -> bool:
    """Whether it can be had back no more: to every page that is as if it were erased."""
    return person.closed_at is not None and person.closed_at + UNDO <= timezone.now()


def ended_by_it(person: User, session: SessionBase) -> bool:
    """Whether closing ended this session, or its days did. Only one begun after it leads to having it back."""
    if person.closed_at is None:
        return False
    return is_over(person) or bool(session.get(sessions.BEGAN, 0) < person.closed_at.timestamp())


def erase_due() -> int:
    """Erase everybody whose days are over; how many. Stopped anywhere, the next run goes on from there.

    The keys of all go first, and leave their tables: whatever happens then, no copy of the rows opens.
    """
    due = list(_due().order_by("closed_at", "pk").values_list("pk", flat=True))
    if not due:
        return 0
    for pk in due:
        _destroy_keys(pk)
    destroying.sweep()
    return sum(_erase(pk) for pk in due)


def _destroy_keys(pk: UUID) -> None:
    with transaction.atomic():
        if _due().select_for_update().filter(pk=pk).exists():
            destroying.destroy(pk)


def _erase(pk: UUID) -> bool:
    with transaction.atomic():
        person = _due().select_for_update().filter(pk=pk).first()
        if person is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # a long life is one statement
        devices.end_all(person)
        person.delete()
    log.info("person %s: erased", pk)
    return True


def _due() -> QuerySet[User]:
    return User.objects.filter(closed_at__lte=timezone.now() - UNDO)
