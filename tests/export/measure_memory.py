"""How much memory an export takes, and how long: 20,000 entries, a hundred of them as long as they may be.

No part of the suite; run by hand: `pytest -n 0 -s tests/export/measure_memory.py`.
"""

import gc
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from journal.export import archive, book, day_one, fhir, pages
from journal.export.zipped import zipped
from journal.models import Entry, Revision
from tests import factories
from tests.export.reading import AT, everything
from vault import keyring

ENTRIES, LONG, LIMIT_MB = 20_000, 100, 60
STATUS = Path("/proc/self/status")


def mb(name: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def rows(person: User) -> Iterator[Entry]:
    now = timezone.now()
    for number in range(ENTRIES):
        row = Entry(
            id=uuid4(), owner=person, kind="letter", step="letter", question_key="letter-adult", voice="adult", rev=2,
            local_date=date(2000, 1, 1) + timedelta(days=number % 9000), time_zone="UTC",
            created_at=now, updated_at=now, kept_at=now,
        )  # fmt: skip
        row.body = f"{number} 🕯 " + ("ש" * 199_990 if number % (ENTRIES // LONG) == 0 else "a few words more " * 120)
        yield row


@pytest.fixture
def person(db: None) -> User:
    made = factories.person()
    group: list[Entry] = []
    with keyring.opened_for(made.pk, purpose="a test"):
        for row in rows(made):
            group.append(row)
            if len(group) == 100:
                Entry.objects.bulk_create(group)
                Revision.objects.bulk_create([_earlier(row) for row in group[:50]])
                group = []
    return made


def _earlier(row: Entry) -> Revision:
    made = Revision(owner_id=row.owner_id, entry=row, rev=1, reason="timed", made_at=row.created_at)
    made.body = row.body
    return made


def test_memory_stays_flat(person: User) -> None:
    now = everything()
    forms: dict[str, Iterable[bytes]] = {
        "fhir": fhir.chunks(person, now),
        "book": book.chunks(person, now),
        "markdown": zipped(pages.files(person, now), AT),
        "day one": zipped(day_one.files(person, now), AT),
        "archive": zipped(archive.files(person, now), AT),
    }
    over = {}
    for name, chunks in forms.items():
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
        idle, began, sent = mb("VmRSS"), time.monotonic(), sum(map(len, chunks))
        over[name] = mb("VmHWM") - idle
        print(
            f"{name}: {over[name]:.0f} MB over {idle:.0f} MB idle, {sent / 1e6:.0f} MB in {time.monotonic() - began:.0f} s"
        )
    assert {name: value for name, value in over.items() if value > LIMIT_MB} == {}
