"""Both steps with empty hands: not one character, “none” and “nothing” everywhere, and the same warmth at the end."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.browser.watch import Watch
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person()


@pytest.fixture(params=[pytest.param(True, id="script"), pytest.param(False, id="no-script")])
def page(request: Any, browser: Browser, live_server: LiveServer, person: User) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 390, "height": 844})
    watch = Watch(context)
    yield enter(context, live_server, person)
    close(context)
    assert [one for one in watch.complaints if live_server.url not in one] == []


def at(page: Page, screen: str) -> None:
    expect(page).to_have_url(re.compile(rf"/steps/{screen}/(#[a-z-]+)?$"))
    assert page.locator("[hidden]:visible").count() == 0


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def test_steps_three_and_four_without_a_character(page: Page, live_server: LiveServer, person: User) -> None:
    letter(page, live_server.url)
    kindness(page, live_server.url)
    assert [person.entries.count(), person.visits.filter(closed_at=None).count()] == [0, 0]


def letter(page: Page, origin: str) -> None:
    page.goto(f"{origin}/steps/letter/")
    at(page, "letter/who")
    expect(page.get_by_text("warm water on cold hands")).to_be_visible()
    page.get_by_role("radio", name="I’ll decide as I go").check()
    press(page, "Go on")
    at(page, "letter/write")
    expect(page.get_by_text("Lines of your own")).to_have_count(0)
    press(page, "Done for now")
    at(page, "letter/close")
    warm = page.locator("main").inner_text().split()
    assert "You showed up for someone small." in " ".join(warm)

    page.goto(f"{origin}/steps/letter/who/")
    expect(page.get_by_text("warm water on cold hands")).to_have_count(0)
    page.get_by_role("radio", name="Both of us, by turns").check()
    press(page, "Go on")
    at(page, "letter/voices")
    expect(page.get_by_text("Either can start.")).to_be_visible()
    press(page, "Add this turn")
    press(page, "Younger me")
    expect(page.get_by_text("Younger me, writing")).to_be_visible()
    press(page, "Done for now")
    at(page, "letter/close")
    assert page.locator("main").inner_text().split() == warm
    page.goto(f"{origin}/steps/letter/becomes/")
    expect(page.locator("h1")).to_have_text("Nothing on the page, and that’s fine.")
    press(page, "Go on")
    at(page, "letter/close")


def kindness(page: Page, origin: str) -> None:
    page.goto(f"{origin}/steps/kindness/")
    at(page, "kindness/intro")
    page.get_by_role("button", name="Write a new one").click()
    expect(page.get_by_role("radio", name="In my own words")).to_be_checked()
    expect(page.get_by_label("What was wished for?")).to_be_visible()
    page.get_by_role("radio", name="None of these fits").check()
    expect(page.get_by_text("Then none. A gift can come without a wish.")).to_be_visible()
    press(page, "Keep and go on")
    at(page, "kindness/gift")
    expect(page.get_by_text("The wish you chose")).to_have_count(0)
    press(page, "Nothing comes")
    at(page, "kindness/today")
    expect(page.get_by_text("No one will check.")).to_be_visible()
    page.get_by_role("radio", name="A drink of water").check()
    press(page, "Put it on paper")
    expect(page.locator(".strip")).to_have_text("A drink of water")
    page.get_by_role("radio", name="Nothing, thank you").check()
    expect(page.get_by_text("That’s fine. The day is enough as it is.")).to_be_visible()
    press(page, "Keep and go on")
    at(page, "kindness/close")
    expect(page.locator("h1")).to_have_text("That was kindly done.")
    expect(page.get_by_role("link", name="A short letter a day for a week")).to_be_visible()
