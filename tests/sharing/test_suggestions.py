"""A step that is suggested: one quiet card, no day, no receipt, and silence for the asking."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sharing import connections
from sharing.models import Connection, Suggestion
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> User:
    return factories.person()


@pytest.fixture
def mine(person: User) -> StrictClient:
    client = StrictClient()
    client.force_login(person)
    return client


@pytest.fixture
def row(person: User) -> Connection:
    return people.connection(person, people.practice(name="Robin <Vale>"))


def suggest(row: Connection, step: str, sentence: str) -> Suggestion:
    with keyring.opened_for(row.practice.owner_id, purpose="a test"):
        assert connections.suggest(row, step, sentence)
    return row.suggestions.latest("made_at")


def test_home_shows_the_newest_alone_with_its_step_and_no_day(mine: StrictClient, row: Connection) -> None:
    suggest(row, "letter", "an older one")
    suggest(row, "place", "If you like, <i>look</i> for a corner.")
    page = pages.get(mine, "/home/")
    assert "Robin <Vale> thought of “A good place” for you." in page.text
    assert "There is no day for it, and they aren’t told what becomes of it." in page.text
    assert "“If you like, <i>look</i> for a corner.”" in page.text
    assert "an older one" not in page.text
    both = mine.get(f"/sharing/{row.pk}/").text
    assert ("an older one" in both, "for a corner" in both) == (True, True)


def test_put_away_it_is_gone_and_nobody_is_told(mine: StrictClient, row: Connection, person: User) -> None:
    older, newer = suggest(row, "letter", "older"), suggest(row, "place", "newer")
    before = person.events.count()
    for _ in range(2):
        assert mine.post(f"/sharing/suggestions/{newer.pk}/away/")["Location"] == "/home/"
    assert "newer" not in mine.get("/home/").text
    assert "older" in mine.get("/home/").text
    assert person.events.count() == before
    mine.get(f"/steps/{older.step}/")
    older.refresh_from_db()
    assert older.put_away_at is None  # looking at a step leaves no mark on what suggested it


def test_no_more_from_them_puts_all_away_and_a_further_one_is_not_taken(
    mine: StrictClient, row: Connection, person: User
) -> None:
    suggest(row, "letter", "one")
    suggest(row, "place", "two")
    page = mine.post(f"/sharing/{row.pk}/suggestions/", {"take": "off", "back": "/home/"})
    assert page["Location"] == "/home/"
    assert "Robin" not in mine.get("/home/").text
    row.refresh_from_db()
    with keyring.opened_for(row.practice.owner_id, purpose="a test"):
        assert connections.suggest(row, "place", "three") is False
    assert "They can’t offer you any just now." in mine.get(f"/sharing/{row.pk}/").text
    again = mine.post(f"/sharing/{row.pk}/suggestions/", {"take": "on", "back": "https://evil.example/"})
    assert again["Location"] == f"/sharing/{row.pk}/?kept=suggestions#suggestions"
    suggest(row, "place", "four")
    assert "four" in mine.get("/home/").text
    assert "one" not in pages.get(mine, "/home/").text.partition("Four lit")[0].split()


def test_five_in_thirty_days_are_enough_and_what_became_of_them_is_not_told(person: User) -> None:
    """Two clients of one practice, one of whom puts everything away: its therapist is answered the same by both."""
    practice = people.practice()
    therapist, begun = StrictClient(), timezone.now()
    keeps, puts_away = (people.connection(each, practice) for each in (person, factories.person()))

    def answers(minutes: int, sentence: str) -> list[tuple[int, bool]]:
        """The status of each, and whether the page says that there is no room."""
        told = []
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            people.with_factor(therapist, practice.owner)
            for row in (keeps, puts_away):
                said = {"step": "letter", "sentence.text": sentence}
                page = therapist.post(f"/practice/clients/{row.pk}/suggest/", said)
                told.append((page.status_code, "five steps in the last thirty days" in page.text))
                assert page.status_code == 302 or sentence in page.text
            puts_away.suggestions.filter(put_away_at=None).update(put_away_at=timezone.now())
        return told

    offered, enough = [(302, False)] * 2, [(422, True)] * 2
    tried = [answers(0, "one"), answers(5, "one"), *(answers(10 + each, f"word {each}") for each in range(3))]
    assert tried == [offered] * 5
    assert [answers(20, "sixth"), answers(21, "one")] == [enough] * 2
    assert [row.suggestions.count() for row in (keeps, puts_away)] == [5, 5]
    waiting = [row.suggestions.filter(put_away_at=None).count() for row in (keeps, puts_away)]
    assert waiting == [4, 0]  # “one”, offered anew, stands there once
    month = 30 * 24 * 60
    assert [answers(month + 1, "sixth"), answers(month + 3, "seventh")] == [offered, enough]


def test_more_than_five_that_wait_from_before_are_all_there_behind_the_newest(
    mine: StrictClient, row: Connection
) -> None:
    for each in range(7):
        with time_machine.travel(timezone.now() + timedelta(days=31 * each)):
            suggest(row, "letter", f"number {each}")
    shown, _summary, earlier = mine.get(f"/sharing/{row.pk}/").text.partition("Earlier suggestions")
    assert [f"number {each}" in shown for each in range(7)] == [False] * 2 + [True] * 5
    assert ["number 0" in earlier, "number 1" in earlier] == [True, True]


def test_what_is_somebody_elses_or_nobodys_is_not_there(row: Connection) -> None:
    offered = suggest(row, "place", "")
    for somebody in (factories.person(), row.practice.owner):
        client = StrictClient()
        client.force_login(somebody)
        answers = [client.post(f"/sharing/suggestions/{pk}/away/") for pk in (offered.pk, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text == answers[1].text
    offered.refresh_from_db()
    assert offered.put_away_at is None
    assert Client().post(f"/sharing/suggestions/{offered.pk}/away/")["Location"].startswith("/accounts/login/")
    assert client.get(f"/sharing/suggestions/{offered.pk}/away/").status_code == 405


def test_one_that_cannot_be_opened_or_whose_step_is_gone_leaves_the_page_as_it_is(
    mine: StrictClient, row: Connection
) -> None:
    suggest(row, "letter", "still there")
    broken, gone = suggest(row, "place", "broken"), suggest(row, "place", "gone")
    Suggestion.objects.filter(pk=broken.pk).update(sentence_sealed=b"\x01" * 80)
    Suggestion.objects.filter(pk=gone.pk).update(step="no-such-step")
    assert "still there" in mine.get("/home/").text
    assert pages.get(mine, "/home/").links[-6:-3] == ["/look-in/", "/place/", "/kept/"]


def test_once_it_is_over_nothing_of_it_stands_on_home(mine: StrictClient, row: Connection) -> None:
    suggest(row, "place", "a corner")
    connections.end(row, Connection.Side.PRACTICE)
    assert "a corner" not in mine.get("/home/").text
    assert row.suggestions.exclude(sentence_sealed=None).count() == 0
