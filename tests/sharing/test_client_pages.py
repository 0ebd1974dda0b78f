"""Who sees what, one therapist’s page, ending and parting: each as its client meets it, and nobody else at all."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import closing
from accounts.models import User
from sharing import connections, practices, sheets
from sharing.models import Connection, Practice, Sheet
from tests import factories
from tests.client import StrictClient
from tests.sharing import people
from vault import destroying, keyring
from vault.models import ShareKey

pytestmark = pytest.mark.django_db
NOON = "2026-11-28T12:00:00Z"


@pytest.fixture
def person(db: None) -> User:
    return factories.person(time_zone="Europe/Vienna")


@pytest.fixture
def mine(person: User) -> StrictClient:
    client = StrictClient()
    client.force_login(person)
    return client


@pytest.fixture
def practice(db: None) -> Practice:
    return people.practice()


@pytest.fixture
def row(person: User, practice: Practice) -> Connection:
    return people.connection(person, practice)


def main(page: str) -> str:
    """What a page is about, without the bar above it and what lies ready below."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_with_nobody_the_door_is_shut_and_says_so(mine: StrictClient) -> None:
    page = mine.get("/sharing/").text
    assert "Nothing leaves here unless you choose it." in page
    assert all(f'href="{path}"' in page for path in ("/sharing/connect/", "/kept/print/"))
    assert mine.post("/sharing/").status_code == 405
    assert Client().get("/sharing/")["Location"] == "/accounts/login/?next=/sharing/"


def test_the_hub_names_each_therapist_what_is_open_what_waits_and_what_is_over(
    person: User, mine: StrictClient
) -> None:
    with time_machine.travel(NOON, tick=False):
        mine.force_login(person)
        row = people.connection(person, people.practice())
        entry = factories.entry(person, "the flat stones")
        people.sheet(row, people.whole(entry))
        people.sheet(row, people.whole(entry), window=people.around(timezone.now() + timedelta(days=3)))
        stopped = people.sheet(row, people.whole(entry))
        sheets.stop(stopped)
        people.connection(person, people.practice(name="Ada Elm", place=""))
        ended = people.connection(person, people.practice(name="Juno Hale"))
        connections.end(ended, Connection.Side.PRACTICE)
        text = mine.get("/sharing/").text
        assert mine.get(f"/sharing/{row.pk}/").text.count("Closed since 28 November 2026.") == 1
        alone = people.sheet(people.connection(person, people.practice(name="Noor Hill")), people.whole(entry))
        assert "Sheet of 28 November 2026<" in mine.get(f"/sharing/{alone.connection_id}/").text
    assert "Open until 28 December 2026, 13:00." in text
    assert "Waits. It opens on 30 November 2026, 13:00." in text
    assert text.count("Sheet of 28 November 2026, 13:00") == 2  # of one day, so that the time tells which
    assert text.count("Sees nothing just now.") == 1
    assert "Juno Hale</bdi></dt><dd>They ended this on 28 November 2026." in text
    assert "the flat stones" not in text
    assert 'class="button"' not in main(text)  # two therapists: neither is pushed


def test_what_is_open_or_waits_is_taken_back_from_its_row(mine: StrictClient, row: Connection) -> None:
    opened, stopped = (people.sheet(row, ask=ask) for ask in ("this", "that"))
    sheets.stop(stopped)
    for page in ("/sharing/", f"/sharing/{row.pk}/"):
        told = main(mine.get(page).text)
        assert [f'action="/sharing/sheets/{each.pk}/stop/"' in told for each in (opened, stopped)] == [True, False]
    answer = mine.post(f"/sharing/sheets/{opened.pk}/stop/", follow=True)
    assert [words in answer.text for words in ("It was taken back on", "can’t be called back")] == [True, True]
    assert "/stop/" not in main(mine.get("/sharing/").text)


@pytest.mark.parametrize(
    ("page", "rows"), [("/sharing/", "connections"), ("/sharing/{}/", "sheets"), ("/home/", "suggestions")]
)
def test_three_rows_cost_no_more_queries_than_one(
    page: str, rows: str, person: User, mine: StrictClient, row: Connection
) -> None:
    def more() -> None:
        people.sheet(row, ask="a line")
        people.connection(person, people.practice())
        with keyring.opened_for(row.practice.owner_id, purpose="a test"):
            connections.suggest(row, "place", "")

    def count() -> int:
        with CaptureQueriesContext(database) as queries:
            assert mine.get(page.format(row.pk)).status_code == 200
        return len(queries)

    more()
    once = count()
    more()
    more()
    assert count() == once, rows
    assert once <= 12


PAGES = ("", "end/", "parting/", "suggestions/")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_their_therapist_and_a_random_id_get_the_same_nothing(page: str, row: Connection) -> None:
    method = "post" if page == "suggestions/" else "get"
    for somebody in (factories.person(), row.practice.owner):
        client = StrictClient()
        client.force_login(somebody)
        asked = [getattr(client, method)(f"/sharing/{pk}/{page}") for pk in (row.pk, uuid4())]
        assert [answer.status_code for answer in asked] == [404, 404]
        assert asked[0].text == asked[1].text
        assert client.post(f"/sharing/{row.pk}/{page}", {"day": "2030-01-01", "take": "off"}).status_code in {404, 405}
    row.refresh_from_db()
    assert (row.ended_at, row.ends_at, row.takes_suggestions) == (None, None, True)
    assert getattr(Client(), method)(f"/sharing/{row.pk}/{page}")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("page", "method"), [("", "post"), ("end/", "put"), ("parting/", "delete"), ("suggestions/", "get")]
)
def test_another_method_is_refused(page: str, method: str, mine: StrictClient, row: Connection) -> None:
    assert getattr(mine, method)(f"/sharing/{row.pk}/{page}").status_code == 405


def test_the_page_of_a_therapist_tells_what_they_state_and_what_they_call_you(
    mine: StrictClient, row: Connection
) -> None:
    page = mine.get(f"/sharing/{row.pk}/").text
    for told in ("Robin Vale", "Reg. 4711", "Stated by them, not checked by us.", "<bdi>J.</bdi>", "No day is set.",
                 "You can bring one line or nothing at all.", "Nobody is watching between times."):  # fmt: skip
        assert told in page, told


def test_a_name_that_cannot_be_opened_takes_nothing_else_with_it(mine: StrictClient, row: Connection) -> None:
    Connection.objects.filter(pk=row.pk).update(name_sealed=b"\x01" * 80)
    page = mine.get(f"/sharing/{row.pk}/").text
    assert "This cannot be opened just now" in page
    assert "No day is set." in page


def test_ending_takes_two_presses_closes_everything_and_keeps_all_of_it_for_its_owner(
    person: User, mine: StrictClient, practice: Practice, row: Connection
) -> None:
    people.sheet(row, ask="one line")
    page = mine.get(f"/sharing/{row.pk}/end/")
    assert "can’t be called back" in page.text
    assert ShareKey.objects.count() == 2
    for _ in range(2):
        assert mine.post(f"/sharing/{row.pk}/end/")["Location"] == f"/sharing/{row.pk}/"
    row.refresh_from_db()
    assert (row.ended_by, row.name_sealed, ShareKey.objects.count()) == ("client", None, 0)
    assert not sheets.for_practice(practice, timezone.now()).exists()
    over = mine.get(f"/sharing/{row.pk}/").text
    assert "You ended this on" in over
    assert "for you alone" in over
    assert 'href="/settings/export/"' in over
    assert person.sheets.exclude(own_ask_sealed=None).count() == 1
    assert mine.get(f"/sharing/{row.pk}/end/")["Location"] == f"/sharing/{row.pk}/"
    assert mine.post(f"/sharing/{row.pk}/parting/", {"day": "2030-01-01"})["Location"] == f"/sharing/{row.pk}/"
    assert person.events.filter(kind="connection-ended").count() == 1


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("practice", "They ended this on"),
        ("closed practice", "They ended this on"),
        ("closed account", "Their practice is closed just now."),
    ],
)
def test_what_ends_on_the_other_side_is_told_once_and_kindly(
    ends: str, said: str, person: User, mine: StrictClient, practice: Practice, row: Connection
) -> None:
    match ends:
        case "practice":
            connections.end(row, Connection.Side.PRACTICE)
        case "closed practice":
            practices.close(practice.owner, practice)
        case _:
            closing.close(practice.owner)
    assert said in mine.get(f"/sharing/{row.pk}/").text
    assert said in mine.get("/sharing/").text
    assert "Robin" not in mine.get("/home/").text
    assert "Only you can see this.</p>" in mine.get("/steps/hello/first-words/").text


@pytest.mark.django_db(transaction=True)  # the room of deleted keys is given free outside of one
def test_a_therapist_who_is_erased_takes_nothing_of_their_clients_along(
    person: User, mine: StrictClient, practice: Practice, row: Connection
) -> None:
    sheet = people.sheet(row, ask="one line")
    people.draft(row, ask="half a line")
    destroying.destroy(practice.owner_id)
    practice.owner.delete()
    assert (Practice.objects.count(), person.sheets.count(), person.draft_sheets.count()) == (0, 1, 1)
    for _ in range(2):
        page = mine.get(f"/sharing/{row.pk}/").text
        assert "They closed their account here." in page
        assert "A practice that is no longer here" in mine.get("/sharing/").text
        assert "one line" in mine.get(f"/sharing/sheets/{sheet.pk}/").text
        assert "Only you can see this.</p>" in mine.get("/steps/hello/first-words/").text
        connections.end_due(timezone.now())
    row.refresh_from_db()
    assert (row.ended_by, person.events.filter(kind="connection-ended").count()) == ("practice", 1)


def test_a_parting_is_a_day_that_both_see_and_either_way_of_it_is_one_press(person: User, practice: Practice) -> None:
    with time_machine.travel(NOON, tick=False):
        mine, row = StrictClient(), people.connection(person, practice)
        mine.force_login(person)
        sheet = people.sheet(row, ask="one line")
        late = people.sheet(row, ask="another", window=people.around(timezone.now() + timedelta(days=9)))
        path = f"/sharing/{row.pk}/parting/"
        assert 'value="' not in mine.get(path).text.partition('id="id_day"')[0].rpartition("<input")[2]
        assert mine.post(path, {"day": "2026-12-01"})["Location"] == f"/sharing/{row.pk}/?kept=parting#parting"
        row.refresh_from_db()
        assert str(row.ends_at) == "2026-12-01 23:00:00+00:00"  # the end of that day in Vienna
        page = mine.get(f"/sharing/{row.pk}/").text
        assert "1 December 2026 is the last day. They see that, too." in page
        assert "Open until the end of 1 December 2026." in page
        assert "can read it until the end of Tuesday 1 December 2026." in mine.get(f"/sharing/sheets/{sheet.pk}/").text
        for told in (page, mine.get(f"/sharing/sheets/{late.pk}/").text):
            assert "It stays shut: you part before its time." in told
        mine.post(path, {"day": "2026-12-01", "take": "back"})
        row.refresh_from_db()
        assert row.ends_at is None
        mine.post(path, {"day": "2026-11-28"})
    with time_machine.travel("2026-11-28T23:00:01Z", tick=False):
        mine.force_login(person)
        page = mine.get(f"/sharing/{row.pk}/").text
        assert "You parted on 28 November 2026." in page
        assert "Closed since 28 November 2026." in page
        assert not sheets.for_practice(practice, timezone.now()).exists()
        assert connections.end_due(timezone.now()) == 1
        assert "You parted on 28 November 2026." in mine.get("/sharing/").text
        assert (ShareKey.objects.count(), Sheet.objects.exclude(own_ask_sealed=None).count()) == (0, 2)
        assert "It was closed on" in mine.get(f"/sharing/sheets/{sheet.pk}/").text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "A day goes here."),
        ("soon", "That day could not be read."),
        ("2026-11-27", "That day is over."),
        ("2029-01-01", "more than a year away"),
    ],
)
def test_a_day_that_is_none_comes_back_as_it_was_typed(day: str, said: str, person: User, row: Connection) -> None:
    with time_machine.travel(NOON, tick=False):
        mine = StrictClient()
        mine.force_login(person)
        response = mine.post(f"/sharing/{row.pk}/parting/", {"day": day})
    assert (response.status_code, said in response.text, f'value="{day}"' in response.text or not day) == (
        422,
        True,
        True,
    )
    row.refresh_from_db()
    assert row.ends_at is None


def test_a_closed_account_shows_nothing_to_anybody_and_says_so_before(
    person: User, practice: Practice, row: Connection
) -> None:
    people.sheet(row, ask="one line")
    assert "At once nothing you brought to a therapist opens any more." in closing_page(person)
    assert sheets.for_practice(practice, timezone.now()).exists()
    closing.close(person)
    assert not sheets.for_practice(practice, timezone.now()).exists()
    with keyring.opened_for(practice.owner_id, purpose="a test"):
        assert connections.of_practice(practice) == []


def closing_page(person: User) -> str:
    client = StrictClient()
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return str(client.get("/settings/close/").text)


@pytest.mark.parametrize("page", ["/kept/", "/settings/", "/settings/privacy/", "/home/", "/welcome/who/"])
def test_it_is_found_from_where_one_would_look(page: str, mine: StrictClient) -> None:
    assert 'href="/sharing/"' in mine.get(page).text


def test_beside_every_box_the_truth_stands_also_with_a_therapist(mine: StrictClient, person: User) -> None:
    box = "/steps/hello/first-words/"
    assert "Only you can see this.</p>" in mine.get(box).text
    people.connection(person, people.practice(name="Robin <Vale>"))
    assert (
        "Only you can see this. Robin &lt;Vale&gt; sees what you put on a sheet, and nothing else."
        in mine.get(box).text
    )
    people.connection(person, people.practice(name="Ada Elm"))
    assert "Robin &lt;Vale&gt; and Ada Elm see what you put on a sheet for them" in mine.get(box).text
    for page in ("/settings/privacy/", "/welcome/who/"):
        assert "what you put on a sheet for them, while it is open, and nothing else." in mine.get(page).text
    other = StrictClient()
    other.force_login(factories.person())
    assert "Only you can see this.</p>" in other.get(box).text
