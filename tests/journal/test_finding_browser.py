"""Finding one's way in what was kept, in a real browser: by keyboard, and leaving nothing of it behind."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import canary, factories
from tests.journal.browsing import sign_in
from tests.journal.test_profile_browser import STORES, holding
from tests.live import close, enter

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
    page.locator("#earlier .button").press("Enter")
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
    page.locator("#earlier .button").press("Enter")
    focused(page, f"item-{rows[20].pk}")
    expect(page.locator(".kept-item mark")).to_have_count(23)
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_contain_text(words)
    page.go_back()
    expect(page.get_by_label("Find a word")).to_have_value("")

    assert words not in str(page.evaluate(STORES))
    close(lived_in)
    assert holding(profile, words) == []


def test_what_does_not_come_is_said_where_it_was_asked_and_nothing_typed_goes(
    context: BrowserContext, live_server: LiveServer
) -> None:
    """Without a network, from a server that fails, and for a session that is over: “Earlier” and looking for a word."""
    person = factories.person()
    for number in range(22):
        factories.entry(person, f"the quay {number}", local_date=date(2026, 11, 1) + timedelta(days=number))
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/kept/")
    box, find = page.get_by_label("Find a word"), page.get_by_role("search")

    def says(words: str, where: Locator) -> None:
        expect(page.locator("[data-unreached] > :visible")).to_contain_text(words)
        expect(where.locator("[data-unreached] > :visible")).to_have_count(1)

    context.set_offline(True)
    page.locator("#earlier .button").press("Enter")
    says("can’t reach the server", page.locator("#earlier"))
    expect(page.locator("#earlier .button")).to_be_focused()
    context.set_offline(False)
    page.locator("#earlier .button").press("Enter")
    expect(page.locator(".kept-item")).to_have_count(22)

    box.fill("quay")
    context.set_offline(True)
    page.keyboard.press("Enter")
    says("can’t reach the server", find)
    context.set_offline(False)
    page.route("**/kept/search/", lambda route: route.fulfill(status=503))
    page.keyboard.press("Enter")
    says("Nothing came of that just now", find)
    page.unroute("**/kept/search/")
    cookies = context.cookies()
    context.clear_cookies()
    page.keyboard.press("Enter")
    says("older than your sign-in", find)
    expect(box).to_have_value("quay")
    context.add_cookies(cookies)  # type: ignore[arg-type] # what the browser gave
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found in 22 places")
