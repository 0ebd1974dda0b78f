"""How much memory an export takes: 2,000 entries, a hundred of them as long as they may be, in every form.

Each form is made in a process of its own, that has nothing else to do and no free memory left from before. With ten
times as many, and the seconds: `MEASURED=20000 pytest -n 0 -s tests/export/test_memory.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import batched
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from innerchild import database
from journal.export.forms import FORMS
from journal.models import Entry, Revision
from tests import factories
from tests.up.house import ROOT
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)
ENTRIES, LONG, LIMIT_MB = int(os.environ.get("MEASURED", "2000")), 100, 60
AT_ONCE = 100
# VmHWM is the most that a process ever had; "5" lets it be counted anew.
MEASURE = """
import json, os, time
from pathlib import Path
from django.utils import timezone
from accounts.models import User
from journal.export.forms import FORMS
from journal.views import export
from tests.export.reading import everything

def mb(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024

def made(form, **only):
    answer = export._sent(User.objects.get(), form, everything(**only), timezone.now())
    return sum(map(len, answer.streaming_content)) / 1e6

def measured(form):
    made(form, since=timezone.localdate())  # nothing is of that day: what is read once has been read
    Path("/proc/self/clear_refs").write_text("5")
    idle, began = mb("VmRSS"), time.monotonic()
    sent = made(form)
    return {"over": mb("VmHWM") - idle, "idle": idle, "sent": sent, "seconds": time.monotonic() - began}

for form in FORMS:
    if not os.fork():
        print(json.dumps([form, measured(form)]), flush=True)
        os._exit(0)
    os.wait()
"""


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
def person() -> User:
    made = factories.person()
    with keyring.opened_for(made.pk, purpose="a test"):
        for group in batched(rows(made), AT_ONCE):
            Entry.objects.bulk_create(group)
            Revision.objects.bulk_create([_earlier(row) for row in group[: AT_ONCE // 2]])
    return made


def _earlier(row: Entry) -> Revision:
    made = Revision(owner_id=row.owner_id, entry=row, rev=1, reason="timed", made_at=row.created_at)
    made.body = row.body
    return made


def test_memory_stays_flat_in_every_form(person: User) -> None:
    where = {
        name: quote(value, safe="") for name, value in database.of_libpq(connection.get_connection_params()).items()
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", MEASURE],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(**where)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = dict(json.loads(line) for line in done.stdout.splitlines())
    for form, said in found.items():
        print(form, ", ".join(f"{name} {value:.0f}" for name, value in said.items()))
    assert found.keys() == FORMS.keys()
    assert {form: said["over"] for form, said in found.items() if said["over"] > LIMIT_MB} == {}
