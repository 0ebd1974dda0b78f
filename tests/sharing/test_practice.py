"""A therapist’s side: opening a practice page by page, whom they see there, and closing it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone

from accounts.models import SecurityEvent, User
from sharing import connections, sheets, windows
from sharing.models import Connection, Practice, Sheet
from tests import factories
from tests.client import StrictClient
from tests.sharing import people
from vault.models import ShareKey

pytestmark = pytest.mark.django_db
INDEX = reverse("practice")


@pytest.fixture
def therapist(client: StrictClient) -> User:
    person = factories.person()
    people.with_factor(client, person)
    return person


def join(client: StrictClient, page: str, **said: str) -> str:
    """Where a page of joining leads; its status where it comes back."""
    words = {name if name == "read" else f"{name}.text": value for name, value in said.items()}
    response = client.post(reverse("practice_join", args=[page]), words)
    return response["Location"] if response.has_header("Location") else str(response.status_code)


def test_a_practice_is_opened_page_by_page_and_gone_on_with_where_it_was_left(client: StrictClient) -> None:
    person = factories.person()
    assert client.login(email=person.email, password=factories.PASSWORD)
    assert "Your practice" not in client.get("/home/").text
    assert f'href="{INDEX}"' in client.get("/settings/").text
    assert "Open a practice" in client.get(INDEX).text
    assert join(client, "bounds") == reverse("practice_join", args=["about"])
    assert join(client, "about", profession="Counsellor") == "422"
    said = {"name": "Robin Vale", "profession": "Counsellor", "place": ""}
    assert join(client, "about", **said) == reverse("practice_join", args=["registration"])
    assert join(client, "registration", registration="Reg. 4711") == reverse("practice_join", args=["second-step"])
    assert join(client, "seen") == reverse("practice_join", args=["second-step"])
    assert "Go on with it" in client.get(INDEX).text
    people.with_factor(client, person)
    assert client.get(reverse("practice_join_on"))["Location"] == reverse("practice_join", args=["bounds"])
    bounds = client.get(reverse("practice_join", args=["bounds"])).text
    assert [words in bounds for words in ("Not watched:", "Not for emergencies:")] == [True, True]
    assert join(client, "bounds") == "422"
    assert join(client, "bounds", read="on") == reverse("practice_join", args=["habit"])
    assert join(client, "habit") == reverse("practice_join", args=["seen"])
    page = client.get(reverse("practice_join", args=["seen"])).text
    shown = ["Robin Vale", "Counsellor", "Reg. 4711", "not checked by us", "before our next session"]
    assert [words for words in shown if words not in page] == []
    assert (join(client, "seen"), join(client, "nothing")) == (INDEX, "404")
    row = Practice.objects.get()
    assert (row.is_open, row.bounds_at is not None, len(row.code)) == (True, True, 8)
    assert User.objects.get(pk=person.pk).session_rule == User.SessionRule.PRACTICE
    assert SecurityEvent.objects.filter(owner=person, kind=SecurityEvent.Kind.PRACTICE_OPENED).count() == 1
    assert "Clients decide what to bring" in client.get(INDEX).text
    assert "Your practice" in client.get("/home/").text
    assert join(client, "habit", reply_habit="On\r\nMondays.\n") == INDEX
    assert "On Mondays." in client.get(reverse("practice_seen")).text


@pytest.mark.parametrize(
    ("page", "names"),
    [("about", ["name", "profession", "place"]), ("registration", ["registration"]), ("habit", ["reply_habit"])],
)
def test_what_was_said_of_oneself_comes_back_where_nobody_is_signed_in(
    client: StrictClient, therapist: User, page: str, names: list[str]
) -> None:
    people.practice(therapist)
    address, nobody = reverse("practice_join", args=[page]), StrictClient()
    form = client.get(address).text
    assert [name for name in names if f'name="box" value="{name}"' not in form] == []
    said = {"box": names} | {f"{name}.text": f"my own {name}" for name in names}
    given = nobody.post(address, said)
    assert (given.status_code, [name for name in names if f"my own {name}" not in given.text]) == (401, [])
    assert nobody.post(f"{address}?leave", said).status_code == 303
    left = client.post(f"{address}?leave", said)  # kept first
    assert (left.status_code, getattr(Practice.objects.get(), names[0])) == (303, f"my own {names[0]}")


def test_to_leave_opens_no_practice(client: StrictClient, therapist: User) -> None:
    people.practice(therapist)
    Practice.objects.update(opened_at=None, reply_habit="On Mondays.")
    address = reverse("practice_join", args=["seen"])
    assert client.post(f"{address}?leave").status_code == 303
    assert not Practice.objects.get().is_open
    people.with_factor(client, therapist)
    assert client.post(address)["Location"] == INDEX


def test_it_shows_each_client_by_their_own_name_and_what_is_open_or_waits(
    client: StrictClient, therapist: User
) -> None:
    practice, now = people.practice(therapist), timezone.now()
    text = "a few words that stay on the sheet"
    for name, sessions in (
        ("Alix", []),
        ("Bo", [now]),
        ("Cyl", [now + timedelta(days=9)]),
        ("Dee", [now - timedelta(days=3)]),
    ):
        row = people.connection(factories.person(), practice, name)
        for session in sessions:
            people.sheet(row, people.whole(factories.entry(row.owner, text)), window=people.around(session))
    page = client.get(INDEX).text
    assert [page.index(name) for name in ("Bo", "Cyl", "Alix")] == sorted(
        page.index(name) for name in ("Bo", "Cyl", "Alix")
    )
    assert (page.count("Open the sheet"), page.count("Something waits"), page.count("Nothing just now")) == (1, 1, 2)
    assert "Open the sheet of" not in page
    both = Connection.objects.get(sheets__in=Sheet.objects.readable(now))
    with time_machine.travel(now - timedelta(days=1)):
        people.sheet(both, ask="before")
    assert client.get(INDEX).text.count("Open the sheet of") == 2  # told apart by the day they were brought
    people.sheet(both, ask="again")
    shown, day = client.get(INDEX).text, formats.date_format(timezone.localdate(), "j F Y")
    second, first = (reverse("practice_sheet", args=[row.pk]) for row in both.sheets.order_by("-shared_at")[:2])
    links = [f'href="{second}">Open sheet 2 of {day}<', f'href="{first}">Open sheet 1 of {day}<', "Open the sheet of "]
    assert sorted(shown.index(link) for link in links) == [shown.index(link) for link in links]
    assert text not in page
    assert not any(row.owner.email in page for row in Connection.objects.all())


@pytest.mark.parametrize("many", [1, 3, 30])
def test_it_asks_as_much_for_one_client_as_for_thirty(client: StrictClient, therapist: User, many: int) -> None:
    practice = people.practice(therapist)
    for _number in range(many):
        row = people.connection(factories.person(), practice)
        people.sheet(row, ask="this")
    client.get(INDEX)
    with CaptureQueriesContext(database) as asked:
        assert client.get(INDEX).text.count("Open the sheet") == many
    assert len(asked) <= 11


def test_a_session_without_the_second_step_is_shown_no_client(client: StrictClient) -> None:
    person = factories.person()
    row = people.connection(factories.person(), people.practice(person), "Bo Lind")
    assert client.login(email=person.email, password=factories.PASSWORD)
    page = client.get(INDEX)
    assert (page.status_code, "Bo Lind" in page.text, "Set one up" in page.text) == (200, False, True)
    for name in ("practice_suggest", "practice_end", "practice_parting"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404


def test_ending_and_parting_are_seen_by_both_and_close_every_sheet(client: StrictClient, therapist: User) -> None:
    row = people.connection(factories.person(), people.practice(therapist))
    sheet = people.sheet(row, ask="this")
    address, day = reverse("practice_parting", args=[row.pk]), timezone.localdate() + timedelta(days=20)
    assert client.post(address, {"day": "2020-01-01"}).status_code == 422
    assert client.post(address, {"day": day.isoformat()})["Location"] == INDEX
    assert f"Parting on {formats.date_format(day, 'j F Y')}" in client.get(INDEX).text
    last = f"the end of {formats.date_format(day, 'l j F Y')}"  # sooner than the sheet's own end
    reads = client.get(reverse("practice_sheet", args=[sheet.pk])).text
    assert [f"until {last}" in page for page in (client.get(INDEX).text, reads)] == [True, True]
    assert [client.post(address, {"take": "back"})["Location"] for _press in range(2)] == [INDEX] * 2
    row.refresh_from_db()
    assert row.ends_at is None
    address = reverse("practice_end", args=[row.pk])
    assert (client.get(address).status_code, client.post(address)["Location"]) == (200, INDEX)
    row.refresh_from_db()
    sheet.refresh_from_db()
    assert (row.ended_by, sheet.stopped_at is not None, ShareKey.objects.count()) == ("practice", True, 0)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


CLIENT, PRACTICE = Connection.Side.CLIENT, Connection.Side.PRACTICE
NEAR, MIDDLE, FAR = 5, 10, 20  # days from now


@pytest.mark.parametrize(
    ("first", "then", "by", "stands", "whose"),
    [
        (CLIENT, NEAR, PRACTICE, NEAR, CLIENT),
        (CLIENT, FAR, PRACTICE, MIDDLE, CLIENT),
        (CLIENT, None, PRACTICE, MIDDLE, CLIENT),
        (CLIENT, FAR, CLIENT, FAR, CLIENT),
        (CLIENT, None, CLIENT, None, ""),
        (PRACTICE, NEAR, PRACTICE, NEAR, PRACTICE),
        (PRACTICE, FAR, PRACTICE, FAR, PRACTICE),
        (PRACTICE, None, PRACTICE, None, ""),
        (PRACTICE, NEAR, CLIENT, NEAR, CLIENT),
        (PRACTICE, FAR, CLIENT, FAR, CLIENT),
        (PRACTICE, None, CLIENT, None, ""),
        ("", NEAR, PRACTICE, NEAR, ""),  # from before it was noted whose day it is
        ("", FAR, PRACTICE, MIDDLE, ""),
    ],
)
def test_nobody_prolongs_what_the_other_ended(
    first: str, then: int | None, by: Connection.Side, stands: int | None, whose: str
) -> None:
    """Either side names a nearer day; a later one is the client's to name, and the practice's where the day is its own."""
    now = timezone.now()

    def at(days: int | None) -> datetime | None:
        return None if days is None else now + timedelta(days=days)

    row = people.connection(factories.person(), people.practice())
    assert connections.part_on(row, at(MIDDLE), Connection.Side(first or CLIENT))
    Connection.objects.filter(pk=row.pk).update(ends_by=first)
    assert connections.part_on(row, at(then), by) is (stands == then)
    row.refresh_from_db()
    assert (row.ends_at, row.ends_by) == (at(stands), whose)
    connections.end(row, by)
    assert not connections.part_on(row, at(FAR), by)


def test_a_day_that_is_the_clients_is_told_as_theirs_and_comes_nearer_alone(
    client: StrictClient, therapist: User
) -> None:
    therapist.time_zone = "America/New_York"
    therapist.save()
    row = people.connection(factories.person(time_zone="Europe/Vienna"), people.practice(therapist))
    mine, address = StrictClient(), reverse("practice_parting", args=[row.pk])
    mine.force_login(row.owner)
    day = timezone.localdate() + timedelta(days=10)
    mine.post(f"/sharing/{row.pk}/parting/", {"day": day.isoformat()})
    row.refresh_from_db()
    stood = row.ends_at
    page = client.get(address).text
    assert "Take the day back" not in page
    assert "and it is your client’s. You can choose a nearer one; a later one is theirs to choose." in page
    for said in ({"day": (day + timedelta(days=1)).isoformat()}, {"take": "back"}):
        refused = client.post(address, said)
        assert (refused.status_code, "A nearer one can be chosen" in refused.text) == (422, True)
    assert client.post(address, {"day": day.isoformat()})["Location"] == INDEX  # left as it stands, on another clock
    row.refresh_from_db()
    assert row.ends_at == stood
    assert client.post(address, {"day": (day - timedelta(days=3)).isoformat()})["Location"] == INDEX
    assert "can only bring it nearer" in mine.get(f"/sharing/{row.pk}/parting/").text
    row.refresh_from_db()
    assert row.ends_at
    last = formats.date_format((row.ends_at - windows.MOMENT).astimezone(ZoneInfo("Europe/Vienna")), "j F Y")
    assert f"{last} is the last day." in mine.get("/sharing/").text


def test_closing_ends_everything_and_leaves_the_account(client: StrictClient, therapist: User) -> None:
    practice = people.practice(therapist)
    people.sheet(people.connection(factories.person(), practice), ask="this")
    assert client.post(reverse("practice_close"))["Location"] == INDEX
    assert (ShareKey.objects.count(), Connection.objects.filter(ended_at=None).count()) == (0, 0)
    assert sheets.for_practice(practice, timezone.now()).count() == 0
    assert "Open a practice" in client.get(INDEX).text
    assert User.objects.get(pk=therapist.pk).session_rule == User.SessionRule.PLAIN
