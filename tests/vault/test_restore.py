"""The drill: ten thousand letters, a backup, the cluster destroyed, a restore – and then everything opens.

Also: the data dump of yesterday with the key dump of today opens nothing of somebody erased in between (trust R36).
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from innerchild import embedded, keyfiles
from tests.up.house import ROOT, House

pytestmark = pytest.mark.xdist_group("restore")

# In the app's own process: people with letters; a backup; one is erased, one comes; a backup.
MAKE = """
import time
from pathlib import Path
from uuid import uuid4
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from accounts.models import User
from journal.models import Entry
from vault import keyring
now = timezone.now()
def somebody(email, letters):
    person = User(email=email, adult_at=now, consent_at=now)
    person.save()
    with keyring.opened_for(person.pk, purpose="a test"):
        rows = []
        for number in range(letters):
            row = Entry(id=uuid4(), owner=person, kind="letter", step="letter", question_key="letter", rev=1,
                local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
            row.body = f"letter {{number}} to the small one who waited, 💛 {{uuid4()}}"
            rows.append(row)
        Entry.objects.bulk_create(rows, batch_size=1000)
    return person
for number in range(10):
    somebody(f"person{{number}}@example.org", 1000)
erased = somebody("erased@example.org", 7)
print(erased.pk)
call_command("verify_letters", person=erased.pk)
call_command("backup", {yesterday!r})
erased.delete()
somebody("newcomer@example.org", 3)
began = time.monotonic()
call_command("backup", {today!r})
print("written in %.1f s" % (time.monotonic() - began))
"""
LOOK = """
import hashlib, json
from accounts.models import User
from vault import keyring
found = {}
for person in User.objects.order_by("email"):
    with keyring.opened_for(person.pk, purpose="a test"):
        digest = hashlib.sha256()
        for count, row in enumerate(person.entries.order_by("pk"), 1):
            digest.update(row.pk.bytes + row.body.encode())
        found[person.email] = [count, digest.hexdigest()]
print(json.dumps(found))
"""
READ = """
from pathlib import Path
from django.core.management import call_command
from vault import backups
backups.read(backups.Pair(Path({data!r}), Path({keys!r})), without_erased=True)
call_command("verify_letters", person={erased!r})
"""
# What `restore` says to each pair, and whether the database is still empty after all of them.
TRY = """
import json
from django.core.management import CommandError, call_command
from django.db import connection
from innerchild import database, dumps
from innerchild.processes import CannotStart
said = []
for words in {given!r}:
    try:
        call_command("restore", *words)
    except (CannotStart, CommandError) as error:
        said.append(str(error))
print(json.dumps([said, dumps.is_empty(database.of_libpq(connection.get_connection_params()))]))
"""
PATIENCE = 600  # seconds: a busy machine is no failure
AT_MOST = 300  # seconds for a restore, with everything opened (trust R71); R72 gives the host half an hour


@dataclass(frozen=True)
class Kept:
    """What is left after the machine is gone: the backups, the master key file, and what we know of the letters."""

    house: House
    master: str
    erased: str
    letters: dict[str, tuple[int, str]]

    def file(self, day: str, kind: str) -> str:
        return str(next((self.house.home / day).glob(f"*-{kind}.dump")))

    def machine(self, home: Path) -> House:
        """A new one, with the master key put back and nothing else."""
        house = House(home)
        keyfiles.keep(house.keys, keyfiles.MASTER, self.master)
        return house


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    house = House(tmp_path_factory.mktemp("before"))
    house.cluster.initialise()
    keyfiles.keep_master(house.keys, today=date(2026, 11, 28))
    days = {day: str(house.home / day) for day in ("yesterday", "today")}
    erased, _, opened, *_, written = shell(house, MAKE.format(**days)).splitlines()
    print(f"a backup of ten thousand letters {written}")
    assert opened == "opened: 7, refused: 0"  # what could open is there to be erased
    kept = Kept(house, keyfiles.read(house.keys, "master"), erased, looked_at(house))
    shutil.rmtree(house.data)
    yield kept
    house.clear()


def looked_at(house: House) -> dict[str, tuple[int, str]]:
    """How many letters each person has, and one hash over all of theirs, opened."""
    return {email: (count, digest) for email, (count, digest) in json.loads(shell(house, LOOK)).items()}


def shell(house: House, code: str) -> str:
    """What a piece of code says that runs inside the app to its end."""
    done = run(house, "shell", "--no-imports", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(house: House, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=house._env({"SECRET_KEY": "a test's", **extra}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_everything_opens_after_the_cluster_was_destroyed(kept: Kept, tmp_path: Path) -> None:
    house = kept.machine(tmp_path)
    began = time.monotonic()
    done = run(house, "restore", kept.file("today", "data"), kept.file("today", "keys"))
    seconds = time.monotonic() - began
    print(f"restored and opened in {seconds:.1f} s")
    assert (done.returncode, done.stderr, seconds < AT_MOST) == (0, "", True)
    assert done.stdout.splitlines() == [
        "keys opened: 12, refused: 0",
        "opened: 10003, refused: 0",
        "Restored, and everything opens.",
    ]
    assert sum(count for count, _ in kept.letters.values()) == 10_003
    assert looked_at(house) == kept.letters
    again = run(house, "restore", kept.file("today", "data"), kept.file("today", "keys"))
    refusal = "The database is not empty, and a backup is restored into an empty one only.\n"
    assert (again.returncode, again.stdout, again.stderr) == (1, "", refusal)


@pytest.fixture
def served() -> Iterator[Callable[[House], House]]:
    """Start an empty database of its own for a house, for several commands to use."""
    servers = []

    def start(house: House) -> House:
        keyfiles.keep(house.keys, keyfiles.SECRET, "a test's")
        house.cluster.initialise()
        servers.append(house.cluster.start())
        return house

    yield start
    for server in servers:
        embedded.stop(server)


def test_yesterdays_data_with_todays_keys_open_nothing_of_somebody_erased_since(
    kept: Kept, served: Callable[[House], House], tmp_path: Path
) -> None:
    house = served(kept.machine(tmp_path / "theirs"))
    data, keys = kept.file("yesterday", "data"), kept.file("today", "keys")
    refused = run(house, "restore", data, keys)
    sentence = "Nothing was restored: 1 of the people in the data dump have no key in the key dump."
    assert (refused.returncode, refused.stderr[: len(sentence)]) == (1, sentence)

    # whoever has both files and the master key, and no scruples
    code = READ.format(data=data, keys=keys, erased=kept.erased)
    tried = run(house, "shell", "--no-imports", "-v", "0", "-c", code)
    assert (tried.returncode, tried.stdout.splitlines()[-1]) == (1, "opened: 0, refused: 7")
    assert tried.stderr.count("refused: journal.Entry ") == 7

    house.sql("DROP SCHEMA public CASCADE")
    house.sql("CREATE SCHEMA public")
    left_out = run(house, "restore", data, keys, "--without-erased")
    assert (left_out.returncode, left_out.stderr) == (0, "")
    assert left_out.stdout.splitlines()[-1] == "Restored, and everything opens."
    assert looked_at(house) == {email: of for email, of in kept.letters.items() if email != "newcomer@example.org"}

    # a backup needs nothing that opens anything: as deploy/innerchild-backup.service runs it
    password = f"{embedded.APP}_password"
    keyfiles.keep(tmp_path / "one", password, keyfiles.read(house.keys, password))
    done = run(house, "backup", str(tmp_path / "b"), INNERCHILD_KEYS_DIR=str(tmp_path / "one"), SECRET_KEY="")
    assert (done.returncode, done.stderr, len(list((tmp_path / "b").iterdir()))) == (0, "", 2)


def test_what_does_not_belong_together_is_refused_and_nothing_is_changed(
    kept: Kept, served: Callable[[House], House], tmp_path: Path
) -> None:
    bare = House(tmp_path / "bare")
    data, keys = kept.file("today", "data"), kept.file("today", "keys")
    done = run(bare, "restore", data, keys)
    assert (done.returncode, done.stdout, bare.cluster.exists) == (1, "", False)
    assert done.stderr == (
        f"There is no master key in {bare.keys}: put back the file master that was in use when the backup was made. "
        "No new key was made, and nothing was restored.\n"
    )

    house = served(kept.machine(tmp_path / "house"))
    half = tmp_path / "half.dump"
    whole = Path(data).read_bytes()
    half.write_bytes(whole[: len(whole) // 2])  # behind the rows stands only a second list of what there is
    no_dump = tmp_path / "note.dump"
    no_dump.write_text("nothing")
    gone = tmp_path / "gone.dump"
    pairs: tuple[tuple[tuple[str, ...], str], ...] = (
        ((data,), f"The key dump is missing: nothing in {data} opens without it. Nothing was changed."),
        ((data, str(gone)), f"There is no file {gone}. A backup is two files, and neither is of use alone."),
        ((keys, data), f"{keys} is not a data dump: it comes first, the key dump second."),
        ((data, data), f"{data} is not the key dump of a backup, without which nothing in {data} opens."),
        ((str(no_dump), keys), f"{no_dump} cannot be read as a dump: "),
        ((str(half), keys), "Nothing was restored: could not read from input file: end of file"),
        ((data, kept.file("yesterday", "keys")), "Nothing was restored: 1 of the people in the data dump have no key"),
    )
    said, is_empty = json.loads(shell(house, TRY.format(given=[given for given, _ in pairs])))
    assert [words[: len(sentence)] for words, (_, sentence) in zip(said, pairs, strict=True)] == [
        sentence for _, sentence in pairs
    ]
    assert (["\n" in words for words in said], is_empty) == ([False] * len(pairs), True)
