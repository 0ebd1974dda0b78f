"""Leaving at once, in a real browser: by click, by Shift three times, without scripts, from a page that failed, with no server."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from tests import factories
from vault import keyring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

WRITING = "/steps/hello/first-words/"
WORDS = "Muddy, quick, Always Up A Tree"


@pytest.fixture
def me() -> User:
    return factories.person()


@pytest.fixture(autouse=True)
def cover(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> str:
    """A page of this very server's address stands in for the neutral site: no test reaches another host."""
    address = f"{live_server.url}/steady/hold/?cover"
    monkeypatch.setattr(settings, "COVER_SITES", {"weather": address})
    return address


def sign_in(context: BrowserContext, address: str, person: User) -> None:
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def elsewhere(route: Route) -> None:
    """The neutral site's own answer: nothing of the way there reaches this server."""
    route.fulfill(body="the cover", content_type="text/html")


@pytest.fixture
def room(browser: Browser, live_server: LiveServer, me: User, cover: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    sign_in(context, live_server.url, me)
    context.route(cover, elsewhere)
    yield context
    context.close()


@pytest.fixture
def still_room(browser: Browser, live_server: LiveServer, me: User, cover: str) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, live_server.url, me)
    context.route(cover, elsewhere)
    yield context
    context.close()


def shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def opened(person: User) -> list[str]:
    with keyring.opened_for(person.pk, purpose="a test"):
        return [entry.body for entry in Entry.objects.filter(owner=person)]


def cookies(context: BrowserContext) -> dict[str, str]:
    return {cookie.get("name", ""): cookie.get("value", "") for cookie in context.cookies()}


def signed_out(context: BrowserContext) -> bool:
    return settings.SESSION_COOKIE_NAME not in cookies(context) and Session.objects.count() == 0


def press_leave(page: Page, way: str) -> None:
    page.wait_for_load_state()
    if way == "shift":
        shift(page, 3)
    else:
        page.locator(".bar .leave").click()


@pytest.mark.parametrize("way", ["click", "shift", "hidden"])
def test_leaving_keeps_the_words_ends_the_session_and_opens_the_cover(
    cover: str, room: BrowserContext, me: User, way: str
) -> None:
    page = room.new_page()
    page.goto("/home/")
    page.goto(WRITING)
    page.locator("textarea").first.fill(WORDS)
    if way == "click":
        page.locator(".bar .leave").click()
    elif way == "shift":
        shift(page, 3)
    else:
        page.locator("body > button", has_text="Leave this page").press("Enter")
    page.wait_for_url(cover)
    assert signed_out(room)
    assert opened(me) == [WORDS]
    assert "leaving" not in cookies(room)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/home/$"))  # the writing page stands in no history
    assert WORDS not in page.content()


def test_leaving_without_scripts_keeps_the_words_too(cover: str, still_room: BrowserContext, me: User) -> None:
    page = still_room.new_page()
    page.goto(WRITING)
    page.locator("textarea").first.fill(WORDS)
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    assert signed_out(still_room)
    assert opened(me) == [WORDS]


def test_the_cover_comes_at_once_and_says_nothing(room: BrowserContext) -> None:
    page = room.new_page()
    page.route("**/leave/", lambda route: None)
    page.goto("/kept/")
    seen = page.evaluate(
        """() => {
          const from = performance.now();
          document.querySelector(".bar .leave").click();
          const spent = performance.now() - from;
          const { width, height } = document.querySelector(".cover").getBoundingClientRect();
          return [spent < 100, width === innerWidth, height === innerHeight, document.title,
                  document.elementFromPoint(200, 200).className, document.querySelector("main").inert];
        }"""
    )
    assert seen == [True, True, True, "Weather", "cover", True]


ANSWERS: dict[str, Callable[[Route], object]] = {
    "nobody there": lambda route: route.abort("connectionrefused"),
    "offline": lambda route: route.abort("internetdisconnected"),
    "silence": lambda route: None,
    "a proxy alone": lambda route: route.fulfill(status=502, body="Bad gateway"),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("address", [WRITING, "/steady/"])
def test_a_dead_network_is_left_all_the_same_and_the_session_ends_later(
    cover: str, room: BrowserContext, address: str, answer: str
) -> None:
    room.add_init_script("{ const wait = setTimeout; window.setTimeout = (f, ms) => wait(f, ms === 5000 ? 300 : ms); }")
    page = room.new_page()
    page.goto("/home/")
    page.goto(address)
    page.route("**/text/", lambda route: route.abort())
    page.route("**/leave/", ANSWERS[answer])
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/home/$"))
    assert Session.objects.count() == 0
    assert "leaving" not in cookies(room)


def test_what_a_dead_network_leaves_behind_holds_no_words(cover: str, room: BrowserContext) -> None:
    page = room.new_page()
    page.goto(WRITING)
    page.route("**/text/", lambda route: route.abort())
    page.route("**/leave/", lambda route: route.abort())
    page.locator("textarea").first.fill(WORDS)
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    assert cookies(room)["leaving"] == "1"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.parametrize("way", ["click", "shift"])
def test_a_failure_page_can_be_left(cover: str, room: BrowserContext, way: str) -> None:
    page = room.new_page()
    page.goto("/nowhere/")
    press_leave(page, way)
    page.wait_for_url(cover)
    assert signed_out(room)
    assert "leaving" not in cookies(room)


def test_a_failure_page_can_be_left_without_scripts(cover: str, still_room: BrowserContext) -> None:
    page = still_room.new_page()
    page.goto("/nowhere/")
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    assert signed_out(still_room)


def nothing_else_saves(page: Page) -> None:
    page.route(re.compile(r"/js/(?!leave)"), lambda route: route.abort())


def age(context: BrowserContext) -> None:
    """Every token of the pages that are open is too old now."""
    context.clear_cookies(name=settings.CSRF_COOKIE_NAME)


@pytest.mark.parametrize("way", ["click", "shift", "still"])
def test_a_page_given_back_is_left_with_its_words_kept(
    cover: str, room: BrowserContext, still_room: BrowserContext, me: User, way: str
) -> None:
    context = still_room if way == "still" else room
    page = context.new_page()
    nothing_else_saves(page)
    page.goto(WRITING)
    page.locator("textarea").first.fill(WORDS)
    age(context)
    page.locator("main button[value='keep']").click()
    expect(page.locator("h1")).to_have_text("Not kept yet. Your words are here.")
    press_leave(page, way)
    page.wait_for_url(cover)
    assert settings.SESSION_COOKIE_NAME not in cookies(context)
    assert opened(me) == [WORDS]


@pytest.mark.parametrize("way", ["click", "shift", "still"])
def test_a_place_given_back_is_left_with_its_draft_held(
    cover: str, room: BrowserContext, still_room: BrowserContext, me: User, way: str
) -> None:
    context = still_room if way == "still" else room
    page = context.new_page()
    nothing_else_saves(page)
    page.goto("/steps/place/scene/")
    page.locator("[name='name.text']").fill("the low end")
    age(context)
    page.locator("main button[value='keep']").click()
    expect(page.locator("h1")).to_have_text("Not kept yet. Your words are here.")
    press_leave(page, way)
    page.wait_for_url(cover)
    assert settings.SESSION_COOKIE_NAME not in cookies(context)
    with keyring.opened_for(me.pk, purpose="a test"):
        assert me.visits.get(step="place").choices["scene"]["drafts"]["new"]["name"] == "the low end"


@pytest.mark.parametrize("scripts", [True, False])
def test_leaving_with_an_aged_token_keeps_the_words(
    cover: str, room: BrowserContext, still_room: BrowserContext, me: User, *, scripts: bool
) -> None:
    context = room if scripts else still_room
    page = context.new_page()
    nothing_else_saves(page)
    page.goto(WRITING)
    page.locator("textarea").first.fill(WORDS)
    age(context)
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    assert settings.SESSION_COOKIE_NAME not in cookies(context)
    assert opened(me) == [WORDS]


@pytest.mark.parametrize("typed", ["Shift+A Shift+B Shift+C", "Shift Shift a Shift", "Shift Shift Tab Shift"])
def test_shift_with_or_before_another_key_leaves_nothing(room: BrowserContext, typed: str) -> None:
    page = room.new_page()
    page.route("**/text/", lambda route: route.abort())  # nothing is being saved while the database is emptied
    page.goto(WRITING)
    page.locator("textarea").first.focus()
    for key in typed.split():
        page.keyboard.press(key)
    assert page.locator(".cover").count() == 0
    assert page.locator(".presses .is-on").count() == (1 if typed.endswith("Shift") else 0)


def test_presses_of_shift_are_forgotten_after_five_seconds(room: BrowserContext) -> None:
    page = room.new_page()
    page.clock.install()
    page.goto("/kept/")
    shift(page, 2)
    assert page.locator(".presses .is-on").count() == 2
    assert page.locator("#live").inner_text() == "Shift once more leaves this page."
    page.clock.fast_forward(5100)
    assert page.locator(".presses").count() == 0
    assert page.locator("#live").inner_text() == ""
    shift(page, 1)
    assert page.locator("#live").inner_text() == "Shift twice more leaves this page."
    assert page.locator(".cover").count() == 0


def test_held_shift_counts_once_and_never_after_another_key(room: BrowserContext) -> None:
    page = room.new_page()
    page.goto("/kept/")
    for _ in range(5):
        page.keyboard.down("Shift")
    page.keyboard.up("Shift")
    assert page.locator(".presses .is-on").count() == 1
    page.keyboard.down("Shift")
    page.keyboard.press("a")
    page.keyboard.down("Shift")  # the key repeats while it is held
    page.keyboard.up("Shift")
    assert page.locator(".presses .is-on").count() == 0


def test_other_tabs_leave_too(cover: str, room: BrowserContext) -> None:
    writing, beside = room.new_page(), room.new_page()
    writing.goto(WRITING)
    writing.locator("textarea").first.fill(WORDS)
    beside.goto("/steady/?beside=1")
    beside.locator(".bar .leave").click()
    beside.wait_for_url(cover)
    writing.wait_for_url(cover)


@pytest.mark.parametrize("scripts", [True, False])
def test_signed_out_leaving_opens_the_cover(
    cover: str, browser: Browser, live_server: LiveServer, *, scripts: bool
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/steady/room/")
    page.locator(".bar .leave").click()
    page.wait_for_url(cover)
    context.close()


def test_a_kept_page_seen_after_signing_in_still_ends_the_session(
    cover: str, room: BrowserContext, live_server: LiveServer
) -> None:
    before = room.cookies()
    room.clear_cookies()
    page = room.new_page()
    page.goto("/steady/")
    room.add_cookies(before)  # type: ignore[arg-type]
    assert page.locator("a.leave").count() == 1
    page.locator("a.leave").click()
    page.wait_for_url(cover)
    assert signed_out(room)
