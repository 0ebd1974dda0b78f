"""A calendar that reminds somebody without mail: one neutral event that comes again, at an address only they know.

`icalendar` writes it. The zone's rules are ours, because the library's own are an hour off at every change forward
(its 7.3 gives the onset by the clock after the change; RFC 5545 3.6.5 asks for the clock before it).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from accounts import reminders
from accounts.models import Reminder

FIRST_MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - a clock on a wall; every second week is counted from here
LONG = timedelta(minutes=15)
AHEAD = 6  # years of clock changes; a calendar asks again long before they are over
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def calendar(reminder: Reminder, *, now: datetime) -> bytes:
    """The whole file. It stays the same until the event has come once more, and shows none that went by before."""
    when = reminders.when(reminder)
    start = _latest(when, now)
    event = Event()
    event.add("uid", str(reminder.pk))
    event.add("dtstamp", start.astimezone(UTC))
    event.add("summary", _("A note to myself"))
    event.add("dtstart", start)
    event.add("duration", LONG)
    event.add("rrule", {"freq": "weekly", "interval": when.weeks})
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    file = Calendar()
    file.add("prodid", "-//Notes//EN")
    file.add("version", "2.0")
    file.add("refresh-interval", timedelta(days=1), parameters={"value": "DURATION"})
    file.add_component(_rules(when.zone, start.year))
    file.add_component(event)
    return bytes(file.to_ical())


def _latest(when: reminders.When, now: datetime) -> datetime:
    """The latest one that has come, by the clock on the wall, counted from the same Monday for everybody."""
    first = datetime.combine(FIRST_MONDAY + timedelta(days=when.weekday), time(when.hour))
    every = when.weeks * reminders.WEEK
    went_by = (now.astimezone(when.zone).replace(tzinfo=None) - first) // every
    return (first + went_by * every).replace(tzinfo=when.zone)


@lru_cache(maxsize=64)
def _rules(zone: ZoneInfo, year: int) -> Timezone:
    """The zone as RFC 5545 has it: each stretch of time begins by the clock of the one before."""
    begin = datetime(year - 1, 12, 1, tzinfo=UTC)  # before anything of that year, in any zone
    rules = Timezone()
    rules.add("tzid", zone.key)
    before = _offset(begin, zone)
    for change in (begin, *_changes(zone, begin, begin.replace(year=year + AHEAD))):
        local = change.astimezone(zone)
        stretch = TimezoneDaylight() if local.dst() else TimezoneStandard()
        stretch.add("dtstart", (change + before).replace(tzinfo=None))
        stretch.add("tzoffsetfrom", before)
        stretch.add("tzoffsetto", before := _offset(change, zone))
        stretch.add("tzname", local.tzname() or zone.key)
        rules.add_component(stretch)
    return rules


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The first second of each new offset. No zone changes twice within a day."""
    day = begin
    while day < end:
        early, late = day, day + DAY
        if _offset(early, zone) != _offset(late, zone):
            while late - early > SECOND:
                middle = early + (late - early) // 2
                early, late = (middle, late) if _offset(middle, zone) == _offset(early, zone) else (early, middle)
            yield late.replace(microsecond=0)
        day += DAY


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
