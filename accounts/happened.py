"""The record in plain words, newest first, a page at a time, by day in the person's own zone."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import FETCH_RAISE
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.ledger import WORDS, Kind
from accounts.models import SecurityEvent, User
from vault import envelope, keyring

log = logging.getLogger(__name__)

PAGE = 30

# Every kind in a sentence that is true of it without its details.
PLAIN: dict[str, Promise] = {
    Kind.SIGNED_UP: _("The account was made."),
    Kind.SIGNED_IN: _("Signed in."),
    Kind.SIGN_IN_FAILED: _("A sign-in did not go through: the password was another one."),
    Kind.TOO_OFTEN: _("There were many tries one after the other, so the door rested for a few minutes."),
    Kind.SIGNED_OUT: _("Signed out."),
    Kind.SESSION_ENDED: _("A session ended, because it had rested."),
    Kind.PASSWORD_CHANGED: _("A new password was chosen."),
    Kind.PASSWORD_RESET: _("A new password was chosen, with a code by mail."),
    Kind.EMAIL_CHANGED: _("The e-mail address was changed."),
    Kind.SECOND_STEP_ADDED: _("A second step for signing in was added."),
    Kind.SECOND_STEP_REMOVED: _("A second step for signing in was taken away."),
    Kind.RECOVERY_CODES_MADE: _("Codes on paper were made, for signing in without the second step."),
    Kind.EXPORTED: _("Writing was taken along in a file."),
    Kind.BROUGHT_IN: _("Writing from elsewhere was brought in."),
    Kind.TAKEN_OUT: _("What had been brought in was taken out again."),
    Kind.RESTING: _("The account was left to rest, and signed out everywhere."),
    Kind.CLOSED: _("The account was closed."),
    Kind.HAD_BACK: _("The account was opened again, with everything in it."),
    Kind.KEY_CHANGED: _("Your writing has a new key, and is sealed under it."),
    Kind.DECRYPT_FAILED: _("Something kept here did not open. It stays as it is."),
    Kind.DENIED: _("Something of yours was asked for without your key. It stayed shut."),
    Kind.PRACTICE_OPENED: _("A practice was opened."),
    Kind.PRACTICE_CLOSED: _("A practice was closed."),
    Kind.CONNECTED: _("You and somebody else were connected."),
    Kind.CONNECTION_ENDED: _("A connection ended."),
    Kind.PARTING_NAMED: _("A last day was named for a connection."),
    Kind.PARTING_TAKEN_BACK: _("The last day of a connection was taken back."),
    Kind.SHARE_OFFERED: _("Something was shared."),
    Kind.SHARE_OPENED: _("Something that is shared was opened."),
    Kind.SHARE_STOPPED: _("Sharing something was stopped."),
    Kind.SHARE_ENDED: _("The time of something that was shared is over."),
    Kind.SUGGESTION_OFFERED: _("A suggestion was offered."),
    Kind.SUGGESTION_SILENCED: _("Suggestions were asked to be quiet."),
}
# What one detail says more exactly.
FINER: dict[tuple[str, str, str], Promise] = {
    (Kind.SIGNED_IN, "way", "password"): _("Signed in, with the password."),
    (Kind.SIGNED_IN, "way", "code"): _("Signed in, with a code by mail."),
    (Kind.SIGNED_IN, "way", "totp"): _("Signed in, with a code from an app as the second step."),
    (Kind.SIGNED_IN, "way", "recovery_codes"): _("Signed in, with a code on paper as the second step."),
    (Kind.SIGNED_IN, "way", "webauthn"): _("Signed in, with a passkey."),
    (Kind.SIGN_IN_FAILED, "way", "code"): _("A sign-in did not go through: the code was another one."),
    (Kind.SIGN_IN_FAILED, "way", "reset-code"): _("A new password was asked for, and the code was another one."),
    (Kind.SIGN_IN_FAILED, "way", "second-step"): _("A sign-in did not go through: the second step was another one."),
    (Kind.SESSION_ENDED, "by", "list"): _("Signed out elsewhere, from the list of devices."),
    (Kind.PASSWORD_CHANGED, "by", "operator"): _("Whoever runs this site gave this account a new password."),
    (Kind.SECOND_STEP_ADDED, "step", "totp"): _("A second step for signing in was added: codes from an app."),
    (Kind.SECOND_STEP_ADDED, "step", "webauthn"): _("A passkey was added."),
    (Kind.SECOND_STEP_REMOVED, "step", "totp"): _("Codes from an app are no second step any more."),
    (Kind.SECOND_STEP_REMOVED, "step", "webauthn"): _("A passkey was taken away."),
    (Kind.SECOND_STEP_REMOVED, "step", "recovery_codes"): _("Codes on paper were taken away."),
}
UNTOLD = _("Something this version has no words for.")


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. `where` is the browser it came from, "" where that is not known."""

    at: datetime
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    events: list[Happened]


def page_of(person: User, before: int | None) -> tuple[list[Day], int | None]:
    """Thirty events before that number, and the number that the next page goes on from; None where none follows."""
    rows = person.events.order_by("-number", "-id").fetch_mode(FETCH_RAISE)
    found = list((rows.filter(number__lt=before) if before is not None else rows)[: PAGE + 1])
    shown = found[:PAGE]
    return list(_by_day(shown)), shown[-1].number if len(found) > PAGE else None


def sentence(event: SecurityEvent) -> str:
    """What happened. A row that somebody changed still has words, and never keeps the page from coming."""
    try:
        if event.kind in WORDS:
            return WORDS[event.kind](event)
        finer = (FINER.get((event.kind, name, str(value))) for name, value in event.details.items())
        return str(next(filter(None, finer), PLAIN.get(event.kind, UNTOLD)))
    except (LookupError, ValueError, TypeError, AttributeError):
        return str(PLAIN.get(event.kind, UNTOLD))


def _by_day(rows: list[SecurityEvent]) -> Iterator[Day]:
    for day, events in groupby(rows, key=lambda event: timezone.localdate(event.at)):
        yield Day(day, [Happened(event.at, sentence(event), _where(event)) for event in events])


def _where(event: SecurityEvent) -> str:
    try:
        return event.about
    except (envelope.Refused, keyring.KeyNotInRing):
        log.warning("decrypt_failed event %s", event.pk)
        return ""
