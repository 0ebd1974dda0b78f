"""F14: both keys are changed while six people write, and each command is killed on its way. F16: a backup while they write."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg

from innerchild import keyfiles
from tests.faults.kills import write_on
from tests.faults.scene import LOOK, Scene
from tests.faults.tally import Tally, counted, spread
from tests.faults.writer import Kept, side_by_side
from tests.up.house import ROOT, House, until

NEW = "k2099a:" + "QUJD" * 10 + "QUI="
# People beside the crew, with a key and a letter each: so that there is something to be in the middle of.
CROWD = """
from uuid import uuid4
from django.utils import timezone
from accounts.models import User
from journal.models import Entry
from vault import keyring
now = timezone.now()
for number in range({count}):
    person = User(email=f"crowd{{number}}@example.org", adult_at=now, consent_at=now)
    person.save()
    with keyring.opened_for(person.pk, purpose="a test"):
        row = Entry(id=uuid4(), owner=person, kind="letter", step="letter", question_key="letter", rev=1,
            local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
        row.body = f"letter {{number}}"
    row.save(force_insert=True)
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
OLDER_KEYS = "SELECT count(*) FROM vault_userkey WHERE generation = 1"
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
    count = scene.either(60, 10_000)
    made = _shell(scene.house, CROWD.format(count=count))
    made.wait()
    tally.expect("the crowd is there", holds=made.returncode == 0)
    master = scene.house.keys / keyfiles.MASTER
    both = f"{NEW}\n{master.read_text()}"
    _replace(master, both)
    places = [count * number // scene.either(2, 11) for number in range(1, scene.either(2, 11))]
    with _writing(scene, tally):
        began = time.monotonic()
        for place in places:
            _cut_short(scene.house, partial(_shell, scene.house, REWRAP), WRAP.format(place=place))
            tally.expect("some keys are under either master key", holds=0 < _share(scene.house, WRAPPED) < 1)
        _finished(scene.house, tally, "rewrap_keys")
        seconds = time.monotonic() - began
        tally.notes.append(f"{count} people rewrapped in {seconds:.0f} s with {len(places)} kills")
        tally.expect("ten thousand people are rewrapped within a minute", holds=seconds <= 60 or not scene.full)
        tally.expect("no key under the old master key", holds=scene.house.sql(UNDER_OLD) == [(0,)])
        began = time.monotonic()
        for place in places:
            _cut_short(scene.house, partial(_command, scene.house, *TURN), LETTER.format(place=place))
            tally.expect("some letters are under either key", holds=0 < _share(scene.house, SEALED) < 1)
        _finished(scene.house, tally, *TURN)
        tally.notes.append(f"all sealed anew in {time.monotonic() - began:.0f} s")
    _replace(master, f"{NEW}\n")  # the old master key is thrown away
    _finished(scene.house, tally, "shell", "--no-imports", "-v", "0", "-c", AFTERWARDS)
    for table in ("entry", "revision"):
        left = scene.house.sql(OLD_WORDS.format(table=table))
        tally.expect(f"no {table} under an old key, not {left}", holds=left == [(0,)])
    tally.expect("the old keys are gone when they have rested", holds=scene.house.sql(OLDER_KEYS) == [(0,)])
    scene.look(tally)
    _replace(master, both)  # sessions of the crew are under it
    return tally


def f16(scene: Scene) -> Tally:
    """A backup while they write, on another machine: everything opens, and all that was acknowledged before is there."""
    tally = Tally("F16 a backup while people write, restored elsewhere")
    home = Path(tempfile.mkdtemp(prefix="ic-faults-restored-"))
    other = House(home)
    try:
        with _writing(scene, tally):
            before = {str(sheet.entry): sheet.rev for writer in scene.crew for sheet in writer.sheets if sheet.rev}
            _finished(scene.house, tally, "backup", str(home))
            _each(scene, 1)
        keyfiles.keep(other.keys, keyfiles.MASTER, keyfiles.read(scene.house.keys, keyfiles.MASTER))
        data, keys = (str(next(home.glob(f"*-{kind}.dump"))) for kind in ("data", "keys"))
        _finished(other, tally, "restore", data, keys)
        looked = other.run("shell", "--no-imports", "-v", "0", "-c", LOOK)
        found = {name: row for rows in json.loads(looked.stdout).values() for name, row in rows.items()}
        tally.missing += sum(found.get(name, {"rev": 0})["rev"] < rev for name, rev in before.items())
        tally.notes.append(f"{len(before)} texts stood before it began")
        tally.expect("there was something to lose", holds=bool(before))
    finally:
        other.clear()
        shutil.rmtree(home, ignore_errors=True)
    return tally


@contextlib.contextmanager
def _writing(scene: Scene, tally: Tally) -> Iterator[None]:
    """The crew writes as long as the block, and every one of their saves is answered 200, or asked for later (429)."""
    stop = threading.Event()
    troubles: list[BaseException] = []
    statuses = sum((writer.statuses for writer in scene.crew), Counter[int]())
    before = {writer.email: len(writer.log) for writer in scene.crew}
    work = [partial(write_on, writer, stop) for writer in scene.crew]
    crew = threading.Thread(target=lambda: troubles.extend(side_by_side(work)))
    crew.start()
    try:
        _each(scene, 2)
        yield
        _each(scene, 2)
    finally:
        stop.set()
        crew.join()
    log: list[Kept] = [kept for writer in scene.crew for kept in writer.log[before[writer.email] :]]
    answers = sum((writer.statuses for writer in scene.crew), Counter[int]()) - statuses
    tally.tried, tally.acknowledged = tally.tried + answers.total(), tally.acknowledged + len(log)
    tally.expect(f"nothing refused {troubles[:2]}", holds=not troubles)
    tally.expect(f"no save fails, not {counted(answers)}", holds=answers.keys() <= {200, 429})
    tally.expect("what a page shows is what was acknowledged", holds=not any(writer.misread for writer in scene.crew))
    tally.notes.append(f"saves {spread(kept.seconds for kept in log)}")


def _replace(file: Path, content: str) -> None:
    """Whole or not at all: somebody may be reading it."""
    draft = file.with_name("master.new")
    draft.write_text(content)
    draft.rename(file)


def _each(scene: Scene, count: int) -> None:
    enough = {writer.email: len(writer.log) + count for writer in scene.crew}
    until(lambda: all(len(writer.log) >= enough[writer.email] for writer in scene.crew), seconds=120)


def _cut_short(house: House, start: "Callable[[], subprocess.Popen[bytes]]", holding: str) -> None:
    """Begin it, hold a row that it comes to on its way, and kill it when it stands there."""
    with psycopg.connect(**house.cluster.conninfo()) as holder:  # type: ignore[arg-type]
        assert holder.execute(holding).fetchone()
        command = start()
        waits = f"SELECT count(*) FROM pg_stat_activity WHERE {holder.info.backend_pid} = ANY(pg_blocking_pids(pid))"
        try:
            until(lambda: command.poll() is not None or house.sql(waits) != [(0,)], seconds=1200)
        finally:
            with contextlib.suppress(ProcessLookupError):
                command.send_signal(signal.SIGKILL)
            command.wait()


def _share(house: House, question: str) -> float:
    """How much of it is done, from 0 to 1."""
    return float(str(house.sql(question)[0][0]))


def _shell(house: House, code: str) -> "subprocess.Popen[bytes]":
    return _command(house, "shell", "--no-imports", "-v", "0", "-c", code)


def _command(house: House, *words: str) -> "subprocess.Popen[bytes]":
    """One command of manage.py, on its way."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=house._env({}), stdout=subprocess.DEVNULL
    )


def _finished(house: House, tally: Tally, *words: str) -> None:
    command = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=house._env({}), capture_output=True, text=True, check=False
    )
    said = (command.stdout + command.stderr).splitlines()
    tally.expect(f"{words[0]} ends well, not with {said[-3:]}", holds=command.returncode == 0)
