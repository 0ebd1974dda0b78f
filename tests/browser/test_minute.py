"""One minute without an account: what is typed there has no way to us, and none onto the device."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import canary
from tests.browser.watch import Watch

pytestmark = pytest.mark.xdist_group("screens 1")

# What the page and the device hold, as text: every box, every part, every store a page can reach.
HELD = """async () => JSON.stringify([
  [...document.querySelectorAll("input, textarea")].map((box) => box.value), document.documentElement.outerHTML,
  Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href, document.title,
  (await indexedDB.databases()).map((base) => base.name), await caches.keys(), history.state, window.name,
])"""


@pytest.fixture
def enter(browser: Browser, origin: str) -> Iterator[Callable[..., Page]]:
    """A page of a stranger's browser on `/try/`."""
    opened: list[BrowserContext] = []

    def goto(**options: Any) -> Page:
        opened.append(browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"], **options))
        page = opened[-1].new_page()
        page.goto(f"{origin}/try/")
        return page

    yield goto
    for context in opened:
        context.close()


def test_a_line_is_shown_on_paper_and_goes_and_nothing_ever_heard_of_it(enter: Callable[..., Page]) -> None:
    page, bird = enter(), canary.fresh()
    watch, asked = Watch(page.context), []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator("section:visible").count() == 0
    assert page.locator("main form").count() == 0

    page.get_by_role("link", name="One line to a younger me").press("Enter")
    expect(page.locator("#line")).to_be_focused()
    assert page.locator("section:visible, .doors:visible").count() == 1
    page.keyboard.press("Tab")
    box, paper = page.get_by_label("Anything. “Hello” is plenty."), page.locator("[data-paper]")
    expect(box).to_be_focused()
    box.fill(f"{bird}\nsecond")
    page.get_by_role("button", name="Put it on paper").press("Enter")
    expect(page.locator("[data-sheet]")).to_be_focused()
    expect(paper).to_have_text(f"{bird}\nsecond")
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#live")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{bird}\nsecond"

    page.get_by_role("button", name="Write on").click()
    expect(box).to_have_value(f"{bird}\nsecond")
    page.get_by_role("button", name="Put it on paper").click()
    page.get_by_role("button", name="Let it go").click()
    expect(page.locator("#live")).to_have_text("Gone. Nothing of it was kept.")
    expect(page.locator("#line")).to_be_focused()
    expect(box).to_have_value("")
    assert bird not in page.evaluate(HELD)

    box.fill(bird)
    page.get_by_role("link", name="That’s enough").click()
    expect(page.get_by_role("heading", name="That’s plenty")).to_be_focused()
    assert bird not in page.evaluate(HELD)
    asked = [url for url in asked if "/static/img/icon." not in url]  # the browser draws its tab again
    assert (asked, watch.complaints, page.context.cookies()) == ([], [], [])


def test_a_line_does_not_outlive_its_page(enter: Callable[..., Page]) -> None:
    page = enter()
    page.goto(f"{page.url}#line")
    page.locator("#words").fill("still here?")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#words")).to_have_value("")
    page.locator("#words").fill("still here?")
    page.reload()
    expect(page.locator("#words")).to_have_value("")


@pytest.mark.parametrize(("motion", "fades"), [("no-preference", [240]), ("reduce", [])])
def test_letting_go_fades_or_is_there_at_once(enter: Callable[..., Page], motion: str, fades: list[int]) -> None:
    page = enter(reduced_motion=motion)
    page.goto(f"{page.url}#line")
    page.locator("#words").fill("a line")
    page.get_by_role("button", name="Put it on paper").click()
    seen = page.evaluate(
        "() => { document.querySelector('[data-do=go]').click();"
        " const going = document.getAnimations().filter((each) => each.effect.target.matches('[data-sheet]'));"
        " return going.map((each) => each.effect.getTiming().duration); }"
    )
    assert seen == fades
    expect(page.locator("[data-paper]")).to_have_text("")


def test_without_a_script_every_door_opens(enter: Callable[..., Page]) -> None:
    page = enter(java_script_enabled=False)
    for door, heading in (
        ("Breathe", "Breathe"),
        ("Feel the room", "Feel the room"),
        ("One line", "One line to a younger me"),
    ):
        page.get_by_role("link", name=door).locator("visible=true").first.click()
        expect(page.locator("section:visible h2")).to_have_text(heading)
        assert page.locator("main [hidden]:visible, main button:visible").count() == 0
    page.locator("#words").fill("a line")
    page.get_by_role("link", name="That’s enough").locator("visible=true").click()
    expect(page.locator("section:visible h2")).to_have_text("That’s plenty")
    assert page.locator("textarea[form], form textarea, textarea[name]").count() == 0
