"""The whole way, as a person goes it, with a script and without: sign up, four steps, kept, out, and back.

The app is the one that `up` serves; it is stopped and started again before the words are read a second time.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, expect

from exercises import packs
from tests import canary
from tests.browser.watch import Watch, sign_in
from tests.up.house import House

PASSWORD = "the lamp stays lit"
SKIPPED = {"afternoons", "knowing", "today"}
KEEP = "main button.button[name=go][value=keep]:visible"
SKIP = "main button.button[name=go][value=skip]:visible"


@pytest.fixture(
    params=[
        pytest.param(True, id="script", marks=pytest.mark.xdist_group("screens 0")),
        pytest.param(False, id="no-script", marks=pytest.mark.xdist_group("screens 1")),
    ]
)
def scripted(request: pytest.FixtureRequest) -> bool:
    """The one thing the journey branches on: a page with a script keeps while one types."""
    return bool(request.param)


@pytest.fixture
def journey(
    scripted: bool, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser with a profile on disk, so that it can be searched for words afterwards."""
    context = browser_type.launch_persistent_context(
        tmp_path / "profile",
        java_script_enabled=scripted,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        **browser_type_launch_args,
    )
    yield context
    context.close()


def test_a_person_signs_up_walks_all_four_steps_and_finds_every_word_again(
    journey: BrowserContext, scripted: bool, house: House, origin: str, tmp_path: Path
) -> None:
    journey.set_default_timeout(10_000)
    watch, page, bird = Watch(journey), journey.new_page(), canary.fresh()
    email = f"{'script' if scripted else 'plain'}@example.org"
    sign_up(page, origin, email, name=f"{bird} name", word=f"{bird} word")
    typed = [words for step in packs.load() for words in walk(page, origin, step, bird, scripted=scripted)]
    assert len(typed) >= 12, "boxes were missed"

    page.goto(f"{origin}/accounts/logout/")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    page.goto(f"{origin}/kept/")
    assert "/accounts/login/" in page.url
    assert bird not in page.content()

    up = house.started.pop()
    up.terminate()
    up.wait(60)
    house.up()
    sign_in(page, origin, email, PASSWORD)  # from here on nothing can come but what was stored before
    assert missing(page, origin, typed) == []
    assert watch.complaints == []
    journey.close()
    assert at_rest(house, bird) == "[]"
    assert profile_holding(tmp_path / "profile", bird) == []


def sign_up(page: Page, origin: str, email: str, *, name: str, word: str) -> None:
    page.goto(origin)
    page.get_by_role("link", name="Begin").first.click()
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=adult]").check()
    page.locator("input[name=consent]").check()
    page.locator("input[name=name]").fill(name)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/welcome/")
    page.locator("[name='own_word.text']").fill(word)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/welcome/today/")
    page.get_by_role("link", name="Skip the tour").click()
    page.wait_for_url("**/home/")
    expect(page.locator("h1")).to_contain_text(name)


def walk(page: Page, origin: str, step: str, bird: str, *, scripted: bool) -> Iterator[str]:
    """Go through one step to its close, typing wherever something can be typed. Yields what is to be found again."""
    page.goto(f"{origin}/steps/{step}/")
    seen: set[str] = set()
    while (screen := page.url.rstrip("/").rpartition("/")[2]) != "close":
        assert screen not in seen, f"{step} leads back to {screen}"
        seen.add(screen)
        if screen in SKIPPED:
            page.locator(SKIP).first.click()
            continue
        yield from _fill(page, f"{bird} {step} {screen}")
        _press(page.locator(f"{KEEP}, {SKIP}").first, page, scripted=scripted)


def _fill(page: Page, words: str) -> Iterator[str]:
    """Type into every box that can be seen; what has no name stays on the page and is not looked for."""
    for group in page.locator("main fieldset:has(input[type=radio])").all():
        choice = group.locator("input[type=radio]:visible").first
        if choice.count() and not group.locator("input[type=radio]:checked").count():
            choice.check()
    for number, box in enumerate(page.locator("main textarea:visible, main input.input:visible").all()):
        text = f"{words} {number}"
        box.fill(text)
        if box.get_attribute("name"):
            yield text


def _press(button: Locator, page: Page, *, scripted: bool) -> None:
    """With a script the words are kept before anything is pressed; without, the press keeps them."""
    if scripted and page.locator("form[data-writing]").count() and page.locator("[data-box]:visible").count():
        expect(page.locator("[data-state]").first).to_have_text(re.compile(r"^Kept at \d\d:\d\d"))
    with page.expect_navigation():
        button.click()


def missing(page: Page, origin: str, typed: list[str]) -> list[str]:
    """Which of these words no page under *kept*, and no place, shows any more."""
    pages = [f"{origin}/place/"]
    page.goto(pages[0])
    pages += [origin + str(link.get_attribute("href")) for link in page.locator("main a[href$='/box/']").all()]
    page.goto(f"{origin}/kept/")
    while True:
        pages += [origin + str(link.get_attribute("href")) for link in page.locator("main a.kept-item").all()]
        earlier = page.locator("main a[href*='before=']")
        if not earlier.count():
            break
        page.goto(origin + "/kept/" + str(earlier.get_attribute("href")))
    read = ""
    for address in pages:
        page.goto(address)
        read += page.locator("main").inner_text()
    return [text for text in typed if text not in read]


def at_rest(house: House, bird: str) -> str:
    """Where the words lie in clear: "[]", once it has been shown that the search finds a row left unsealed."""
    search = f"import django; django.setup(); from tests import canary; print(canary.places_holding({bird!r}))"
    found = house.python(search, INNERCHILD_TEST_HOME=str(house.data), DJANGO_SETTINGS_MODULE="innerchild.settings")
    assert found.returncode == 0, found.stderr
    house.sql(f"UPDATE journal_entry SET question = '{bird}' WHERE id = (SELECT id FROM journal_entry LIMIT 1)")
    planted = house.python(search, INNERCHILD_TEST_HOME=str(house.data), DJANGO_SETTINGS_MODULE="innerchild.settings")
    assert "pg_dump" in planted.stdout
    assert bird not in house.said
    return found.stdout.strip()


def profile_holding(profile: Path, bird: str) -> list[str]:
    """Files of the browser that hold the words: nothing a person wrote may stay on a device."""
    needles = canary.spellings(bird)
    return [
        str(path.relative_to(profile))
        for path in profile.rglob("*")
        if path.is_file() and not path.is_symlink() and any(needle in path.read_bytes() for needle in needles)
    ]
