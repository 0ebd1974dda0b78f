"""The record in an archive: with everything that is needed to compute it anew, by somebody who has nothing else."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import ledger
from accounts.models import SecurityEvent, User
from journal.export import Wanted, archive
from journal.importing.archive_format import Archive
from journal.importing.bundle import Bundle
from tests import factories
from tests.export import schema
from tests.export.reading import batch_for, packed, unpacked

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs/innerchild.schema.json").read_text(encoding="utf-8"))
Kind = SecurityEvent.Kind


@pytest.fixture
def me() -> User:
    person = factories.person()
    factories.entry(person, "words")
    for day in ("2026-10-01", "2026-10-02", "2026-10-03"):
        with time_machine.travel(f"{day}T09:00:00.25Z", tick=False):
            ledger.note_from(person.pk, Kind.SIGNED_IN, "Firefox, Ünix", way="password")
            ledger.note(person.pk, Kind.EXPORTED, form="book")
    return person


def events_in(files: Any) -> list[dict[str, Any]]:
    whole = "".join(data.decode() for name, data in files if name == "innerchild.json")
    document = json.loads(whole)
    assert list(schema.faults(document, SCHEMA, SCHEMA)) == []
    return list(document["events"])


def recomputed(event: dict[str, Any]) -> str:
    """As docs/formats.md tells it."""
    names = ("id", "number", "kind", "at", "details")
    has_about = event["about"] is not None or "about" in event.get("unreadable", ())
    said = [*(event[name] for name in names), has_about, event["previous_hash"]]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def test_the_record_goes_along_can_be_computed_anew_and_never_comes_in(me: User) -> None:
    me.events.filter(number=3).update(about_sealed=bytes(100))
    events = events_in(unpacked(packed(me)).items())
    assert [(e["number"], e["kind"], e["about"], e.get("unreadable")) for e in events[:3]] == [
        (1, "signed-in", "Firefox, Ünix", None),
        (2, "exported", None, None),
        (3, "signed-in", None, ["about"]),
    ]
    assert [event["own_hash"] for event in events] == [recomputed(event) for event in events]
    assert [event["previous_hash"] for event in events] == ["00" * 32, *(event["own_hash"] for event in events[:-1])]
    assert events[-1]["own_hash"] == bytes(me.ledger_end.last_hash).hex()
    other = factories.person()
    with batch_for(other) as batch:
        Archive().bring_in(other, Bundle(packed(me), "notes.zip"), batch)
    assert (other.entries.count(), other.events.count()) == (1, 0)


def test_a_range_takes_its_days_alone(me: User) -> None:
    day = date(2026, 10, 2)
    wanted = Wanted(kinds=frozenset(), began=timezone.now(), since=day, until=day)
    assert [event["number"] for event in events_in(archive.files(me, wanted))] == [3, 4]
