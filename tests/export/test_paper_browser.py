"""On paper for real: as many pages as meant, of the paper that was chosen, and a book that asks no server for anything."""

import re
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.export import book
from tests import factories
from tests.export.reading import everything
from tests.journal.browsing import sign_in
from tests.live import close

A4, LETTER = (595, 842), (612, 792)  # points


def printed(page: Page) -> tuple[int, set[tuple[int, int]]]:
    """How many pages, and their sizes in points, rounded."""
    page.evaluate("document.fonts.ready")
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf)), {(round(float(x)), round(float(y))) for x, y in boxes}


@pytest.fixture
def person(transactional_db: None) -> User:
    made = factories.person(child_word="little me")
    thread = factories.entry(made, "", kind="letter", voice="both", rev=0, question="", local_date=date(2026, 5, 1))
    for place, voice in enumerate(("adult", "child")):
        factories.entry(
            made, "the roof is meant to be crooked", kind="letter", voice=voice, parent=thread, position=place
        )
    factories.entry(made, "muddy, quick, always up a tree")
    return made


def test_a_sheet_for_a_session_is_one_page_of_the_paper_that_was_chosen(
    page: Page, context: BrowserContext, live_server: LiveServer, person: User
) -> None:
    sign_in(context, live_server, person)
    for button, paper, size in (("sheet", "A4", A4), ("sheet", "Letter", LETTER), ("pages", "A4", A4)):
        page.goto(f"{live_server.url}/kept/print/")
        page.get_by_label("All of this list").check()
        page.get_by_label(paper, exact=True).check()
        page.locator("textarea").fill("Read it slowly with me.")
        page.locator(f"button[value={button}]").click()
        page.get_by_role("heading", name="Ready for paper").wait_for()
        assert printed(page) == (1, {size})
        page.emulate_media(media="print")
        hidden = page.locator(".bar, .foot, .no-print, .button").all()
        assert [each.is_visible() for each in hidden] == [False] * len(hidden)
        assert page.locator(".voice .who").first.evaluate("(who) => getComputedStyle(who, '::after').content") == "none"
        page.emulate_media(media="null")
    close(context)


def test_the_book_asks_no_server_for_anything_and_prints_cover_words_and_last_page(page: Page, person: User) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(b"".join(book.chunks(person, everything())).decode())
    pages, _sizes = printed(page)
    assert pages >= 3
    assert [address[:40] for address in asked if not address.startswith("data:font/woff2;base64,")] == []
    faces = page.evaluate("[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)")
    assert {face.strip('"') for face in faces} == {"Fraunces", "Literata", "Atkinson"}
    assert page.get_by_text("This is the last page. The book came whole.").count() == 1
