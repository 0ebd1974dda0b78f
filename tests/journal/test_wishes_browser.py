"""Wishes written in bad weather: the words wait on the device, whole, until the server has them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal import wishes
from tests import factories
from tests.journal.browsing import NOT_KEPT, NOTE, crash, offer, state, wait_for_key, wait_on_device
from tests.live import close, enter
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "A den with a door that shuts. " * 12
WORDS = "A wish, in your own words"


@pytest.fixture
def person(transactional_db: None) -> Iterator[User]:
    made = factories.person()
    with keyring.opened_for(made.pk, purpose="a test"):
        yield made


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    yield at(enter(context, live_server, person), f"{live_server.url}/wishes/")
    close(context)


def at(page: Page, address: str) -> Page:
    page.goto(address)
    wait_for_key(page)
    return page


def test_a_wish_typed_while_the_network_dies_is_found_again_and_kept_once(
    page: Page, context: BrowserContext, person: User, live_server: LiveServer
) -> None:
    """Broken once by taking the forms out of the drafts, once by leaving the disclosure shut over the offer."""
    keep = page.locator("main").get_by_role("button", name="Set it down")
    context.set_offline(offline=True)
    page.get_by_label(WORDS).fill(LONG)
    wait_on_device(page, texts=1)
    keep.click()
    state(page, NOT_KEPT)
    expect(page.locator("[data-trouble]")).to_have_text(NOTE)
    expect(page.get_by_label(WORDS)).to_have_value(LONG)
    crash(page)
    context.set_offline(offline=False)
    wishes.write(person, uuid4(), "a boat")  # so that the page comes with its form shut
    page = at(context.new_page(), f"{live_server.url}/wishes/")
    expect(offer(page)).to_be_in_viewport()
    offer(page).get_by_text("Read it").click()
    expect(offer(page)).to_contain_text("A den with a door that shuts.")
    offer(page).get_by_role("button", name="Use it").click()
    expect(page.get_by_label(WORDS)).to_have_value(LONG)
    page.locator("main").get_by_role("button", name="Set it down").click()
    expect(page.locator(".wishes .written")).to_have_text([LONG.strip(), "a boat"])
    wait_on_device(page, texts=0)

    page.get_by_role("link", name="Change its words wish 2").click()
    page.get_by_label(WORDS).fill("a boat with oars")
    wait_on_device(page, texts=1)
    page.goto(f"{live_server.url}/wishes/")
    page.get_by_role("link", name="Change its words wish 2").click()
    offer(page).get_by_role("button", name="Use it").click()
    page.get_by_label(WORDS).press("Control+Enter")
    expect(page.locator(".wishes .written")).to_have_text([LONG.strip(), "a boat with oars"])
    wait_on_device(page, texts=0)
    assert person.wishes.count() == 2


def test_lines_of_a_hope_wait_on_the_device_too(page: Page, context: BrowserContext, person: User, live_server: LiveServer) -> None:  # fmt: skip
    hope = factories.entry(person, "A den.\nSomeone to wait.", step="hello", question_key="hopes")
    at(page, f"{live_server.url}/kept/{hope.pk}/wish/")
    context.set_offline(offline=True)
    page.get_by_label("Someone to wait.").check()
    page.get_by_label("Or in other words").fill(LONG)
    wait_on_device(page, texts=1)
    context.set_offline(offline=False)
    at(page, f"{live_server.url}/home/")  # where they can be read, be it that their own page is gone by then
    waits = page.locator(".note", has_text="There are words on this device that aren’t kept yet.")
    waits.get_by_text("Read it").click()
    expect(waits).to_contain_text("A den with a door that shuts.")
    waits.get_by_role("link", name="Go to it").click()
    offer(page).get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Someone to wait.")).to_be_checked()
    page.get_by_role("button", name="Set it down").click()
    expect(page.locator(".wishes .written")).to_have_text([LONG.strip(), "Someone to wait."])
    wait_on_device(page, texts=0)
    assert person.wishes.count() == 2
