"""A letter is answered, its answer folded, a hope set down and given something: by keyboard, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.sealing import UNTIL_SAID
from tests import factories
from tests.exercises_letter.conftest import text_of
from tests.journal.browsing import KEPT, state
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person(child_word="little bear")


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Iterator[Page]:
    yield enter(context, live_server, person)
    close(context)


def follow(page: Page, name: str, role: str = "link") -> None:
    """By keyboard, to the page it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).press("Enter")  # type: ignore[arg-type]


def test_an_answer_is_written_folded_and_a_hope_is_given_something(
    page: Page, live_server: LiveServer, person: User
) -> None:
    letter = {"kind": "letter", "step": "letter", "question_key": "letter-adult", "voice": "adult"}
    first = factories.entry(person, "the kestrel came back", **letter)
    hopes = factories.entry(person, "A den with a door.\nA dog.", question_key="hopes")
    page.goto(f"{live_server.url}/kept/{first.pk}/")
    follow(page, "Answer it")
    beside = page.get_by_text("the kestrel came back")
    expect(beside).to_be_hidden()
    page.locator("#answered summary").press("Enter")
    expect(beside).to_be_visible()
    box = page.locator("#box-letter")
    box.press_sequentially("I saw it ")
    state(page, KEPT)
    answer = person.entries.get(reply_to=first)
    page.reload()
    expect(box).to_have_value("I saw it ")
    box.press("End")
    box.press_sequentially("too")
    with page.expect_navigation():
        box.press("Control+Enter")
    page.get_by_label("Keep it folded until you say so").check()
    follow(page, "That’s it", "button")
    answer.refresh_from_db()
    assert (text_of(answer), answer.voice, answer.sealed_until) == ("I saw it too", "child", UNTIL_SAID)
    page.goto(f"{live_server.url}/kept/{first.pk}/exchange/")
    expect(page.locator("article section")).to_contain_text(["the kestrel came back", "Folded until you say so"])

    page.goto(f"{live_server.url}/kept/{hopes.pk}/")
    follow(page, "Set down as a wish")
    page.get_by_label("A den with a door.").press("Space")
    follow(page, "Set it down", "button")
    follow(page, "Give it something wish 1")
    expect(page.get_by_label("A den with a door.")).to_be_checked()
    follow(page, "Keep and go on", "button")
    page.locator("#box-words").press_sequentially("Yours, and I knock first.")
    state(page, KEPT)
    assert person.wishes.get().given_at is None
    follow(page, "Keep and go on", "button")
    assert person.wishes.get().given_at is not None
    page.goto(f"{live_server.url}/wishes/")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Given something"])
    expect(page.get_by_role("link", name="Yours, and I knock first.")).to_be_visible()
    follow(page, "Change its words given wish 1")
    page.get_by_label("A wish, in your own words").fill("A den with two doors.")
    follow(page, "Keep", "button")
    follow(page, "Put it away given wish 1", "button")
    expect(page.get_by_text("A den with two doors.")).to_be_hidden()
    page.get_by_text("Put away", exact=True).press("Enter")
    follow(page, "Have it back wish 1", "button")
    expect(page.get_by_text("A den with two doors.")).to_be_visible()
