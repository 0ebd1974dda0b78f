"""Finding one's way in what was kept, in a real browser: by keyboard, and leaving nothing of it behind."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import canary, factories
from tests.journal.browsing import sign_in
from tests.journal.test_profile_browser import STORES, holding
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)
FOCUSED = "document.activeElement.id"


def focused(page: Page, item: str) -> None:
    expect(page.locator(f"#{item}")).to_be_focused()


def test_earlier_and_search_go_on_by_keyboard_and_leave_no_word_in_the_browser(
    lived_in: BrowserContext, profile: Path, live_server: LiveServer
) -> None:
    """Broken once by leaving out `focusItem`. Sent as a plain form, the words lay in the browser's session file."""
    person, words = factories.person(), canary.fresh().split("„")[1].rstrip("“")
    start = date(2026, 11, 23)
    rows = [factories.entry(person, f"{words} {n}", local_date=start - timedelta(days=n)) for n in range(23)]
    factories.entry(person, kind="letter", sealed_until=date(2999, 1, 1))
    sign_in(lived_in, live_server, person)
    page = lived_in.new_page()
    page.goto(f"{live_server.url}/kept/")
    page.locator("#earlier a").press("Enter")
    focused(page, f"item-{rows[20].pk}")
    expect(page.locator("#earlier")).to_have_count(0)
    page.keyboard.press("Tab")
    focused(page, f"item-{rows[21].pk}")

    page.get_by_label("Find a word").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found in 23 places")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".kept-item mark")).to_have_count(20)
    assert page.url == f"{live_server.url}/kept/"
    page.locator("#earlier button").press("Enter")
    focused(page, f"item-{rows[20].pk}")
    expect(page.locator(".kept-item mark")).to_have_count(23)
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_contain_text(words)
    page.go_back()
    expect(page.get_by_label("Find a word")).to_have_value("")

    assert words not in str(page.evaluate(STORES))
    close(lived_in)
    assert holding(profile, words) == []
