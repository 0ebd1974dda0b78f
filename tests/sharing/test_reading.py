"""A sheet is read by whom it was brought to, while it is open, and each reading leaves a receipt."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import formats, timezone

from accounts.models import SecurityEvent
from sharing import connections, sheets, windows
from sharing.models import Connection, Opening, Sheet
from tests import factories
from tests.client import StrictClient
from tests.sharing import people

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def connection(client: StrictClient) -> Connection:
    therapist = factories.person()
    people.with_factor(client, therapist)
    return people.connection(factories.person(), people.practice(therapist), "Bo")


def address(sheet: Sheet) -> str:
    return reverse("practice_sheet", args=[sheet.pk])


def brought(connection: Connection, text: str = "what was said", window: windows.Window | None = None) -> Sheet:
    return people.sheet(
        connection, people.whole(factories.entry(connection.owner, text)), ask="read this", window=window
    )


def test_the_ask_stands_first_and_each_reading_leaves_a_receipt(client: StrictClient, connection: Connection) -> None:
    sheet = brought(connection)
    assert client.head(address(sheet)).status_code == 200
    assert Opening.objects.count() == 0
    pages = [client.get(address(sheet)) for _time in range(3)]
    assert {page.status_code for page in pages} == {200}
    page = pages[0].text
    assert page.index("read this") < page.index("what was said")
    assert ("Brought by Bo" in page, "no-store" in pages[0]["Cache-Control"]) == (True, True)
    assert connection.owner.email not in page
    bounds = ("Nobody is watching between times", "in an emergency the help page has numbers")
    assert [words in page for words in bounds] == [True, True]
    told = Opening.objects.filter(sheet=sheet, owner=connection.owner)
    noted = SecurityEvent.objects.filter(owner=connection.owner, kind=SecurityEvent.Kind.SHARE_OPENED)
    assert (told.count(), noted.count()) == (3, 3)


def test_what_was_not_chosen_is_nowhere_on_it(client: StrictClient, connection: Connection) -> None:
    entry = factories.entry(connection.owner, "first part. Ann came by. last part", question="Which few words?")
    factories.entry(connection.owner, "another page")
    factories.entry(connection.owner, "a note beneath", kind="note", parent=entry)
    sheet = people.sheet(connection, people.passage(entry, "Ann came by."), black="Ann")
    page = client.get(address(sheet)).text
    assert "came by." in page
    hidden = ["Ann", "first part", "last part", "another page", "a note beneath"]
    assert [words for words in hidden if words in page] == []


def test_it_is_open_within_its_window_and_nowhere_else(client: StrictClient, connection: Connection) -> None:
    session = timezone.now() + timedelta(days=10)
    sheet = brought(connection, window=people.around(session))
    person = connection.practice.owner
    opens, closes = session - timedelta(hours=24), session + timedelta(hours=24)
    for at, status in ((opens - SECOND, 404), (opens, 200), (closes - SECOND, 200), (closes, 404)):
        with time_machine.travel(at, tick=False):
            people.with_factor(client, person)
            assert client.get(address(sheet)).status_code == status, at
            told = client.get(reverse("practice")).text
            assert ("Open the sheet" in told, "Something waits" in told) == (status == 200, at < opens)
    assert Opening.objects.count() == 2


@pytest.mark.parametrize("how", ["stopped", "ended", "parted", "client closed", "practice closed"])
def test_taken_back_it_is_gone_with_the_next_request(client: StrictClient, connection: Connection, how: str) -> None:
    sheet = brought(connection)
    assert client.get(address(sheet)).status_code == 200
    if how == "stopped":
        sheets.stop(sheet)
    elif how == "ended":
        connections.end(connection, Connection.Side.CLIENT)
    elif how == "parted":
        connections.part_on(connection, timezone.now() - SECOND, Connection.Side.CLIENT)
    elif how == "client closed":
        connection.owner.closed_at = timezone.now()
        connection.owner.save()
    else:
        connection.practice.closed_at = timezone.now()
        connection.practice.save()
    response = client.get(address(sheet))
    random = client.get(reverse("practice_sheet", args=["00000000-0000-4000-8000-000000000009"]))
    assert (response.status_code, response.text) == (404, random.text)
    assert (client.post(reverse("practice_talked", args=[sheet.pk])).status_code, Opening.objects.count()) == (404, 1)


def test_we_talked_about_this_is_told_once_to_its_owner(client: StrictClient, connection: Connection) -> None:
    sheet = brought(connection)
    mark = reverse("practice_talked", args=[sheet.pk])
    assert [client.get(mark).status_code, client.post(mark)["Location"]] == [405, address(sheet)]
    first = Sheet.objects.get(pk=sheet.pk).talked_at
    client.post(mark)
    assert first is not None
    assert Sheet.objects.get(pk=sheet.pk).talked_at == first
    assert "we talked about this" in client.get(address(sheet)).text


def test_the_press_that_marks_it_is_no_reading_and_every_other_one_leaves_its_receipt(
    client: StrictClient, connection: Connection
) -> None:
    sheet, other, third, fourth = (brought(connection) for _sheet in range(4))

    def press(what: Sheet, browser: StrictClient = client, *, follow: bool = False) -> str:
        return str(browser.post(reverse("practice_talked", args=[what.pk]), follow=follow).text)

    def openings(what: Sheet = sheet) -> int:
        return what.openings.count()

    client.get(address(sheet))
    assert "we talked about this" in press(sheet, follow=True)
    assert openings() == 1
    for further in (2, 3):
        assert "what was said" in press(sheet, follow=True)
        assert openings() == further  # nothing is new by it: what comes is a reading
    client.get(address(sheet))
    assert openings() == 4  # loaded anew

    client.get(address(other))
    press(other)
    client.get(address(sheet))
    client.get(address(other))
    assert (openings(), openings(other)) == (5, 2)  # another one in between: it is come back to

    client.get(address(third))
    press(third)
    assert client.head(address(third)).status_code == 200
    client.get(address(third))
    assert openings(third) == 1
    Sheet.objects.update(talked_at=None)
    press(third)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.get(address(third))
    assert openings(third) == 2  # not at once

    elsewhere = StrictClient()
    people.with_factor(elsewhere, connection.practice.owner)
    press(fourth, elsewhere, follow=True)
    assert openings(fourth) == 1  # this session has not read it
    told = SecurityEvent.objects.filter(owner=connection.owner, kind=SecurityEvent.Kind.SHARE_OPENED)
    assert told.count() == Opening.objects.count()


def test_its_owner_sees_every_receipt_by_its_day(client: StrictClient, connection: Connection) -> None:
    sheet, owner = brought(connection), StrictClient()
    page = reverse("sheet", args=[sheet.pk])
    owner.force_login(connection.owner)
    assert "Not opened yet." in owner.get(page).text
    first = timezone.now().replace(hour=8, minute=0)
    moments = [first + timedelta(days=day, minutes=minute) for day in range(7) for minute in range(day)]
    Opening.objects.bulk_create(Opening(owner=connection.owner, sheet=sheet, at=at) for at in moments)
    told = owner.get(page).text.partition("When it was opened")[2].partition("</section>")[0]
    newest, earlier = told.partition("On the days before")[::2]
    for at in moments:
        day = formats.date_format(timezone.localtime(at), "l j F Y")
        assert f"{timezone.localtime(at):%H:%M}" in told.partition(day)[2].partition("</details>")[0]
    days = [formats.date_format(timezone.localtime(first + timedelta(days=day)), "l j F Y") for day in range(1, 7)]
    assert ([day for day in reversed(days) if day in newest], days[0] in earlier) == (days[:0:-1], True)
    assert ("and 3 more times" in newest, "and once more" in newest) == (True, True)


def test_one_piece_that_does_not_open_closes_none_of_the_others(client: StrictClient, connection: Connection) -> None:
    pieces = [people.whole(factories.entry(connection.owner, words)) for words in ("one text", "other text")]
    sheet = people.sheet(connection, *pieces)
    sheet.items.filter(position=0).update(words_sealed=b"\x01" + bytes(100))
    page = client.get(address(sheet)).text
    assert ("one text" in page, "other text" in page, "cannot be opened just now" in page) == (False, True, True)


def test_an_ask_that_does_not_open_closes_the_sheet_for_nobody(client: StrictClient, connection: Connection) -> None:
    """Neither its reader's copy nor the owner's own: what does open is shown, and the page goes on."""
    sheet = brought(connection)
    Sheet.objects.filter(pk=sheet.pk).update(ask_sealed=b"\x01" + bytes(100), own_ask_sealed=b"\x01" + bytes(100))
    owner = StrictClient()
    owner.force_login(connection.owner)
    pages = [client.get(address(sheet)), owner.get(reverse("sheet", args=[sheet.pk]))]
    told = [(page.status_code, "what was said" in page.text, "read this" in page.text) for page in pages]
    assert told == [(200, True, False)] * 2
