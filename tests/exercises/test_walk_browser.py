"""*Hello* and *place* as somebody walks them who types not one word: with a script, and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import factories
from tests.live import close, enter
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)
ON = "main .actions:visible :is(button, a)"


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person(preferences={"pace": "open"})


@pytest.fixture(params=[pytest.param(True, id="script"), pytest.param(False, id="no-script")])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def context(browser: Browser, scripted: bool) -> Iterator[BrowserContext]:
    made = browser.new_context(
        java_script_enabled=scripted, viewport={"width": 390, "height": 844}, reduced_motion="no-preference"
    )
    yield made
    close(made)


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, person: User) -> Page:
    return enter(context, live_server, person)


def row(page: Page) -> list[str]:
    """The ways on that can be seen, in their order."""
    return [words.strip() for words in page.locator(ON).all_inner_texts()]


def visible(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        visible(page, name).first.click()


def test_hello_without_a_character(page: Page, live_server: LiveServer, person: User, scripted: bool) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 (a builtin cannot be listened with)
    page.goto(f"{live_server.url}/steps/hello/intro/")
    plain = ["Start", "Only one question, please", "Skip", "Stop here"]
    assert row(page) == plain
    page.get_by_label("Flooded").check()
    assert row(page)[:2] == ["Steady me", "Start"]
    page.get_by_label("Far away or numb").check()
    assert row(page)[:2] == ["Feel the room", "Start"]
    expect(page.locator("main p a", has_text="Help now").locator("visible=true")).to_have_count(1)
    page.get_by_label("Wobbly").check()
    assert row(page)[:2] == ["Start", "Steady me"]
    expect(page.get_by_label("A little" if scripted else "As long as I like")).to_be_checked()
    page.get_by_label("Rather not say").check()
    assert row(page) == plain
    press(page, "Start")
    headings = []
    while not page.url.endswith("/close/"):
        headings.append(page.locator("h1").inner_text())
        assert page.evaluate("document.getAnimations().length") == 0
        if visible(page, "Nothing comes").count():
            press(page, "Nothing comes")
            expect(page.locator(".pocket")).to_contain_text("nothing, and that’s an answer")
        else:
            press(page, "Skip")
    assert len(set(headings)) == 6
    expect(page.locator("h1")).to_have_text("That’s plenty for today.")
    expect(page.locator(".exits a")).to_have_text(["Stay a little", "Settle", "Done for now"])
    assert (
        len({(box["width"], box["height"]) for box in map(Locator.bounding_box, page.locator(".exits a").all()) if box})
        == 1
    )
    assert [
        request.url
        for request in sent
        if "wobbly" in (request.post_data or "") or "steady=" in (request.post_data or "")
    ] == []
    assert person.entries.count() == 0


def test_place_without_a_character(page: Page, live_server: LiveServer, person: User, scripted: bool) -> None:
    page.goto(f"{live_server.url}/steps/place/doors/")
    sizes = [door.bounding_box() for door in page.locator(".doors button").all()]
    assert len({box["width"] for box in sizes if box}) == 1
    with page.expect_navigation():
        page.get_by_role("button", name="Breathe with the light").press("Enter")
    breathe(page)
    with page.expect_navigation():
        page.get_by_role("link", name="This isn’t helping").click()
    expect(page.locator("h1")).to_have_text("Feel the room")
    press(page, "I’m here")
    page.get_by_role("radio", name="No", exact=True).check()
    expect(page.get_by_text("Then this place is for you.").locator("visible=true")).to_have_count(1)
    press(page, "Go on")
    expect(page.get_by_text("Then this place is for you.")).to_be_visible()
    page.get_by_role("radio", name="Out of doors").check()
    show(page, scripted, "A big tree on a low hill, in evening light. The sky is clear.")
    press(page, "Keep and go on")
    for _ in range(2):
        press(page, "Nothing comes")
    page.get_by_role("radio", name="Night").check()
    show(page, scripted, "A big tree on a low hill, at night. The sky is clear.")
    if scripted:
        expect(page.get_by_role("radio", name="Night")).to_be_focused()
    press(page, "Keep and go on")
    for _ in range(3):
        press(page, "Nothing comes")
    expect(page.locator(".postcard h2")).to_have_text("A good place")
    press(page, "Go on")
    expect(page.locator("h1")).to_have_text("That’s plenty for today.")
    with keyring.opened_for(person.pk, purpose="a test"):
        assert {key for key, said in person.visits.get().choices.items() if said.get("nothing")} == {
            "around", "there", "weather", "key", "words",
        }  # fmt: skip
    assert person.entries.count() == 0


def breathe(page: Page) -> None:
    """The switch comes first, works by the space bar, and stops; the line comes once, after ten breaths."""
    moving = "document.getAnimations().filter(one => one instanceof CSSAnimation).length"
    waits = "document.querySelector('.still-here').getAnimations().map(one => one.effect.getTiming().delay)"
    switch, line = page.locator(".go"), page.locator(".still-here")
    assert page.evaluate("document.getAnimations().length") == 0
    page.locator("h1").focus()
    page.keyboard.press("Tab")
    expect(switch).to_be_focused()
    page.keyboard.press("Space")
    assert page.evaluate(moving) > 0
    assert page.evaluate(waits) == [100_000]
    page.evaluate("document.querySelector('.still-here').getAnimations()[0].finish()")
    expect(line).to_have_css("opacity", "1")
    page.get_by_label("My own").check()
    assert page.evaluate(moving) == 0
    page.get_by_label("Slower").check()
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.rings path')).animationName") == "glow"
    page.emulate_media(forced_colors="active")
    expect(page.locator(".rings")).to_be_hidden()
    expect(page.get_by_text("In for about four, out for about six.")).to_be_visible()
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    switch.press("Space")
    assert page.evaluate(moving) == 0
    expect(line).to_have_css("opacity", "0")


def show(page: Page, scripted: bool, words: str) -> None:
    """The picture follows by itself with a script, and when asked without."""
    if not scripted:
        press(page, "Show me")
    expect(page.get_by_role("img")).to_have_attribute("aria-label", words)
