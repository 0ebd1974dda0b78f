"""Signing out, and leaving, with words on their way: kept first, then nothing of them is on any screen."""

import re

import pytest
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


def sign_out(page: Page) -> None:
    page.locator("main").get_by_role("button", name="Sign out").click()


def test_signing_out_keeps_the_words_of_other_tabs_and_leaves_nothing_on_this_device(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    assert writing.evaluate(DATABASES) == 1
    door = context.new_page()
    door.goto(f"{live_server.url}/accounts/logout/")
    writing.keyboard.type(" two")
    with door.expect_response("**/accounts/logout/") as answer:
        sign_out(door)
    assert answer.value.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    expect(door).to_have_url(f"{live_server.url}/")
    expect(writing).to_have_url(LOGIN)
    assert (stored(row.pk), only_row(row), Session.objects.count()) == ("one two", True, 0)
    assert (door.evaluate(DATABASES), context.cookies()) == (0, [])
    writing.go_back()
    expect(writing).to_have_url(LOGIN)
    assert "one two" not in writing.content()


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
    assert answer.value.headers["clear-site-data"] == '"cache", "cookies"'  # what waits is another one's
    expect(door).to_have_url(f"{live_server.url}/")
    sign_in(context, live_server, row.owner)
    door.goto(f"{live_server.url}/home/")
    expect(offer_at_home := door.locator(".note", has_text="on this device")).to_have_count(1)
    offer_at_home.get_by_role("button", name="Keep it").click()
    expect(door.get_by_text("That’s kept now.")).to_be_visible()
    assert (stored(row.pk), only_row(row)) == ("one two", True)


def test_leaving_without_a_server_keeps_the_sealed_words_for_the_next_sign_in(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = writing.url
    context.route("https://**", lambda route: route.fulfill(body="the cover", content_type="text/html"))
    for way in (TEXT, re.compile("/leave/$")):
        context.route(way, lambda route: route.abort())
    writing.keyboard.type(" two")
    writing.locator(".bar .leave").click()
    writing.wait_for_url("https://**")
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
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    context.route("https://**", lambda route: route.fulfill(body="the cover", content_type="text/html"))
    writing.route(TEXT, lambda route: route.abort())
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.goto(f"{live_server.url}/kept/")
    with writing.expect_response("**/leave/") as answer:
        writing.locator(".bar .leave").click()
    assert answer.value.headers["clear-site-data"] == '"cache", "cookies"'
    writing.wait_for_url("https://**")
    sign_in(context, live_server, row.owner)
    writing.goto(f"{live_server.url}/home/")
    expect(writing.locator(".note", has_text="on this device")).to_have_count(1)
