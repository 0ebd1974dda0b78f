"""The builder, the senses and the light in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person()


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    yield enter(context, live_server, person)
    close(context)


def test_a_choice_redraws_the_scene_and_keeps_its_focus(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/place/scene/")
    shore = page.get_by_role("radio", name="A shore")
    with page.expect_response("**/place/scene/"):
        shore.check()
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", "A blanket den on a shore, in evening light. The sky is clear."
    )
    expect(shore).to_be_focused()
    assert page.url == f"{live_server.url}/steps/place/scene/"


def test_what_was_typed_is_there_after_a_reload(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/place/scene/")
    page.get_by_label("What do you call it?").press_sequentially("The low end")
    page.reload()
    expect(page.get_by_label("What do you call it?")).to_have_value("The low end")


def test_a_line_put_away_is_said_aloud_and_the_lid_is_closed(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/steps/place/weather/")
    lid = page.get_by_text("Something here I don’t want")
    lid.click()
    page.locator("#line").fill("the loud one")
    with page.expect_navigation():
        page.get_by_role("button", name="Put it in the box").click()
    expect(page.locator("#live")).to_have_text("Put away. The lid is closed.")
    expect(page.locator("#line")).to_be_hidden()
    lid.click()
    expect(page.locator("#line")).to_have_value("")


def test_no_words_are_sent_by_the_redraw(page: Page, live_server: LiveServer) -> None:
    sent: list[str] = []
    redraw = f"{live_server.url}/place/scene/"
    page.on("request", lambda request: sent.append(request.post_data or "") if request.url == redraw else None)
    page.goto(f"{live_server.url}/steps/place/scene/")
    page.get_by_label("What do you call it?").fill("the loud end")
    page.locator("details summary").click()
    page.locator("#line").fill("the loud one")
    with page.expect_response(redraw):
        page.get_by_role("radio", name="Night").check()
    assert "light=night" in sent[-1]
    assert [".text" in body for body in sent] == [False] * len(sent)


def test_without_scripts_show_me_shows(browser: Browser, live_server: LiveServer, person: User) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/steps/place/scene/")
    page.get_by_role("radio", name="Snow").check()
    page.get_by_role("button", name="Show me").click()
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", "A blanket den at the end of a garden, in evening light. Snow is coming down."
    )
    expect(page.get_by_role("radio", name="Snow")).to_be_checked()
    close(context)


def test_what_is_sensed_leaves_the_page_with_nobody(page: Page, live_server: LiveServer) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 (a builtin cannot be listened with)
    page.goto(f"{live_server.url}/steps/place/sense/")
    page.get_by_label("A sound, near or far").fill("the canary downstairs")
    page.get_by_role("button", name="I’m here").click()
    page.wait_for_url("**/steps/place/near/")
    assert [request.url for request in sent if "canary" in f"{request.url}{request.post_data}"] == []


def test_light_moves_only_after_it_is_started_and_stops(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=True, reduced_motion="no-preference")
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/steps/place/breathe/")
    moving = "document.getAnimations().filter(one => one instanceof CSSAnimation).length"
    assert page.evaluate(moving) == 0
    page.get_by_label("Start the light").check()
    assert page.evaluate(moving) > 0
    page.get_by_label("My own").check()
    assert page.evaluate(moving) == 0
    page.get_by_label("Slower").check()
    page.locator(".go").uncheck()
    assert page.evaluate(moving) == 0
    close(context)
