"""The bar finds room: on a small window, and where only the text is made larger."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests import factories, live

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

REACH = """() => {
  const parts = [...document.querySelectorAll(".bar > *")].map((part) => part.getBoundingClientRect());
  return Math.min(...parts.map((part) => part.left)) >= 0 && Math.max(...parts.map((part) => part.right)) <= innerWidth;
}"""


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    yield context
    live.close(context)


@pytest.mark.parametrize("known", [True, False])
def test_everything_in_the_bar_is_on_the_screen(
    context: BrowserContext, live_server: LiveServer, *, known: bool
) -> None:
    page = live.enter(context, live_server, factories.person()) if known else context.new_page()
    for width, percent in ((640, 200), (320, 200), (320, 100), (768, 200), (1280, 200)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/about/")
        page.evaluate("percent => { document.documentElement.style.fontSize = `${percent}%`; }", percent)
        assert page.evaluate(REACH), (width, percent)
        assert page.locator(".bar .leave").inner_text().startswith("Leave"), (width, percent)


@pytest.mark.parametrize("known", [True, False])
def test_at_its_ordinary_size_the_bar_is_one_row(
    context: BrowserContext, live_server: LiveServer, *, known: bool
) -> None:
    page = live.enter(context, live_server, factories.person()) if known else context.new_page()
    for width in (320, 375, 384, 390, 640, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/about/")
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.querySelector('.bar').offsetHeight") <= 64, width
        page.evaluate("document.querySelector('.bar').classList.add('on-scene')")  # as at home, over a place
        assert not known or page.evaluate("document.querySelector('.bar').offsetHeight") <= 64, width
