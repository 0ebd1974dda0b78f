"""The same screens in their other states: with nothing yet, sent back, not kept, signed out, too long. Each as accessible."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests import factories
from tests.browser import probes, screens
from tests.browser.watch import sign_in
from tests.up.house import House

KEPT = re.compile(r"^Kept at \d\d:\d\d$")
STILL_HERE = re.compile("Your words are still on this (page|device)")
EMPTY = "empty@example.org"
LONG = ("An afternoon by the weir. " * 120 + "w" * 300 + "\n") * 4
WRITTEN = {
    "question": "/steps/hello/hopes/",
    "write": "/steps/letter/write/",
    "voices": "/steps/letter/voices/",
    "scene": "/steps/place/scene/",
}
BARE = ("home", "kept", "drawer", "bin", "place", "hello-read-back", "place-card", "letter-becomes", "kindness-wish")

pytestmark = pytest.mark.xdist_group("screens 1")


@pytest.fixture(scope="module")
def empty(house: House) -> str:
    """Somebody who has not written a word."""
    done = house.python(f"import tests.browser.world; from tests import factories; factories.person({EMPTY!r})")
    assert done.returncode == 0, done.stderr
    return EMPTY


@pytest.fixture(scope="module")
def seat(browser: Browser, origin: str, empty: str) -> StorageState:
    """Signed in once, for every test of this file."""
    context = browser.new_context()
    sign_in(context.new_page(), origin, empty, factories.PASSWORD)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(browser: Browser, origin: str, seat: StorageState) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=origin,
        storage_state=seat,
        viewport={"width": 390, "height": probes.HEIGHT},
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def whole(page: Page, state: str) -> list[str]:
    """Every look, and text at 200 % and lines set apart, of a page in this state."""
    return [f"{state}: {fault}" for probe in (probes.looks, probes.bent) for fault in probe(page)]


def test_with_nothing_yet_every_room_is_as_accessible(page: Page) -> None:
    paths, found = screens.private(), []
    for name in BARE:
        page.goto(paths[name])
        found += [f"{name}: {fault}" for fault in probes.asked(page, probes.ON_LOAD)] + whole(page, name)
    assert found == []


@pytest.mark.parametrize("kind", WRITTEN)
def test_long_words_on_a_dead_network_are_shown_as_kindly(page: Page, context: BrowserContext, kind: str) -> None:
    page.goto(WRITTEN[kind])
    box = page.locator("main textarea:visible, main input.input:visible").first
    context.set_offline(True)
    box.fill(LONG if kind != "scene" else "w" * 60)
    note = page.locator("[data-trouble].note")
    expect(note).to_contain_text(STILL_HERE, timeout=20_000)
    expect(box).to_be_focused()
    assert note.bounding_box()["y"] > box.bounding_box()["y"]  # type: ignore[index]
    found = whole(page, f"{kind}, not kept")
    context.set_offline(False)
    expect(page.locator("[data-state]").first).to_have_text(KEPT, timeout=30_000)
    assert found == []


def place_sent_back(page: Page) -> None:
    page.goto(WRITTEN["scene"])
    page.get_by_label("What do you call it?").fill("w" * 3000)
    page.locator("button[value=keep]").click()
    expect(page.locator(".errors[data-focus]")).to_be_focused()
    expect(page.get_by_label("What do you call it?")).to_have_value("w" * 3000)


def signed_out(page: Page) -> None:
    page.goto(WRITTEN["question"])
    page.context.clear_cookies()
    page.locator("textarea").fill("Still here.")
    expect(page.locator("[data-trouble].note")).to_contain_text("You were signed out.", timeout=20_000)


def given_back(page: Page) -> None:
    """A page whose script never came, sent after the session ended."""
    page.route("**/autosave*.js", lambda route: route.abort())
    page.goto(WRITTEN["question"])
    page.locator("textarea").fill(LONG)
    page.context.clear_cookies()
    page.locator("button[value=keep]").click()
    expect(page.locator("h1")).to_have_text("Not kept yet. Your words are here.")
    expect(page.locator("textarea")).to_have_value(LONG)


def form_sent_back(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/accounts/signup/")
    page.locator("input[name=email]").fill("ada")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".errors[data-focus]")).to_be_focused()
    expect(page.locator("input[name=email]")).to_have_value("ada")


@pytest.mark.parametrize("reach", [place_sent_back, signed_out, given_back, form_sent_back])
def test_what_went_wrong_is_said_as_accessibly(page: Page, reach: Callable[[Page], None]) -> None:
    reach(page)
    assert whole(page, reach.__name__) == []


def test_a_text_longer_than_a_box_can_hold_is_said_below_it(page: Page) -> None:
    page.goto(WRITTEN["question"])
    page.locator("textarea").evaluate(
        "(box) => { box.value = 'w '.repeat(101_000); box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.locator("[data-trouble].note")).to_contain_text("longer than one box can hold", timeout=20_000)
    assert [*probes.axe(page), *probes.asked(page, probes.WITHIN)] == []
