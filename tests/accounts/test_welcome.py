"""The welcome: pages that can be passed by, a question that is kept nowhere, and leaving tried out."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import good_day
from accounts.models import User
from tests import factories
from tests.client import StrictClient
from vault import keyring

PAGES = ["", "today/", "who/", "leaving/", "people/", "begin/"]


@pytest.fixture
def me() -> User:
    return factories.person(country="AT", child_word="Pip")


@pytest.fixture
def signed_in(client: StrictClient, me: User) -> StrictClient:
    client.force_login(me)
    return client


def main(client: StrictClient, path: str) -> str:
    return client.get(path).text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", [*PAGES, "leaving/practice/", "leaving/practised/"])
def test_every_page_can_be_passed_by_and_asks_for_nothing(signed_in: StrictClient, path: str) -> None:
    text = main(signed_in, f"/welcome/{path}")
    assert 'href="/home/"' in text
    assert (text.count("<h1"), " required" in text) == (1, False)
    assert text.count('class="button"') <= 1
    assert path == "begin/" or "Skip the tour" in text


def test_the_pages_lead_from_one_to_the_next(signed_in: StrictClient) -> None:
    assert signed_in.post("/welcome/", {})["Location"] == "/welcome/today/"
    assert 'href="/welcome/who/"' in main(signed_in, "/welcome/today/")
    assert 'href="/welcome/leaving/"' in main(signed_in, "/welcome/who/")
    chosen = {"chosen": "weather"}
    assert signed_in.post("/welcome/leaving/", {**chosen, "go": "practice"})["Location"] == "/welcome/leaving/practice/"
    assert signed_in.post("/welcome/leaving/", {**chosen, "go": "on"})["Location"] == "/welcome/people/"
    assert signed_in.post("/welcome/people/", {"go": "on"})["Location"] == "/welcome/begin/"
    assert re.findall(r'href="(/steps/\w+/)"', main(signed_in, "/welcome/begin/")) == [
        "/steps/hello/", "/steps/place/", "/steps/letter/", "/steps/kindness/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("posted", "word"),
    [
        ({"child_word": "little me", "own_word.text": ""}, "little me"),
        ({"child_word": "own", "own_word.text": "Pe\x00t"}, "Pet"),
        ({"child_word": "", "own_word.text": "Nim"}, "Nim"),
        ({"child_word": "little me", "own_word.text": "Pip"}, "little me"),  # what stood there before is not typed anew
        ({"child_word": "", "own_word.text": ""}, ""),
        ({"child_word": "own", "own_word.text": ""}, ""),
    ],
)
def test_a_word_said_before_is_there_and_can_be_another(
    signed_in: StrictClient, me: User, posted: dict[str, str], word: str
) -> None:
    assert 'value="Pip"' in main(signed_in, "/welcome/")
    assert signed_in.post("/welcome/", posted).status_code == 302
    me.refresh_from_db()
    with keyring.opened_for(me.pk, purpose="a test"):
        assert me.child_word == word


def test_a_word_too_long_or_not_offered_comes_back_with_our_words(signed_in: StrictClient, me: User) -> None:
    page = signed_in.post("/welcome/", {"child_word": "mine", "own_word.text": "x" * 61})
    assert page.status_code == 422
    assert "Up to 60 characters find room." in page.text
    assert "That choice isn’t on this page any more." in page.text
    assert f'value="{"x" * 61}"' in page.text
    me.refresh_from_db()
    with keyring.opened_for(me.pk, purpose="a test"):
        assert me.child_word == "Pip"


def test_what_is_said_of_today_is_kept_nowhere(signed_in: StrictClient, caplog: pytest.LogCaptureFixture) -> None:
    signed_in.get("/welcome/today/")
    before = dict(signed_in.session.items())
    with CaptureQueriesContext(connection) as queries:
        answer = signed_in.post("/welcome/today/", {"steady": "flooded", "sign": ["danger", "recent"]})
    assert answer.status_code == 200
    assert [row["sql"] for row in queries if not row["sql"].startswith("SELECT")] == []
    assert not any("flooded" in row["sql"] or "danger" in row["sql"] for row in queries)
    assert dict(signed_in.session.items()) == before
    assert "flooded" not in caplog.text
    assert answer["Cache-Control"] == "no-store, private"
    assert 'method="post"' in answer.text
    fresh = main(signed_in, "/welcome/today/")
    assert "checked" not in fresh
    assert 'role="status"' not in fresh


@pytest.mark.parametrize(
    ("steady", "signs", "first"),
    [
        ("", [], ""),
        ("settled", [], ""),
        ("wobbly", [], ""),
        ("flooded", [], "/steady/"),
        ("far", [], "/steady/room/"),
        ("settled", ["recent"], "/steady/"),
        ("far", ["tonight", "danger"], "/help/"),
        ("", ["young"], "/help/"),
        ("", ["unreal", "cared"], "/steady/room/"),
        ("", ["watched", "recent"], "/welcome/leaving/"),
        ("nonsense", ["<b>", "nothing of ours"], ""),
    ],
)
def test_what_holds_today_changes_the_first_door_and_closes_none(
    signed_in: StrictClient, steady: str, signs: list[str], first: str
) -> None:
    text = signed_in.post("/welcome/today/", {"steady": steady, "sign": signs}).text
    text = text.partition("<main")[2].partition("</main>")[0]
    filled = re.findall(r'<a class="button" href="([^"?]*)', text)
    assert filled == [first or "/welcome/who/"]
    assert ("Go on anyway" in text) is bool(first)
    assert 'href="/welcome/who/"' in text
    for sign in good_day.SIGNS:
        assert text.count(str(sign.advice)) == 1 + (sign.key in signs)


def test_who_can_see_what_is_the_truth_and_consents_have_their_day(signed_in: StrictClient, me: User) -> None:
    for page in ("/welcome/who/", "/settings/privacy/"):
        text = main(signed_in, page)
        assert "encrypted on our disks and in our backups with a key of your own" in text
        assert "Have no screen to read it. The running service can open it" in text
        assert f"You said yes on {me.consent_at.strftime('%-d %B %Y')}." in text
        assert "checkbox" not in text


def test_leaving_says_what_it_does_and_what_it_cannot(signed_in: StrictClient, me: User) -> None:
    text = main(signed_in, "/welcome/leaving/")
    for said in ("covers the page at once, keeps your words, signs you out", "The history of this browser still shows",
                 "Someone who watches this device", "Three taps on Shift"):  # fmt: skip
        assert said in text
    signed_in.post("/welcome/leaving/", {"chosen": "clock"})
    assert f'content="{settings.COVER_SITES["clock"]}"' in signed_in.get("/home/").text
    refused = signed_in.post("/welcome/leaving/", {"chosen": "https://evil.example/"})
    assert (refused.status_code, "That choice isn’t on this page any more." in refused.text) == (422, True)
    me.refresh_from_db()
    assert me.preferences == {"cover": "clock"}


def test_practice_without_a_script_ends_on_a_page_of_ours_and_nobody_is_signed_out(signed_in: StrictClient) -> None:
    page = signed_in.get("/welcome/leaving/practice/").text
    assert re.findall(r'formaction="([^"]*)"', page) == ["/welcome/leaving/practised/"] * 2
    assert 'data-practice="/welcome/leaving/practised/"' in page
    answer = signed_in.post("/welcome/leaving/practised/")
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/leaving/practised/")
    assert "Like that." in main(signed_in, "/welcome/leaving/practised/")
    assert "data-practice" not in signed_in.get("/home/").text


def test_whom_to_call_shows_on_help_to_that_person_alone(
    client: StrictClient, signed_in: StrictClient, me: User
) -> None:
    said = {"country": "DE", "call.text": "Ruth <next> door\r\n0664 123", "go": "show"}
    assert signed_in.post("/welcome/people/", said)["Location"] == "/welcome/people/#lines"
    assert "Lines for Germany" in main(signed_in, "/welcome/people/")
    me.refresh_from_db()
    assert me.country == "DE"
    assert b"Ruth" not in bytes(me.call_sealed or b"")
    mine = signed_in.get("/help/")
    assert "Ruth &lt;next&gt; door<br>0664 123" in mine.text
    assert mine["Cache-Control"] == "no-store, private"
    assert mine.text.index("Call 112") < mine.text.index("Ruth")
    signed_in.force_login(factories.person())
    assert "Someone I could call" not in signed_in.get("/help/").text
    signed_in.cookies.clear()
    stranger = signed_in.get("/help/")
    assert "Someone I could call" not in stranger.text
    assert "public" in stranger["Cache-Control"]


def test_help_stands_when_whom_to_call_cannot_be_opened(signed_in: StrictClient, me: User) -> None:
    User.objects.filter(pk=me.pk).update(call_sealed=b"altered")
    page = signed_in.get("/help/")
    assert (page.status_code, "Someone I could call" in page.text) == (200, False)
    signed_in.post("/welcome/people/", {"country": "AT", "call.text": ""})
    me.refresh_from_db()
    assert bytes(me.call_sealed or b"") == b"altered"


def test_words_about_somebody_survive_a_session_that_ended_and_a_quick_leave(signed_in: StrictClient, me: User) -> None:
    said = {"country": "AT", "call.text": "Ruth next door", "box": "call"}
    gone = signed_in.post("/welcome/people/?leave", {**said, "go": "on"})
    assert gone["Location"] == settings.COVER_SITES["weather"]
    me.refresh_from_db()
    with keyring.opened_for(me.pk, purpose="a test"):
        assert me.call == "Ruth next door"
    signed_in.typed = ["Ruth, again"]
    back = signed_in.post("/settings/call/", {"call.text": "Ruth, again", "box": "call"})
    assert (back.status_code, "Ruth, again" in back.text) == (401, True)


def test_the_pace_chosen_is_what_a_step_offers_first(signed_in: StrictClient) -> None:
    assert signed_in.post("/welcome/begin/", {"chosen": "open"})["Location"] == "/welcome/begin/"
    assert re.findall(r'name="pace" value="(\w+)"[^>]* checked', main(signed_in, "/steps/hello/intro/")) == ["open"]


@pytest.mark.parametrize("path", [*PAGES, "leaving/practice/"])
def test_strangers_are_led_to_the_door(client: StrictClient, path: str, db: None) -> None:
    assert client.get(f"/welcome/{path}")["Location"] == f"/accounts/login/?next=/welcome/{path}"
