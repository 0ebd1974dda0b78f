"""Words that the server does not have yet: sealed on the device, offered after return, and said truly all the while."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.journal.browsing import (
    NOT_KEPT,
    NOTE,
    TEXT,
    crash,
    kept,
    offer,
    on_device,
    only_row,
    sign_in,
    state,
    stored,
    until,
    wait_for_key,
    wait_on_device,
)
from tests.live import close
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)
THOUSAND = " ".join(f"word{number}{'d' * 60}" for number in range(1000))  # more than goes along with a page that ends
ON_PAGE = "Not kept yet. Your words are still on this page and we’ll go on trying. Keeping this page open keeps them."
SEES_KEYS = """
  window.imported = [];
  const original = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (...given) => { window.imported.push(given[3]); return original(...given); };
"""


def comes_back(page: Page, *, online: bool = True) -> Page:
    """The page crashes, and is opened again; it cannot be, without a network."""
    address, context = page.url, page.context
    crash(page)
    page = context.new_page()
    if not online:
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(address)
    context.set_offline(False)
    page.goto(address)
    return page


def test_ten_minutes_offline_with_a_reload_in_between_lose_nothing(
    writing: Page, context: BrowserContext, row: Entry
) -> None:
    context.add_init_script(SEES_KEYS)
    writing.clock.install()
    writing.reload()
    expect(writing.locator("textarea")).to_be_editable()
    until(writing, "window.imported.length === 1")
    assert writing.evaluate("window.imported") == [False]
    writing.locator("textarea").press("Control+End")
    context.set_offline(True)
    writing.keyboard.insert_text(f" {THOUSAND}")
    state(writing, NOT_KEPT)
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.clock.fast_forward("05:00")
    state(writing, NOT_KEPT)
    [sealed] = on_device(writing)
    assert (sealed["v"], sealed["gen"], sealed["base_rev"], sealed["iv"]) == (1, 1, 1, 12)
    assert int(str(sealed["ct"])) > len(THOUSAND)
    writing = comes_back(writing, online=False)
    writing.clock.install()
    expect(writing.locator("textarea")).to_have_value("one")
    expect(offer(writing)).to_contain_text("There is newer text from this device.")
    context.set_offline(True)
    offer(writing).get_by_text("Read it").click()
    expect(offer(writing).locator(".kept-before")).to_have_text(f"one {THOUSAND}")
    writing.get_by_role("button", name="Use it").click()
    writing.locator("textarea").press("Control+End")
    writing.keyboard.insert_text(f" {THOUSAND}")
    state(writing, NOT_KEPT)
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.clock.fast_forward("05:00")
    assert stored(row.pk) == "one"
    context.set_offline(False)
    writing.evaluate("dispatchEvent(new Event('online'))")
    kept(writing, 3)
    assert (stored(row.pk), only_row(row)) == (f"one {THOUSAND} {THOUSAND}", True)
    wait_on_device(writing, texts=0)


SIZES = {"1 kB": 1_000, "150 kB": 150_000}


@pytest.mark.parametrize("size", SIZES)
def test_closed_a_moment_after_the_last_key_loses_nothing(
    context: BrowserContext, live_server: LiveServer, row: Entry, size: str
) -> None:
    """Keepalive carries what is small, the device what is not; what neither has yet is asked about."""
    sign_in(context, live_server, row.owner)
    still = context.new_page()
    rows = {pause: factories.entry(row.owner, "one") for pause in (50, 200, 1000)}
    texts = {pause: f"one{'w' * SIZES[size]} {pause}" for pause in rows}
    for pause, entry in rows.items():
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.goto(f"{live_server.url}/kept/{entry.pk}/edit/")
        page.locator("textarea").press("Control+End")
        page.keyboard.insert_text("w" * SIZES[size])
        page.keyboard.type(f" {pause}")
        page.wait_for_timeout(pause)
        while not page.is_closed():
            page.close(run_before_unload=True)
            still.wait_for_timeout(300)
    for pause, entry in rows.items():
        page = context.new_page()
        page.goto(f"{live_server.url}/kept/{entry.pk}/edit/")
        if stored(entry.pk) != texts[pause]:
            offer(page).get_by_role("button", name="Use it").click()
            expect(page.locator("[data-state]")).to_have_text(re.compile("^Kept at"), timeout=20_000)
        assert stored(entry.pk) == texts[pause]
    assert row.owner.entries.count() == 4
    close(context)


def write_elsewhere(row: Entry, text: str) -> None:
    with keyring.opened_for(row.owner_id, purpose="a test"):
        other = Entry.objects.get(pk=row.pk)
        other.body, other.rev = text, other.rev + 1
        other.save()


def leave_a_draft(page: Page, text: str) -> Page:
    """Words that never reached the server, on a page that is gone."""
    wait_for_key(page)
    page.context.set_offline(True)
    page.locator("textarea").press("Control+End")
    page.keyboard.insert_text(text)
    expect(page.locator("[data-trouble]")).to_have_text(NOTE)
    return comes_back(page)


def test_both_versions_are_kept_when_somebody_wants_both_or_wrote_elsewhere(writing: Page, row: Entry) -> None:
    writing = leave_a_draft(writing, " from here")
    expect(offer(writing)).to_be_visible()
    writing.locator("textarea").press("Control+End")
    writing.keyboard.insert_text(" and on")  # without choosing: nothing is written over what waits
    kept(writing, 2)
    wait_on_device(writing, texts=1)
    writing.get_by_role("button", name="Keep both").click()
    expect(writing.get_by_text("Both are kept.")).to_be_visible()
    wait_on_device(writing, texts=0)
    assert sorted(entry.body for entry in row.owner.entries.all()) == ["one and on", "one from here"]
    assert stored(row.pk) == "one and on"
    writing = leave_a_draft(writing, " beside")
    writing.get_by_role("button", name="Keep both").click()  # its base fits, and still it replaces nothing
    expect(writing.get_by_text("Both are kept.")).to_be_visible()
    assert (stored(row.pk), row.owner.entries.count()) == ("one and on", 3)
    writing = leave_a_draft(writing, " again")
    expect(offer(writing)).to_be_visible()
    write_elsewhere(row, "from another device")
    writing.reload()
    writing.get_by_role("button", name="Use it").click()
    expect(writing.locator("[data-trouble]")).to_contain_text("Another version was kept.")
    copy = Entry.objects.get(conflict_of=row, rev=1, created_at=row.owner.entries.latest("created_at").created_at)
    expect(writing.get_by_role("link", name="Compare", exact=True)).to_have_attribute(
        "href", f"/kept/{copy.pk}/compare/"
    )
    assert (stored(row.pk), stored(copy.pk)) == ("from another device", "one and on again")
    writing.get_by_role("button", name="Keep both").click()
    expect(writing.locator("[data-trouble]")).to_have_text("")


def test_a_copy_of_thirty_days_is_gone(writing: Page) -> None:
    writing = leave_a_draft(writing, " more")
    expect(offer(writing)).to_be_visible()
    later = datetime.now(tz=UTC) + timedelta(days=30, minutes=1)
    writing.clock.install(time=later)
    writing.reload()
    wait_on_device(writing, texts=0)
    expect(offer(writing)).to_have_count(0)


def test_what_the_server_has_goes_away_without_a_word(writing: Page, row: Entry) -> None:
    writing = leave_a_draft(writing, " more")
    expect(offer(writing)).to_be_visible()
    write_elsewhere(row, "one more, and on")
    writing.reload()
    wait_on_device(writing, texts=0)
    expect(offer(writing)).to_have_count(0)


def test_at_home_nothing_is_said_of_words_that_a_closed_page_had_sent(
    writing: Page, live_server: LiveServer, row: Entry
) -> None:
    """Their answer came to nobody, so the device still has them."""
    writing = leave_a_draft(writing, " more")
    expect(offer(writing)).to_be_visible()
    write_elsewhere(row, "one more")
    writing.goto(f"{live_server.url}/home/")
    wait_on_device(writing, texts=0)
    expect(writing.locator(".note", has_text="on this device")).to_have_count(0)


def test_a_new_text_is_found_again_under_its_new_name_and_at_home(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    sign_in(context, live_server, row.owner)
    page.goto(f"{live_server.url}/steps/hello/first-words/")
    page = leave_a_draft(page, "quick and muddy")
    expect(offer(page)).to_be_visible()
    page.goto(f"{live_server.url}/home/")
    waits = page.locator(".note", has_text="There are words on this device that aren’t kept yet.")
    waits.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("That’s kept now.")).to_be_visible()
    assert sorted(entry.body for entry in row.owner.entries.all()) == ["one", "quick and muddy"]
    page.goto(f"{live_server.url}/steps/hello/first-words/")
    expect(page.locator("textarea")).to_have_value("quick and muddy")
    wait_on_device(page, texts=0)
    close(context)


def test_a_new_letter_is_offered_on_its_own_sheet_and_on_no_other(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    """Broken once by naming a sheet by its address alone: the oldest of the three was offered on each."""
    sign_in(context, live_server, row.owner)
    letter = {"kind": "letter", "step": "letter", "question_key": "letter-adult", "voice": "adult"}
    one, other = (factories.entry(row.owner, "a letter", **letter).pk for _ in range(2))
    for query, words in ((f"?answer={one}", "I saw it too"), (f"?answer={other}", "So did I"), ("", "To nobody yet")):
        page.goto(f"{live_server.url}/steps/letter/write/{query}")
        page = leave_a_draft(page, words)
        offer(page).get_by_text("Read it").click()
        expect(offer(page)).to_contain_text(words)
        expect(offer(page)).to_have_count(1)
    wait_on_device(page, texts=3)
    close(context)


BREAKS = {
    "refused": "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); }",
    "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    "said no": "",
    "shared": "",
}


@pytest.mark.parametrize("why", BREAKS)
def test_where_nothing_may_lie_on_the_device_the_page_says_so_and_asks_before_it_goes(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry, why: str
) -> None:
    said_no: dict[str, dict[str, Any]] = {
        "said no": {"preferences": {"device_drafts": False}},
        "shared": {"session_rule": User.SessionRule.SHARED},
    }
    User.objects.filter(pk=row.owner_id).update(**said_no.get(why, {}))
    sign_in(context, live_server, row.owner)
    page.add_init_script(BREAKS[why])
    asked: list[str] = []
    page.goto(f"{live_server.url}/kept/{row.pk}/edit/")

    def no(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", no)
    page.locator("textarea").press("Control+End")
    page.route(TEXT, lambda route: route.abort())
    page.keyboard.type(" two")
    state(page, NOT_KEPT)
    expect(page.locator("[data-trouble]")).to_have_text(ON_PAGE)
    if why in said_no:
        assert page.evaluate("async () => (await indexedDB.databases()).length") == 0
    page.close(run_before_unload=True)
    expect(page.locator("[data-trouble]")).to_have_text(ON_PAGE)
    page.unroute(TEXT)
    page.evaluate("dispatchEvent(new Event('online'))")
    kept(page, 2)
    assert (asked, stored(row.pk)) == (["beforeunload"], "one two")
    page.close(run_before_unload=True)
    context.new_page().wait_for_timeout(300)
    assert (asked, page.is_closed()) == (["beforeunload"], True)
    close(context)


def test_words_leave_before_a_reload_asks_for_the_page_and_a_page_that_stays_goes_on(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    """What waits for the page to be gone is too late: a reload shows the older text, and a closed tab may never say it."""
    User.objects.filter(pk=row.owner_id).update(
        session_rule=User.SessionRule.SHARED
    )  # no device copy: it asks before it goes
    sign_in(context, live_server, row.owner)
    page.goto(f"{live_server.url}/kept/{row.pk}/edit/")
    wait_for_key(page)
    page.locator("textarea").press("Control+End")
    with page.expect_request(TEXT) as sent, page.expect_event("dialog") as question:
        page.keyboard.type(" two")
        page.close(run_before_unload=True)
    question.value.dismiss()
    page.keyboard.type(" three")
    kept(page, 3)
    assert (sent.value.post_data, stored(row.pk), only_row(row)) == ("one two", "one two three", True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method) if str(row.pk) in request.url else None)
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.type(" four")
    page.reload()
    expect(page.locator("textarea")).to_have_value("one two three four")
    assert (asked[:2], stored(row.pk), only_row(row)) == (["PUT", "GET"], "one two three four", True)
    close(context)
