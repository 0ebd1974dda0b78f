"""Two devices, one letter: what came apart is looked at, decided by keyboard, brought back, and noted beneath."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from tests.journal.browsing import kept, sign_in, stored
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere(browser: Browser, live_server: LiveServer, row: Entry, writing: Page) -> Iterator[Page]:
    """The same box, open on another device since before the first one went on."""
    context = browser.new_context()
    sign_in(context, live_server, row.owner)
    page = context.new_page()
    page.goto(writing.url)
    yield page
    page.evaluate("document.dispatchEvent(new Event('innerchild:leaving'))")
    close(context)


def write(page: Page, text: str) -> None:
    page.locator("textarea").press("Control+End")
    page.keyboard.type(text)


def kept_beside(page: Page, row: Entry) -> None:
    """What was typed is kept as a version of its own, and the page goes on in that one."""
    expect(page.locator("[name='words.entry']")).not_to_have_value(str(row.pk))
    kept(page, 1)


def press(page: Page, name: str) -> None:
    """By keyboard alone: reached, seen to be reached, and pressed."""
    button = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    button.focus()
    expect(button).to_be_focused()
    button.press("Enter")


def texts(person: User) -> set[str]:
    return {row.body for row in person.entries.out()}


def test_two_devices_part_and_every_word_is_found_again(writing: Page, elsewhere: Page, row: Entry) -> None:
    write(writing, ", and here")
    kept(writing, 2)
    write(elsewhere, ", and there")
    kept_beside(elsewhere, row)
    assert texts(row.owner) == {"one, and here", "one, and there"}

    writing.goto(writing.url.replace("edit/", ""))
    press(writing, "Compare them")
    expect(writing.locator("mark")).to_have_text(["here", "there"])
    expect(writing.get_by_text("What is underlined stands in that one only.")).to_be_visible()
    press(writing, "Copy across")
    expect(writing.locator(".is-as-typed")).to_have_text("one, and there")
    write(writing, ", and there")
    press(writing, "Keep")
    expect(writing.locator("mark")).to_have_count(1)
    press(writing, "Choose this one (from another page or device)")
    expect(writing.locator(".messages")).to_contain_text("among the earlier versions")
    assert (stored(row.pk), texts(row.owner)) == ("one, and there", {"one, and there"})

    elsewhere.goto(writing.url.partition("?")[0] + "edit/")
    press(writing, "Earlier versions")
    writing.locator(".kept-item").first.press("Enter")
    expect(writing.get_by_role("heading", name="As it was")).to_be_visible()
    press(writing, "Bring this one back")
    expect(writing.locator(".messages")).to_contain_text("It’s back.")
    write(elsewhere, ", late")
    kept_beside(elsewhere, row)
    assert (stored(row.pk), texts(row.owner)) == (
        "one, and here, and there",
        {"one, and here, and there", "one, and there, late"},
    )

    press(writing, "Add a note beneath")
    write(writing, "Both were true.")
    expect(writing.locator("[name='note.base_rev']")).to_have_value("1")
    press(writing, "Keep")
    expect(writing.locator(".margin-note .written")).to_have_text("Both were true.")
    press(writing, "Compare them")
    press(writing, "Keep both")
    expect(writing.locator(".messages")).to_contain_text("Both are kept")
    assert texts(row.owner) == {"one, and here, and there", "one, and there, late", "Both were true."}
