"""F14: both keys are changed while six people write, and each command is killed on its way.

Restoring and migrating, which move a whole house, are killed in tests/faults/moving.py.
"""

import contextlib
import random
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg

from innerchild import keyfiles
from tests.faults import moving
from tests.faults.beside import STEP, command, finished, writing
from tests.faults.scene import Scene
from tests.faults.tally import Tally
from tests.up.house import House, until

NEW = "k2099a:" + "QUJD" * 10 + "QUI="
# People beside the crew, with a key and a letter each: so that there is something to be in the middle of.
CROWD = """
import os
from itertools import batched
from uuid import uuid4
from django.utils import timezone
from accounts.models import User
from journal.models import Entry
from vault import keyring
now = timezone.now()
def letter(person, number):
    row = Entry(id=uuid4(), owner=person, kind="letter", step="letter", question_key="letter", rev=1,
        local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
    with keyring.opened_for(person.pk, purpose="a test"):
        row.body = f"letter {{number}}"
    return row
for some in batched(range({count}), 500):
    people = [User(email=f"crowd{{number}}@example.org", adult_at=now, consent_at=now) for number in some]
    User.objects.bulk_create(people)
    keyring.make_keys({{person.pk: 1 for person in people}})
    Entry.objects.bulk_create([letter(person, number) for person, number in zip(people, some)])
"""
REWRAP = "from vault import rewrapping; rewrapping.rewrap_all(size=5)"
TURN = ("rotate_user_key", "--all")
UNDER_OLD = "SELECT count(*) FROM vault_keywrap WHERE kek_id <> 'k2099a'"
# One row in the middle; FOR UPDATE beside OFFSET would hold those before it, too.
WRAP = "SELECT id FROM vault_keywrap WHERE id = (SELECT id FROM vault_keywrap ORDER BY id OFFSET {place} LIMIT 1) FOR UPDATE"
WRAPPED = "SELECT avg((kek_id = 'k2099a')::int) FROM vault_keywrap"
LETTER = (
    "SELECT id FROM journal_entry WHERE id = (SELECT e.id FROM journal_entry e JOIN accounts_user u ON u.id = owner_id"
    " WHERE email LIKE 'crowd%' ORDER BY u.id OFFSET {place} LIMIT 1) FOR UPDATE"
)
SEALED = (
    "SELECT avg((substring(body_sealed FROM 2 FOR 4) <> '\\x00000001')::int)"
    " FROM journal_entry e JOIN accounts_user u ON u.id = owner_id WHERE email LIKE 'crowd%'"
)
OLD_WORDS = "SELECT count(*) FROM journal_{table} WHERE substring(body_sealed FROM 2 FOR 4) = '\\x00000001'"
OLDER_KEYS = "SELECT count(*) FROM vault_userkey WHERE generation < {newest}"
BEGUN = 10  # seconds until a command that was killed is where it was
DAYS_LATER = "UPDATE vault_userkey SET made_at = made_at - interval '2 days'"
# What was sealed by requests that began before; two months later; everything opened.
AFTERWARDS = """
from datetime import timedelta
from django.core.management import call_command
from django.db.models import F
from vault.models import UserKey
call_command("rotate_user_key", unfinished=True)
UserKey.objects.update(made_at=F("made_at") - timedelta(days=60))
call_command("prune")
call_command("verify_letters", all=True)
"""


def f14(scene: Scene) -> Tally:
    """R34 and R35: 0 failed saves; killed and run again it is finished; everything opens; nothing under the old keys."""
    tally = Tally("F14 both keys changed under load, killed half-way")
    count = scene.either(500, 10_000)  # more than are turned together: what the killed one sent may still be done
    finished(scene.house, tally, "shell", "--no-imports", "-v", "0", "-c", CROWD.format(count=count))
    master = scene.house.keys / keyfiles.MASTER
    both = f"{NEW}\n{master.read_text()}"
    _replace(master, both)
    dice = random.Random(20261128)
    places = sorted(dice.sample(range(count // 10, count * scene.either(3, 9) // 10), scene.either(1, 6)))
    with writing(scene, tally):
        _rewrapped(scene, tally, places)
        _turned(scene, tally, places)
    _replace(master, f"{NEW}\n")  # the old master key is thrown away
    finished(scene.house, tally, "shell", "--no-imports", "-v", "0", "-c", AFTERWARDS)
    for table in ("entry", "revision"):
        left = scene.house.sql(OLD_WORDS.format(table=table))
        tally.expect(f"no {table} under an old key, not {left}", holds=left == [(0,)])
    older = scene.house.sql(OLDER_KEYS.format(newest=scene.either(2, 3)))
    tally.expect(f"the old keys are gone when they have rested, not {older}", holds=older == [(0,)])
    if scene.full:
        moving.killed(scene, tally, dice)
    scene.look(tally)
    _replace(master, both)  # sessions of the crew are under it
    return tally


def _rewrapped(scene: Scene, tally: Tally, places: list[int]) -> None:
    began = time.monotonic()
    for place in places:
        _cut_short(scene.house, partial(_shell, scene.house, REWRAP), WRAP.format(place=place))
        share = _share(scene.house, WRAPPED)
        tally.expect(f"some keys are under either master key, not {share:.0%} under the new one", holds=0 < share < 1)
    finished(scene.house, tally, "rewrap_keys")
    _in_time(scene, tally, "all rewrapped", time.monotonic() - began, kills=len(places))
    tally.expect("no key under the old master key", holds=scene.house.sql(UNDER_OLD) == [(0,)])


def _turned(scene: Scene, tally: Tally, places: list[int]) -> None:
    """Killed at each of these places; in the long set once more from the beginning, with nobody in its way."""
    began = time.monotonic()
    for place in places:
        _cut_short(scene.house, partial(command, scene.house, *TURN), LETTER.format(place=place))
        share = _share(scene.house, SEALED)
        tally.expect(f"some letters are under either key, not {share:.0%} under the new one", holds=0 < share < 1)
    finished(scene.house, tally, *TURN)
    _in_time(scene, tally, "all sealed anew", time.monotonic() - began, kills=len(places))
    if scene.full:
        scene.house.sql(DAYS_LATER)
        began = time.monotonic()
        finished(scene.house, tally, *TURN)
        _in_time(scene, tally, "all sealed anew", time.monotonic() - began, kills=0)


def _in_time(scene: Scene, tally: Tally, what: str, seconds: float, *, kills: int) -> None:
    """Ten thousand people within a minute, on a machine that has nothing else to do; `BEGUN` for each new beginning."""
    tally.notes.append(f"{what} in {seconds:.0f} s with {kills} kills")
    tally.expect(f"ten thousand people within a minute: {what}", holds=seconds <= 60 + BEGUN * kills or not scene.full)


def _replace(file: Path, content: str) -> None:
    """Whole or not at all: somebody may be reading it."""
    draft = file.with_name("master.new")
    draft.write_text(content)
    draft.rename(file)


def _cut_short(house: House, start: "Callable[[], subprocess.Popen[bytes]]", holding: str) -> None:
    """Begin it, hold a row that it comes to on its way, and kill it when it stands there."""
    with psycopg.connect(**house.cluster.conninfo()) as holder:  # type: ignore[arg-type]
        assert holder.execute(holding).fetchone()
        started = start()
        waits = f"SELECT count(*) FROM pg_stat_activity WHERE {holder.info.backend_pid} = ANY(pg_blocking_pids(pid))"
        try:
            until(lambda: started.poll() is not None or house.sql(waits) != [(0,)], seconds=STEP)
        finally:
            with contextlib.suppress(ProcessLookupError):
                started.send_signal(signal.SIGKILL)
            started.wait()


def _share(house: House, question: str) -> float:
    """How much of it is done, from 0 to 1."""
    return float(str(house.sql(question)[0][0]))


def _shell(house: House, code: str) -> "subprocess.Popen[bytes]":
    return command(house, "shell", "--no-imports", "-v", "0", "-c", code)
