"""A sheet in a real browser: a passage by selecting it, words blacked out by selecting them, and what is said offline."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from sharing import drafts
from sharing.models import Connection, Sheet
from tests import factories
from tests.journal.browsing import KEPT, wait_for_key
from tests.live import close, enter
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=30_000)  # the machine may be busy
SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector("[data-selectable]"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.indexOf(words);
    if (start < 0) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, start + words.length);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
  }
}"""


@pytest.fixture
def met(transactional_db: None) -> Connection:
    return people.connection(factories.person(), people.practice())


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, met: Connection) -> Iterator[Page]:
    page = enter(context, live_server, met.owner)
    page.goto(f"{live_server.url}/accounts/reauthenticate/")
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/home/")
    yield page
    close(context)


def printed(page: Page) -> int:
    page.evaluate("document.fonts.ready")
    return len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def waits_for_the_network_in_sight(page: Page) -> None:
    """On a phone, a press that waits says so where it was made; then it is made again."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.set_offline(offline=True)
    page.get_by_label("What I’d like us to do with this").press_sequentially(" All of it.")
    page.get_by_role("button", name="Pick something").press("Enter")
    expect(page.locator("[data-trouble]").first).to_contain_text("Not kept yet")
    expect(page.locator("[data-trouble]").first).to_be_in_viewport()
    page.context.set_offline(offline=False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-trouble]").first).to_be_empty()
    page.get_by_role("button", name="Pick something").click()


def takes_two_passages(page: Page) -> None:
    """Each by selecting it; a third is taken out again. By the keyboard the focus goes along, with a pointer it stays."""
    take = page.get_by_role("button", name="Only this passage")
    expect(take).to_be_hidden()
    page.evaluate(SELECT, "hen the tra")  # words are taken whole
    take.click()
    expect(page.get_by_label("Passage 1", exact=True)).to_have_value("Then the train")
    expect(page.get_by_role("radio", name="Only some of it")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="It stands below now.")).to_be_visible()
    page.evaluate(SELECT, "The clock was slow")
    take.click()
    expect(page.get_by_label("Passage 2", exact=True)).to_have_value("The clock was slow")
    page.evaluate(SELECT, "untie Joan came late, and we count")
    take.press("Enter")
    expect(page.get_by_label("Passage 3", exact=True)).to_be_focused()
    expect(page.get_by_label("Passage 3", exact=True)).to_have_value("Auntie Joan came late, and we counted")
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="Show it like this").click()
    expect(page.get_by_role("alert")).to_contain_text("Not kept yet.")
    expect(page.get_by_label("Passage 2", exact=True)).to_have_value("The clock was slow")
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Add another passage").click()
    expect(page.get_by_label("Passage 4", exact=True)).to_be_focused()
    page.get_by_role("button", name=re.compile("Take out ?: Passage 2")).press("Enter")
    expect(page.get_by_label("Passage 2", exact=True)).to_have_value("Auntie Joan came late, and we counted")
    page.get_by_label("Passage 1", exact=True).fill("The clock")


def test_a_sheet_from_picking_to_sharing(page: Page, live_server: LiveServer, met: Connection) -> None:
    factories.entry(
        met.owner, "The clock was slow.\n\nAuntie Joan came late, and we counted.\n\nThen the train.",
        kind="letter", voice="adult", step="letter", question="",
    )  # fmt: skip
    tray = f"{live_server.url}/sharing/{met.pk}/sheet/"
    page.goto(tray)
    wait_for_key(page)
    page.get_by_label("What I’d like us to do with this").press_sequentially("Read it slowly.")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    waits_for_the_network_in_sight(page)
    page.get_by_role("checkbox", name="The clock was slow").check()
    page.get_by_role("button", name="Put these on the sheet").click()
    expect(page.get_by_label("What I’d like us to do with this")).to_have_value("Read it slowly. All of it.")

    page.get_by_role("button", name="How much of it").click()
    page.get_by_role("heading", name="How much of it").wait_for()
    takes_two_passages(page)
    page.get_by_role("button", name="Show it like this").click()

    day = timezone.localdate() + timedelta(days=3)
    page.get_by_label("The day of the session").first.fill(f"{day:%Y-%m-%d}")
    page.get_by_label("When it begins").fill("15:00")
    page.get_by_role("button", name="Look at it as Robin Vale will").click()
    page.get_by_role("heading", name="As Robin Vale will see it").wait_for()
    paper = page.locator(".brought")
    expect(paper).to_contain_text("Auntie Joan came late")
    expect(paper).to_contain_text("(left out)")  # spoken; seen is a mark on a line of its own
    expect(paper.locator(".left-out")).to_be_visible()
    expect(paper).not_to_contain_text("train")
    page.evaluate(SELECT, "Auntie Jo")
    page.get_by_role("button", name="Black this out").click()
    expect(paper.locator(".black-out")).to_have_count(1)
    expect(paper).not_to_contain_text("Joan")
    page.evaluate(SELECT, "we")
    page.get_by_role("button", name="Black this out").click()
    expect(paper.locator(".black-out")).to_have_count(2)
    widths = paper.locator(".black-out").evaluate_all("(marks) => marks.map((mark) => Math.round(mark.offsetWidth))")
    assert widths[0] == widths[1] > 20  # the length of a word is not told
    assert printed(page) == 1

    press = page.get_by_role("button", name="Share it with Robin Vale")
    page.route("**/session/", lambda route: route.abort())
    press.click()
    expect(page.locator("[data-share] [data-trouble]")).to_contain_text("Not shared.")
    assert not Sheet.objects.exists()
    page.unroute("**/session/")
    press.dblclick()
    page.wait_for_url("**/sharing/sheets/*/?shared")
    sheet = Sheet.objects.get()
    expect(page.get_by_text("Nobody is reading this now")).to_be_visible()
    with keyring.opened_for(met.practice.owner_id, purpose="a test"):
        said = repr([item.words for item in sheet.items.all()])
    assert [word in said for word in ("Joan", "train", "counted")] == [False, False, True]


def test_words_from_two_pages_are_both_shown_and_one_press_decides(
    page: Page, context: BrowserContext, live_server: LiveServer, met: Connection
) -> None:
    tray = f"{live_server.url}/sharing/{met.pk}/sheet/"
    page.goto(tray)
    wait_for_key(page)
    page.get_by_label("What I’d like us to do with this").press_sequentially("One thing")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    page.close()
    again = context.new_page()
    again.goto(tray)
    expect(again.get_by_label("What I’d like us to do with this")).to_have_value("One thing")
    with keyring.opened_for(met.owner_id, purpose="a test"):
        draft = drafts.of(met)
        assert draft
        drafts.change(met.owner, met, draft.rev, ask="Another thing")
    again.get_by_label("What I’d like us to do with this").press("End")
    again.get_by_label("What I’d like us to do with this").press_sequentially(", and more")
    again.get_by_role("button", name="Look at it as Robin Vale will").click()
    expect(again.get_by_role("alert")).to_contain_text("Another thing")
    expect(again.get_by_label("What I’d like us to do with this")).to_have_value("One thing, and more")
    again.get_by_role("button", name="Keep what is in the boxes").click()
    expect(again.locator("[data-state]")).to_have_text(KEPT)
    with keyring.opened_for(met.owner_id, purpose="a test"):
        assert drafts.choices_of(drafts.of(met))["ask"] == "One thing, and more"
