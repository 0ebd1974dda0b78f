"""Reminder mails: which are due, and how one leaves. At most one, whatever falls over; logs tell ids and counts.

A tick takes what is due, moves it on to its next time and hands its id to a task, in one transaction. The task marks
the mail as sent, commits, and only then meets the mail server. So a crash anywhere means no mail until the next one is
due, and never a second. Only a server that surely took nothing is asked again, and a mailbox that is not there only at
the next time: it counts like nobody answering.
"""

import logging
import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage as Written
from email.policy import Policy, default
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import devices, reminders
from accounts.models import Reminder

log = logging.getLogger(__name__)

AGAIN_AFTER = (
    timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(hours=24),
)  # fmt: skip
LATE = timedelta(days=1)  # nobody ticked that long: it would come on some other day than the one chosen
AT_ONCE = 100
# What a server says of a mailbox (RFC 5321): none such, elsewhere, full, no such name. With a second code (RFC 3463) it
# may say by one of these that it does not let us in (5.7), or knows no such sender (5.1.7, 5.1.8); that is no mailbox.
OF_A_MAILBOX = range(550, 554)
OF_OURS = re.compile(rb"5\.(7\.|1\.[78]\b)")


class Fate(StrEnum):
    """What became of a mail. Refused: by the mailbox, for good. Unknown: the server may have taken it."""

    SENT = "sent"
    NOT_TAKEN = "not taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Before:
    """How the row was, for a mail that surely did not go."""

    sent_at: datetime | None
    unanswered: int
    refused: int
    tries: int


class Note(EmailMultiAlternatives):
    """Python folds a line of more than 78 characters into encoded words, and no program finds an address in those."""

    def message(self, *, policy: Policy = default) -> Written:  # type: ignore[override]  # stubs know an older Django
        return super().message(policy=policy.clone(max_line_length=900))


def tick(now: datetime) -> int:
    """Hand everything that is due to the task worker; how many that were. Another tick at the same time takes others."""
    handed_on = 0
    while settings.MAIL and (taken := _take(now)):
        handed_on += sum(taken)
    return handed_on


@task
def remind(pk: str) -> None:
    send(UUID(pk), now=timezone.now())


def send(pk: UUID, *, now: datetime) -> None:
    """Send this reminder, unless it was stopped, rests now, or had one within the week: asked twice, it goes once."""
    marked = _mark_as_sent(pk, now)
    if marked is None:
        return
    row, before = marked
    fate = _hand_over(_written(row))
    if fate == Fate.NOT_TAKEN:
        _take_back(row, before, now)
    elif fate == Fate.REFUSED:
        _count_refused(row, before)
    log.info("reminder %s: %s", pk, fate)


def _take(now: datetime) -> list[bool]:
    """Take some of what is due; for each, whether it was handed on. What is late waits for its next time."""
    with transaction.atomic():
        due = Reminder.objects.select_for_update(skip_locked=True).filter(next_at__lte=now)
        taken = list(due.order_by("next_at", "pk")[:AT_ONCE])
        in_time = [row.next_at is not None and now - row.next_at <= LATE for row in taken]
        for row, handed_on in zip(taken, in_time, strict=True):
            row.next_at, row.tries = reminders.next_for(row, now=now), row.tries if handed_on else 0
            row.save(update_fields=["next_at", "tries"])
            if handed_on:
                remind.enqueue(str(row.pk))
    return in_time


def _mark_as_sent(pk: UUID, now: datetime) -> tuple[Reminder, Before] | None:
    with transaction.atomic():
        wanted = Reminder.objects.filter(pk=pk, next_at__isnull=False, owner__is_active=True, owner__closed_at=None)
        row = wanted.select_for_update(of=("self",)).select_related("owner").first()
        if row is None or reminders.is_too_soon(row, now=now):
            return None
        before = Before(row.sent_at, row.unanswered, row.refused, row.tries)
        if row.sent_at and devices.was_here(row.owner, since=row.sent_at):
            row.unanswered = 0
        rests = reminders.is_enough(row)
        if rests:
            row.next_at = None
        else:
            row.sent_at, row.unanswered, row.refused, row.tries = now, row.unanswered + 1, 0, 0
            row.next_at = reminders.next_for(row, now=now)
        row.save(update_fields=["next_at", "sent_at", "unanswered", "refused", "tries"])
    return None if rests else (row, before)


def _hand_over(message: EmailMultiAlternatives) -> Fate:
    server = mailers.default
    try:
        server.open()
    except OSError:  # every error of smtplib is one
        return Fate.NOT_TAKEN
    try:
        server.send_messages([message])
    except smtplib.SMTPServerDisconnected:
        return Fate.UNKNOWN
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as no:
        return Fate.REFUSED if _is_of_a_mailbox(no) else Fate.NOT_TAKEN
    except (smtplib.SMTPException, ValueError):  # it said no, or there is no such address
        return Fate.NOT_TAKEN
    except OSError:
        return Fate.UNKNOWN
    finally:
        with suppress(OSError):
            server.close()
    return Fate.SENT


def _is_of_a_mailbox(no: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """A mail has one recipient. Some servers name a mailbox only after the text: the codes are the same there."""
    if isinstance(no, smtplib.SMTPDataError):
        code, said = no.smtp_code, no.smtp_error
    else:
        [(code, said)] = no.recipients.values()
    return code in OF_A_MAILBOX and not (isinstance(said, bytes) and OF_OURS.match(said))


def _take_back(row: Reminder, before: Before, now: datetime) -> None:
    """It did not go: once more after a while, or at its next time. What the person changed meanwhile stays."""
    marked = _as_marked(row)
    row.sent_at = before.sent_at
    if before.tries < len(AGAIN_AFTER):
        next_at, tries = now + AGAIN_AFTER[before.tries], before.tries + 1
    else:
        next_at, tries = reminders.next_for(row, now=now), 0
        log.warning("reminder %s: no server took it, it waits for its next time", row.pk)
    marked.update(
        sent_at=before.sent_at, unanswered=before.unanswered, refused=before.refused, next_at=next_at, tries=tries
    )


def _count_refused(row: Reminder, before: Before) -> None:
    """No mailbox took it: `sent_at` stays, so that however often it is asked for none is tried before its next time."""
    _as_marked(row).update(unanswered=row.unanswered - 1, refused=before.refused + 1)


def _as_marked(row: Reminder) -> QuerySet[Reminder]:
    return Reminder.objects.filter(pk=row.pk, next_at=row.next_at, sent_at=row.sent_at)


def _written(row: Reminder) -> Note:
    """One sentence, one link, one way to stop, and on the third that it may be the last. Nothing of theirs."""
    stop = f"{settings.INNERCHILD_URL}{reverse('reminder_stop', args=[reminders.stop_token(row)])}"
    said = {
        "page": f"{settings.INNERCHILD_URL}{_page()}",
        "stop": stop,
        "last": row.unanswered >= reminders.ENOUGH,
    }
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    with translation.override(row.owner.language):
        subject = _("A note")  # it names no site (trust R52)
        text = render_to_string("accounts/mail/reminder.txt", said)
        note = Note(subject, text, to=[row.owner.email], headers=headers)
        note.attach_alternative(render_to_string("accounts/mail/reminder.html", said), "text/html")
    return note


def _page() -> str:
    try:
        return reverse("look_in")
    except NoReverseMatch:
        return reverse("home")
