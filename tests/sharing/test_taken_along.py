"""What was shared goes along in an archive, in the owner’s own copy; and the record tells it in words."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from accounts import ledger
from accounts.models import SecurityEvent, User
from journal.importing.archive_format import Archive
from journal.importing.bundle import Bundle
from sharing import connections, happened, letting_go, practices, sheets
from sharing.models import Connection, Opening, Practice, Sheet
from tests import factories
from tests.client import StrictClient
from tests.export import schema
from tests.export.reading import batch_for, everything, packed, unpacked
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs/innerchild.schema.json").read_text("utf-8"))
PREFIXES = ("practice", "connect", "parting", "share", "suggest")
SHARED = ("practices", "connections", "draft_sheets", "sheets", "sheet_items", "openings", "suggestions")


@pytest.fixture
def shared(db: None) -> Connection:
    """A sheet that was read and taken back, one that is open, one that is being put together, and a suggestion."""
    person = factories.person()
    row = people.connection(person, people.practice())
    entry = factories.entry(person, "Karl and the flat stones")
    gone = people.sheet(row, people.whole(entry), ask="with Karl", black="Karl")
    Opening.objects.create(owner=person, sheet=gone, at=timezone.now())
    sheets.stop(gone)
    people.sheet(row, people.passage(entry, "flat stones"))
    people.draft(row, people.whole(entry), black="Karl")
    with keyring.opened_for(row.practice.owner_id, purpose="a test"):
        connections.suggest(row, "place", "a corner")
    return row


def test_what_was_shared_goes_along_and_does_not_come_in(shared: Connection) -> None:
    person = shared.owner
    file = packed(person)
    document = json.loads(unpacked(file)["innerchild.json"])
    assert list(schema.faults(document, SCHEMA, SCHEMA)) == []
    said = {key: document[key] for key in SHARED}
    assert {key: len(rows) for key, rows in said.items()} == {
        "practices": 1, "connections": 1, "draft_sheets": 1, "sheets": 2, "sheet_items": 2, "openings": 1, "suggestions": 1,
    }  # fmt: skip
    assert (said["practices"][0]["name"], said["connections"][0]["name"]) == ("Robin Vale", "J.")
    assert {sheet["own_ask"] for sheet in said["sheets"]} == {"with ▬▬▬", ""}
    assert "flat stones" in json.dumps(said["sheet_items"])
    assert "Karl" not in json.dumps([said["sheets"], said["sheet_items"]])
    assert said["suggestions"][0]["sentence"] == "a corner"
    assert "ask" not in said["sheets"][0]
    assert "words" not in said["sheet_items"][0]
    assert not any("owner" in row for rows in said.values() for row in rows)
    other = factories.person()
    with batch_for(other) as batch:
        told = Archive().bring_in(other, Bundle(file, "notes.zip"), batch)
    assert {skip.count for skip in told.skipped} == {1, 2}
    assert all("nothing is open to anybody" in str(skip.why) for skip in told.skipped)
    assert not any((other.connections.exists(), other.sheets.exists(), other.sheet_items.exists()))
    assert other.entries.count() == 1


def test_somebody_elses_side_of_it_stays_out(shared: Connection) -> None:
    """A therapist takes along what they state of themselves, and not a word of a client."""
    document = json.loads(unpacked(packed(shared.practice.owner))["innerchild.json"])
    assert {key: len(document[key]) for key in SHARED} == {key: int(key == "practices") for key in SHARED}


def test_what_is_made_after_it_was_asked_for_stays_out(shared: Connection) -> None:
    before = everything(began=shared.made_at - timedelta(seconds=1))
    document = json.loads(unpacked(packed(shared.owner, before))["innerchild.json"])
    assert {key: len(document[key]) for key in SHARED if key != "practices"} == dict.fromkeys(SHARED[1:], 0)


def event(person: User, kind: str) -> SecurityEvent:
    found = person.events.filter(kind=kind).order_by("-number").first()
    assert found is not None
    return found


def test_the_record_tells_all_of_it_by_the_name_of_the_practice(shared: Connection) -> None:
    person = shared.owner
    sheet = Sheet.objects.filter(stopped_at=None).get()
    with keyring.opened_for(shared.practice.owner_id, purpose="a test"):
        sheets.read(sheet)
    connections.silence(shared, takes=False)
    told = {kind: ledger.WORDS[kind](event(person, kind)) for kind in (
        "connected", "share-offered", "share-opened", "share-stopped", "suggestion-offered", "suggestion-silenced",
    )}  # fmt: skip
    assert told == {
        "connected": "You connected with Robin Vale. Nothing was shared by that.",
        "share-offered": "You shared a sheet with Robin Vale, or chose another time for one.",
        "share-opened": "Robin Vale opened a sheet that you shared.",
        "share-stopped": "A sheet for Robin Vale was closed, and its key destroyed.",
        "suggestion-offered": "Robin Vale suggested a step.",
        "suggestion-silenced": "You asked for no more suggestions from Robin Vale.",
    }
    assert ledger.WORDS["practice-opened"](event(shared.practice.owner, "practice-opened")).startswith("You opened")


def test_a_sheet_keeps_whom_it_was_for_by_the_name_stated_then(shared: Connection, client: StrictClient) -> None:
    """A practice that states another name later has that one from then on: on what is shared then, and on its own page."""
    person, sheet = shared.owner, Sheet.objects.filter(stopped_at=None).get()
    Practice.objects.update(name="Alex Moor")
    new = people.sheet(shared, ask="later")
    client.force_login(person)
    pages = [client.get(f"/sharing/sheets/{row.pk}/").text for row in (sheet, new)]
    assert [("Robin Vale" in page, "Alex Moor" in page) for page in pages] == [(True, False), (False, True)]
    assert "Alex Moor" in client.get(f"/sharing/{shared.pk}/").text
    with keyring.opened_for(person.pk, purpose="a test"):
        told = [ledger.WORDS["share-offered"](row) for row in person.events.filter(kind="share-offered")]
        asked = letting_go.told(person, [UUID(sheet.items.order_by("position")[0].sources[0])], closed=True)
    assert {name: sum(name in words for words in told) for name in ("Robin Vale", "Alex Moor")} == {
        "Robin Vale": len(told) - 1,
        "Alex Moor": 1,
    }
    assert ["Robin Vale" in words for words in asked] == [True, True]
    record = json.loads(unpacked(packed(person))["innerchild.json"])
    assert {row["id"]: row["own_whom"] for row in record["sheets"]}[str(sheet.pk)] == "Robin Vale"
    Sheet.objects.update(own_whom_sealed=None)  # as one shared before that was kept
    assert "What you brought Alex Moor" in client.get(f"/sharing/sheets/{sheet.pk}/").text


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("client", "You ended the connection with Robin Vale."),
        ("practice", "Robin Vale ended the connection with you."),
        ("parting", "You and Robin Vale parted."),
    ],
)
def test_the_record_tells_how_it_ended(how: str, said: str, shared: Connection) -> None:
    if how == "parting":
        connections.part_on(shared, timezone.now(), Connection.Side.CLIENT)
        connections.end_due(timezone.now())
    else:
        connections.end(shared, Connection.Side(how))
    assert ledger.WORDS["connection-ended"](event(shared.owner, "connection-ended")).startswith(said)


def test_a_last_day_and_a_closed_practice_are_in_the_record(shared: Connection) -> None:
    now, (client, practice) = timezone.now(), Connection.Side
    days = [now + timedelta(days=number) for number in (9, 8)]
    for day, side in ((days[0], practice), (days[0], practice), (days[1], client), (None, client)):
        connections.part_on(shared, day, side)
    connections.part_on(shared, days[0], practice)
    connections.part_on(shared, None, practice)
    rows = shared.owner.events.filter(kind__startswith="parting").order_by("number")
    assert [ledger.WORDS[row.kind](row) for row in rows] == [
        "Robin Vale named a last day for the two of you, or changed it.",
        "You named a last day for you and Robin Vale, or changed it.",
        "You took back the last day for you and Robin Vale.",
        "Robin Vale named a last day for the two of you, or changed it.",
        "Robin Vale took back the last day that they had named.",
    ]
    therapist = shared.practice.owner
    practices.close(therapist, shared.practice)
    assert ledger.WORDS["practice-closed"](event(therapist, "practice-closed")).startswith("You closed your practice.")
    assert event(shared.owner, "connection-ended").details["by"] == "practice"
    assert ledger.WORDS["connection-ended"](event(shared.owner, "connection-ended")).startswith("Robin Vale ended")


def test_every_kind_of_sharing_has_words_and_one_whose_practice_is_gone_keeps_them(shared: Connection) -> None:
    kinds = {kind.value for kind in SecurityEvent.Kind if kind.value.startswith(PREFIXES)}
    assert kinds == set(happened.WORDS)
    lost = event(shared.owner, "connected")
    lost.details = {"connection": str(shared.practice.owner_id)}
    assert ledger.WORDS["connected"](lost) == "You connected with a practice. Nothing was shared by that."
