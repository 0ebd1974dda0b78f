"""Words typed into a place, its box or a letter's name: kept, and said truly, whatever happens around them."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.journal.browsing import wait_for_key
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = re.compile(r"^Kept at \d\d:\d\d$")
NOT_YET = "Not kept yet. Your words are still on this device and we’ll go on trying."


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person()


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/steps/place/scene/")
    wait_for_key(page)
    yield page
    close(context)


def type_line(page: Page, text: str) -> None:
    page.get_by_text("Something here I don’t want").click()
    page.locator("#line").press_sequentially(text)


def test_what_is_typed_is_said_to_be_kept_and_is_there_after_a_reload(page: Page) -> None:
    expect(page.locator("[data-state]")).to_have_text("")
    page.locator("#name").press_sequentially("The low end")
    type_line(page, "the loud one")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    page.reload()
    expect(page.locator("#name")).to_have_value("The low end")
    expect(page.locator("#line")).to_have_value("the loud one")
    expect(page.locator("[data-state]")).to_have_text(KEPT)


def test_words_typed_a_moment_before_going_elsewhere_are_there_again(page: Page, live_server: LiveServer) -> None:
    page.evaluate(
        """() => {
          for (const [id, words] of [["name", "The low end"], ["line", "the loud one"]]) {
            const field = document.getElementById(id);
            field.value = words;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
          window.location.assign("/home/");
        }"""
    )
    page.wait_for_url("**/home/")
    page.wait_for_load_state("networkidle")
    page.goto(f"{live_server.url}/steps/place/scene/")
    expect(page.locator("#name")).to_have_value("The low end")
    expect(page.locator("#line")).to_have_value("the loud one")


def test_on_a_dead_network_it_says_so_and_keep_waits_for_the_server(page: Page, context: BrowserContext) -> None:
    context.set_offline(offline=True)
    page.locator("#name").press_sequentially("The low end")
    expect(page.locator("[data-trouble]")).to_have_text(NOT_YET)
    expect(page.locator("[data-state]")).to_have_text("Not kept yet")
    page.get_by_role("button", name="Keep this place").click()
    expect(page.locator("[data-trouble]")).to_have_text(NOT_YET)
    expect(page.locator("#name")).to_have_value("The low end")
    context.set_offline(offline=False)
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    expect(page.locator("[data-trouble]")).to_have_text("")
    page.get_by_role("button", name="Keep this place").click()
    page.wait_for_url("**/steps/place/card/")
    expect(page.get_by_role("heading", name="The low end")).to_be_visible()


def test_a_dead_network_after_everything_was_kept_leaves_the_page(page: Page, context: BrowserContext) -> None:
    page.locator("#name").press_sequentially("The low end")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    context.set_offline(offline=True)
    page.get_by_role("button", name="Keep this place").click()
    expect(page.locator("[data-trouble]")).to_have_text(NOT_YET)
    context.set_offline(offline=False)


def test_an_answer_about_something_else_is_not_called_kept(page: Page) -> None:
    page.route(
        "**/steps/place/scene/",
        lambda route: route.fulfill(json={"op": "x", "sha256": "y", "saved_at": "2026-11-23T14:02:00Z"}),
    )
    page.locator("#name").press_sequentially("The low end")
    expect(page.locator("[data-trouble]")).to_have_text(NOT_YET)


def test_signed_out_elsewhere_it_says_so_and_stays(page: Page, context: BrowserContext) -> None:
    cookies = context.cookies()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with page.expect_response("**/place/scene/") as redrawn:
        page.get_by_role("radio", name="Night").check()
    assert (redrawn.value.status, redrawn.value.headers.get("hx-redirect")) == (401, None)
    page.locator("#name").press_sequentially("The low end")
    link = page.get_by_role("link", name="Sign in to keep this")
    expect(link).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="Keep this place").click()
    expect(page.locator("[data-trouble]")).to_have_text("You were signed out. Sign in to keep this")
    expect(page.locator("#name")).to_have_value("The low end")
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave it takes
    page.evaluate("new BroadcastChannel('icj-session').postMessage({})")
    kept_or_gone_on = page.locator("[data-state]", has_text=KEPT).or_(page.get_by_role("heading", name="The low end"))
    expect(kept_or_gone_on.first).to_be_visible()
    page.wait_for_timeout(500)  # a press that was still waiting is carried out
    page.goto(page.url.replace("/card/", "/scene/"))
    expect(page.locator("#name")).to_have_value("The low end")
    expect(page.locator("[data-state]")).to_have_text(KEPT)


def test_a_sign_in_told_while_an_older_answer_is_on_its_way_is_heard(page: Page, context: BrowserContext) -> None:
    cookies = context.cookies()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#name").press_sequentially("The low end")
    expect(page.locator("[data-trouble]")).to_have_text("You were signed out. Sign in to keep this")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def answer(route: Route) -> None:
        """The first is told that nobody is signed in; the sign-in comes before it hears so."""
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave it takes
        page.evaluate("new BroadcastChannel('icj-session').postMessage({})")
        return route.fulfill(status=401, json={"error": "session"})

    page.route("**/session/", answer)
    page.evaluate("new BroadcastChannel('icj-session').postMessage({})")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    assert len(asked) > 1


def test_more_than_fits_is_shown_by_the_server_beside_its_field(page: Page) -> None:
    page.locator("#name").fill("x" * 61)
    expect(page.locator("[data-state]")).to_have_text("Not kept yet")
    page.get_by_role("button", name="Keep this place").click()
    expect(page.locator("#error-name")).to_have_text(re.compile("Up to 60 characters"))
    expect(page.locator("#name")).to_have_value("x" * 61)


def test_a_line_put_away_does_not_come_back(page: Page) -> None:
    type_line(page, "the loud one")
    page.get_by_role("button", name="Put it in the box").click()
    expect(page.locator("main").get_by_text("Put away. The lid is closed.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("#line")).to_have_value("")


def test_leaving_sends_the_words_once_with_the_form_that_leaves(page: Page, live_server: LiveServer) -> None:
    sent: list[str] = []
    page.route(lambda url: not url.startswith(live_server.url), lambda route: route.abort())
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_text("Something here I don’t want").click()
    page.evaluate(
        """() => {
          const line = document.getElementById("line");
          line.value = "the loud one";
          line.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector(".bar [data-leave]").click();
        }"""
    )
    page.wait_for_event("requestfailed")
    assert sent == [f"{live_server.url}/steps/place/scene/?leave"]


def test_the_open_box_is_kept_while_somebody_writes(page: Page, live_server: LiveServer, person: User) -> None:
    type_line(page, "the loud one")
    with page.expect_navigation():
        page.get_by_role("button", name="Put it in the box").click()
    address = f"{live_server.url}/place/{person.places.get().pk}/box/"
    page.goto(address)
    page.locator("#inside").fill("a quiet one")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    page.reload()
    expect(page.locator("#inside")).to_have_value("a quiet one")
    page.get_by_role("button", name="Leave it as it was").click()
    page.wait_for_url("**/place/*/")
    page.goto(address)
    expect(page.locator("#inside")).to_have_value("the loud one")


def test_the_name_of_a_letter_is_kept_while_somebody_writes(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/letter/write/")
    page.locator("#box-letter").fill("That is all.")
    page.get_by_role("button", name="Done for now").click()
    page.wait_for_url("**/steps/letter/becomes/")
    page.get_by_label("A name for it, if you like").fill("The oak")
    expect(page.locator("[data-state]")).to_have_text(KEPT)
    page.reload()
    expect(page.get_by_label("A name for it, if you like")).to_have_value("The oak")
