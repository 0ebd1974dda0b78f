"""Who is signed in here, and the key of what this device keeps: for our own scripts, and nobody else."""

import base64

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from vault import drafts

pytestmark = pytest.mark.django_db
SALT = bytes(range(16))
OURS = {"X-Requested-With": "journal", "Sec-Fetch-Site": "same-origin"}
ASKS = {**OURS, "X-Device-Salt": SALT.hex()}


def test_the_key_is_given_to_a_page_of_ours_that_names_its_device(ada: User, signed_in: Client) -> None:
    response = signed_in.get("/session/", headers=ASKS)
    key = base64.b64decode(response.json()["draft"]["1"])
    assert ({1: key}, response["Cache-Control"]) == (drafts.keys(ada.pk, SALT), "no-store, private")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({**ASKS, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**ASKS, "Sec-Fetch-Site": "same-site"}, 403),
        ({**ASKS, "Sec-Fetch-Site": "none"}, 403),
        ({**ASKS, "X-Requested-With": "XMLHttpRequest"}, 403),
        ({**ASKS, "X-Device-Salt": "00"}, 400),
        ({**ASKS, "X-Device-Salt": "x" * 32}, 400),
    ],
)
def test_no_key_for_anybody_else(signed_in: Client, headers: dict[str, str], status: int) -> None:
    response = signed_in.get("/session/", headers=headers)
    assert (response.status_code, set(response.json())) == (status, {"error"})


def test_no_key_where_the_browser_does_not_say_who_asks(signed_in: Client) -> None:
    asks = {name: value for name, value in ASKS.items() if name != "Sec-Fetch-Site"}
    assert signed_in.get("/session/", headers=asks).json()["draft"] == {}
    assert Client().get("/session/", headers=ASKS).status_code == 401


@pytest.mark.parametrize("why", ["a shared device", "a shared rule", "said no"])
def test_no_key_where_the_device_is_to_keep_nothing(ada: User, why: str) -> None:
    if why == "said no":
        ada.preferences = {"device_drafts": False}
    if why == "a shared rule":
        ada.session_rule = User.SessionRule.SHARED
    ada.save()
    client = Client()
    device = "shared" if why == "a shared device" else ""
    client.post("/accounts/login/", {"login": ada.email, "password": factories.PASSWORD, "device": device})
    assert client.get("/session/", headers=ASKS).json()["draft"] == {}
    assert '<meta name="device" content="nothing">' in client.get("/home/").text


def test_a_page_says_that_this_device_may_keep_sealed_words(signed_in: Client) -> None:
    assert '<meta name="device" content="keeps">' in signed_in.get("/home/").text
