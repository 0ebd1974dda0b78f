"""Starters, the pen, and what a page says beside a text, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.journal.browsing import KEPT, NOT_KEPT, TEXT, state
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)
SHEET, TURNS = "/steps/letter/write/", "/steps/letter/voices/"


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person(child_word="little bear")


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    yield enter(context, live_server, person)
    close(context)


def test_a_way_in_is_typed_at_the_caret_and_can_be_undone(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}{SHEET}")
    box, live = page.locator("#box-letter"), page.locator("#live")
    box.press_sequentially("First.last")
    box.evaluate("box => box.setSelectionRange(6, 6)")
    page.get_by_text("A way in", exact=True).click()
    with page.expect_response(TEXT) as answer:
        page.get_by_role("button", name="Please can we").click()
    assert answer.value.status == 200
    expect(box).to_have_value("First. Please can we last")
    expect(box).to_be_focused()
    assert box.evaluate("box => box.selectionStart") == len("First. Please can we ")
    page.get_by_role("button", name="Hello, big me.").click()
    expect(box).to_have_value("Hello, big me.\n\nFirst. Please can we last")
    expect(live).to_have_text("Put into your letter.")
    page.get_by_role("button", name="Dear little bear,").click()
    expect(box).to_have_value("Dear little bear,\n\nFirst. Please can we last")
    with page.expect_response(lambda one: one.request.post_data == "First.last"):
        undo(page, box)
    state(page, KEPT)
    page.reload()
    expect(box).to_have_value("First.last")


def undo(page: Page, box: Locator) -> None:
    for before in ("Hello, big me.\n\nFirst. Please can we last", "First. Please can we last", "First.last"):
        page.keyboard.press("Control+z")
        expect(box).to_have_value(before)


def test_without_scripts_a_way_in_is_a_press_that_keeps_what_was_typed(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}{SHEET}")
    page.locator("#box-letter").fill("I kept it.")
    page.get_by_text("A way in", exact=True).click()
    page.get_by_role("button", name="Please can we").click()
    expect(page.locator("#box-letter")).to_have_value("I kept it. Please can we ")
    close(context)


def test_turns_by_the_keyboard_the_pen_the_edit_in_place_and_where_the_focus_goes(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}{TURNS}")
    composer = page.locator("#box-turn")
    expect(page.get_by_text("Grown-up me, writing")).to_be_visible()
    little, grown = (page.get_by_role("button", name=name, exact=True) for name in ("Little bear", "Grown-up me"))
    little.press("Enter")
    expect(little).to_have_attribute("aria-pressed", "true")
    expect(grown).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("Little bear, writing")).to_be_visible()
    expect(page.get_by_text("Grown-up me, writing")).to_be_hidden()
    composer.fill("The wind lives there.")
    composer.press("Control+Enter")
    expect(page.locator(".voice.is-younger .who")).to_have_text("Little bear")
    expect(composer).to_be_focused()
    expect(page.locator("#live")).to_have_text("Added as little bear.")
    expect(grown).to_have_attribute("aria-pressed", "true")

    composer.fill("half a thought")
    page.get_by_role("button", name="Edit turn 1").press("Enter")
    opened = page.locator("#box-edited")
    expect(opened).to_be_focused()
    expect(composer).to_have_value("half a thought")
    opened.fill("The wind has lived there for years.")
    opened.press("Control+Enter")
    expect(page.get_by_role("button", name="Edit turn 1")).to_be_focused()
    expect(page.locator(".voice .written")).to_have_text("The wind has lived there for years.")
    expect(composer).to_have_value("half a thought")

    page.route(TEXT, lambda route: route.abort())
    composer.fill("half a thought, and the network away")
    composer.press("Control+Enter")
    state(page, NOT_KEPT)
    expect(composer).to_have_value("half a thought, and the network away")
    page.unroute(TEXT)
    expect(page.locator("#live")).to_have_text("Added as grown-up me.", timeout=15_000)
    expect(page.locator(".voice .written")).to_have_count(2)
    page.get_by_role("button", name="Move up turn 2").press("Enter")
    expect(page.locator(".voice").first).to_be_focused()
    expect(page.locator(".voice .who")).to_have_text(["Grown-up me", "Little bear"])


def test_a_long_sitting_is_met_by_one_line_and_a_full_box_is_announced(
    page: Page, live_server: LiveServer, person: User
) -> None:
    User.objects.filter(pk=person.pk).update(preferences={"pause_line": False})
    page.goto(f"{live_server.url}{SHEET}")
    expect(page.locator("[data-room]")).to_have_count(1)
    expect(page.locator("[data-look-up]")).to_have_count(0)
    User.objects.filter(pk=person.pk).update(preferences={})
    page.clock.install()
    page.goto(f"{live_server.url}{SHEET}")
    box, line = page.locator("#box-letter"), page.locator("[data-look-up]")
    for _ in range(5):  # a rest of six minutes begins a new sitting each time
        box.press_sequentially("a")
        page.clock.fast_forward("06:00")
    for _ in range(5):
        box.press_sequentially("a")
        expect(line).to_be_hidden()
        page.clock.fast_forward("04:00")
    expect(line).to_be_hidden()
    with page.expect_response(TEXT):
        box.press_sequentially("a")
    expect(line).to_be_visible()
    expect(box).to_be_focused()
    state(page, KEPT)  # a save on its way while minutes passed counts as lost, and says later that it is back

    live, room = page.locator("#live"), page.locator("[data-room]")
    expect(room).to_be_hidden()
    box.fill("x" * 190_001)
    expect(room).to_have_text("There is room for about 9,999 more characters here.")
    expect(live).to_have_text("There is room for about 9,999 more characters here.")
    box.fill("💛" * 200_001)
    expect(room).to_have_text("Longer than one box can hold, by 1. Nothing was cut.")
    assert box.evaluate("box => [...box.value].length") == 200_001
