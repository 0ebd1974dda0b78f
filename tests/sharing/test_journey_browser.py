"""From a practice that opens to a parting: a therapist and a client, each in a browser of their own.

The clock is moved by hand, across the night in which clocks go forward in Berlin, where the client is: 28 March 2027.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import segno
import time_machine
from django.conf import settings as house
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import SecurityEvent, User
from sharing.models import Connection, Opening, Sheet, SheetItem
from tests import canary, factories
from tests.accounts.steps import shown_by
from tests.browser.watch import Watch
from vault.models import ShareKey

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = datetime(2027, 3, 26, 10, tzinfo=UTC)
OPENS = datetime(2027, 3, 27, 13, tzinfo=UTC)  # a day of hours before Sunday 15:00 in Berlin, which is 13:00 UTC
CLOSES = datetime(2027, 3, 29, 13, tzinfo=UTC)
LETTER = "The clock was slow.\n\nAuntie Quillonia came late, and we counted.\n\nThen the train."
SECOND = timedelta(seconds=1)


class Somebody:
    """One person in a browser of their own."""

    def __init__(self, browser: Browser, server: LiveServer, person: User) -> None:
        self.context: BrowserContext = browser.new_context(locale="en-GB")
        self.watch = Watch(self.context)
        self.page: Page = self.context.new_page()
        self.server, self.person, self.secret = server, person, ""

    def go(self, path: str) -> int:
        """Its status."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.server.url}{path}")
        assert answer
        return answer.status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def prove(self) -> None:
        """Some pages ask once more who it is."""
        self.page.wait_for_url("**/accounts/reauthenticate/**")
        self.page.locator("input[name=password]").fill(factories.PASSWORD)
        self.press("It’s me")
        self.page.wait_for_url(lambda address: "/accounts/" not in address)

    def sign_in(self) -> None:
        """Anew: a practice rests after a quarter of an hour."""
        self.context.clear_cookies()
        self.go("/accounts/login/")
        self.said()

    def without_a_session(self) -> list[Any]:
        """It rested, as those of a practice soon do. What signs this person in again."""
        name = house.SESSION_COOKIE_NAME
        mine = [cookie for cookie in self.context.cookies() if cookie.get("name") == name]
        self.context.clear_cookies(name=name)
        return mine

    def said(self) -> None:
        self.page.locator("input[name=login]").fill(self.person.email)
        self.page.locator("input[name=password]").fill(factories.PASSWORD)
        self.press("Sign in")
        if self.secret:
            self.page.wait_for_url("**/accounts/second-step/**")
            self.page.locator("input[name=code]").fill(shown_by(self.secret))
            self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda address: "/accounts/" not in address)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY) as traveller:
        yield traveller


@pytest.fixture
def robin(
    browser: Browser, live_server: LiveServer, clock: time_machine.Traveller, settings: Settings
) -> Iterator[Somebody]:
    settings.INNERCHILD_URL = live_server.url
    somebody = Somebody(browser, live_server, factories.person("robin@example.org"))
    yield somebody
    somebody.context.close()


@pytest.fixture
def kay(browser: Browser, live_server: LiveServer, clock: time_machine.Traveller) -> Iterator[Somebody]:
    person = factories.person("kay@example.org", time_zone="Europe/Berlin")
    factories.entry(person, LETTER, kind="letter", voice="adult", step="letter", question="")
    somebody = Somebody(browser, live_server, person)
    yield somebody
    somebody.context.close()


def test_from_a_practice_that_opens_to_a_parting(robin: Somebody, kay: Somebody, clock: time_machine.Traveller) -> None:
    invitation = opens_a_practice(robin)
    connects(kay, invitation)
    shares_a_sheet(kay)
    sheet = Sheet.objects.get()
    address = f"/practice/sheets/{sheet.pk}/"
    assert (sheet.opens_at, sheet.closes_at) == (OPENS, CLOSES)

    clock.move_to(OPENS - timedelta(seconds=40))
    robin.sign_in()
    assert robin.go(address) == 404
    robin.go("/practice/")
    expect(robin.page.get_by_text("Something waits")).to_be_visible()
    clock.move_to(OPENS + SECOND)
    reads_it_and_offers_a_step(robin)
    sees_the_receipt_and_wants_no_more(kay, sheet)
    robin.go("/practice/")
    robin.page.get_by_role("link", name="Offer a step").click()
    expect(robin.page.get_by_text("not taking suggestions just now")).to_be_visible()

    clock.move_to(CLOSES - timedelta(seconds=40))
    robin.sign_in()
    assert robin.go(address) == 200
    clock.move_to(CLOSES + SECOND)
    assert robin.go(address) == 404
    opens_it_again_and_takes_it_back(kay, robin, sheet)
    parts(kay, robin, clock)
    assert [canary.places_holding("Quillonia"), robin.watch.complaints, kay.watch.complaints] == [[], [], []]


def opens_a_practice(robin: Somebody) -> str:
    """Page by page, with an app for the second step. Its invitation, as its QR code says it."""
    page = robin.page
    robin.sign_in()
    robin.go("/practice/")
    page.get_by_role("link", name="Open a practice").click()
    page.get_by_label("Your name").fill("Robin Vale")
    page.get_by_label("Profession").fill("Psychotherapist")
    robin.press("Go on")
    page.get_by_label("Registration or licence").fill("Reg. 4711")
    robin.press("Go on")
    page.get_by_role("link", name="A code from an app").click()
    robin.prove()
    robin.secret = "".join((page.locator("figure.scan code").text_content() or "").split())
    page.locator("input[name=code]").fill(shown_by(robin.secret))
    robin.press("Set it up")
    page.wait_for_url(lambda address: "/app/" not in address)
    robin.press("Show them")
    page.get_by_role("link", name="I have them").click()
    page.get_by_role("link", name="Go on with your practice").click()
    page.get_by_role("checkbox").check()
    robin.press("Go on")
    robin.press("Go on")
    expect(page.get_by_text("Stated by them, not checked by us")).to_be_visible()
    robin.press("Open the practice")
    expect(page.get_by_text("Clients decide what to bring.")).to_be_visible()
    page.get_by_role("link", name="Link, invitation, sheets").click()
    robin.press("Make an invitation")
    address = page.get_by_label("Its address").input_value()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    drawn = page.locator("#invite svg.qr path").last.get_attribute("d") or ""
    assert drawn in code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return address


def connects(kay: Somebody, invitation: str) -> None:
    page = kay.page
    kay.go(invitation)
    expect(page.get_by_role("heading", name="Robin Vale")).to_be_visible()
    assert not Connection.objects.exists()
    page.locator("#main").get_by_role("link", name="Sign in").click()
    kay.said()
    kay.press("Connect with Robin Vale")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("What they are to call you").fill("Kay")
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    kay.press("Connect with Robin Vale")
    expect(page.get_by_text("You are connected.")).to_be_visible()
    assert kay.go(invitation) == 404
    kay.go("/kept/")


def shares_a_sheet(kay: Somebody) -> None:
    page = kay.page
    kay.go(f"/sharing/{Connection.objects.get().pk}/")
    page.get_by_role("link", name="Bring something").click()
    page.get_by_label("What I’d like us to do with this").fill("Read it slowly.")
    kay.press("Pick something")
    page.get_by_role("checkbox", name="The clock was slow").check()
    kay.press("Put these on the sheet")
    kay.press("How much of it")
    page.get_by_role("radio", name="Only some of it").check()
    page.get_by_label("Passage 1").fill("Auntie Quillonia came late, and we counted.")
    kay.press("Show it like this")
    page.get_by_label("to black out").fill("quillonia")
    page.get_by_role("radio", name="Around").check()
    page.get_by_label("The day of the session").first.fill("2027-03-28")
    page.get_by_label("When it begins").fill("15:00")
    kay.press("Look at it as Robin Vale will")
    kay.prove()
    expect(page.locator(".brought")).to_contain_text("came late, and we counted.")
    expect(page.locator(".brought")).not_to_contain_text("Quillonia")
    kay.press("Share it with Robin Vale")
    page.wait_for_url("**/sharing/sheets/**")
    expect(page.get_by_text("Nobody is reading this now.")).to_be_visible()


def reads_it_and_offers_a_step(robin: Somebody) -> None:
    page = robin.page
    robin.go("/practice/")
    page.get_by_role("link", name="Open the sheet").click()
    expect(page.get_by_role("heading", name="Brought by Kay")).to_be_visible()
    paper = page.locator(".brought")
    expect(paper).to_contain_text("Read it slowly.")
    expect(paper).to_contain_text("came late, and we counted.")
    assert [word for word in ("Quillonia", "The clock", "the train") if word in page.content()] == []
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    robin.context.set_offline(offline=True)
    robin.press("We talked about this")
    expect(page.get_by_text("Not marked.")).to_be_visible()
    expect(paper).to_contain_text("Read it slowly.")
    robin.context.set_offline(offline=False)
    robin.press("We talked about this")
    expect(page.get_by_text("we talked about this.")).to_be_visible()
    page.get_by_role("link", name="Offer a step").click()
    page.get_by_role("radio").nth(2).check()
    page.get_by_label("A sentence to go with it").fill("If you feel like it.")
    session = robin.without_a_session()
    robin.press("Offer it")
    expect(page.locator("h1")).to_have_text("Not kept yet. Your words are here.")
    expect(page.get_by_label("What you wrote")).to_have_value("If you feel like it.")
    robin.context.add_cookies(session)
    robin.press("Keep")
    expect(page.get_by_text("Offered.")).to_be_visible()


def sees_the_receipt_and_wants_no_more(kay: Somebody, sheet: Sheet) -> None:
    page = kay.page
    kay.sign_in()
    expect(page.get_by_text("If you feel like it.")).to_be_visible()
    kay.press("No more from them")
    kay.go(f"/sharing/sheets/{sheet.pk}/")
    expect(page.get_by_text("It is open now.")).to_be_visible()
    expect(page.get_by_text("Saturday 27 March 2027: 14:00").first).to_be_visible()
    expect(page.get_by_text("that you talked about it")).to_be_visible()
    kay.go("/settings/ledger/")
    expect(page.get_by_text("Robin Vale").first).to_be_visible()
    opened = SecurityEvent.objects.filter(owner=kay.person, kind=SecurityEvent.Kind.SHARE_OPENED)
    assert opened.count() == Opening.objects.count() > 0


def opens_it_again_and_takes_it_back(kay: Somebody, robin: Somebody, sheet: Sheet) -> None:
    page = kay.page
    kay.sign_in()
    kay.go(f"/sharing/sheets/{sheet.pk}/")
    page.get_by_role("link", name="Open it again").click()
    kay.prove()
    page.get_by_role("radio", name="days").check()
    kay.press("Set this time")
    expect(page.get_by_text("It is open now.")).to_be_visible()
    assert robin.go(f"/practice/sheets/{sheet.pk}/") == 200
    kay.press("Take it back")
    expect(page.get_by_text("Nobody is reading this now.")).to_be_visible()
    assert robin.go(f"/practice/sheets/{sheet.pk}/") == 404
    robin.page.go_back()
    expect(robin.page.get_by_text("came late")).to_have_count(0)
    assert not ShareKey.objects.filter(pk=sheet.pk).exists()
    assert SheetItem.objects.get().words_sealed is None


def parts(kay: Somebody, robin: Somebody, clock: time_machine.Traveller) -> None:
    """On a day that both see, after which they see nothing of each other; what was brought stays with the client."""
    page, row = kay.page, Connection.objects.get()
    kay.go(f"/sharing/{row.pk}/parting/")
    page.get_by_label("The last day").fill("2027-03-29")
    kay.press("Keep this day")
    robin.go("/practice/")
    expect(robin.page.get_by_text("Parting on")).to_be_visible()
    clock.move_to(timezone.now() + timedelta(days=1))
    robin.sign_in()
    robin.go("/practice/")
    expect(robin.page.get_by_text("Clients decide what to bring. Once")).to_be_visible()
    assert robin.go(f"/practice/clients/{row.pk}/suggest/") == 404
    kay.sign_in()
    kay.go(f"/sharing/{row.pk}/")
    expect(page.get_by_text("Nothing of yours opens to them any more.")).to_be_visible()
    page.locator("a[href*='/sharing/sheets/']").first.click()
    expect(page.locator(".brought")).to_contain_text("came late, and we counted.")
