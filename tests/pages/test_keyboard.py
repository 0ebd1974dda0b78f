"""The keyboard, the pacer, and pages without scripts, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def still_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def quick_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="en-GB", timezone_id="Pacific/Auckland")
    yield context.new_page()
    context.close()


def test_steady_is_whole_without_scripts(still_page: Page) -> None:
    still_page.goto("/steady/?back=/about/")
    expect(still_page.locator("[data-today]")).to_have_text("Find today’s date somewhere near you, and say it.")
    still_page.get_by_role("link", name="A light to breathe with").click()
    cue = still_page.locator(".cue .in")
    expect(cue).to_have_css("animation-name", "none")
    still_page.get_by_label("Start the light").check()
    expect(cue).to_have_css("animation-name", "say-in")
    still_page.get_by_label("Slower").check()
    expect(cue).to_have_css("animation-duration", "12s")
    still_page.get_by_label("My own").check()
    expect(cue).to_have_css("animation-name", "none")
    still_page.get_by_role("link", name="Back to where I was").click()
    expect(still_page.get_by_role("heading", level=1)).to_have_text("What this is, and what it isn’t")


def test_the_date_is_the_one_where_somebody_is(quick_page: Page) -> None:
    quick_page.clock.install(time="2026-11-18T20:00:00Z")  # already Thursday in Auckland
    quick_page.goto("/steady/")
    expect(quick_page.locator("[data-today]")).to_have_text("It’s Thursday 19 November.")


def test_the_pacer_loops_after_a_press_and_stops_with_one(quick_page: Page) -> None:
    quick_page.goto("/steady/light/")
    quick_page.get_by_label("Start the light").press("Space")
    assert quick_page.evaluate("document.getAnimations().length") > 0
    quick_page.get_by_label("Stop the light").press("Space")
    assert quick_page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length") == 0


def test_with_less_motion_the_pacer_glows_and_does_not_grow(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/steady/light/")
    page.get_by_label("Start the light").check()
    ring = page.locator(".rings path").first
    expect(ring).to_have_css("animation-name", "glow")
    expect(ring).to_have_css("scale", "1")
    context.close()


@pytest.mark.parametrize("path", ["/", "/try/", "/steady/"])
def test_help_is_five_presses_of_tab_away(quick_page: Page, path: str) -> None:
    quick_page.goto(path)
    named = []
    for _ in range(5):
        quick_page.keyboard.press("Tab")
        named.append(quick_page.evaluate("document.activeElement.textContent.trim()"))
        box = quick_page.evaluate(
            "(({ x, y, width }) => [x >= 0, y >= 0, width > 20])(document.activeElement.getBoundingClientRect())"
        )
        assert box == [True, True, True], named
    assert named == ["Skip to the page", "Innerchild", "Sign in", "Steady me", "Help now"]


@pytest.mark.parametrize(("country", "number"), [("GB", "999"), ("", "112")])
def test_first_stop_of_the_help_page_is_the_emergency_call(quick_page: Page, country: str, number: str) -> None:
    quick_page.goto(f"/help/?country={country}")
    quick_page.keyboard.press("Tab")
    link, box = quick_page.locator(":focus"), quick_page.locator(":focus").bounding_box()
    expect(link).to_have_attribute("href", f"tel:{number}")
    assert box is not None
    assert (box["x"] >= 0, box["y"] >= 0, box["height"] > 40) == (True, True, True)
    quick_page.keyboard.press("Tab")
    expect(quick_page.locator(":focus")).to_have_text("Skip to the page")


def test_a_form_that_comes_back_has_the_keyboard_at_its_summary(quick_page: Page) -> None:
    quick_page.goto("/accounts/login/")
    assert quick_page.evaluate("document.activeElement.tagName") == "BODY"
    quick_page.locator("main button[type=submit]").click()
    expect(quick_page.locator(".errors")).to_be_focused()


def test_escape_closes_what_is_open_and_goes_back_to_its_opener(quick_page: Page) -> None:
    quick_page.goto("/about/")
    quick_page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<details open><summary>More</summary><a href=\"#x\">in</a></details>')"
    )
    quick_page.locator("details a").focus()
    quick_page.keyboard.press("Escape")
    assert quick_page.evaluate("[document.querySelector('details').open, document.activeElement.tagName]") == [
        False,
        "SUMMARY",
    ]


def test_a_redrawn_part_takes_the_keyboard_to_its_heading(quick_page: Page) -> None:
    quick_page.goto("/about/")
    quick_page.evaluate(
        "document.querySelector('main').dispatchEvent(new CustomEvent('htmx:afterSwap', { bubbles: true }))"
    )
    assert quick_page.evaluate("document.activeElement.tagName") == "H1"


def test_the_bar_keeps_every_door_big_enough_to_press(quick_page: Page) -> None:
    quick_page.set_viewport_size({"width": 320, "height": 256})
    quick_page.goto("/help/")
    heights = quick_page.evaluate(
        "[...document.querySelectorAll('.bar a')].filter(a => a.offsetParent).map(a => a.getBoundingClientRect().height)"
    )
    assert [height for height in heights if height < 44] == []
    assert quick_page.evaluate("document.querySelector('.bar').getBoundingClientRect().height") <= 64
