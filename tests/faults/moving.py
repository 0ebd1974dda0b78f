"""F16: a backup while six people write. And the rest of F14: what moves a whole house is killed at any moment."""

import contextlib
import json
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from innerchild import keyfiles
from tests.faults.beside import command, each, finished, writing
from tests.faults.scene import LOOK, Scene
from tests.faults.tally import Tally
from tests.up.house import House

KILLS = 4  # of each
EMPTY = "from vault import backups; from innerchild import dumps; print(dumps.is_empty(backups._where()))"
# Back to an older release, as far as nothing is lost by it; what is killed is the way forward again.
OLDER = (("sharing", "zero"), ("journal", "0003"), ("accounts", "0006"), ("exercises", "0001"))


def f16(scene: Scene) -> Tally:
    """A backup while they write, on another machine: everything opens, and all that was acknowledged before is there."""
    tally = Tally("F16 a backup while people write, restored elsewhere")
    with _elsewhere() as other:
        with writing(scene, tally):
            before = {str(sheet.entry): sheet.rev for writer in scene.crew for sheet in writer.sheets if sheet.rev}
            finished(scene.house, tally, "backup", str(other.home))
            each(scene, 1)
        finished(other, tally, *_restoring(scene, other))
        looked = other.run("shell", "--no-imports", "-v", "0", "-c", LOOK)
        found = {name: row for rows in json.loads(looked.stdout).values() for name, row in rows.items()}
        tally.missing += sum(found.get(name, {"rev": 0})["rev"] < rev for name, rev in before.items())
        tally.notes.append(f"{len(before)} texts stood before it began")
        tally.expect("there was something to lose", holds=bool(before))
    return tally


def killed(scene: Scene, tally: Tally, dice: random.Random) -> None:
    """On another machine: `restore` and `migrate`, each killed and run again, then run to the end."""
    with _elsewhere() as other:
        began = time.monotonic()
        finished(scene.house, tally, "backup", str(other.home))
        restoring = _restoring(scene, other)
        whole = 1 + 2 * (time.monotonic() - began)
        kills = sum(_cut_short(other, dice.uniform(0.5, whole), *restoring) for _ in range(KILLS))
        if _is_empty(other):
            finished(other, tally, *restoring)
        tally.notes.append(f"restore killed {kills} times")
        finished(other, tally, "migrate")
        for app, name in OLDER:
            finished(other, tally, "migrate", app, name)
        began = time.monotonic()
        finished(other, tally, "migrate", "exercises")
        whole = 1 + time.monotonic() - began
        kills = sum(_cut_short(other, dice.uniform(0.5, whole), "migrate") for _ in range(KILLS))
        tally.notes.append(f"migrate killed {kills} times")
        finished(other, tally, "migrate")
        finished(other, tally, "verify_letters", "--all")


@contextlib.contextmanager
def _elsewhere() -> Iterator[House]:
    """Another machine, of which nothing stays."""
    home = Path(tempfile.mkdtemp(prefix="ic-faults-restored-"))
    other = House(home)
    try:
        yield other
    finally:
        other.clear()
        shutil.rmtree(home, ignore_errors=True)


def _restoring(scene: Scene, other: House) -> tuple[str, ...]:
    """What to type on the other machine, where the backup lies and the master keys are put back."""
    keyfiles.keep(other.keys, keyfiles.MASTER, keyfiles.read(scene.house.keys, keyfiles.MASTER))
    data, keys = (str(next(other.home.glob(f"*-{kind}.dump"))) for kind in ("data", "keys"))
    return "restore", data, keys


def _cut_short(other: House, seconds: float, *words: str) -> bool:
    """Kill it after so many seconds; whether it was still on its way."""
    started = command(other, *words)
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(seconds)
        return False
    started.kill()
    started.wait()
    return True


def _is_empty(other: House) -> bool:
    """Nothing is there, or a restore that was killed came as far as its last word."""
    done = other.run("shell", "--no-imports", "-v", "0", "-c", EMPTY)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() == "True"
