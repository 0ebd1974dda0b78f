"""Reminders: off until asked for, on the hour somebody chose, stopped as easily as begun."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as no_deadline
from hypothesis import strategies as st

from accounts import reminders
from accounts.models import Reminder, User
from accounts.reminders import WEEK, When
from tests import factories
from tests.client import StrictClient

HOME, PAGE = "/settings/", "/settings/reminders/"
SUNDAY, NOW = 6, "2026-11-23T09:00:00Z"  # a Monday
WEEKLY = {"rhythm": "weekly", "by": "mail", "weekday": "6", "hour": "18", "time_zone": "Europe/Vienna"}
# What three Sundays around a change make of an hour that is left out, or comes twice, in UTC.
CHANGES = {
    ("Europe/Vienna", 2, "2027-03-15"): ["03-21T01:00", "03-28T01:00", "04-04T00:00"],
    ("Europe/Vienna", 2, "2026-10-12"): ["10-18T00:00", "10-25T00:00", "11-01T01:00"],
    ("Europe/Vienna", 18, "2027-03-15"): ["03-21T17:00", "03-28T16:00", "04-04T16:00"],
    ("America/New_York", 2, "2027-03-01"): ["03-07T07:00", "03-14T07:00", "03-21T06:00"],
    ("America/New_York", 1, "2026-10-20"): ["10-25T05:00", "11-01T05:00", "11-08T06:00"],
    ("Australia/Lord_Howe", 2, "2026-09-21"): ["09-26T15:30", "10-03T15:30", "10-10T15:00"],
    ("Australia/Lord_Howe", 2, "2027-03-22"): ["03-27T15:00", "04-03T15:30", "04-10T15:30"],
    ("Australia/Sydney", 2, "2026-09-21"): ["09-26T16:00", "10-03T16:00", "10-10T15:00"],
    ("Australia/Sydney", 2, "2027-03-22"): ["03-27T15:00", "04-03T15:00", "04-10T16:00"],
}
zones = st.sampled_from(
    ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"]
)
whens = st.builds(When, st.integers(0, 6), st.integers(0, 23), zones.map(ZoneInfo), st.integers(1, 2))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))


@pytest.fixture
def me(db: None) -> User:
    return factories.person(time_zone="Europe/Vienna")


@pytest.fixture
def signed_in(client: StrictClient, me: User) -> StrictClient:
    client.force_login(me)
    return client


@pytest.fixture
def link(me: User) -> str:
    """What a mail of mine would carry to stop it."""
    due = datetime(2026, 11, 29, 17, tzinfo=UTC)
    row = Reminder.objects.create(owner=me, time_zone="Europe/Vienna", next_at=due, unanswered=2)
    return reverse("reminder_stop", args=[reminders.stop_token(row)])


def mine(person: User) -> dict[str, Any]:
    columns = ("next_at", "feed_hashed", "unanswered", "tries", "sent_at")
    return dict(Reminder.objects.filter(owner=person).values(*columns).get())


def says(page: str) -> str:
    """The row of settings."""
    return str(re.findall(r"<dt>Reminders</dt>\s*<dd>([^<]*)", page)[0].strip())


@pytest.mark.parametrize(("zone", "hour", "begin"), CHANGES)
def test_an_hour_that_a_clock_change_skips_or_repeats_is_one_moment(zone: str, hour: int, begin: str) -> None:
    when, came = When(SUNDAY, hour, ZoneInfo(zone)), []
    now, last = datetime.fromisoformat(f"{begin}T00:00:00+00:00"), None
    for _week in range(3):
        now = last = reminders.next_time(when, now=now, last=last)
        came.append(now.strftime("%m-%dT%H:%M"))
    assert came == CHANGES[zone, hour, begin]


@given(whens, moments, st.integers(0, 600))
@no_deadline(deadline=None)
def test_the_next_time_is_the_hour_that_was_chosen_and_never_sooner_than_the_rhythm(
    when: When, now: datetime, minutes: int
) -> None:
    coming = reminders.next_time(when, now=now)
    local = coming.astimezone(when.zone)
    gap = local.replace(hour=when.hour, minute=0, fold=0).astimezone(UTC).astimezone(when.zone) == local
    assert (local.weekday(), local.hour == when.hour or gap) == (when.weekday, True)
    assert now < coming <= now + WEEK + timedelta(hours=1)
    assert reminders.next_time(when, now=coming - timedelta(microseconds=1)) == coming
    late = coming + timedelta(minutes=minutes)  # the tick came late, or the mail server did
    after = reminders.next_time(when, now=late, last=late)
    assert when.weeks * WEEK - reminders.SLACK <= after - late <= (when.weeks + 1) * WEEK + timedelta(hours=1)
    assert (minutes > 60) or after - coming <= when.weeks * WEEK + timedelta(hours=1)


def test_nobody_is_reminded_who_did_not_ask(signed_in: StrictClient, mail: None, me: User) -> None:
    """Experience R39, R40: off, and changed two screens from home."""
    assert says(signed_in.get(HOME).text) == "None. I come when I feel like it"
    page = signed_in.get(PAGE).text
    assert re.findall(r'name="rhythm" value="(\w+)"[^>]* checked', page) == ["off"]
    assert f'value="{me.time_zone}"' in page
    assert f"A short mail to {me.email}" in page
    assert not Reminder.objects.exists()
    assert signed_in.post(PAGE, {"rhythm": "off"})["Location"] == "/settings/?kept=reminders#reminders"
    assert not Reminder.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_rhythm_is_kept_said_in_its_row_and_turned_off_again(signed_in: StrictClient, mail: None, me: User) -> None:
    for rhythm, words in (
        ("weekly", "Every week"),
        ("fortnight", "Every two weeks"),
        ("sessions", "After therapy sessions"),
    ):
        answer = signed_in.post(PAGE, {**WEEKLY, "rhythm": rhythm})
        assert (answer.status_code, answer["Location"]) == (302, "/settings/?kept=reminders#reminders")
        assert says(signed_in.get(answer["Location"]).text) == f"{words}, Sunday at 18:00, by mail"
        assert mine(me)["next_at"] == datetime(2026, 11, 29, 17, tzinfo=UTC)
        chosen = re.findall(r'value="(\w+)"[^>]* (?:checked|selected)', signed_in.get(PAGE).text)
        assert chosen == [rhythm, "mail", "6", "18"]
    signed_in.post(PAGE, {"rhythm": "weekly", "by": "mail", "hour": "7"})  # cut short on its way: the rest stays
    assert mine(me)["next_at"] == datetime(2026, 11, 29, 6, tzinfo=UTC)
    signed_in.post(PAGE, {"rhythm": "off", "weekday": "x", "time_zone": "Atlantis"})  # nothing stands in the way of off
    assert mine(me)["next_at"] is None
    assert says(signed_in.get(HOME).text) == "None. I come when I feel like it"


@pytest.mark.parametrize("zone", ["Atlantis", "Europe", "../etc/passwd", "Europe/Vienna\x00", "UTC" * 40, "<b>"])
def test_a_zone_nobody_knows_is_said_so_and_nothing_typed_is_lost(
    signed_in: StrictClient, mail: None, me: User, zone: str
) -> None:
    answer = signed_in.post(PAGE, {**WEEKLY, "rhythm": "fortnight", "hour": "7", "time_zone": zone})
    assert answer.status_code == 422
    assert ("We know no time zone of that name." in answer.text) == ("\x00" not in zone)
    assert re.findall(r'value="(\w+)"[^>]* (?:checked|selected)', answer.text) == ["fortnight", "mail", "6", "7"]
    assert not Reminder.objects.exists()


def test_what_nobody_offers_is_refused_in_a_sentence(signed_in: StrictClient, mail: None) -> None:
    for wrong in (
        {"rhythm": "daily"},
        {"rhythm": ""},
        {"by": "pigeon"},
        {"weekday": "7"},
        {"hour": "24"},
        {"hour": "-1"},
    ):
        answer = signed_in.post(PAGE, {**WEEKLY, **wrong, "next_at": "2026-01-01", "feed_hashed": "x"})
        assert (answer.status_code, "That choice isn’t on this page any more." in answer.text) == (422, True), wrong
    assert not Reminder.objects.exists()


def test_without_a_mail_server_the_page_says_so_and_offers_the_calendar(signed_in: StrictClient, me: User) -> None:
    page = signed_in.get(PAGE).text
    assert "it runs without a mail server" in page
    assert 'name="by"' not in page
    answer = signed_in.post(PAGE, {**WEEKLY, "by": "mail"})
    assert answer["Location"] == PAGE
    assert "This is the address for your calendar." in signed_in.get(PAGE).text
    assert (mine(me)["next_at"], mine(me)["feed_hashed"] is None) == (None, False)
    assert says(signed_in.get(HOME).text) == "Every week, Sunday at 18:00, in my calendar"


@time_machine.travel(NOW, tick=False)
def test_reminders_that_rest_say_so_and_begin_again_with_one_press(
    signed_in: StrictClient, mail: None, me: User
) -> None:
    sent = datetime(2026, 11, 18, 17, 2, tzinfo=UTC)  # a Wednesday: the Tuesday after it would be within the week
    Reminder.objects.create(owner=me, time_zone="Europe/Vienna", weekday=1, sent_at=sent, unanswered=3)
    assert says(signed_in.get(HOME).text) == "Resting, until you begin them again"
    page = signed_in.get(PAGE).text
    assert page.count("Your reminders rest: three went by") == 1
    assert page.partition("<main")[2].partition("</main>")[0].count('class="button"') == 1
    signed_in.post("/settings/reminders/again/")
    assert mine(me) == {**mine(me), "unanswered": 0, "next_at": datetime(2026, 12, 1, 17, tzinfo=UTC), "sent_at": sent}
    signed_in.post("/settings/reminders/again/")  # pressed twice
    assert mine(me)["next_at"] == datetime(2026, 12, 1, 17, tzinfo=UTC)
    signed_in.post(PAGE, {"rhythm": "off"})
    signed_in.post("/settings/reminders/again/")  # off is not resting
    assert mine(me)["next_at"] is None


def test_looking_at_the_link_stops_nothing_and_one_press_does(client: StrictClient, link: str, me: User) -> None:
    """Experience R25, and scanners of mail that follow every link."""
    before = mine(me)
    for _look in range(2):
        page = client.get(link)
        assert (page.status_code, page.cookies) == (200, {})
        assert re.findall(r"<button[^>]*>([^<]*)<", page.text.partition("<main")[2]) == ["Stop these"]
        assert me.email not in page.text
        assert client.head(link).status_code == 200
    assert mine(me) == before
    assert client.put(link).status_code == 405
    stopped = client.post(link)
    assert (stopped.status_code, stopped["Location"]) == (302, link)
    assert mine(me) == {**before, "next_at": None, "unanswered": 0}
    assert "They are stopped" in client.get(link).text
    assert client.post(link).status_code == 302  # again: nothing more happens
    assert mine(me) == {**before, "next_at": None, "unanswered": 0}


def test_a_mail_program_stops_them_with_one_post(link: str, me: User) -> None:
    """RFC 8058: no cookie, no token of a form, no redirect; as often as it likes."""
    strict = Client(enforce_csrf_checks=True)
    for _press in range(2):
        answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content, answer.cookies) == (200, b"", {})
        assert (mine(me)["next_at"], mine(me)["unanswered"]) == (None, 0)


def test_a_link_that_is_forged_old_or_of_nobody_changes_nothing(client: StrictClient, link: str, me: User) -> None:
    before, other = mine(me), factories.person()
    row = Reminder.objects.create(owner=other, time_zone="UTC", next_at=before["next_at"])
    token = link.split("/")[-2]
    swapped = f"{row.pk.hex}.{token.partition('.')[2]}"
    for forged in (swapped, f"{token}x", token.upper(), "x", row.pk.hex):
        address = reverse("reminder_stop", args=[forged])
        for answer in (
            client.get(address),
            client.post(address),
            client.post(address, {"List-Unsubscribe": "One-Click"}),
        ):
            assert (answer.status_code, "Nothing was changed." in answer.text) == (404, True)
    with time_machine.travel(datetime.now(UTC) + reminders.OLD + timedelta(days=1)):
        assert client.post(link).status_code == 404
    assert (mine(me), mine(other)["next_at"]) == (before, row.next_at)
    me.delete()
    assert client.post(link).status_code == 404


@pytest.mark.parametrize("path", [PAGE, "/settings/reminders/again/", "/settings/reminders/address/"])
def test_strangers_are_led_to_the_door_and_only_a_press_changes_anything(
    client: StrictClient, me: User, path: str
) -> None:
    row = Reminder.objects.create(owner=me, time_zone="UTC", unanswered=3, feed_hashed=b"x")
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client.post(path, WEEKLY)["Location"].startswith("/accounts/login/")
    client.force_login(factories.person())
    client.post(path, {"rhythm": "off"})
    client.get(path)
    row.refresh_from_db()
    assert (row.unanswered, bytes(row.feed_hashed or b"")) == (3, b"x")
