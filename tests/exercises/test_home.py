"""Home: the same greeting after any absence, and an offer to carry on."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from exercises.models import Place
from exercises.views import home
from innerchild.day import Light
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("light", "plain", "named"),
    [
        (Light.DAWN, "Good morning.", "Good morning, Ada."),
        (Light.AFTERNOON, "Hello.", "Hello, Ada."),
        (Light.EVENING, "Good evening.", "Good evening, Ada."),
        (Light.NIGHT, "A quiet hour.", "A quiet hour, Ada."),
    ],
)
def test_greeting_follows_the_light(light: Light, plain: str, named: str) -> None:
    assert (home.greeting(light, ""), home.greeting(light, "Ada")) == (plain, named)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "from today"),
        (TODAY - timedelta(days=1), "from yesterday"),
        (TODAY - timedelta(days=6), "from Tuesday"),
        (TODAY - timedelta(days=7), "from 16 November"),
        (date(2025, 3, 3), "from 3 March 2025"),
    ],
)
def test_since_is_said_as_somebody_would(day: date, words: str) -> None:
    assert home.since(day, TODAY) == words


def test_home_greets_by_name_in_the_persons_zone(client: StrictClient, db: None) -> None:
    person = factories.person(time_zone="Asia/Tokyo")
    with keyring.opened_for(person.pk, purpose="a test"):
        person.name = "<Ada>"
    person.save()
    with time_machine.travel("2026-11-23T10:30:00Z"):
        client.force_login(person)
        assert pages.get(client, "/home/").heading == "Good evening, <Ada>."


def test_home_is_the_same_after_an_hour_and_after_a_year(client: StrictClient, person: User) -> None:
    texts = []
    for absence in (timedelta(hours=1), timedelta(days=400)):
        with time_machine.travel("2026-11-23T14:00:00Z", tick=False):
            now = timezone.now()
        User.objects.filter(pk=person.pk).update(last_login=now - absence)
        with time_machine.travel(now, tick=False):
            client.force_login(person)
            texts.append(pages.get(client, "/home/").text)
    assert texts[0] == texts[1]


def test_home_shows_four_windows_in_order_and_no_empty_slip(signed_in: StrictClient) -> None:
    page = pages.get(signed_in, "/home/")
    steps = [link for link in page.links if link.startswith("/steps/")]
    assert steps == ["/steps/hello/", "/steps/place/", "/steps/letter/", "/steps/kindness/"]
    assert page.links[-5:] == ["/place/", "/kept/", "/sharing/", "/settings/", "/settings/privacy/"]
    assert "Carry on" not in page.text


def test_home_offers_the_newest_open_words(signed_in: StrictClient) -> None:
    pages.press(signed_in, "/steps/hello/first-words/", "stop", {"first-words": "muddy"})
    pages.press(signed_in, "/steps/hello/hopes/", "stop", {"hopes": "a boat with a <red> sail and seven more words"})
    page = pages.get(signed_in, "/home/")
    assert "A page is open, from today “a boat with a <red> sail …” Carry on" in page.text
    assert "/steps/hello/hopes/" in page.links


def test_home_offers_a_letter_by_that_name(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "Dear you", kind="letter", step="letter", question_key="letter-adult", kept_at=None)
    assert "A letter is open, from today “Dear you” Carry on" in pages.get(signed_in, "/home/").text


def test_home_offers_a_step_that_was_begun(signed_in: StrictClient) -> None:
    pages.press(signed_in, "/steps/kindness/wish/", "skip")
    page = pages.get(signed_in, "/home/")
    assert "“Give it now” is open, from today Carry on" in page.text


def test_home_offers_nothing_that_was_only_looked_at_or_kept_or_binned(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, "/steps/hello/intro/", "stop")
    factories.entry(person, "kept")
    factories.entry(person, "binned", kept_at=None, binned_at=timezone.now())
    assert "Carry on" not in pages.get(signed_in, "/home/").text


def test_home_shows_the_place_somebody_calls_home(signed_in: StrictClient, person: User) -> None:
    now = timezone.now()
    with keyring.opened_for(person.pk, purpose="a test"):
        place = Place(owner=person, pack=1, local_date=TODAY, time_zone="UTC", created_at=now, updated_at=now)
        place.is_home, place.choices = True, {"ground": "shore", "name": "The <low> end"}
        place.save()
    text = signed_in.get("/home/").text
    assert 'aria-label="A blanket den on a shore, in evening light. The sky is clear."' in text
    assert "The &lt;low&gt; end" in text


def test_home_asks_the_database_as_often_with_one_thing_open_as_with_three(
    signed_in: StrictClient, person: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/home/")
        return len(queries)

    factories.entry(person, "one", kept_at=None)
    pages.press(signed_in, "/steps/hello/hopes/", "skip")
    once = count()
    for step in ("place", "letter"):
        person.visits.create(step=step, pack=1, screen="close", opened_at=timezone.now(), touched_at=timezone.now())
        factories.entry(person, "more", kept_at=None)
    assert count() == once
    assert once <= 8
    assert Entry.objects.count() == 3
