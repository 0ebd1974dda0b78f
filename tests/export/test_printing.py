"""On paper: what was picked, in reading order, with its voices in words; and one sheet for a session."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal.export.forms import ASK_MAX
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, get

pytestmark = pytest.mark.django_db
PRINT = "/kept/print/"


@pytest.fixture
def person() -> User:
    return factories.person(child_word="little bear")


@pytest.fixture
def signed_in(client: StrictClient, person: User) -> StrictClient:
    client.force_login(person)
    return client


def test_what_was_picked_is_one_document_with_voices_by_name(signed_in: StrictClient, person: User) -> None:
    late = factories.entry(person, "the late one", local_date=date(2026, 3, 3))
    thread = factories.entry(person, "", kind="letter", voice="both", rev=0, local_date=date(2026, 2, 2))
    factories.entry(person, "the roof", kind="letter", voice="adult", parent=thread, position=0)
    factories.entry(person, "the wind", kind="letter", voice="child", parent=thread, position=1)
    factories.entry(person, "a note beneath", kind="note", parent=thread, local_date=date(2026, 4, 1))
    factories.entry(person, "not this one")
    listed = signed_in.get(PRINT)
    assert [str(row.pk) in listed.text for row in (late, thread)] == [True, True]
    page = signed_in.post(PRINT, {"pick": [late.pk, thread.pk], "as": "pages", "paper": "a4"})
    said = [
        "Grown-up me",
        "the roof",
        "Little bear",
        "the wind",
        "A note from 1 April 2026",
        "a note beneath",
        "the late one",
    ]
    places = [page.text.index(words) for words in said]
    assert (page.status_code, places == sorted(places), "not this one" in page.text) == (200, True, False)
    assert 'class="is-a4"' in page.text


def test_a_sheet_for_a_session_begins_with_what_is_wanted_of_it(signed_in: StrictClient, person: User) -> None:
    row = factories.entry(person, "the roof")
    page = signed_in.post(
        PRINT, {"pick": [row.pk], "as": "sheet", "paper": "letter", "ask.text": "Read it slowly, <b>please</b>"}
    )
    order = [
        page.text.index(words)
        for words in ("What I’d like us to do with this", "Read it slowly, &lt;b&gt;", "the roof")
    ]
    assert (order == sorted(order), 'class="is-letter"' in page.text, "ruled" in page.text) == (True, True, False)
    empty = signed_in.post(PRINT, {"pick": [row.pk], "as": "sheet", "paper": "a4"})
    assert empty.text.count('class="ruled"') == 1
    assert "run on to a second page" not in empty.text
    short = [row.pk, *(factories.entry(person, f"short {number}").pk for number in range(5))]
    full = signed_in.post(PRINT, {"pick": short, "as": "sheet", "paper": "a4"})
    assert "run on to a second page" in full.text  # few words, and many pieces


def test_what_is_folded_is_printed_by_its_own_tick_alone(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "the open one")
    seals = {timezone.localdate() + timedelta(days=9): "the kestrel", date.max: "the heron"}
    for until, text in seals.items():
        factories.entry(person, text, kind="letter", sealed_until=until)
    listed = signed_in.get(PRINT)
    assert [words in listed.text for words in ("kestrel", "heron", "Folded until you say so")] == [False, False, True]
    everything = signed_in.post(PRINT, {"everything": "on", "as": "pages", "paper": "a4"})
    assert [words in everything.text for words in ("the open one", "kestrel", "heron")] == [True, False, False]
    folded = person.entries.get(sealed_until=date.max)
    page = signed_in.post(PRINT, {"pick": [folded.pk], "as": "pages", "paper": "a4"})
    assert [words in page.text for words in ("the heron", "Folded until you say so")] == [True, True]


def test_a_range_shows_its_own_and_keeps_to_it(signed_in: StrictClient, person: User) -> None:
    for day in (1, 2, 3):
        factories.entry(person, f"day {day}", local_date=date(2026, 5, day), question="")
    address = f"{PRINT}?since=2026-05-02&until=2026-05-02"
    assert [f"day {day}" in signed_in.get(address).text for day in (1, 2, 3)] == [False, True, False]
    page = signed_in.post(address, {"everything": "on", "as": "pages", "paper": "a4"})
    assert [f"day {day}" in page.text for day in (1, 2, 3)] == [False, True, False]
    wrong = signed_in.get(f"{PRINT}?since=soon")
    assert (wrong.status_code, "That day could not be read." in wrong.text) == (422, True)


def test_nothing_ticked_or_too_long_a_wish_keeps_the_rest(signed_in: StrictClient, person: User) -> None:
    row = factories.entry(person, "the roof")
    none = signed_in.post(PRINT, {"as": "sheet", "paper": "a4", "ask.text": "slowly"})
    assert (none.status_code, "Nothing is ticked yet." in none.text, ">slowly</textarea>" in none.text.replace("\n", "")) == (
        422, True, True,
    )  # fmt: skip
    long = signed_in.post(
        PRINT, {"as": "sheet", "paper": "a4", "ask.text": "s" * (ASK_MAX + 1), "pick": [row.pk, "no id"]}
    )
    assert (long.status_code, "s" * (ASK_MAX + 1) in long.text, f'value="{row.pk}" checked' in long.text) == (
        422,
        True,
        True,
    )
    for _ in range(6):
        factories.entry(person, "w" * 199_000)
    many = [row.pk for row in person.entries.all()] * 2
    assert signed_in.post(PRINT, {"as": "pages", "paper": "a4", "pick": many}).status_code == 200
    for _ in range(6):
        factories.entry(person, "w" * 199_000)
    heavy = signed_in.post(PRINT, {"as": "pages", "paper": "a4", "everything": "on"})
    assert (heavy.status_code, "The book holds all of it." in heavy.text) == (422, True)


def test_words_for_a_session_come_back_to_whoever_was_signed_out(signed_in: StrictClient, person: User) -> None:
    """Broken once by a field that is named like no writing box."""
    factories.entry(person, "the roof")
    fields = get(signed_in, PRINT).fields
    fields[next(name for name in fields if name.startswith("ask"))] = ["Read it slowly with me."]
    signed_in.logout()
    answer = signed_in.post(PRINT, fields)
    assert (answer.status_code, Page(answer).fields["ask.text"]) == (401, ["Read it slowly with me."])


def test_nobody_prints_what_is_not_theirs(client: StrictClient, person: User) -> None:
    other = factories.person()
    theirs, binned = factories.entry(other, "the kestrel"), factories.entry(person, "let go", binned_at=timezone.now())
    assert client.get(PRINT)["Location"].startswith("/accounts/login/")
    client.force_login(person)
    assert "What you keep can be printed from here." in client.get(PRINT).text
    for pick in (theirs.pk, binned.pk, uuid4(), "x"):
        answer = client.post(PRINT, {"pick": [pick], "as": "pages", "paper": "a4"})
        assert (answer.status_code, "the kestrel" in answer.text, "let go</p>" in answer.text) == (422, False, False)
    assert client.delete(PRINT).status_code == 405


def test_the_list_asks_as_often_for_one_as_for_three(signed_in: StrictClient, person: User) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            factories.entry(person)
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(PRINT)
        counts.append(len(asked))
    assert counts[0] == counts[1]
