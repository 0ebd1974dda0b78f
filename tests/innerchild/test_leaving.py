"""Leaving when something is not as it should be: an aged token, another sender, a mark left by a dead network."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings, settings
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from accounts.models import User
from innerchild import failures
from journal.about import About
from tests import factories
from tests.client import StrictClient
from tests.innerchild.conftest import WRITING
from vault import keyring

pytestmark = pytest.mark.django_db

COVER = next(iter(settings.COVER_SITES.values()))
HERE = {"Origin": "http://testserver"}
GONE = (303, COVER)


@pytest.fixture
def me() -> User:
    return factories.person()


@pytest.fixture
def mine(me: User) -> StrictClient:
    """Signed in, and every token is looked at."""
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(me)
    return client


def form(person: User, **change: str) -> dict[str, str]:
    about = About(kind="answer", step="hello", question_key="first-words", question="Which words?", pack=1)
    box = {"text": "half a sent", "entry": str(uuid4()), "op": str(uuid4()), "base_rev": "0"}
    said = {f"words.{name}": value for name, value in box.items()}
    return {"writer": str(person.pk), "box": "words", "words.about": about.token(person.pk), **said, **change}


def kept(person: User) -> list[str]:
    with keyring.opened_for(person.pk, purpose="a test"):
        return [entry.body for entry in person.entries.all()]


def to(response: Any) -> tuple[int, str]:
    return response.status_code, response.get("Location", "")


@pytest.mark.parametrize("sender", [HERE, {"Sec-Fetch-Site": "same-origin"}])
def test_leaving_our_own_page_with_an_aged_token_keeps_the_words(
    me: User, mine: StrictClient, sender: dict[str, str]
) -> None:
    response = mine.post("/leave/", {**form(me), "csrfmiddlewaretoken": "x" * 64}, headers=sender)
    assert to(response) == GONE
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert (kept(me), Session.objects.count()) == (["half a sent"], 0)


@pytest.mark.parametrize(
    "sender",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {**HERE, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_leaving_from_who_knows_where_without_a_token_keeps_nothing(
    me: User, mine: StrictClient, sender: dict[str, str]
) -> None:
    response = mine.post("/leave/", form(me), headers=sender)
    assert (to(response), response["Clear-Site-Data"]) == (GONE, '"cache", "cookies"')
    assert (kept(me), Session.objects.count()) == ([], 0)


def test_leaving_a_page_of_somebody_who_was_here_before_keeps_nothing(me: User, mine: StrictClient) -> None:
    before = factories.person()
    assert to(mine.post("/leave/", form(before), headers=HERE)) == GONE
    assert (kept(me), kept(before), Session.objects.count()) == ([], [], 0)


def test_leaving_a_page_that_names_no_writer_with_an_aged_token_keeps_nothing(me: User, mine: StrictClient) -> None:
    named = {"box": "name", "name.text": "the low end"}
    assert to(mine.post("/steps/place/scene/?leave", named, headers=HERE)) == GONE
    assert (me.visits.count(), Session.objects.count()) == (0, 0)
    mine.force_login(me)
    assert to(mine.post("/steps/place/scene/?leave", {**named, "writer": str(me.pk)}, headers=HERE)) == GONE
    assert (me.visits.count(), Session.objects.count()) == (1, 0)


def test_leaving_signed_out_with_an_aged_token_keeps_nothing(me: User) -> None:
    client = StrictClient(enforce_csrf_checks=True)
    assert to(client.post("/leave/", form(me), headers=HERE)) == GONE
    assert to(client.post("/leave/", {**form(me), "writer": "None"}, headers=HERE)) == GONE
    assert kept(me) == []


@pytest.mark.usefixtures("routes")
def test_a_page_that_knows_nothing_of_leaving_is_left_all_the_same(me: User, mine: StrictClient) -> None:
    assert to(mine.post("/-/reads/?leave", form(me), headers=HERE)) == GONE
    assert Session.objects.count() == 0


def test_another_site_ends_no_session(me: User, mine: StrictClient) -> None:
    response = mine.post("/leave/", form(me), headers={"Origin": "https://evil.example"})
    assert (response.status_code, Session.objects.count()) == (403, 1)


@pytest.mark.parametrize(("sender", "status"), [(HERE, 303), ({}, 413)])
def test_leaving_with_more_than_a_form_may_hold_leaves(
    me: User, mine: StrictClient, settings: LazySettings, sender: dict[str, str], status: int
) -> None:
    mine.get("/home/")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = mine.post("/leave/", form(me, **{"words.text": "w" * 2000}), headers=sender)
    assert (response.status_code, Session.objects.count()) == (status, 0 if status == 303 else 1)


@pytest.mark.parametrize(
    ("address", "field", "leads"),
    [
        ("/steps/hello/first-words/", "words.entry", "/leave/"),
        ("/steps/place/scene/", "name.text", "/steps/place/scene/?leave"),
        ("/steps/letter/becomes/?from=here", "title.text", "/steps/letter/becomes/?from=here&amp;leave"),
    ],
)
def test_a_page_given_back_is_left_by_the_address_that_can_keep_it(
    rf: RequestFactory, address: str, field: str, leads: str
) -> None:
    page = failures.give_back(rf.post(address, {"box": field.partition(".")[0], field: "x"}), 403).text
    assert f'form="writing" formaction="{leads}"' in page


@pytest.mark.parametrize("status", failures.PAGES)
def test_every_failure_page_can_be_left(status: int) -> None:
    page = failures._page(failures.PAGES[status], status, {}).text
    assert 'form="leave" formaction="/leave/"' in page
    assert '<form id="leave" method="post" action="/leave/">' in page


def test_whoever_left_on_a_dead_network_is_signed_out_by_the_next_request(mine: StrictClient) -> None:
    mine.cookies["leaving"] = "1"
    response = mine.get("/home/")
    assert to(response) == (302, "/accounts/login/?next=/home/")
    assert (Session.objects.count(), response.cookies["leaving"]["max-age"]) == (0, 0)
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_a_public_page_knows_nobody_who_left(mine: StrictClient) -> None:
    mine.cookies["leaving"] = "1"
    page = mine.get("/steady/").text
    assert ('name="csrf-token"' in page, Session.objects.count()) == (False, 0)


def test_signing_in_after_such_a_leave_lasts(me: User) -> None:
    client = StrictClient()
    client.cookies["leaving"] = "1"
    client.post("/accounts/login/", {"login": me.email, "password": factories.PASSWORD, "device": "own"})
    assert client.get("/home/").status_code == 200


def test_a_leave_that_arrives_after_its_mark_still_keeps_the_words(me: User, mine: StrictClient) -> None:
    mine.cookies["leaving"] = "1"
    response = mine.post("/leave/", form(me), headers=HERE)
    assert (to(response), response.cookies["leaving"]["max-age"]) == (GONE, 0)
    assert (kept(me), Session.objects.count()) == (["half a sent"], 0)


@pytest.mark.parametrize(
    "damage",
    [
        {"words.base_rev": "-1"},
        {"words.base_rev": "abc"},
        {"words.op": "x"},
        {"words.entry": "x"},
        {"words.after": "x"},
    ],
)
def test_a_damaged_form_gives_the_words_back(me: User, damage: dict[str, str]) -> None:
    client = StrictClient()
    client.force_login(me)
    response = client.post("/steps/hello/first-words/", form(me, **damage))
    assert response.status_code == 400
    assert ">\nhalf a sent</textarea>" in response.text
    assert "Your words are all here" in response.text


@pytest.mark.usefixtures("routes")
def test_what_another_site_may_have_sent_is_not_given_back(failing: StrictClient) -> None:
    response = failing.post("/-/reads/?a=%00", WRITING)
    assert (response.status_code, "remember the tree" in response.text) == (400, False)


@pytest.mark.parametrize("address", ["/steady/", "/help/", "/steady/hold/"])
@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:evil()"])
def test_an_address_elsewhere_is_repeated_nowhere(client: StrictClient, address: str, back: str) -> None:
    assert "evil" not in client.get(address, {"back": back}).text
