"""Every screen, day and night, on a phone and at a desk: accessible, quiet, within its edges."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests import factories
from tests.browser import screens
from tests.browser.conftest import EMAIL
from tests.browser.watch import Watch, sign_in

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    pytest.param(theme, width, id=f"{theme}-{width}", marks=pytest.mark.xdist_group(theme))
    for theme in ("light", "dark")
    for width in (390, 1280)
]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_screen_is_accessible_and_calm(
    browser: Browser, origin: str, made: dict[str, str], theme: Any, width: int
) -> None:
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 844}, locale="en-GB")
    watch, page = Watch(context), context.new_page()
    found = [fault for name, path in screens.PUBLIC.items() for fault in faults(page, origin, name, path)]
    sign_in(page, origin, EMAIL, factories.PASSWORD)
    found += [fault for name, path in screens.private(made).items() for fault in faults(page, origin, name, path)]
    context.close()
    assert found == []
    assert watch.complaints == []


@pytest.mark.xdist_group("light")
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


def faults(page: Page, origin: str, name: str, path: str) -> list[str]:
    """What is wrong with one screen, each as one line."""
    answer = page.goto(origin + path)
    assert answer is not None
    wrong = [] if answer.ok or name.startswith("lost") else [f"{name}: {answer.status}"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    wrong += [f"{name}: axe {rule['id']} at {node['target']}" for rule in found for node in rule["nodes"]]
    if page.evaluate("document.getAnimations().length"):
        wrong.append(f"{name}: something moves on load")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{name}: wider than the window")
    if page.locator("h1").count() != 1:
        wrong.append(f"{name}: {page.locator('h1').count()} h1")
    return wrong
