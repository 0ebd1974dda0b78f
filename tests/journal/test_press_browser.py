"""A press waits until the words are on the server; nothing takes them off the page before."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from journal.models import Entry
from tests.journal.browsing import KEPT, NOTE, TEXT, kept, only_row, state, stored

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = re.compile("")
SAYS_NO = {
    401: "You were signed out. Sign in to keep this",
    409: "This text belongs to another account.Nothing was sent.",
}
SAYS_NO[413] = (
    "Not kept yet. This is longer than one box can hold. Nothing was cut. You could move some of it elsewhere."
)
OFFLINE = "You seem to be offline. Your words are kept; this page will go on when the network is back."


@pytest.fixture
def left(writing: Page) -> list[str]:
    """Every time the form left by itself, from now on."""
    posts: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST":
            posts.append(request.url)

    writing.on("request", hear)
    return posts


@pytest.fixture
def press(writing: Page) -> Callable[[], None]:
    return writing.get_by_role("button", name="Keep", exact=True).click


def test_keep_on_a_dead_network_stays_and_goes_on_once_it_answers(
    writing: Page, row: Entry, live_server: LiveServer, left: list[str], press: Callable[[], None]
) -> None:
    writing.route(EVERYTHING, lambda route: route.abort())
    writing.keyboard.type(" two")
    press()
    for _ in range(2):
        with writing.expect_request(TEXT):
            pass
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.evaluate("document.querySelector('#live').textContent = ''")
    press()
    expect(writing.locator("#live")).to_have_text(NOTE)
    assert (left, writing.locator("textarea").input_value(), stored(row.pk)) == ([], "one two", "one")
    writing.unroute(EVERYTHING)
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert (len(left), stored(row.pk), only_row(row)) == (1, "one two", True)


def test_keep_never_gives_up_on_a_save_that_is_not_answered(
    writing: Page, row: Entry, live_server: LiveServer, left: list[str], press: Callable[[], None]
) -> None:
    held: list[Route] = []
    writing.route(TEXT, lambda route: held.append(route), times=1)  # noqa: PLW0108 - a built-in takes no attributes
    writing.clock.install()
    writing.keyboard.type(" two")
    with writing.expect_request(TEXT):
        press()
    writing.clock.fast_forward(9000)
    state(writing, "Keeping…")
    assert left == []
    held[0].continue_()
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert (len(left), stored(row.pk), only_row(row)) == (1, "one two", True)


def test_keep_sends_the_words_ahead_of_the_form(
    writing: Page, row: Entry, live_server: LiveServer, left: list[str], press: Callable[[], None]
) -> None:
    writing.keyboard.type(" two")
    with writing.expect_response(TEXT) as answer:
        press()
    assert answer.value.ok
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert (len(left), stored(row.pk), Entry.objects.get(pk=row.pk).rev) == (1, "one two", 2)


@pytest.mark.parametrize("status", [401, 409, 413, 429, 500, 502, 503])
def test_keep_stays_while_the_server_cannot_take_the_words(
    writing: Page, row: Entry, left: list[str], press: Callable[[], None], status: int
) -> None:
    writing.route(TEXT, lambda route: route.fulfill(status=status, body="no"))
    writing.keyboard.type(" two")
    press()
    expect(writing.locator("[data-trouble]")).to_have_text(SAYS_NO.get(status, NOTE))
    assert (left, stored(row.pk)) == ([], "one")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
def test_keep_leaves_as_a_form_where_only_the_script_was_refused(
    writing: Page, row: Entry, live_server: LiveServer, press: Callable[[], None], status: int
) -> None:
    writing.route(TEXT, lambda route: route.fulfill(status=status, body="no"))
    writing.keyboard.type(" two")
    press()
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert (stored(row.pk), only_row(row)) == ("one two", True)


def test_typing_after_a_press_stays_on_the_page(
    writing: Page, row: Entry, left: list[str], press: Callable[[], None]
) -> None:
    writing.route(TEXT, lambda route: route.abort())
    writing.keyboard.type(" two")
    press()
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    writing.locator("textarea").press("Control+End")
    writing.keyboard.type(" three")
    writing.unroute(TEXT)
    state(writing, KEPT)
    expect(writing.locator("[data-trouble]")).to_have_text("")
    assert (left, stored(row.pk)) == ([], "one two three")


def test_leaving_forgets_the_press(writing: Page, row: Entry, press: Callable[[], None]) -> None:
    held: list[Route] = []
    writing.route(TEXT, lambda route: held.append(route), times=1)  # noqa: PLW0108 - as above
    writing.keyboard.type(" two")
    with writing.expect_request(TEXT):
        press()
    writing.evaluate("window.left = 0; addEventListener('submit', () => { window.left += 1 })")
    writing.evaluate("document.dispatchEvent(new CustomEvent('innerchild:leaving'))")
    with writing.expect_response(TEXT):
        held[0].continue_()
    state(writing, KEPT)
    assert (writing.evaluate("window.left"), stored(row.pk)) == (0, "one two")


def test_a_press_while_offline_says_so_and_is_carried_out_later(
    writing: Page, context: BrowserContext, row: Entry, live_server: LiveServer, press: Callable[[], None]
) -> None:
    writing.keyboard.type(" two")
    kept(writing, 2)
    context.set_offline(True)
    press()
    expect(writing.locator("[data-trouble]")).to_have_text(OFFLINE)
    expect(writing.locator("#live")).to_have_text(OFFLINE)
    context.set_offline(False)
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert Entry.objects.get(pk=row.pk).body == "one two"


def test_a_press_with_nothing_to_keep_goes_on_where_the_server_answers_without_a_network(
    writing: Page, row: Entry, live_server: LiveServer, press: Callable[[], None]
) -> None:
    writing.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    press()
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")


def test_words_a_page_gave_back_are_known_to_be_unkept(writing: Page, row: Entry) -> None:
    def give_back(route: Route) -> None:
        page = route.fetch().text().replace('data-box="words"', 'data-box="words" data-unkept', 1)
        route.fulfill(
            status=422, content_type="text/html", body=page.replace("\none</textarea>", "\none two</textarea>")
        )

    writing.route(re.compile(r"/edit/$"), give_back)
    writing.reload()
    kept(writing, 2)
    assert stored(row.pk) == "one two"
