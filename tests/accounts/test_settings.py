"""Settings: every default, every change, and the way back to the row."""

import re
from datetime import timedelta

import pytest
import time_machine

from accounts import preferences
from accounts.models import User
from accounts.views import settings
from tests import factories
from tests.accounts.conftest import sign_in
from tests.client import StrictClient
from vault import keyring

NOT_OFFERED = "That choice isn’t on this page any more."


@pytest.fixture
def me() -> User:
    return factories.person()


@pytest.fixture
def signed_in(client: StrictClient, me: User) -> StrictClient:
    client.force_login(me)
    return client


def rows(page: str) -> dict[str, str]:
    """What each row says now, by its key."""
    found = re.findall(
        r'<dd>([^<]*(?:<bdi>.*?</bdi>)?)[^/]*?(?:<span class="just-kept".*?</span>)?</dd>\s*<dd><a id="(\w+)"', page
    )
    return {key: re.sub(r"<[^>]*>", "", said).strip() for said, key in found}


def test_nothing_is_on_that_nobody_asked_for(me: User) -> None:
    """Experience R39."""
    assert me.preferences == {}
    assert {each.key: each.of(me) for each in preferences.ALL.values()} == {
        "theme": "auto", "quiet": False, "face": "literata", "size": "usual", "spacing": "usual", "dim": True, "pause_line": True, "hide_words": False,
        "pace": "little", "spellcheck": False, "look_back": False, "cover": "weather", "shift": True, "titles": True, "rest": 30,
        "device_drafts": True,
    }  # fmt: skip
    assert (me.name_sealed, me.child_word_sealed, me.call_sealed, me.country) == (None, None, None, "")


def test_everything_can_be_changed_two_screens_from_home(signed_in: StrictClient) -> None:
    """Experience R40: home, the page with the row, the page of the row."""
    pages = [signed_in.get(path).text for path in re.findall(r'href="(/settings/[^"]*)"', signed_in.get("/home/").text)]
    assert len(pages) == 2
    links = [key for page in pages for key in re.findall(r'href="/settings/(\w+)/"', page)]
    for key in settings.FORMS:
        assert links.count(key) == 1
        form = signed_in.get(f"/settings/{key}/")
        assert (form.status_code, form.text.count("<h1")) == (200, 1)
    assert {"devices", "password"} <= set(re.findall(r'<a id="(\w+)"', pages[1]))


@pytest.mark.parametrize("preference", preferences.ALL.values(), ids=preferences.ALL)
def test_a_choice_is_kept_and_said_in_its_row(
    signed_in: StrictClient, me: User, preference: preferences.Preference
) -> None:
    others: dict[str, preferences.Value] = {"cover": "clock"} if preference.key != "cover" else {"theme": "day"}
    User.objects.filter(pk=me.pk).update(preferences=others)
    page = "/settings/privacy/" if preference.key in settings.PRIVATE else "/settings/"
    for value in [*preference.choices, preference.default]:
        answer = signed_in.post(f"/settings/{preference.key}/", {"chosen": preferences.name_of(value)})
        assert (answer.status_code, answer["Location"]) == (302, f"{page}?kept={preference.key}#{preference.key}")
        me.refresh_from_db()
        assert preference.of(me) == value
        assert me.preferences == others | ({} if value == preference.default else {preference.key: value})
        text = signed_in.get(answer["Location"]).text
        assert rows(text)[preference.key] == preference.words(me)
        assert f'<a id="{preference.key}" href="/settings/{preference.key}/" aria-describedby="kept">' in text
        assert text.count("Kept.") == 1
        chosen = re.findall(r'value="(\w+)"[^>]* checked', signed_in.get(f"/settings/{preference.key}/").text)
        assert chosen == [preferences.name_of(value)]


def test_what_nobody_offers_is_refused_in_a_sentence(signed_in: StrictClient, me: User) -> None:
    for key in preferences.ALL:
        for posted in ("", "ultraviolet", "on off", "<b>", "\x00", "-1"):
            answer = signed_in.post(f"/settings/{key}/", {"chosen": posted, "theme": "night", "session_rule": "own"})
            assert (answer.status_code, NOT_OFFERED in answer.text) == (422, True), (key, posted)
    me.refresh_from_db()
    assert (me.preferences, me.session_rule) == ({}, "plain")


def test_a_row_of_another_age_counts_as_not_chosen(me: User) -> None:
    me.preferences = {"rest": True, "theme": 1, "quiet": "on", "face": ["x"], "pace": None}
    chosen = {key: preferences.ALL[key].of(me) for key in me.preferences}
    assert chosen == {"rest": 30, "theme": "auto", "quiet": False, "face": "literata", "pace": "little"}


def test_two_changes_at_once_keep_both(me: User) -> None:
    early, late = User.objects.get(pk=me.pk), User.objects.get(pk=me.pk)
    preferences.change(early, "theme", "night")
    preferences.change(late, "quiet", value=True)
    me.refresh_from_db()
    assert me.preferences == {"theme": "night", "quiet": True}


def test_what_somebody_says_of_themselves_is_sealed_and_shown_in_its_row(signed_in: StrictClient, me: User) -> None:
    signed_in.typed = ["{{ Ada }}"]
    signed_in.post("/settings/name/", {"name.text": "{{ Ada }}"})
    signed_in.post("/settings/word/", {"child_word": "own", "own_word.text": "<Pip>"})
    signed_in.post("/settings/country/", {"country": "NZ"})
    signed_in.post("/settings/call/", {"call.text": "Ruth"})
    me.refresh_from_db()
    assert not any(word in bytes(column) for word in (b"Ada", b"Pip", b"Ruth")
                   for column in (me.name_sealed or b"", me.child_word_sealed or b"", me.call_sealed or b""))  # fmt: skip
    said = rows(signed_in.get("/settings/").text) | rows(signed_in.get("/settings/privacy/").text)
    assert [said[key] for key in ("name", "word", "country", "call")] == [
        "{{ Ada }}", "&lt;Pip&gt;", "New Zealand", "Ruth",
    ]  # fmt: skip
    for key in ("name", "word", "call"):  # cut short on its way: nothing was taken back
        signed_in.post(f"/settings/{key}/", {})
    me.refresh_from_db()
    with keyring.opened_for(me.pk, purpose="a test"):
        assert (me.name, me.child_word, me.call) == ("{{ Ada }}", "<Pip>", "Ruth")
    signed_in.post("/settings/name/", {"name.text": ""})
    signed_in.post("/settings/word/", {"child_word": "", "own_word.text": "<Pip>"})
    signed_in.post("/settings/call/", {"call.text": ""})
    me.refresh_from_db()
    with keyring.opened_for(me.pk, purpose="a test"):
        assert (me.name, me.child_word, me.call) == ("", "", "")
    assert signed_in.post("/settings/country/", {"country": "<b>"}).status_code == 422
    long = signed_in.post("/settings/call/", {"call.text": "x" * 301})
    assert (long.status_code, "x" * 301 in long.text) == (422, True)


def test_titles_are_discreet_until_somebody_likes_them_otherwise(signed_in: StrictClient, me: User) -> None:
    def title(path: str) -> str:
        return str(re.findall(r"<title>(.*?)</title>", signed_in.get(path).text)[0])

    assert [title(path) for path in ("/home/", "/settings/", "/welcome/", "/kept/")] == [
        "Home", "Settings", "Welcome", "Kept",
    ]  # fmt: skip
    preferences.change(me, "titles", value=False)
    assert [title("/home/"), title("/help/")] == ["Home – Innerchild", "Help – Innerchild"]


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_session_rests_as_long_as_was_chosen(minutes: int) -> None:
    me = factories.person()
    preferences.change(me, "rest", minutes)
    for over in (False, True):
        client = StrictClient()
        with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
            sign_in(client, me.email)
            assert f'name="rest" content="{minutes * 60}"' in client.get("/home/").text
            clock.shift(timedelta(minutes=minutes, seconds=1 if over else -1))
            assert client.get("/signed-in/").status_code == (302 if over else 200)


@pytest.mark.parametrize(("rule", "device", "minutes"), [("plain", "shared", 10), ("practice", "", 15)])
def test_a_longer_rest_loosens_no_stricter_rule(client: StrictClient, rule: str, device: str, minutes: int) -> None:
    me = factories.person(session_rule=rule, preferences={"rest": 60})
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, me.email, device=device)
        clock.shift(timedelta(minutes=minutes, seconds=1))
        assert client.get("/signed-in/").status_code == 302


def test_asking_how_long_is_left_moves_nothing_and_staying_does(client: StrictClient) -> None:
    ours = {"x-requested-with": "journal"}
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        sign_in(client, factories.person().email)
        clock.shift(timedelta(minutes=28))
        assert client.get("/session/left/", headers=ours).json() == {"left": 120}
        clock.shift(timedelta(minutes=1))
        assert client.get("/session/left/", headers=ours).json() == {"left": 60}
        assert client.post("/session/stay/", headers=ours).json() == {"left": 1800}
        clock.shift(timedelta(minutes=31))
        over = client.get("/session/left/", headers=ours)
        assert (over.status_code, over.json()) == (401, {"error": "session"})
        assert client.get("/session/stay/").status_code == 302


def test_wrong_addresses_and_methods_change_nothing(signed_in: StrictClient, me: User) -> None:
    assert signed_in.get("/settings/nothing/").status_code == 404
    assert [signed_in.delete("/settings/theme/").status_code, signed_in.post("/settings/").status_code] == [405, 405]
    assert signed_in.get("/session/stay/").status_code == 405
    me.refresh_from_db()
    assert me.preferences == {}


@pytest.mark.parametrize("path", ["/settings/", "/settings/privacy/", "/settings/theme/", "/settings/devices/"])
def test_strangers_are_led_to_the_door(client: StrictClient, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
