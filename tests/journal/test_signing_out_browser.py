"""Signing out, and leaving, with words on their way: kept first, then nothing of them is on any screen."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from journal.models import Entry
from tests import factories
from tests.journal.browsing import NOTE, TEXT, offer, on_device, only_row, sign_in, stored, wait_on_device

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = re.compile(r"/accounts/login/")
FINISHED_LATER = "Signing out didn’t reach the server, so it is finished at the next visit from this browser."
DATABASES = "async () => (await indexedDB.databases()).length"


@pytest.fixture
def cover(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> str:
    """A page of this very server's address stands in for the neutral site: no test reaches another host."""
    address = f"{live_server.url}/steady/hold/?cover"
    monkeypatch.setattr(settings, "COVER_SITES", {"weather": address})
    return address


def sign_out(page: Page) -> None:
    page.locator("main").get_by_role("button", name="Sign out").click()


def test_signing_out_keeps_the_words_of_other_tabs_and_leaves_nothing_on_this_device(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    assert writing.evaluate(DATABASES) == 1
    door = context.new_page()
    door.goto(f"{live_server.url}/kept/{row.pk}/")
    door.goto(f"{live_server.url}/accounts/logout/")
    writing.keyboard.type(" two")
    with door.expect_response("**/accounts/logout/") as answer:
        sign_out(door)
    assert answer.value.all_headers()["clear-site-data"] == '"cache", "cookies", "storage"'
    expect(door).to_have_url(f"{live_server.url}/")
    expect(writing).to_have_url(LOGIN)
    assert (stored(row.pk), only_row(row), Session.objects.count()) == ("one two", True, 0)
    assert door.evaluate(DATABASES) == 0
    assert settings.SESSION_COOKIE_NAME not in [cookie.get("name") for cookie in context.cookies()]
    door.go_back()
    expect(door).to_have_url(LOGIN)
    writing.go_back()  # its page stands in no history
    assert [page for page in (door, writing) if "one" in page.locator("main").all_inner_texts()] == []


def test_signing_out_without_a_server_shows_nothing_and_keeps_the_sealed_words(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    door = context.new_page()
    door.goto(f"{live_server.url}/accounts/logout/")
    context.set_offline(True)
    writing.keyboard.type(" two")
    sign_out(door)
    for page in (door, writing):
        expect(page.locator("body")).to_contain_text(FINISHED_LATER, timeout=15_000)
        assert page.locator("textarea, form, header").count() == 0
    assert len(on_device(writing)) == 1
    context.set_offline(False)
    door.goto(f"{live_server.url}/home/")
    expect(door).to_have_url(LOGIN)
    assert (stored(row.pk), Session.objects.count()) == ("one", 0)
    sign_in(context, live_server, factories.person("bob@example.org"))
    door.goto(f"{live_server.url}/home/")
    expect(door.locator("h1")).to_be_visible()
    door.goto(f"{live_server.url}/accounts/logout/")
    with door.expect_response("**/accounts/logout/") as answer:
        sign_out(door)
    assert answer.value.all_headers()["clear-site-data"] == '"cache", "cookies"'  # what waits is another one's
    expect(door).to_have_url(f"{live_server.url}/")
    sign_in(context, live_server, row.owner)
    door.goto(f"{live_server.url}/home/")
    expect(offer_at_home := door.locator(".note", has_text="on this device")).to_have_count(1)
    offer_at_home.get_by_role("button", name="Keep it").click()
    expect(door.get_by_text("That’s kept now.")).to_be_visible()
    assert (stored(row.pk), only_row(row)) == ("one two", True)


def test_leaving_without_a_server_keeps_the_sealed_words_for_the_next_sign_in(
    cover: str, writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    address = writing.url
    for way in (TEXT, re.compile("/leave/$")):
        context.route(way, lambda route: route.abort())
    writing.keyboard.type(" two")
    writing.locator(".bar .leave").click()
    writing.wait_for_url(cover)
    for way in (TEXT, re.compile("/leave/$")):
        context.unroute(way)
    writing.goto(address)
    expect(writing).to_have_url(LOGIN)
    assert (stored(row.pk), Session.objects.count()) == ("one", 0)
    sign_in(context, live_server, row.owner)
    writing.goto(address)
    offer(writing).get_by_role("button", name="Use it").click()
    wait_on_device(writing, texts=0)
    assert (stored(row.pk), only_row(row)) == ("one two", True)


def test_leaving_where_other_words_still_wait_clears_no_storage(
    cover: str, writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    writing.route(TEXT, lambda route: route.abort())
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.goto(f"{live_server.url}/kept/")
    writing.locator(".bar .leave").click()
    writing.wait_for_url(cover)
    sign_in(context, live_server, row.owner)
    writing.goto(f"{live_server.url}/home/")
    expect(writing.locator(".note", has_text="on this device")).to_have_count(1)
