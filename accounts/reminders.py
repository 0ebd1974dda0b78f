"""When somebody is reminded: by mail or in a calendar of their own, as they chose; otherwise never.

Which of these holds is told by two columns: `next_at` is there while mail is on, `feed_hashed` while a calendar may
ask. A row stays when it is off, because it knows when the last mail went: at most one goes in a week, whatever is
changed in between (experience R23).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guesses import zone_of
from accounts.models import Reminder, User

ENOUGH = 3  # mails that nobody answered or no mailbox took, after which they rest
WEEK = timedelta(weeks=1)
SLACK = timedelta(hours=2)  # a week may be an hour short when clocks change, and a mail some minutes late
OLD = timedelta(days=400)  # after this a mail's own link asks to be looked for in settings
RHYTHMS = {
    Reminder.Rhythm.WEEKLY: gettext_lazy("Every week"),
    Reminder.Rhythm.FORTNIGHTLY: gettext_lazy("Every two weeks"),
    Reminder.Rhythm.AFTER_SESSIONS: gettext_lazy("After therapy sessions"),
}


class Way(models.TextChoices):
    """How it reaches somebody. Resting: by mail, until three in a row were left unanswered or refused."""

    OFF = "off"
    MAIL = "mail"
    CALENDAR = "calendar"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class When:
    """A weekday (0 is Monday) and an hour by the clock on somebody's wall, every so many weeks."""

    weekday: int
    hour: int
    zone: ZoneInfo
    weeks: int = 1


def next_time(when: When, *, now: datetime, last: datetime | None = None) -> datetime:
    """The first such moment after `now`, and so many weeks after the `last` mail; in UTC.

    An hour that a clock change leaves out is read with the offset before it, so it comes after the gap (PEP 495); of
    an hour that comes twice the first is meant.
    """
    earliest = now if last is None else max(now, last + when.weeks * WEEK - SLACK)
    local = earliest.astimezone(when.zone)
    wall = datetime.combine(local.date() + timedelta(days=(when.weekday - local.weekday()) % 7), time(when.hour))
    while not now < (moment := wall.replace(tzinfo=when.zone).astimezone(UTC)) >= earliest:
        wall += WEEK
    return moment


def next_for(reminder: Reminder, *, now: datetime) -> datetime:
    return next_time(when(reminder), now=now, last=reminder.sent_at)


def when(reminder: Reminder) -> When:
    weeks = 2 if reminder.rhythm == Reminder.Rhythm.FORTNIGHTLY else 1
    return When(reminder.weekday, reminder.hour, zone_of(reminder.time_zone), weeks)


def is_too_soon(reminder: Reminder, *, now: datetime) -> bool:
    """Whether a mail now would be the second within a week."""
    return reminder.sent_at is not None and now < reminder.sent_at + WEEK - SLACK


def is_enough(reminder: Reminder) -> bool:
    """Somebody who is here answers a mail they had, and none that their mailbox refused."""
    return reminder.unanswered + reminder.refused >= ENOUGH


def way(reminder: Reminder | None) -> Way:
    if reminder is None:
        return Way.OFF
    if reminder.feed_hashed is not None:
        return Way.CALENDAR
    if not settings.MAIL:
        return Way.OFF
    if reminder.next_at is not None:
        return Way.MAIL
    return Way.RESTING if is_enough(reminder) else Way.OFF


def words(reminder: Reminder | None) -> str:
    """What holds now, for its row in settings."""
    now = way(reminder)
    if reminder is None or now == Way.OFF:
        return _("None. I come when I feel like it")
    if now == Way.RESTING:
        return _("Resting, until you begin them again")
    said = {
        "rhythm": RHYTHMS[Reminder.Rhythm(reminder.rhythm)],
        "weekday": WEEKDAYS[reminder.weekday],
        "hour": f"{reminder.hour:02}:00",
    }
    if now == Way.CALENDAR:
        return _("%(rhythm)s, %(weekday)s at %(hour)s, in my calendar") % said
    return _("%(rhythm)s, %(weekday)s at %(hour)s, by mail") % said


def of(person: User) -> Reminder | None:
    return Reminder.objects.filter(owner=person).first()


def choose(person: User, chosen: Reminder, by: str) -> str:
    """Keep rhythm, day, hour and zone as `chosen` has them; the token of a calendar's address where one was made."""
    with transaction.atomic():
        row, _new = Reminder.objects.select_for_update().get_or_create(
            owner=person, defaults={"time_zone": chosen.time_zone}
        )
        for name in ("rhythm", "weekday", "hour", "time_zone"):
            setattr(row, name, getattr(chosen, name))
        row.unanswered = row.refused = row.tries = 0
        token = ""
        if by == Way.MAIL:
            row.feed_hashed, row.next_at = None, next_for(row, now=timezone.now())
        else:
            row.next_at = None
            if row.feed_hashed is None:
                token, row.feed_hashed = _new_address()
        row.save()
    return token


def turn_off(person: User) -> None:
    Reminder.objects.filter(owner=person).update(next_at=None, feed_hashed=None, unanswered=0, refused=0, tries=0)


def begin_again(person: User) -> None:
    """Mails that rest come again; whatever else holds stays as it is."""
    with transaction.atomic():
        row = Reminder.objects.select_for_update().filter(owner=person).first()
        if row is not None and way(row) == Way.RESTING:
            row.unanswered, row.refused, row.next_at = 0, 0, next_for(row, now=timezone.now())
            row.save(update_fields=["unanswered", "refused", "next_at"])


def replace_address(person: User) -> str:
    """The token of a new address; the one before is no address any more. "" where there was none."""
    token, hashed = _new_address()
    changed = Reminder.objects.filter(owner=person, feed_hashed__isnull=False).update(feed_hashed=hashed)
    return token if changed else ""


def stop_token(reminder: Reminder) -> str:
    """What the mail's own link carries: signed, so that it stops this reminder without anybody signing in."""
    return _stops().sign(reminder.pk.hex)


def by_stop_token(token: str) -> Reminder | None:
    try:
        pk = _stops().unsign(token, max_age=OLD)
    except signing.BadSignature:
        return None
    return Reminder.objects.filter(pk=pk).first()


def stop_mail(reminder: Reminder) -> None:
    """No more mails. A calendar, if there is one now, was not meant."""
    Reminder.objects.filter(pk=reminder.pk).update(next_at=None, unanswered=0, refused=0, tries=0)


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _stops() -> signing.TimestampSigner:
    """Made when it is asked for: an empty clone has no secret key, and checks itself all the same."""
    return signing.TimestampSigner(sep=".", salt="accounts.reminders.stop")


def _new_address() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(24)
    return token, hashed(token)
