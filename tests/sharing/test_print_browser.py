"""A sheet on paper: what is common is one page that can be read, and what is longer breaks where it may."""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from exercises.models import Place
from sharing.models import Sheet
from tests import factories
from tests.live import close, enter
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "I stopped in front of the station clock today, and counted out loud until it caught up. "  # 17 words
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")]
  .filter((part) => part.checkVisibility() && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((part) => Math.round(parseFloat(getComputedStyle(part).fontSize) * 7.5) / 10))"""  # points

PRESSED = ":is(a, button, nav, form, .bar, .foot):visible"  # what leads somewhere, and is nothing on paper


def pieces(person: User) -> list[dict[str, Any]]:
    """Five of them, one with a picture and one a range of looks: some 450 words with their headings."""
    letter = factories.entry(person, f"{SENTENCE * 8}\n\n{SENTENCE}", kind="letter", step="letter", question="")
    thread = factories.entry(person, "", kind="letter", voice="both", step="letter", question="", rev=0)
    for place, voice in enumerate(("adult", "child", "adult")):
        factories.entry(person, SENTENCE * 3, kind="letter", voice=voice, parent=thread, position=place, step="letter")
    asked = {"question": "Where did you like to sit?", "question_key": "stairs"}
    older, newer = (
        factories.entry(person, SENTENCE * 2, local_date=date(2026, month, 1), **asked) for month in (2, 11)
    )
    now = timezone.now()
    home = Place(owner=person, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
    with keyring.opened_for(person.pk, purpose="a test"):
        home.choices = {"ground": "garden", "light": "evening", "shelter": "hut", "name": "The low end"}
        home.save()
    for day in range(1, 7):
        factories.check_in(person, date(2026, 11, day), nearness=2, needs=["rest"])
    return [
        people.passages(letter, (SENTENCE * 4).strip(), "out loud until it caught up."),
        people.whole(thread),
        {"kind": "pair", "id": str(newer.pk), "beside": str(older.pk)},
        {"kind": "place", "id": str(home.pk)},
        {"kind": "looks", "since": "2026-11-01", "until": "2026-11-30", "fields": ["nearness", "needs"]},
    ]


def printed(page: Page, paper: str) -> int:
    page.evaluate("document.fonts.ready")
    return len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(format=paper)))


def breaking(person: User) -> list[dict[str, Any]]:
    """Half a page, and two times two thirds of one that may break: kept whole, each would leave a page half empty."""
    asked = {"question": "What was on the table?", "question_key": "table"}
    older, newer = (
        factories.entry(person, SENTENCE * 15, local_date=date(2026, month, 1), **asked) for month in (3, 10)
    )
    for day in range(1, 27):
        factories.check_in(person, date(2026, 10, day), nearness=2, needs=["rest"])
    return [
        people.whole(factories.entry(person, SENTENCE * 24)),
        {"kind": "pair", "id": str(newer.pk), "beside": str(older.pk)},
        {"kind": "looks", "since": "2026-10-01", "until": "2026-10-30", "fields": ["nearness", "needs"]},
    ]


def enter_with_factor(context: BrowserContext, live_server: LiveServer, person: User) -> Page:
    browser = Client()
    people.with_factor(browser, person)
    value = browser.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return context.new_page()


def test_a_sheet_of_the_common_kind_is_one_page_of_either_paper_and_a_longer_one_breaks_well(
    context: BrowserContext, live_server: LiveServer, transactional_db: None
) -> None:
    person, ask = factories.person(), "Could we look at the bit about the clock? I don’t want to go through the rest."
    practice = people.practice()
    connection, five = people.connection(person, practice), pieces(person)
    common = people.sheet(connection, *five, ask=ask)
    more = [people.whole(factories.entry(person, f"{SENTENCE * 9}\n\n" * 3)) for _piece in range(3)]
    long = people.sheet(connection, *five, *more, ask=ask)
    full = people.sheet(connection, *breaking(person))
    page = enter_with_factor(context, live_server, practice.owner)

    def opened(sheet: Sheet, where: str = "practice") -> int:
        page.goto(f"{live_server.url}/{where}/sheets/{sheet.pk}/")
        return len(page.locator(".brought").inner_text().split())

    assert 400 <= opened(common) <= 480
    assert [printed(page, paper) for paper in ("A4", "Letter")] == [1, 1]
    assert page.locator(PRESSED).count() >= 8
    page.emulate_media(media="print")
    assert page.evaluate(SMALLEST) >= 9.5
    assert (page.locator(PRESSED).count(), page.locator(".no-print:visible").count()) == (0, 0)
    told = page.locator("body").inner_text()
    assert ["Brought by" in told, "station clock" in told, "Nobody is watching" in told] == [True, True, False]
    page.emulate_media()
    opened(long)
    assert {printed(page, paper) for paper in ("A4", "Letter")} <= {2, 3}
    opened(full)
    assert [printed(page, paper) for paper in ("A4", "Letter")] == [2, 2]
    page = enter(context, live_server, person)
    opened(common, "sharing")
    assert [printed(page, paper) for paper in ("A4", "Letter")] == [1, 1]
    close(context)
