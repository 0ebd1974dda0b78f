"""A therapist’s side: opening a practice page by page, whom they see there, and closing it."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone

from accounts.models import SecurityEvent, User
from sharing import sheets
from sharing.models import Connection, Practice
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
    response = client.post(reverse("practice_join", args=[page]), said)
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
    assert join(client, "habit", reply_habit="On Mondays.") == INDEX
    assert "On Mondays." in client.get(reverse("practice_seen")).text


def test_it_shows_each_client_by_their_own_name_and_what_is_open_or_waits(
    client: StrictClient, therapist: User
) -> None:
    practice, now = people.practice(therapist), timezone.now()
    text = "a few words that stay on the sheet"
    for name, windows in (
        ("Alix", []),
        ("Bo", [now]),
        ("Cyl", [now + timedelta(days=9)]),
        ("Dee", [now - timedelta(days=3)]),
    ):
        row = people.connection(factories.person(), practice, name)
        for session in windows:
            people.sheet(row, people.whole(factories.entry(row.owner, text)), window=people.around(session))
    page = client.get(INDEX).text
    assert [page.index(name) for name in ("Bo", "Cyl", "Alix")] == sorted(
        page.index(name) for name in ("Bo", "Cyl", "Alix")
    )
    assert (page.count("Open the sheet"), page.count("Something waits"), page.count("Nothing just now")) == (1, 1, 2)
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
    assert client.post(address, {"take": "back"})["Location"] == INDEX
    row.refresh_from_db()
    assert row.ends_at is None
    address = reverse("practice_end", args=[row.pk])
    assert (client.get(address).status_code, client.post(address)["Location"]) == (200, INDEX)
    row.refresh_from_db()
    sheet.refresh_from_db()
    assert (row.ended_by, sheet.stopped_at is not None, ShareKey.objects.count()) == ("practice", True, 0)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


def test_closing_ends_everything_and_leaves_the_account(client: StrictClient, therapist: User) -> None:
    practice = people.practice(therapist)
    people.sheet(people.connection(factories.person(), practice), ask="this")
    assert client.post(reverse("practice_close"))["Location"] == INDEX
    assert (ShareKey.objects.count(), Connection.objects.filter(ended_at=None).count()) == (0, 0)
    assert sheets.for_practice(practice, timezone.now()).count() == 0
    assert "Open a practice" in client.get(INDEX).text
    assert User.objects.get(pk=therapist.pk).session_rule == User.SessionRule.PLAIN
