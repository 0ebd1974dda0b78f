"""Sealed sessions, and the clocks they run on."""

import base64
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone
from django.utils.cache import has_vary_header
from pytest_django import Settings

from accounts.models import User
from accounts.sessions import MOVES_EVERY, SessionStore
from tests.accounts.conftest import sign_in
from tests.client import StrictClient
from tests.factories import person

PAGE = "/signed-in/"
SECOND = timedelta(seconds=1)


def stored(words: str = "a canary in a coal mine") -> SessionStore:
    session = SessionStore()
    session["words"] = words
    session.save()
    return session


def test_a_session_opens_again_under_its_id() -> None:
    assert SessionStore(stored().session_key)["words"] == "a canary in a coal mine"


def test_a_stored_session_shows_nothing_decoded_or_not() -> None:
    row = Session.objects.get(pk=stored().session_key)
    raw = base64.b64decode(row.session_data.split(".")[2])
    assert b"canary" not in raw
    assert "canary" not in row.session_data
    assert row.get_decoded() == {}


def test_a_session_moved_to_another_id_is_empty() -> None:
    ours, theirs = stored("mine"), stored("theirs")
    Session.objects.filter(pk=ours.session_key).update(
        session_data=Session.objects.get(pk=theirs.session_key).session_data
    )
    assert dict(SessionStore(ours.session_key).items()) == {}


@pytest.mark.parametrize(
    "data", ["", "s1", "s1.k2026a.", "s1.k2026a.!!", "s1.other.AAAA", "s1.k2026a.AQ==", "x.y.z", "e30:1abc:sig", "s2"]
)
def test_what_does_not_open_is_an_empty_session(data: str) -> None:
    key = stored().session_key
    Session.objects.filter(pk=key).update(session_data=data)
    assert dict(SessionStore(key).items()) == {}


def test_every_flipped_bit_empties_the_session() -> None:
    session = stored()
    head, _, encoded = Session.objects.get(pk=session.session_key).session_data.rpartition(".")
    blob = base64.b64decode(encoded)
    for bit in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << bit % 8
        assert session.decode(f"{head}.{base64.b64encode(flipped).decode()}") == {}


def test_another_version_is_an_empty_session() -> None:
    session = stored()
    data = Session.objects.get(pk=session.session_key).session_data
    assert session.decode(data) == {"words": "a canary in a coal mine"}
    assert session.decode("s2" + data[2:]) == {}


def test_a_session_opens_while_its_master_key_is_there(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    first, second = (f"{name}:{base64.b64encode(name[0].encode() * 32).decode()}" for name in ("a", "b"))
    (tmp_path / "master").write_text(first)
    session = stored()
    settings.KEYS_DIR = tmp_path / "later"
    settings.KEYS_DIR.mkdir()
    (settings.KEYS_DIR / "master").write_text(f"{second}\n{first}")
    assert SessionStore(session.session_key)["words"] == "a canary in a coal mine"
    assert session.encode({}).startswith("s1.b.")
    settings.KEYS_DIR = tmp_path / "last"
    settings.KEYS_DIR.mkdir()
    (settings.KEYS_DIR / "master").write_text(second)
    assert dict(SessionStore(session.session_key).items()) == {}


def still_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("rule", "device", "idle"),
    [
        ("plain", "", timedelta(minutes=30)),
        ("plain", "shared", timedelta(minutes=10)),
        ("plain", "own", timedelta(days=14)),
        ("shared", "", timedelta(minutes=10)),
        ("practice", "", timedelta(minutes=15)),
        ("practice", "own", timedelta(minutes=15)),
        ("practice", "shared", timedelta(minutes=10)),
    ],
)
def test_a_session_rests_as_long_as_its_rule_says(client: Client, rule: str, device: str, idle: timedelta) -> None:
    somebody = person(session_rule=rule)
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, somebody.email, device=device)
        cookies = client.cookies.output()
        clock.shift(idle - SECOND)
        assert still_in(client)
        client.cookies.load(cookies)
        clock.shift(idle + SECOND)
        assert not still_in(client)


@pytest.mark.parametrize("device", ["practice", "for ever"])
def test_a_device_nobody_offered_is_refused(client: Client, device: str) -> None:
    assert sign_in(client, person().email, device=device).status_code == 422
    assert not still_in(client)


@pytest.mark.parametrize(
    ("rule", "absolute"),
    [("plain", timedelta(hours=12)), ("shared", timedelta(hours=12)), ("practice", timedelta(hours=8))],
)
def test_a_session_ends_however_often_it_is_used(client: Client, rule: str, absolute: timedelta) -> None:
    somebody = person(session_rule=rule)
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, somebody.email)
        for _ in range(int(absolute / timedelta(minutes=9))):
            clock.shift(timedelta(minutes=9))
            assert still_in(client)
        clock.move_to(datetime.fromisoformat("2026-11-23T09:00:00+00:00") + absolute - SECOND)
        assert still_in(client)
        clock.shift(2 * SECOND)
        assert not still_in(client)


def test_a_session_that_is_over_is_gone(client: Client) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, person().email, device="shared")
        key = client.session.session_key
        clock.shift(timedelta(minutes=11))
        assert Session.objects.filter(pk=key).count() == 1
        assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
        assert Session.objects.filter(pk=key).count() == 0


def test_asking_whether_one_is_signed_in_does_not_move_the_clock(client: Client) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, person().email)
        for _ in range(29):
            clock.shift(timedelta(minutes=1))
            client.get("/session/", headers={"x-requested-with": "journal", "sec-fetch-site": "same-origin"})
        clock.shift(timedelta(minutes=1, seconds=1))
        assert not still_in(client)


def test_the_clock_is_written_at_most_once_a_minute(client: Client) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, person().email)
        moved = []
        for _ in range(4):
            clock.shift(timedelta(seconds=30))
            client.get(PAGE)
            moved.append(client.session["icj_moved"] - client.session["icj_began"])
    assert moved == [0, 60, 60, 120]


def test_the_cookie_outlives_the_browser_on_an_own_device_alone(client: Client) -> None:
    somebody = person()
    lengths = {}
    for device in ("", "shared", "own"):
        sign_in(client, somebody.email, device=device)
        lengths[device] = client.cookies["sid"]["max-age"]
        client.post("/accounts/logout/")
    assert lengths == {"": "", "shared": "", "own": 14 * 86_400}


def test_a_session_that_never_began_is_over(client: Client) -> None:
    client.force_login(person())
    session = client.session
    del session["icj_began"]
    session.save()
    assert not still_in(client)


def test_without_a_cookie_the_session_is_not_touched(client: Client) -> None:
    response = client.get("/healthz")
    assert "sid" not in response.cookies
    assert not has_vary_header(response, "Cookie")
    assert Session.objects.count() == 0


def test_a_request_runs_in_the_persons_own_zone(client: Client) -> None:
    somebody = person(time_zone="Pacific/Auckland")
    client.force_login(somebody)
    seen = []

    def look(*_args: object, **_signal: object) -> None:
        seen.append(timezone.get_current_timezone_name())

    template_rendered.connect(look)
    client.get(PAGE)
    User.objects.filter(pk=somebody.pk).update(time_zone="Mars/Olympus")
    client.get(PAGE)
    template_rendered.disconnect(look)
    assert set(seen) == {"Pacific/Auckland", "UTC"}
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_fresh_proof_gets_a_fresh_session_id(client: Client, mail: None) -> None:
    somebody = person()
    client.force_login(somebody)
    before = client.session.session_key
    assert client.get("/accounts/email/")["Location"] == "/accounts/reauthenticate/?next=/accounts/email/"
    wrong = client.post("/accounts/reauthenticate/", {"password": "no"})
    assert (wrong.status_code, client.session.session_key) == (422, before)
    right = client.post("/accounts/reauthenticate/", {"password": "correct horse battery", "next": "/accounts/email/"})
    assert (right.status_code, right["Location"]) == (302, "/accounts/email/")
    assert client.session.session_key != before
    assert client.get("/accounts/email/").status_code == 200


def test_a_proof_is_stale_after_five_minutes_and_no_post_is_kept(client: Client, mail: None) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        client.force_login(person())
        client.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
        clock.shift(timedelta(seconds=299))
        assert client.get("/accounts/email/").status_code == 200
        clock.shift(timedelta(seconds=2))
        response = client.post("/accounts/email/", {"email": "canary@example.org", "action_add": "1"})
        assert response["Location"] == "/accounts/reauthenticate/?next=/accounts/email/"
        assert "canary" not in str(dict(client.session.items()))


def test_a_clock_that_cannot_be_moved_keeps_nobody_from_reading(client: StrictClient) -> None:
    """Fault F12: a database that takes nothing still shows what was kept; what is more than a clock is still told."""
    me = person()
    client.force_login(me)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stop'; END $$;"
            "CREATE TRIGGER stop BEFORE UPDATE ON django_session FOR EACH ROW EXECUTE FUNCTION stop();"
        )
    with time_machine.travel(timezone.now() + timedelta(seconds=MOVES_EVERY + 1), tick=False):
        assert client.get("/kept/").status_code == 200
        session = client.session
        session["something"] = "else"
        with pytest.raises(UpdateError):
            session.save()
