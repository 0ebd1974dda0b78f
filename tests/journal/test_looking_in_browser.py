"""Looking in, by keyboard and in bad weather: one press, and no word lost on the way to it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.journal.browsing import KEPT, NOT_KEPT, NOTE, offer, state, wait_for_key, wait_on_device
from tests.live import close, enter
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)

LINE = "Hid behind the coats again."


@pytest.fixture
def person(transactional_db: None) -> Iterator[User]:
    made = factories.person()
    with keyring.opened_for(made.pk, purpose="a test"):
        yield made


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    page = enter(context, live_server, person)
    page.goto(f"{live_server.url}/look-in/")
    wait_for_key(page)
    yield page
    close(context)


def light_at(page: Page) -> str:
    where: str = page.locator(".two-lights .other").evaluate("(light) => getComputedStyle(light).translate")
    return where


def test_one_look_by_keyboard_with_the_network_gone_and_back(page: Page, context: BrowserContext, person: User) -> None:
    """Ticks and words wait on the page and on the device; the press goes on once the server has them."""
    assert light_at(page) == "92px 30px"
    page.get_by_label("Settled").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # right here, the first of them
    assert light_at(page) == "60px 30px"
    page.keyboard.press("ArrowDown")
    assert light_at(page) == "74px 30px"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # curious
    page.get_by_label("Flooded").check()
    main = page.locator("main")
    expect(main.locator(".button:visible").first).to_have_text("Steady me")
    page.get_by_label("Rather not say").check()
    expect(main.locator(".button:visible").first).to_have_text("Keep this")
    context.set_offline(offline=True)
    page.get_by_label("One line, if one comes").press_sequentially(LINE)
    state(page, "")  # nothing was sent, and nothing is said of it
    wait_on_device(page, texts=1)
    page.keyboard.press("Control+Enter")
    state(page, NOT_KEPT)
    expect(page.locator("[data-trouble]")).to_have_text(NOTE)
    expect(page.get_by_label("Close by")).to_be_checked()
    assert person.check_ins.count() == 0
    context.set_offline(offline=False)
    state(page, KEPT)
    wait_on_device(page, texts=0)
    row = person.check_ins.get()
    told = {"nearness": 3, "seems": ["curious"], "line": LINE}
    assert {name: value for name, value in row.answers.items() if name != "page"} == told
    page.get_by_label("One line, if one comes").press("Control+Enter")
    page.wait_for_url(f"**/look-in/{row.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You looked in on your younger self.")
    assert person.check_ins.get().rev == 1


def test_words_not_sent_wait_on_the_device_and_four_ticks_are_told(page: Page, person: User, live_server: LiveServer) -> None:  # fmt: skip
    """Whoever goes elsewhere finds them again, ticks and all; what does not fit comes back as it was."""
    for word in ("Sad", "Lonely", "Tired", "Play"):
        page.get_by_label(word, exact=True).check()
    page.get_by_label("One line, if one comes").press_sequentially(LINE)
    wait_on_device(page, texts=1)
    page.goto(f"{live_server.url}/home/")
    page.goto(f"{live_server.url}/look-in/")
    assert person.check_ins.count() == 0
    offer(page).get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Tired", exact=True)).to_be_checked()
    expect(page.get_by_label("One line, if one comes")).to_have_value(LINE)
    page.get_by_label("Hurt", exact=True).check()
    late: list[Route] = []  # on a slow network the page learns what waits here after it was kept
    page.route("**/session/", lambda route: late.append(route), times=1)  # noqa: PLW0108 - a built-in takes no attributes
    with page.expect_request("**/session/"):  # a press before the page that comes back asks is no test of this
        page.locator("main").get_by_role("button", name="Keep this").click()
    summary = page.locator(".errors")
    expect(summary).to_contain_text("Three of these is the most")
    expect(summary).to_be_focused()
    expect(page.get_by_label("One line, if one comes")).to_have_value(LINE)
    page.get_by_label("Hurt", exact=True).uncheck()
    with page.expect_response("**/look-in/"):
        page.locator("main").get_by_role("button", name="Keep this").click()
    page.wait_for_timeout(500)  # a page that does not wait for it would be gone
    late[0].continue_()
    page.wait_for_url(re.compile(r"/look-in/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("Play is on the list")
    wait_on_device(page, texts=0)
    assert person.check_ins.get().answers["seems"] == ["sad", "lonely", "tired"]
