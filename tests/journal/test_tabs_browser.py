"""One text in two tabs of one browser: one of them writes, and no word of either is lost or doubled."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from journal.models import Entry
from tests.journal.browsing import NOT_KEPT, TEXT, crash, kept, offer, only_row, sign_in, state, stored
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)
READING = "You’re writing this in another tab. Here it can be read. Continue here"


def reads(page: Page) -> None:
    expect(page.locator("[data-trouble]")).to_have_text(READING, timeout=15_000)
    expect(page.locator("textarea")).not_to_be_editable()


def writes(page: Page, text: str) -> None:
    expect(page.locator("textarea")).to_be_editable(timeout=15_000)
    expect(page.locator("textarea")).to_have_value(text)
    expect(page.locator("[data-trouble]")).to_have_text("")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue here").click()


def test_second_tab_reads_until_it_takes_over_and_the_first_gives_its_words_before(
    writing: Page, context: BrowserContext, row: Entry
) -> None:
    second = context.new_page()
    second.goto(writing.url)
    reads(second)
    second.get_by_role("button", name="Keep", exact=True).click()
    reads(second)
    writing.route(TEXT, lambda route: route.abort())
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    go_on(second)
    expect(second.locator("[data-trouble]")).to_contain_text("The other tab has words that aren’t kept yet.")
    assert stored(row.pk) == "one"
    writing.unroute(TEXT)
    go_on(second)
    writes(second, "one two")
    reads(writing)
    second.locator("textarea").press("Control+End")
    second.keyboard.type(" three")
    kept(second, 3)
    go_on(writing)
    writes(writing, "one two three")
    reads(second)
    writing.locator("textarea").press("Control+End")
    writing.keyboard.type(" four")
    kept(writing, 4)
    assert (stored(row.pk), only_row(row)) == ("one two three four", True)


def test_a_new_text_is_the_same_in_both_tabs_though_each_page_named_it_anew(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    sign_in(context, live_server, row.owner)
    page.goto(f"{live_server.url}/steps/hello/first-words/")
    expect(page.locator("textarea")).to_be_editable()
    second = context.new_page()
    second.goto(page.url)
    reads(second)
    page.locator("textarea").press_sequentially("quick")
    go_on(second)
    writes(second, "quick")
    reads(page)
    close(context)
    assert sorted(entry.body for entry in row.owner.entries.all()) == ["one", "quick"]


def test_a_first_tab_that_sleeps_or_crashed_keeps_nobody_waiting_and_loses_nothing(
    writing: Page, context: BrowserContext, row: Entry
) -> None:
    writing.route(TEXT, lambda route: route.abort())
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_contain_text("on this device")
    asleep = context.new_cdp_session(writing)
    asleep.send("Debugger.enable")
    asleep.send("Debugger.pause")
    second = context.new_page()
    second.goto(writing.url)
    reads(second)
    go_on(second)
    offer(second).get_by_role("button", name="Use it").click(timeout=15_000)
    kept(second, 2)
    second.locator("textarea").press("Control+End")
    second.keyboard.type(" three")
    kept(second, 3)
    asleep.send("Debugger.resume")
    reads(writing)
    writing.unroute(TEXT)
    writing.evaluate("dispatchEvent(new Event('online'))")
    assert (stored(row.pk), only_row(row)) == ("one two three", True)
    context.set_offline(True)
    second.keyboard.type(" four")
    expect(second.locator("[data-trouble]")).to_contain_text("on this device")
    crash(second)
    context.set_offline(False)
    third = context.new_page()
    third.goto(writing.url)
    offer(third).get_by_role("button", name="Use it").click(timeout=15_000)
    kept(third, 4)
    assert (stored(row.pk), only_row(row)) == ("one two three four", True)
