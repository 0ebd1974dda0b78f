"""Where somebody is signed in: recognised, listed to them alone, ended at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session

from accounts import devices
from accounts.models import Device, User
from tests.accounts.conftest import sign_in
from tests.client import StrictClient
from tests.factories import PASSWORD, person

PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
PAGE = "/settings/devices/"


@pytest.fixture
def me() -> User:
    return person()


def signed_in(somebody: User, agent: str = DESK, **fields: str) -> StrictClient:
    client = StrictClient(headers={"user-agent": agent})
    assert sign_in(client, somebody.email, **fields).status_code == 302
    proved = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})
    assert proved["Location"] == PAGE
    return client


def keys(somebody: User) -> list[str]:
    return [str(pk) for pk in somebody.devices.order_by("began_at").values_list("pk", flat=True)]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (PHONE, "Firefox, Android"),
        (DESK, "Chrome, Linux"),
        (f"{DESK} Edg/156.0", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605 Version/20 Mobile Safari/604", "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(agent: str, said: str) -> None:
    assert devices.recognised(agent) == said


def test_sessions_are_listed_this_one_first_and_an_ended_one_is_out_at_once(me: User) -> None:
    phone, desk = signed_in(me, PHONE), signed_in(me)
    text = desk.get(PAGE).text
    assert text.index("Chrome, Linux") < text.index("This one, now.") < text.index("Firefox, Android")
    other = keys(me)[0]
    answer = desk.post(PAGE, {"end": other})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?kept=ended")
    assert phone.get("/home/")["Location"] == "/accounts/login/?next=/home/"
    assert "Firefox" not in desk.get(PAGE).text
    assert desk.get("/home/").status_code == 200


def test_all_but_this_one_can_be_ended_and_this_one_is_signing_out(me: User) -> None:
    phone, desk, tablet = signed_in(me, PHONE), signed_in(me), signed_in(me)
    desk.post(PAGE, {"end": "others"})
    assert [each.get("/home/").status_code for each in (phone, desk, tablet)] == [302, 200, 302]
    here = keys(me)
    assert len(here) == 1
    assert desk.post(PAGE, {"end": here[0]})["Location"] == "/accounts/login/"
    assert desk.get("/home/").status_code == 302
    assert (Device.objects.count(), Session.objects.count()) == (0, 0)


def test_a_fresh_proof_is_asked_before_anything_shows_or_ends(me: User, client: StrictClient) -> None:
    phone = signed_in(me, PHONE)
    client.force_login(me)
    asked = f"/accounts/reauthenticate/?next={PAGE}"
    assert client.get(PAGE)["Location"] == asked
    assert client.post(PAGE, {"end": "others"})["Location"] == asked
    assert phone.get("/home/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})
    assert client.get(PAGE).text.count("This one, now.") == 1  # under its fresh id, too


def test_nobody_ends_a_session_of_somebody_else(me: User) -> None:
    theirs = signed_in(person())
    mine = signed_in(me)
    for named in (str(Device.objects.exclude(owner=me).get().pk), str(uuid4()), "nonsense", ""):
        assert mine.post(PAGE, {"end": named}).status_code == 404
    assert theirs.get("/home/").status_code == 200


def test_what_is_noted_is_sealed_and_goes_when_somebody_signs_out(me: User) -> None:
    phone = signed_in(me, PHONE)
    row = Device.objects.get()
    assert b"Firefox" not in bytes(row.what_sealed)
    assert {field.name for field in Device._meta.fields} == {"id", "owner", "session_key", "began_at", "what_sealed"}
    Device.objects.update(what_sealed=b"altered")
    assert "A browser we don’t know" in phone.get(PAGE).text
    phone.post("/accounts/logout/")
    assert Device.objects.count() == 0


def test_a_session_that_is_over_or_under_an_old_password_is_not_listed(me: User) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        signed_in(me, PHONE, device="shared")
        clock.shift(timedelta(minutes=11))
        desk = signed_in(me)
        assert "Firefox" not in desk.get(PAGE).text
        tablet = signed_in(me, PHONE)
        desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "kettle moss quilt"})
        assert tablet.get("/home/").status_code == 302
        assert me.devices.count() == 1
        text = desk.get(PAGE).text
        assert ("This one, now." in text, "Firefox" in text) == (True, False)
