"""Starters and the pen in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person(child_word="little bear")


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    yield enter(context, live_server, person)
    close(context)


def test_a_starter_goes_to_the_caret_and_focus_returns(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/letter/write/")
    box = page.locator("#box-letter")
    box.fill("First.last")
    box.evaluate("box => box.setSelectionRange(6, 6)")
    page.get_by_text("A way in", exact=True).click()
    page.get_by_role("button", name="Please can we").click()
    expect(box).to_have_value("First. Please can we last")
    expect(box).to_be_focused()
    assert box.evaluate("box => box.selectionStart") == len("First. Please can we ")
    expect(page.locator("#live")).to_have_text("Put into your letter.")


def test_a_greeting_goes_to_the_top(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/letter/write/")
    page.locator("#box-letter").fill("I kept it.")
    page.get_by_text("A way in", exact=True).click()
    page.get_by_role("button", name="Hello, big me.").click()
    expect(page.locator("#box-letter")).to_have_value("Hello, big me.\n\nI kept it.")


def test_a_starter_is_kept_like_typing(page: Page, live_server: LiveServer, person: User) -> None:
    page.goto(f"{live_server.url}/steps/letter/write/")
    page.get_by_text("A way in", exact=True).click()
    with page.expect_response("**/text/") as answer:
        page.get_by_role("button", name="Please can we").click()
    assert answer.value.status == 200
    page.reload()
    expect(page.locator("#box-letter")).to_have_value("Please can we ")


def test_without_scripts_starters_are_a_list_to_read(browser: Browser, live_server: LiveServer, person: User) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/steps/letter/write/")
    page.get_by_text("A way in", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="Please can we")).to_be_visible()
    assert page.locator("[data-starters] button").count() == 0
    close(context)


def test_the_pen_changes_hands_and_comes_back_after_adding(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/letter/voices/")
    expect(page.get_by_text("Grown-up me, writing")).to_be_visible()
    page.get_by_role("radio", name="Little bear").check()
    expect(page.get_by_text("Little bear, writing")).to_be_visible()
    expect(page.get_by_text("Grown-up me, writing")).to_be_hidden()
    page.locator("#box-turn").fill("The wind lives there.")
    page.get_by_role("button", name="Add this turn").click()
    expect(page.locator(".voice.is-younger .who")).to_have_text("Little bear")
    expect(page.locator("#box-turn")).to_be_focused()
    expect(page.locator("#live")).to_have_text("Added as Little bear.")
    expect(page.get_by_role("radio", name="Grown-up me")).to_be_checked()
