"""Every screen: accessible by day and night, on a phone and at a desk, quiet, within its edges however it is bent.

Each is opened once and looked at in many ways, so that a new look costs a moment and not another visit.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Request

from tests import factories
from tests.browser import practising, probes, screens
from tests.browser.conftest import EMAIL
from tests.browser.watch import Watch, prove, sign_in

TWO_MINUTES = 120_000
MOST_WORDS = 60  # above a writing box (R1)
PARTS = [pytest.param(part, id=f"part {part + 1}", marks=pytest.mark.xdist_group(f"screens {part}")) for part in (0, 1)]


@pytest.mark.parametrize("part", PARTS)
def test_every_screen_is_accessible_and_calm(
    browser: Browser, origin: str, made: dict[str, str], practice: dict[str, str], part: int
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": probes.HEIGHT}, locale="en-GB")
    context.clock.install()
    watch, page = Watch(context), context.new_page()
    found = [fault for name, path in half(screens.PUBLIC, part) for fault in faults(page, origin, name, path)]
    sign_in(page, origin, EMAIL, factories.PASSWORD)
    prove(page, origin, factories.PASSWORD)
    for name, path in half(screens.private(made), part):
        found += faults(page, origin, name, path)
    context.clear_cookies()
    for name, path in half(practising.let_in(context, origin, practice), part):
        found += faults(page, origin, name, path)
    context.close()
    assert found == []
    assert watch.complaints == []


@pytest.mark.xdist_group("screens 0")
def test_without_a_script_no_screen_shows_what_only_a_script_can_do(
    browser: Browser, origin: str, made: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, origin, EMAIL, factories.PASSWORD)
    for path in (*screens.private(made).values(), "/accounts/logout/"):
        page.goto(origin + path)
        assert page.locator("[hidden]:visible").count() == 0, path
    page.locator("main button[type=submit]").click()
    for path in screens.PUBLIC.values():
        page.goto(origin + path)
        assert page.locator("[hidden]:visible").count() == 0, path
    context.close()


def half(paths: dict[str, str], part: int) -> list[tuple[str, str]]:
    """Every other one of them, for two workers."""
    return list(paths.items())[part::2]


def faults(page: Page, origin: str, name: str, path: str) -> Iterator[str]:
    """What is wrong with one screen, each as one line."""
    answer = page.goto(origin + path)
    assert answer is not None, f"{path} is a part of the page before it, which was not opened anew"
    if not answer.ok and not name.startswith("lost"):
        yield f"{name}: {answer.status}"
    yield from (f"{name}: {fault}" for fault in at_rest(page, signed_in=path not in screens.PUBLIC.values()))
    yield from (f"{name}: {fault}" for fault in probes.looks(page))
    yield from (f"{name}: {fault}" for fault in probes.bent(page))


def at_rest(page: Page, *, signed_in: bool) -> Iterator[str]:
    """The page as it comes, and two minutes later."""
    yield from probes.asked(page, probes.ON_LOAD)
    if (words := probes.words_above_the_box(page)) > MOST_WORDS:
        yield f"{words} words above the box"
    order = probes.bar_order(page)
    if order[0] != "Skip to the page" or (signed_in and order[-4:] != probes.BAR):
        yield f"the bar reads {order}"
    if gone := waited(page):
        yield f"it went on by itself: {gone}"
    elif page.evaluate("document.getAnimations().length"):
        yield "something moves by itself"


def waited(page: Page) -> list[str]:
    """Where a page goes when nobody does anything for two minutes."""
    asked: list[str] = []

    def hear(request: Request) -> None:
        if request.is_navigation_request():
            asked.append(request.url)

    page.on("request", hear)
    page.clock.fast_forward(TWO_MINUTES)
    with suppress(Error):  # the page is going
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.remove_listener("request", hear)
    if asked:
        page.wait_for_url(asked[-1])
    return asked
