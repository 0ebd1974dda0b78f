"""A letter read back: set as one likes, copied with its voices named, and good on paper of either size."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from tests.live import close, enter

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = {"kind": "letter", "step": "letter", "question_key": "letter-both"}


@pytest.fixture
def letter(transactional_db: None) -> Entry:
    person = factories.person(child_word="little bear")
    thread = factories.entry(person, "", voice="both", rev=0, question="A letter by turns", **LETTER)
    for place, (voice, text) in enumerate([("adult", "I found the roof.\nHere it is."), ("child", "The wind lives there.")]):  # fmt: skip
        factories.entry(person, text, voice=voice, parent=thread, position=place, **LETTER)
    return thread


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, letter: Entry) -> Iterator[Page]:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    yield enter(context, live_server, letter.owner)
    close(context)


def test_reading_is_set_by_links_copied_and_good_on_paper(page: Page, live_server: LiveServer, letter: Entry) -> None:
    client = StrictClient()
    client.force_login(letter.owner)
    pages.press(client, "/steps/place/scene/", "keep", {"name": "The low end"})
    User.objects.filter(pk=letter.owner_id).update(preferences={})
    page.goto(f"{live_server.url}/kept/{letter.pk}/read/")
    words = page.locator(".voice .written p").first
    plain = words.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
    page.get_by_text("How it is set", exact=True).click()
    page.get_by_role("link", name="Largest").click()
    page.get_by_text("How it is set", exact=True).click()
    page.get_by_role("link", name="Narrow").click()
    expect(page).to_have_url(f"{live_server.url}/kept/{letter.pk}/read/?size=largest&width=narrow")
    assert words.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") > plain * 1.4
    assert User.objects.get(pk=letter.owner_id).preferences == {}

    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator("#live")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [line for line in copied.splitlines() if line.strip()] == [
        "Grown-up me", "I found the roof.", "Here it is.", "Little bear", "The wind lives there.",
    ]  # fmt: skip

    expect(page.locator(".sheet .scene-frame.is-small svg")).to_be_visible()
    name = page.get_by_label("Print “Innerchild” at the foot")
    page.emulate_media(media="print")
    said = page.locator("body").inner_text()
    assert [one in said for one in ("The wind lives there.", "Innerchild", "How it is set", "Leave")] == [
        True,
        *[False] * 3,
    ]
    assert page.locator(".who").first.evaluate("who => getComputedStyle(who, '::after').content") == '":"'
    assert words.evaluate("p => getComputedStyle(p).fontSize") == "16px"  # twelve points, whatever the screen is set to
    assert "Literata" in words.evaluate("p => getComputedStyle(p).fontFamily")
    page.emulate_media(media="screen")
    page.get_by_text("How it is set", exact=True).click()
    name.check()
    page.emulate_media(media="print")
    assert "Innerchild" in page.locator("body").inner_text()
