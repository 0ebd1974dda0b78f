"""The writing box in a real browser, with a server that answers late, falsely, or not at all."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from journal.models import Entry
from tests import factories
from tests.journal.browsing import (
    KEPT,
    NOT_KEPT,
    NOTE,
    TEXT,
    kept,
    only_row,
    sign_in,
    state,
    stored,
    wait_on_device,
)
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)


def test_typing_is_kept_and_said_once_aloud(writing: Page, row: Entry) -> None:
    writing.keyboard.type(" two")
    kept(writing, 2)
    expect(writing.locator("#live")).to_have_text(KEPT)
    assert stored(row.pk) == "one two"
    writing.evaluate("document.querySelector('#live').textContent = ''")
    writing.keyboard.type(" three")
    writing.locator("textarea").blur()
    kept(writing, 3)
    expect(writing.locator("#live")).to_have_text("")


def test_words_typed_before_the_script_is_there_are_kept(writing: Page, row: Entry) -> None:
    def late(route: Route) -> None:
        writing.locator("textarea").fill("one, and early")
        route.continue_()

    writing.route(re.compile(r"/autosave[.\w]*\.js$"), late)
    writing.reload(wait_until="commit")
    kept(writing, 2)
    assert stored(row.pk) == "one, and early"


@pytest.mark.parametrize("wrong", ["sha256", "op", "everything"])
def test_a_false_200_is_never_called_kept(writing: Page, row: Entry, wrong: str) -> None:
    said: list[str] = []
    writing.expose_function("heard", lambda words: said.append(words))  # noqa: PLW0108 - a built-in takes no attributes
    writing.evaluate(
        "new MutationObserver(() => heard(document.querySelector('[data-state]').textContent))"
        ".observe(document.querySelector('[data-state]'), {childList: true})"
    )

    def lie(route: Route) -> None:
        true = route.fetch().json()
        answer = {} if wrong == "everything" else {**true, wrong: "0" * 16}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))

    writing.route(TEXT, lie)
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    expect(writing.locator("[data-trouble]")).to_have_text(NOTE)
    assert [words for words in said if words.startswith("Kept")] == []
    writing.unroute(TEXT)
    kept(writing, 2)
    assert (stored(row.pk), Entry.objects.get(pk=row.pk).rev, only_row(row)) == ("one two", 2, True)


def test_network_cut_and_back_keeps_what_was_typed_meanwhile(
    writing: Page, context: BrowserContext, row: Entry
) -> None:
    context.set_offline(True)
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    expect(writing.locator("#live")).to_have_text(NOTE)
    writing.keyboard.type(" three")
    context.set_offline(False)
    kept(writing, 3)
    expect(writing.locator("#live")).to_have_text(re.compile(r"^Back online. Kept at \d\d:\d\d.$"))
    expect(writing.locator("[data-trouble]")).to_have_text("")
    assert (stored(row.pk), only_row(row)) == ("one two three", True)


def test_lost_answer_is_asked_again_and_newer_words_are_no_conflict(writing: Page, row: Entry) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        writing.keyboard.type(" three")
        route.abort()

    writing.route(TEXT, lose)
    asked: list[str] = []
    writing.on(
        "request",
        lambda request: asked.append(request.headers["idempotency-key"]) if TEXT.search(request.url) else None,
    )
    writing.keyboard.type(" two")
    kept(writing, 3)
    assert (asked[:2], stored(row.pk), only_row(row)) == (lost * 2, "one two three", True)


def test_requests_and_answers_lost_again_and_again_lose_and_double_nothing(writing: Page, row: Entry) -> None:
    """F2 and F3: of three saves one never arrives, and of one that was committed the answer never comes."""
    fates: list[str] = []
    said: list[tuple[str, str]] = []
    writing.expose_function("heard", lambda words, text: said.append((words, text)))
    writing.evaluate(
        "new MutationObserver(() => heard(document.querySelector('[data-state]').textContent, document.querySelector('textarea').value))"
        ".observe(document.querySelector('[data-state]'), {childList: true})"
    )

    def lose(route: Route) -> None:
        fates.append(("request", "answer", "")[len(fates) % 3])
        if fates[-1] == "answer":
            route.fetch()
        if fates[-1]:
            route.abort()
        else:
            route.continue_()

    writing.route(TEXT, lose)
    text = "one"
    for rev, word in enumerate((" two", " three", " four"), start=2):
        writing.keyboard.type(word)
        text += word
        state(writing, NOT_KEPT)
        writing.evaluate("dispatchEvent(new Event('online'))")
        kept(writing, rev)
        assert (said[-1][1], stored(row.pk)) == (text, text)
    assert (fates, only_row(row)) == (["request", "answer", ""] * 3, True)


def test_signed_out_in_mid_sentence_keeps_the_text_and_goes_on_after_signing_in(
    writing: Page, context: BrowserContext, row: Entry
) -> None:
    Session.objects.all().delete()
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    with context.expect_page() as opened:
        writing.get_by_role("link", name="Sign in to keep this").click()
    expect(opened.value).to_have_url(re.compile(r"/accounts/login/\?next=/signed-in/$"))
    assert (writing.locator("textarea").input_value(), stored(row.pk)) == ("one two", "one")
    writing.locator("textarea").press_sequentially(" three")
    wait_on_device(writing, texts=1)
    opened.value.locator("[name='login']").fill(row.owner.email)
    opened.value.locator("[name='password']").fill(factories.PASSWORD)
    with writing.expect_response(TEXT) as saved:
        opened.value.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(opened.value).to_have_url(re.compile(r"/signed-in/$"))
    assert saved.value.ok
    kept(writing, 3)  # what was sent before, and then the rest
    assert (stored(row.pk), only_row(row)) == ("one two three", True)


def test_a_sign_in_told_while_an_older_answer_is_on_its_way_is_heard(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    Session.objects.all().delete()
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_contain_text("You were signed out.")
    asked: list[str] = []

    def answer(route: Route) -> None:
        """The first is told that nobody is signed in; the sign-in comes before it hears so."""
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        sign_in(context, live_server, row.owner)
        writing.evaluate("new BroadcastChannel('icj-session').postMessage({})")
        return route.fulfill(status=401, json={"error": "session"})

    writing.route("**/session/", answer)
    writing.evaluate("new BroadcastChannel('icj-session').postMessage({})")
    kept(writing, 2)
    assert (len(asked), stored(row.pk), only_row(row)) == (2, "one two", True)


def test_somebody_else_signed_in_gets_nothing(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    sign_in(context, live_server, factories.person("bob@example.org"))
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_have_text("This text belongs to another account.Nothing was sent.")
    assert (stored(row.pk), Entry.objects.count()) == ("one", 1)


def test_somebody_else_signing_in_after_a_sign_out_is_sent_nothing(
    writing: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    Session.objects.all().delete()
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    sign_in(context, live_server, factories.person("bob@example.org"))
    sent: list[str] = []
    writing.on("request", lambda request: sent.append(request.method) if TEXT.search(request.url) else None)
    writing.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(writing.locator("[data-trouble]")).to_have_text("This text belongs to another account.Nothing was sent.")
    expect(writing.locator("textarea")).to_have_class(re.compile("unseen"))
    assert (sent, stored(row.pk)) == ([], "one")


def test_a_redirect_is_not_followed_and_not_called_kept(writing: Page, row: Entry, live_server: LiveServer) -> None:
    writing.route(
        TEXT, lambda route: route.fulfill(status=302, headers={"Location": f"{live_server.url}/accounts/login/"})
    )
    writing.keyboard.type(" two")
    state(writing, NOT_KEPT)
    assert (writing.url, stored(row.pk)) == (f"{live_server.url}/kept/{row.pk}/edit/", "one")


def test_an_aged_token_is_renewed_once(writing: Page, context: BrowserContext, row: Entry) -> None:
    context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    writing.keyboard.type(" two")
    kept(writing, 2)
    assert stored(row.pk) == "one two"


def test_a_slow_answer_never_touches_the_box(writing: Page, row: Entry) -> None:
    held: list[Route] = []
    writing.route(TEXT, lambda route: held.append(route), times=1)  # noqa: PLW0108 - as above
    writing.keyboard.type(" two")
    with writing.expect_request(TEXT):
        pass
    state(writing, "Keeping…")
    writing.keyboard.type(" three")
    writing.keyboard.press("ArrowLeft")
    held[0].continue_()
    state(writing, KEPT)
    area = writing.locator("textarea")
    assert (area.input_value(), area.evaluate("box => box.selectionStart")) == (
        "one two three",
        len("one two three") - 1,
    )
    expect(writing.locator("[name='words.base_rev']")).to_have_value("3")
    assert (stored(row.pk), only_row(row)) == ("one two three", True)


def test_another_version_goes_on_in_its_copy(writing: Page, row: Entry) -> None:
    person = row.owner
    with keyring.opened_for(person.pk, purpose="a test"):
        elsewhere = Entry.objects.get(pk=row.pk)
        elsewhere.body, elsewhere.rev = "from elsewhere", 2
        elsewhere.save()
    writing.keyboard.type(" two")
    expect(writing.locator("[data-trouble]")).to_contain_text("Another version was kept.")
    writing.keyboard.type(" three")
    writing.locator("textarea").blur()
    expect(writing.locator("[name='words.base_rev']")).to_have_value("2")
    assert sorted(entry.body for entry in person.entries.all()) == ["from elsewhere", "one two three"]


def test_pressing_keep_while_a_save_is_on_its_way_is_no_conflict(
    writing: Page, row: Entry, live_server: LiveServer
) -> None:
    held: list[Route] = []
    writing.route(TEXT, lambda route: held.append(route), times=1)  # noqa: PLW0108 - as above
    writing.keyboard.type(" two")
    with writing.expect_request(TEXT) as asked:
        writing.locator("textarea").blur()
    assert isinstance(asked.value, Request)
    writing.locator("textarea").press("Control+End")
    writing.keyboard.type(" three")
    writing.get_by_role("button", name="Keep", exact=True).click()
    held[0].continue_()
    writing.wait_for_url(f"{live_server.url}/kept/{row.pk}/")
    assert (stored(row.pk), only_row(row)) == ("one two three", True)
