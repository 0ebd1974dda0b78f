"""Settings and the welcome as somebody uses them: by keyboard, by typing, by resting, and by practising to leave."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import preferences, sessions
from accounts.models import User
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

WRITING = "/steps/hello/first-words/"


@pytest.fixture
def me() -> User:
    return factories.person()


def room(browser: Browser, address: str, person: User, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(
        base_url=address, java_script_enabled=scripts, viewport={"width": 1280, "height": 720}
    )
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
    return context


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, me: User) -> Iterator[Page]:
    context = room(browser, live_server.url, me)
    yield context.new_page()
    context.close()


def moved(seconds_ago: int) -> None:
    """As if nobody had been here for that long."""
    store = sessions.SessionStore(Session.objects.get().session_key)
    store["icj_moved"] -= seconds_ago
    store.save()


def style(page: Page, selector: str, name: str) -> str:
    return str(page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}"))


def test_a_row_is_changed_by_keyboard_and_has_the_keyboard_again(page: Page, me: User) -> None:
    page.goto("/settings/")
    page.locator("#face").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/face/")
    sample = page.locator(".sample .written")
    before = sample.evaluate("e => getComputedStyle(e).fontFamily")
    page.locator("[value=literata]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[value=atkinson]")).to_be_checked()
    assert sample.evaluate("e => getComputedStyle(e).fontFamily") != before
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/?kept=face#face")
    expect(page.locator("#face")).to_be_focused()
    expect(page.locator("#kept")).to_have_text("Kept.")
    me.refresh_from_db()
    assert me.preferences == {"face": "atkinson"}


def test_a_look_is_worn_by_every_page_without_scripts(browser: Browser, live_server: LiveServer, me: User) -> None:
    context = room(browser, live_server.url, me, scripts=False)
    page = context.new_page()
    page.goto(WRITING)
    usual = {name: style(page, "textarea", name) for name in ("fontFamily", "fontSize", "lineHeight")}
    for key, value in (
        ("theme", "night"),
        ("quiet", "on"),
        ("face", "system"),
        ("size", "largest"),
        ("spacing", "roomier"),
    ):
        page.goto(f"/settings/{key}/")
        page.locator(f"[value={value}]").check()
        page.get_by_role("button", name="Keep").click()
        page.wait_for_url(re.compile(rf"kept={key}#{key}$"))
    page.goto(WRITING)
    assert "system-ui" in style(page, "textarea", "fontFamily") != usual["fontFamily"]
    assert float(style(page, "textarea", "fontSize")[:-2]) == pytest.approx(float(usual["fontSize"][:-2]) * 1.25)
    assert float(style(page, "textarea", "lineHeight")[:-2]) > 1.4 * float(usual["lineHeight"][:-2])
    assert style(page, "html", "colorScheme") == "dark"
    assert style(page, "html", "filter") == "saturate(0.5)"
    assert style(page, "a", "transitionDuration") in {"0s", "0s, 0s, 0s"}
    page.goto("/home/")
    assert page.locator("main svg:visible, .pane:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    context.close()


def test_the_room_dims_while_somebody_types_and_comes_back(page: Page, me: User) -> None:
    root = page.locator("html")
    page.clock.install(time="2026-11-24T09:00:00Z")
    page.goto(WRITING)
    page.clock.pause_at("2026-11-24T10:00:00Z")  # from here on only a look round brings anything back
    area, bar = page.locator("textarea").first, page.locator(".bar .home")
    for back in ("pause", "pointer", "tab"):
        area.press("x")
        expect(root).to_have_attribute("data-typing", "")
        expect(bar).to_have_css("opacity", "0.72")
        if back == "pause":
            page.clock.run_for(3100)
        elif back == "pointer":
            page.mouse.move(200, 300)
            page.mouse.move(240, 320)
        else:
            page.keyboard.press("Tab")
        expect(root).not_to_have_attribute("data-typing", "")
        expect(bar).to_have_css("opacity", "1")
    for key, value in (("dim", False), ("quiet", True)):
        preferences.change(me, key, value=value)
        page.goto(WRITING)
        page.locator("textarea").first.press("y")
        assert root.get_attribute("data-typing") is None
        preferences.change(me, key, value=not value)


def test_before_a_session_rests_the_page_asks_and_a_press_keeps_it(page: Page) -> None:
    page.clock.install()
    page.goto("/kept/")
    page.locator("main a:visible").first.focus()
    asked = page.get_by_role("alertdialog", name="Still here?")
    with page.expect_response("**/session/left/"):
        page.clock.fast_forward("28:01")
    expect(asked).to_have_count(0)  # the server knows that hardly a second has gone by
    moved(28 * 60 + 30)
    with page.expect_response("**/session/left/"):
        page.clock.fast_forward("28:01")
    expect(asked).to_be_visible()
    assert page.locator("dialog :is(a, button):visible").all_inner_texts() == ["Stay"]
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    with page.expect_response("**/session/stay/") as stayed:
        page.keyboard.press("Enter")
    assert stayed.value.json()["left"] >= 1799
    expect(asked).to_be_hidden()
    expect(page.locator("main a:visible").first).to_be_focused()
    moved(31 * 60)
    page.clock.fast_forward("28:01")
    over = page.get_by_role("alertdialog", name="This page went to rest")
    expect(over).to_be_visible()
    assert page.locator("dialog :is(a, button):visible").all_inner_texts() == ["Sign in"]
    assert over.get_by_role("link").get_attribute("href") == "/accounts/login/?next=/kept/"
    page.keyboard.press("Escape")
    expect(over).to_be_visible()
    over.get_by_role("link").click()
    expect(page.locator("main .lead")).to_have_text("Your page is waiting exactly where it was.")


def test_typing_counts_as_being_here(page: Page) -> None:
    page.clock.install()
    page.goto("/settings/call/")
    moved(28 * 60 + 30)
    page.locator("textarea").press("R")
    with page.expect_response("**/session/stay/"):
        page.clock.fast_forward("28:01")
    expect(page.get_by_role("alertdialog")).to_have_count(0)


@pytest.mark.parametrize("way", ["click", "shift"])
def test_practising_covers_the_page_and_signs_nobody_out(page: Page, way: str) -> None:
    page.goto("/welcome/leaving/")
    page.get_by_role("button", name="Practise once").click()
    page.wait_for_url("**/welcome/leaving/practice/")
    other = page.context.new_page()
    other.goto("/kept/")
    page.bring_to_front()
    if way == "click":
        page.locator(".bar .leave").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    expect(page.locator(".cover")).to_be_visible()
    page.wait_for_url("**/welcome/leaving/practised/")
    expect(page.locator("h1")).to_have_text("Like that.")
    assert Session.objects.count() == 1
    expect(other).to_have_url(re.compile("/kept/$"))
    expect(other.locator(".cover")).to_have_count(0)


def test_shift_three_times_does_nothing_where_it_is_switched_off(page: Page, me: User) -> None:
    preferences.change(me, "shift", value=False)
    page.goto("/kept/")
    for _ in range(4):
        page.keyboard.press("Shift")
    expect(page.locator(".cover, .presses")).to_have_count(0)
    expect(page.locator("#live")).to_be_empty()
