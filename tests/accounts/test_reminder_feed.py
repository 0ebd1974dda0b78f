"""The calendar that reminds without mail: its address is a secret, and it says a day and an hour."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from icalendar import Calendar

from accounts import feed, reminders
from accounts.models import Reminder, User
from innerchild.logs import JsonLines
from tests import factories
from tests.accounts.test_reminders import HOME, NOW, PAGE, WEEKLY
from tests.client import StrictClient

BY_CALENDAR = {**WEEKLY, "by": "calendar"}
ADDRESS = re.compile(r">http://localhost:8000(/reminders/[\w-]+\.ics)<")
WEEK = timedelta(weeks=1)


@pytest.fixture
def me(db: None) -> User:
    return factories.person(child_word="Canary Pip", time_zone="Europe/Vienna")


@pytest.fixture
def signed_in(client: StrictClient, me: User) -> StrictClient:
    client.force_login(me)
    return client


def made(client: StrictClient, address: str = PAGE, **fields: str) -> str:
    """Make an address, and read it where it is shown."""
    assert client.post(address, {**BY_CALENDAR, **fields})["Location"] == PAGE
    return str(ADDRESS.findall(client.get(PAGE).text)[0])


def parts(file: bytes, name: str) -> list[Any]:
    return list(Calendar.from_ical(file).walk(name))


def start(file: bytes) -> datetime:
    begin = parts(file, "VEVENT")[0]["DTSTART"].dt
    assert isinstance(begin, datetime)
    return begin


def onsets(rules: list[Any]) -> list[tuple[datetime, timedelta]]:
    """What RFC 5545 3.6.5 makes of a zone's rules: each begins on the clock of the one before it."""
    return sorted(
        (rule["DTSTART"].dt.replace(tzinfo=UTC) - rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td) for rule in rules
    )


def moments(start: datetime, days: int) -> Iterator[datetime]:
    return (start + timedelta(hours=half / 2) for half in range(days * 48))


@time_machine.travel(NOW, tick=False)
def test_an_address_is_shown_once_kept_hashed_replaced_and_taken_away(
    signed_in: StrictClient, mail: None, me: User
) -> None:
    address = made(signed_in)
    token = address.removeprefix("/reminders/").removesuffix(".ics")
    row = Reminder.objects.get(owner=me)
    assert len(token) >= 32  # 192 bits
    assert (bytes(row.feed_hashed or b""), row.next_at) == (hashlib.sha256(token.encode()).digest(), None)
    assert says_calendar(signed_in)
    again = signed_in.get(PAGE).text
    assert (ADDRESS.findall(again), token in again, "A new address" in again) == ([], False, True)
    stranger = StrictClient()
    assert stranger.get(address).status_code == 200
    signed_in.post(PAGE, {**BY_CALENDAR, "hour": "7"})  # another hour: the same address
    assert start(stranger.get(address).content).hour == 7
    newer = made(signed_in, "/settings/reminders/address/")
    assert [stranger.get(path).status_code for path in (address, newer)] == [404, 200]
    signed_in.post(PAGE, WEEKLY)  # by mail now
    assert stranger.get(newer).status_code == 404
    last = made(signed_in)
    signed_in.post(PAGE, {"rhythm": "off"})
    assert stranger.get(last).status_code == 404
    signed_in.post("/settings/reminders/address/")  # off: no new one is made
    assert Reminder.objects.get(owner=me).feed_hashed is None
    newest = made(signed_in)
    assert (newest == last, stranger.get(newest).status_code) == (False, 200)
    User.objects.update(is_active=False)
    assert stranger.get(newest).status_code == 404


def says_calendar(client: StrictClient) -> bool:
    return "Every week, Sunday at 18:00, in my calendar" in client.get(HOME).text


@time_machine.travel(NOW, tick=False)
def test_a_calendar_reads_one_neutral_event_and_nobody_keeps_it(signed_in: StrictClient, mail: None, me: User) -> None:
    address = made(signed_in, rhythm="fortnight")
    answer = StrictClient().get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/calendar; charset=utf-8", "no-store, private")
    assert (answer["Referrer-Policy"], answer.cookies) == ("no-referrer", {})
    file = answer.content
    assert file == StrictClient().get(address).content
    lines = file.split(b"\r\n")
    assert (lines[0], lines[-2:], b"\n" in b"".join(lines)) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""], False)
    assert max(map(len, lines)) <= 75
    event = parts(file, "VEVENT")[0]
    assert (str(event["SUMMARY"]), event["RRULE"].to_ical()) == ("A note to myself", b"FREQ=WEEKLY;INTERVAL=2")
    assert {"UID", "DTSTAMP", "DTSTART", "DURATION", "CLASS", "TRANSP", "SUMMARY", "RRULE"} == set(event)
    assert not re.search(rb"pip|child|letter|journal|example|localhost", file, re.IGNORECASE)
    for method in ("post", "put", "delete"):
        assert getattr(StrictClient(), method)(address).status_code == 405
    for unknown in ("x", "", "x" * 500, address.removeprefix("/reminders/").removesuffix(".ics").lower()):
        assert StrictClient().get(f"/reminders/{unknown}.ics").status_code == 404


def test_an_address_that_is_none_any_more_is_in_no_line_of_a_log(
    signed_in: StrictClient, mail: None, caplog: pytest.LogCaptureFixture
) -> None:
    address = made(signed_in)
    signed_in.post(PAGE, {"rhythm": "off"})
    assert StrictClient().get(address).status_code == 404
    told = [record for record in caplog.records if address in record.getMessage()]
    assert told  # Django would tell it
    assert [
        line for line in map(JsonLines().format, told) if "reminders/<str:token>.ics" not in line or address in line
    ] == []


@pytest.mark.parametrize("zone", ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC"])  # fmt: skip
@pytest.mark.parametrize("now", ["2026-11-28T12:00:00+00:00", "2027-01-01T00:30:00+00:00"])
def test_a_calendar_without_zones_of_its_own_reads_the_right_moments(zone: str, now: str) -> None:
    """From the file's rules alone, across every clock change of two years."""
    row = Reminder(time_zone=zone, weekday=6, hour=2)
    file = feed.calendar(row, now=datetime.fromisoformat(now))
    rules = onsets(parts(file, "STANDARD") + parts(file, "DAYLIGHT"))
    begin = start(file).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    wrong = []
    for moment in moments(begin, 2 * 365):
        read = next(offset for onset, offset in reversed(rules) if onset <= moment)
        wrong += [moment] if read != moment.astimezone(ZoneInfo(zone)).utcoffset() else []
    assert wrong == []


@pytest.mark.parametrize(("rhythm", "weeks"), [("weekly", 1), ("fortnight", 2), ("sessions", 1)])
def test_an_event_shows_no_past_but_the_one_that_came_last(rhythm: str, weeks: int) -> None:
    row, starts = Reminder(time_zone="Europe/Vienna", rhythm=rhythm, weekday=6, hour=18), []
    for day in range(8 * 7):
        moment = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=day)
        begin = start(feed.calendar(row, now=moment))
        assert begin <= moment < begin + weeks * WEEK
        assert (begin.weekday(), begin.hour) == (6, 18)
        starts.append(begin.replace(tzinfo=None))
    apart = {after - before for before, after in pairwise(starts)} - {timedelta()}
    assert apart == {weeks * WEEK}
    assert reminders.when(row).weeks == weeks
