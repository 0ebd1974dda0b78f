"""A whole step with the keyboard alone, and what a person's device may ask for: less motion, more contrast."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import factories
from tests.browser import probes
from tests.browser.conftest import EMAIL
from tests.browser.watch import sign_in

pytestmark = pytest.mark.xdist_group("screens 0")
FAR = 80  # presses of Tab after which something counts as out of reach
KEEP = "main button[name=go][value=keep]"
TOP = ["Skip to the page", "Leave this page", "Home", "Steady me", "Help now", "Leave this page"]
NAME = (
    "(document.activeElement.textContent ?? '').replace(/\\s+/gu, ' ').replace(' (opens beside this page)', '').trim()"
)
UNCOVERED = """() => {
  const e = document.activeElement;
  const target = (e.matches("[type=radio], [type=checkbox]") && e.closest("label")) || e;
  const { left, top, width, height } = target.getBoundingClientRect();
  const found = [[.5, .5], [.1, .1], [.9, .9]].map(([x, y]) => document.elementFromPoint(left + width * x, top + height * y));
  return found.some((one) => one && (target.contains(one) || one.closest("label") === target || one.closest("a, button") === target));
}"""


@pytest.fixture
def page(browser: Browser, origin: str, made: dict[str, str]) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        base_url=origin, viewport={"width": 390, "height": 480}, locale="en-GB"
    )
    page = context.new_page()
    sign_in(page, origin, EMAIL, factories.PASSWORD)
    yield page
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the keyboard; nothing on the way may lie under something else."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body"):
            assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached from {page.url}")


def test_a_whole_step_is_walked_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/home/")
    for name in TOP:
        page.keyboard.press("Tab")
        assert page.evaluate(NAME) == name
    tab_to(page, "a[href$='/steps/hello/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/hello/**")
    seen: set[str] = set()
    while (address := page.url).rstrip("/").rpartition("/")[2] != "close":
        assert address not in seen, f"the keyboard came back to {address}"
        seen.add(address)
        go_on(page)
    assert len(seen) >= 5
    names = []
    for _ in range(3):
        tab_to(page, ".exits a")
        names.append(page.evaluate(NAME))
    assert names == ["Stay a little", "Settle", "Done for now"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/home/")


def go_on(page: Page) -> None:
    """Answer what can be answered, and press the way on: Ctrl+Enter in a text, Enter on a button."""
    box = page.locator("main textarea:visible").first
    if box.count():
        tab_to(page, "main textarea")
        page.keyboard.type(" and again")
        with page.expect_navigation(timeout=30_000):
            page.keyboard.press("Control+Enter")
        return
    if page.locator("main form input[type=radio]:visible").count():
        tab_to(page, "main form input[type=radio]")
        page.keyboard.press("Space")
    tab_to(page, KEEP)
    with page.expect_navigation(timeout=30_000):
        page.keyboard.press("Enter")


def test_steady_me_beside_a_text_leaves_the_text_where_it_is(page: Page) -> None:
    page.goto("/steps/hello/hopes/")
    page.locator("textarea").first.fill("A whole afternoon")
    page.locator("body").evaluate("document.activeElement.blur()")
    page.evaluate("getSelection().removeAllRanges()")
    tab_to(page, ".bar a[href*='steady']")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("h1")).to_be_visible()
    opened.value.close()
    expect(page.locator("textarea").first).to_have_value("A whole afternoon")


def test_with_less_motion_nothing_slides_and_the_light_only_glows(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    for path in ("/steps/place/breathe/", "/steady/light/", "/home/", "/steps/hello/hopes/"):
        page.goto(path)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).map((e) => e.className)"
        )
        assert moving == [], path
        if page.locator(".go").count():
            page.locator(".go").check()
            names = page.evaluate(
                "[...new Set(document.getAnimations().filter((a) => a.effect.getTiming().duration > 0).map((a) => a.animationName))].sort()"
            )
            assert names == ["glow", "say-in", "say-out"]
            ring = page.locator(".rings path").first
            expect(ring).to_have_css("scale", "1")
            expect(ring).to_have_css("animation-timing-function", "steps(4, jump-none)")
            page.locator(".go").uncheck()
            assert page.evaluate("document.getAnimations().length") == 0


def test_with_colours_of_ones_own_the_light_is_words(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/steady/light/")
    expect(page.locator(".rings")).to_be_hidden()
    expect(page.locator(".cue .still")).to_be_visible()


def test_with_more_contrast_soft_ink_and_thin_lines_are_strong(page: Page) -> None:
    page.goto("/home/")
    token = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"
    soft = [page.evaluate(token, name) for name in ("--ink-soft", "--ink-faint")]
    page.emulate_media(contrast="more")
    assert [page.evaluate(token, name) for name in ("--ink-soft", "--ink-faint")] == [page.evaluate(token, "--ink")] * 2
    assert page.evaluate(token, "--line") == page.evaluate(token, "--line-strong")
    assert page.evaluate(token, "--ink") not in soft
    assert [*probes.axe(page)] == []
