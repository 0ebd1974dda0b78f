"""A line of one's own on home: only what somebody let come back, one a day, and not today when they say so."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from exercises.models import Place
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

MAY, ASK = Entry.Resurfacing.MAY, Entry.Resurfacing.ASK
WORDS = "The flat stones by the weir"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as clock:
        yield clock


def home(client: StrictClient) -> str:
    return pages.get(client, "/home/").text


def test_nothing_comes_back_that_was_not_asked_about(signed_in: StrictClient, person: User) -> None:
    entry = factories.entry(person, WORDS)
    assert WORDS not in home(signed_in)
    page = signed_in.get(f"/kept/{entry.pk}/").text
    assert re.findall(r'name="resurfacing" value="(\w+)"( checked)?', page) == [
        ("may", ""), ("ask", ""), ("never", " checked"),
    ]  # fmt: skip
    answer = signed_in.post(f"/kept/{entry.pk}/resurfacing/", {"resurfacing": "may"})
    assert answer["Location"] == f"/kept/{entry.pk}/"
    assert f"“{WORDS}” Something you kept on 23 November 2026, from “Say hello”. Open it Not today" in home(signed_in)
    signed_in.post(f"/kept/{entry.pk}/resurfacing/", {"resurfacing": "never"})
    assert WORDS not in home(signed_in)


def test_asked_first_only_its_date_and_step_show(signed_in: StrictClient, person: User) -> None:
    entry = factories.entry(person, WORDS, resurfacing=ASK)
    page = pages.get(signed_in, "/home/")
    assert "Something you kept on 23 November 2026, from “Say hello”. Show it Not today" in page.text
    assert WORDS not in page.response.text
    assert f"/kept/{entry.pk}/" in page.links


def test_not_today_holds_for_today_on_every_device(
    signed_in: StrictClient, person: User, noon: time_machine.Traveller
) -> None:
    factories.entry(person, WORDS, resurfacing=MAY)
    assert signed_in.post("/home/not-today/")["Location"] == "/home/"
    other = StrictClient()
    other.force_login(person)
    assert (WORDS in home(signed_in), WORDS in home(other)) == (False, False)
    noon.shift(timedelta(days=1))
    other.force_login(person)
    assert WORDS in home(other)
    assert signed_in.get("/home/not-today/").status_code in {302, 405}


@pytest.mark.parametrize(
    "away",
    [
        {"drawer": True}, {"binned_at": timezone.now()}, {"sealed_until": date(2026, 11, 25)}, {"kept_at": None},
        {"rev": 0}, {"conflict_of": ...},
    ],
    ids=lambda away: next(iter(away)),
)  # fmt: skip
def test_what_is_put_away_folded_open_or_a_copy_stays_where_it_is(
    signed_in: StrictClient, person: User, away: dict[str, object]
) -> None:
    if "conflict_of" in away:
        away = {"conflict_of": factories.entry(person, "the first")}
    entry = factories.entry(person, WORDS, resurfacing=MAY, **away)
    assert "Something you kept" not in home(signed_in)
    asks = "resurfacing" in signed_in.get(f"/kept/{entry.pk}/").text
    assert asks is (next(iter(away)) in {"sealed_until", "kept_at", "rev"})


def test_a_folded_letter_may_come_back_once_its_day_has_come(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, WORDS, resurfacing=MAY, sealed_until=date(2026, 11, 24))
    assert WORDS in home(signed_in)


def test_each_has_its_day_and_stays_all_of_it(
    signed_in: StrictClient, person: User, noon: time_machine.Traveller
) -> None:
    texts = ["first line", "second line", "third line"]
    for text in texts:
        noon.shift(timedelta(seconds=1))
        factories.entry(person, text, resurfacing=MAY)
    seen = []
    for _day in range(4):
        morning = [text for text in texts if text in home(signed_in)]
        noon.shift(timedelta(minutes=9))
        assert [text for text in texts if text in home(signed_in)] == morning
        seen += morning
        noon.shift(timedelta(days=1) - timedelta(minutes=9))
        signed_in.force_login(person)
    assert (len(seen), set(seen), seen[3]) == (4, set(texts), seen[0])


def test_a_letter_in_turns_comes_back_with_its_first(signed_in: StrictClient, person: User) -> None:
    letter = factories.entry(person, "", kind="letter", voice="both", step="letter", rev=0, resurfacing=MAY)
    factories.entry(person, WORDS, kind="letter", voice="adult", step="letter", parent=letter)
    assert f"“{WORDS}” Something you kept" in home(signed_in)


def test_a_line_or_a_place_that_cannot_be_opened_leaves_home_standing(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, WORDS, resurfacing=MAY)
    Entry.objects.update(body_sealed=b"altered")
    now = timezone.now()
    with keyring.opened_for(person.pk, purpose="a test"):
        place = Place(owner=person, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
        place.is_home, place.choices = True, {"name": "The low end"}
        place.save()
    assert "The low end" in home(signed_in)
    Place.objects.update(choices_sealed=b"altered")
    page = pages.get(signed_in, "/home/")
    assert (page.status, "Something you kept" in page.text, "The low end" in page.text) == (200, False, False)
    assert "/steps/letter/" in page.links


def test_home_with_a_line_is_the_same_after_an_hour_and_after_a_year(signed_in: StrictClient, person: User) -> None:
    """Experience R22: not a word about where somebody has been."""
    factories.entry(person, WORDS, resurfacing=MAY)
    texts = []
    for absence in (timedelta(hours=1), timedelta(days=400)):
        User.objects.filter(pk=person.pk).update(last_login=timezone.now() - absence)
        texts.append(home(signed_in))
    assert texts[0] == texts[1]
    with time_machine.travel("2027-12-29T12:00:00Z", tick=False):
        signed_in.force_login(person)
        assert home(signed_in) == texts[0]


def test_only_the_owner_answers_and_only_with_one_of_three(signed_in: StrictClient, person: User) -> None:
    theirs = factories.entry(factories.person(), WORDS)
    mine = factories.entry(person, WORDS)
    assert signed_in.post(f"/kept/{theirs.pk}/resurfacing/", {"resurfacing": "may"}).status_code == 404
    assert signed_in.post(f"/kept/{mine.pk}/resurfacing/", {"resurfacing": "always"}).status_code == 400
    assert signed_in.get(f"/kept/{mine.pk}/resurfacing/").status_code == 405
    assert set(Entry.objects.values_list("resurfacing", flat=True)) == {"never"}
