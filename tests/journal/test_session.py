"""Who is signed in here, and the key of what this device keeps: for our own scripts, and nobody else."""

import base64
import html
import json

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.sessions import SessionStore
from tests import canary, factories
from tests.journal.test_boxes import fields
from vault import drafts

pytestmark = pytest.mark.django_db
GIVEN_BACK = {"signed out": 401, "aged token": 403, "damaged": 400}
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


@pytest.mark.parametrize("how", ["signed out", "aged token", "damaged"])
def test_no_text_enters_a_session_whatever_happens_to_its_form(ada: User, how: str) -> None:
    """Trust R13, while it runs: the words are in the answer, and in no session that there is."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    words = canary.fresh()
    form = {**fields(ada, words), "csrfmiddlewaretoken": "x" * 64}
    if how != "aged token":
        client.get("/accounts/logout/")
        form["csrfmiddlewaretoken"] = client.cookies["csrf"].value
    if how == "signed out":
        del client.cookies["sid"]
    if how == "damaged":
        form["words.op"] = "x"
    response = client.post("/steps/hello/first-words/", form)
    assert (response.status_code, words in html.unescape(response.text)) == (GIVEN_BACK[how], True)
    opened = [json.dumps(SessionStore(row.pk).load(), ensure_ascii=False, default=str) for row in Session.objects.all()]
    assert (len(opened) > 0, [session for session in opened if words in session]) == (True, [])


def test_a_page_says_that_this_device_may_keep_sealed_words(signed_in: Client) -> None:
    assert '<meta name="device" content="keeps">' in signed_in.get("/home/").text
