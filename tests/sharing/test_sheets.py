"""A sheet that was shared: frozen, under a key of its own, readable in its time alone, and gone when it is taken back."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import User
from journal import copies
from journal.models import Entry
from sharing import connections, drafts, freezing, sheets, windows
from sharing.models import Connection, DraftSheet, Practice, Sheet, SheetItem
from tests import canary, factories
from tests.client import StrictClient
from tests.sharing import people
from vault import keyring
from vault.keyring import KeyNotInRing
from vault.models import ShareKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_person() -> User:
    return factories.person()


@pytest.fixture
def practice() -> Practice:
    return people.practice()


@pytest.fixture
def met(client_person: User, practice: Practice) -> Connection:
    return people.connection(client_person, practice)


def seen_by(reader: User, sheet: Sheet) -> tuple[str, list[dict[str, Any]]]:
    """What somebody gets to read of it, with their own keys."""
    with keyring.opened_for(reader.pk, purpose="a test"):
        row = Sheet.objects.get(pk=sheet.pk)
        return row.ask, [item.words for item in sheets.pieces(row)]


def owned(sheet: Sheet) -> list[dict[str, Any]]:
    with keyring.opened_for(sheet.owner_id, purpose="a test"):
        return [item.own_words for item in sheet.items.order_by("position")]


def text_of(words: dict[str, Any]) -> str:
    return "".join(text for part in words["parts"] for _kind, text in part["runs"])


def test_a_sheet_is_a_copy_that_no_later_change_reaches(met: Connection, practice: Practice) -> None:
    row = factories.entry(met.owner, "the roof")
    sheet = people.sheet(met, people.whole(row), ask="Slowly")
    with keyring.opened_for(met.owner_id, purpose="a test"):
        row.body, row.rev = "the cellar", 2
        row.save()
    ask, pieces = seen_by(practice.owner, sheet)
    assert (ask, [text_of(words) for words in pieces], [text_of(words) for words in owned(sheet)]) == (
        "Slowly",
        ["the roof"],
        ["the roof"],
    )
    assert not DraftSheet.objects.exists()
    with pytest.raises(KeyNotInRing):
        seen_by(factories.person(), sheet)


def test_a_piece_that_cannot_be_shared_as_it_is_is_named_and_says_why_in_its_place(client: StrictClient) -> None:
    met = people.connection(factories.person(), people.practice())
    rows = [factories.entry(met.owner, words, question=words) for words in ("the pier", "the quay", "the mole")]
    people.draft(met, people.whole(rows[0]), people.passage(rows[1], "elsewhere"), people.whole(rows[2]), black="quay")
    Entry.objects.filter(pk=rows[2].pk).update(binned_at=timezone.now())
    client.force_login(met.owner)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    page = client.get(f"/sharing/{met.pk}/sheet/preview/").text
    gone, moved = "This one is not here any more.", "A passage of this one can’t be found in it any more."
    assert [page.count(trouble) for trouble in (gone, moved)] == [2, 2]
    names = dict(re.findall(r'(?s)<a href="#brought-(\d)">(.*?)</a>: ', page))
    assert (sorted(names), names["3"], "quay" in names["2"], "the" in names["2"]) == (
        ["2", "3"],
        "Piece 3",
        False,
        True,
    )
    assert ">Piece 3</h2>" in page
    assert page.index('id="brought-2"') < page.rindex(moved) < page.index('id="brought-3"') < page.rindex(gone)


@pytest.mark.django_db(transaction=True)
def test_what_was_blacked_out_or_not_chosen_is_nowhere_but_in_the_journal(client: StrictClient) -> None:
    """Not in the page of its owner, not in what its reader opens, and nowhere at rest."""
    black, left = canary.fresh(), canary.fresh()
    person, practice = factories.person(), people.practice()
    met = people.connection(person, practice)
    row = factories.entry(person, f"once {black} came\n\n{left}\n\nthe end")
    answer = factories.entry(person, f"with {black} inside")
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    pieces = (people.passages(row, "the end", f"once {black} came"), people.whole(answer))
    people.draft(met, *pieces, ask=f"not {black}", black=black)
    preview = client.get(f"/sharing/{met.pk}/sheet/preview/")
    sheet = people.sheet(met, *pieces, ask=f"not {black}", black=black)
    reader = StrictClient()
    people.with_factor(reader, practice.owner)
    pages = [preview, client.get(f"/sharing/sheets/{sheet.pk}/"), reader.get(f"/practice/sheets/{sheet.pk}/")]
    words = (black, left, "once", "the end", "inside")
    assert [[word in page.text for word in words] for page in pages] == [[False, False, True, True, True]] * 3
    marks = ('class="black-out"', 'class="left-out"')
    assert [[page.text.count(mark) for mark in marks] for page in pages] == [[3, 1]] * 3
    assert [page.text.count(">23 November 2026</span>") for page in pages] == [2] * 3  # once a piece
    opened = [repr(seen_by(practice.owner, sheet)), repr(owned(sheet))]
    assert [word in said for said in opened for word in (black, left)] == [False] * 4
    assert [canary.places_holding(word) for word in (black, left)] == [[], []]


def test_taken_back_the_key_is_gone_the_copies_are_empty_and_its_reader_knows_of_none(
    met: Connection, practice: Practice
) -> None:
    sheet = people.sheet(met, people.whole(factories.entry(met.owner, "the roof")), ask="Slowly")
    now = timezone.now()
    assert sheets.for_practice(practice, now).readable(now).get() == sheet
    sheets.stop(sheet)
    sheets.stop(sheet)
    assert not sheets.for_practice(practice, timezone.now()).exists()
    assert not ShareKey.objects.filter(pk=sheet.pk).exists()
    left = (Sheet.objects.get(pk=sheet.pk).ask_sealed, SheetItem.objects.get(sheet=sheet).words_sealed)
    assert (left, text_of(owned(sheet)[0])) == ((None, None), "the roof")
    with keyring.opened_for(met.owner_id, purpose="a test"):
        assert not sheets.move(met.owner, sheet, windows.until_stopped(now))
    assert met.owner.events.filter(kind="share-stopped").count() == 1


def test_over_it_is_closed_and_moved_it_opens_under_a_new_key(met: Connection, practice: Practice) -> None:
    now = timezone.now()
    row, other = (factories.entry(met.owner, text) for text in ("the roof", "the cellar"))
    sheet = people.sheet(met, people.whole(row), people.whole(other), window=people.around(now))
    before = bytes(ShareKey.objects.get(pk=sheet.pk).blob)
    with time_machine.travel(now + timedelta(hours=25), tick=False), keyring.opened_for(met.owner_id, purpose="a test"):
        later = timezone.now()
        assert not sheets.for_practice(practice, later).exists()
        assert (sheets.close_due(later), sheets.close_due(later), ShareKey.objects.filter(pk=sheet.pk).exists()) == (
            1,
            0,
            False,
        )
        assert met.owner.events.filter(kind="share-ended").count() == 1
        assert sheets.move(met.owner, sheet, people.around(later + timedelta(hours=30)))
        assert sheets.for_practice(practice, later).get() == sheet
        assert not sheets.for_practice(practice, later).readable(later).exists()
    assert bytes(ShareKey.objects.get(pk=sheet.pk).blob) != before
    assert [text_of(words) for words in seen_by(practice.owner, sheet)[1]] == ["the roof", "the cellar"]


def test_letting_a_source_go_asks_about_the_copy_and_does_what_is_said(
    client: StrictClient, met: Connection, practice: Practice
) -> None:
    one, two, three = (factories.entry(met.owner, text) for text in ("the roof", "the cellar", "the stairs"))
    sheet = people.sheet(met, *map(people.whole, (one, two, three)))
    client.force_login(met.owner)
    asked = client.post(f"/kept/{one.pk}/bin/")
    assert (asked.status_code, "Robin Vale" in asked.text, asked.text.count('name="copies"')) == (422, True, 2)
    one.refresh_from_db()
    assert one.binned_at is None
    assert client.post(f"/kept/{one.pk}/bin/", {"copies": copies.TAKE})["Location"] == f"/kept/?gone={one.pk}"
    assert client.post(f"/kept/{two.pk}/bin/", {"copies": copies.LEAVE}).status_code == 302
    assert [text_of(words) for words in seen_by(practice.owner, sheet)[1]] == ["the cellar", "the stairs"]
    assert "the roof" not in repr(owned(sheet))
    page = client.get(f"/sharing/sheets/{sheet.pk}/")
    assert ["Taken off it since" in page.text, "the roof" in page.text] == [True, False]
    good = f"/kept/{two.pk}/for-good/"
    again = client.post(good)
    assert (again.status_code, Entry.objects.filter(pk=two.pk).exists()) == (422, True)
    sheets.stop(sheet)
    assert client.post(good).status_code == 422  # its owner still has a copy there
    client.post(good, {"copies": copies.TAKE})
    assert ("the cellar" in repr(owned(sheet)), Entry.objects.filter(pk=two.pk).exists()) == (False, False)
    assert client.post(f"/kept/{three.pk}/bin/").status_code == 302  # nobody can open that sheet any more


def test_a_turn_or_a_look_is_a_source_and_a_sheet_with_nothing_left_goes(client: StrictClient, met: Connection) -> None:
    thread = factories.entry(met.owner, "", kind="letter", voice="both", rev=0)
    turn = factories.entry(met.owner, "the roof", kind="letter", voice="adult", parent=thread)
    look = factories.check_in(met.owner, timezone.localdate(), line="a")
    day = timezone.localdate().isoformat()
    sheet = people.sheet(met, people.whole(thread), {"kind": "looks", "since": day, "until": day, "fields": ["line"]})
    client.force_login(met.owner)
    for address in (f"/kept/{turn.pk}/bin/", f"/look-in/{look.pk}/bin/"):
        assert client.post(address).status_code == 422
        assert client.post(address, {"copies": copies.TAKE}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.stopped_at is None, ShareKey.objects.filter(pk=sheet.pk).exists()) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_sheet() -> None:
    person, practice = factories.person(), people.practice()
    met = people.connection(person, practice)
    people.draft(met, people.whole(factories.entry(person, "the roof")))
    draft = drafts.of(met)
    assert draft
    with keyring.opened_for(person.pk, purpose="a test"):
        seen = freezing.seen(person, freezing.compose(person, draft.choices), {})
    start = threading.Barrier(2)

    def press(_number: int) -> str:
        try:
            with keyring.opened_for(person.pk, purpose="a test"):
                start.wait()
                return str(sheets.share(person, met, windows.for_days(3, timezone.now()), seen=seen).pk)
        except DraftSheet.DoesNotExist:
            return "shared already"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(press, range(2)))
    assert (said, Sheet.objects.get().pk, SheetItem.objects.count()) == (
        sorted([str(draft.pk), "shared already"]),
        draft.pk,
        1,
    )


def test_nothing_is_shared_once_it_ended_or_as_nobody_saw_it(met: Connection) -> None:
    people.draft(met, people.whole(factories.entry(met.owner, "the roof")))
    with keyring.opened_for(met.owner_id, purpose="a test"):
        with pytest.raises(sheets.NotAsSeen):
            sheets.share(met.owner, met, windows.for_days(3, timezone.now()), seen=str(uuid4()))
        people_choices = drafts.choices_of(drafts.of(met))
        seen = freezing.seen(met.owner, freezing.compose(met.owner, people_choices), {})
        connections.end(met, Connection.Side.PRACTICE)
        with pytest.raises(Connection.DoesNotExist):
            sheets.share(met.owner, met, windows.for_days(3, timezone.now()), seen=seen)
    assert not Sheet.objects.exists()
