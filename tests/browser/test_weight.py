"""What a page weighs on its way to a browser, as `up` serves it: bodies as they travel, compressed.

The budget stands here and nowhere else. Run with -s for the table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import factories
from tests.browser.conftest import EMAIL
from tests.browser.watch import sign_in

pytestmark = pytest.mark.xdist_group("screens 1")

# Thousands of bytes, and requests. A screen's first visit has nothing in the browser's cache; a further step has.
BUDGET = {
    "landing": {"all": 120, "requests": 10},
    "sign-in": {"without fonts": 25},
    "steady": {"without fonts": 50},
    "try": {"all": 120, "requests": 10},
    "a reflection": {"all": 130, "without fonts": 60, "scripts": 30, "styles": 18},
    "a letter": {"all": 130, "without fonts": 60, "scripts": 30, "styles": 18},
    "a letter in two voices": {"all": 130, "without fonts": 60, "scripts": 30, "styles": 18},
    "the next step": {"all": 6},
}


@dataclass
class Load:
    """Bodies that came over the network while it was looked at, by kind; what the cache gave weighs nothing."""

    sizes: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._ended)

    def _answered(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]
        self.heads[event["requestId"]] = event["response"]["encodedDataLength"]

    def _ended(self, event: dict[str, Any]) -> None:
        whole, head = event["encodedDataLength"], self.heads.get(event["requestId"], 0)
        self.sizes[event["requestId"]] = max(0, whole - head) if whole else 0

    def of(self, *kinds: str) -> int:
        return sum(size for request, size in self.sizes.items() if self.kinds.get(request) in kinds)

    @property
    def figures(self) -> dict[str, float]:
        fonts, travelled = self.of("Font"), [request for request, size in self.sizes.items() if size]
        return {
            "all": sum(self.sizes.values()) / 1000,
            "without fonts": (sum(self.sizes.values()) - fonts) / 1000,
            "scripts": self.of("Script") / 1000,
            "styles": self.of("Stylesheet") / 1000,
            "requests": len(travelled),
        }


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Callable[[list[Any]], BrowserContext]]:
    """A browser with nothing in its cache, and with these cookies."""
    opened: list[BrowserContext] = []

    def make(cookies: list[Any]) -> BrowserContext:
        opened.append(browser.new_context(locale="en-GB"))
        opened[-1].add_cookies(cookies)
        return opened[-1]

    yield make
    for context in opened:
        context.close()


def test_every_page_keeps_its_budget(
    fresh: Callable[[list[Any]], BrowserContext], origin: str, made: dict[str, str]
) -> None:
    loads = {"landing": "/", "sign-in": "/accounts/login/", "steady": "/steady/", "try": "/try/"}
    known = {
        "a reflection": "/steps/hello/first-words/",
        "a letter": "/steps/letter/write/",
        "a letter in two voices": "/steps/letter/voices/",
    }
    table = {name: cold(fresh([]), origin + path)[1].figures for name, path in loads.items()}
    door = fresh([]).new_page()
    sign_in(door, origin, EMAIL, factories.PASSWORD)
    cookies = door.context.cookies()
    table |= {name: cold(fresh(cookies), origin + path)[1].figures for name, path in known.items()}

    page, _ = cold(fresh(cookies), origin + known["a reflection"])
    steps = []
    for _ in range(4):
        load = Load()
        load.watch(page)
        page.locator("main button[name=go][value=skip]:visible, main a.button:visible").first.click()
        page.wait_for_load_state("networkidle")
        steps.append(load.figures)
    table["the next step"] = max(steps, key=lambda figures: figures["all"])

    over = {
        (name, what) for name, limits in BUDGET.items() for what, limit in limits.items() if table[name][what] > limit
    }
    rows = [
        f"{name:24} {what:24} {table[name][what]:7.1f} of {limit}"
        for name, limits in BUDGET.items()
        for what, limit in limits.items()
    ]
    print("\n" + "\n".join(rows))
    assert over == set(), "\n".join(rows)


def cold(context: BrowserContext, address: str) -> tuple[Page, Load]:
    page, load = context.new_page(), Load()
    load.watch(page)
    page.goto(address, wait_until="networkidle")
    return page, load
