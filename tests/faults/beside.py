"""The crew goes on writing while a command of the host's runs beside it."""

import contextlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial

from tests.faults.kills import write_on
from tests.faults.scene import Scene
from tests.faults.tally import Tally, counted, spread
from tests.faults.writer import Kept, side_by_side
from tests.up.house import ROOT, House, until

STEP = 300  # seconds after which a command hangs


@contextlib.contextmanager
def writing(scene: Scene, tally: Tally) -> Iterator[None]:
    """The crew writes as long as the block, and every one of their saves is answered 200, or asked for later (429)."""
    stop = threading.Event()
    troubles: list[BaseException] = []
    statuses = sum((writer.statuses for writer in scene.crew), Counter[int]())
    before = {writer.email: len(writer.log) for writer in scene.crew}
    work = [partial(write_on, writer, stop) for writer in scene.crew]
    crew = threading.Thread(target=lambda: troubles.extend(side_by_side(work)))
    crew.start()
    try:
        each(scene, 2)
        yield
        each(scene, 2)
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


def each(scene: Scene, count: int) -> None:
    enough = {writer.email: len(writer.log) + count for writer in scene.crew}
    until(lambda: all(len(writer.log) >= enough[writer.email] for writer in scene.crew), seconds=120)


def command(house: House, *words: str) -> "subprocess.Popen[bytes]":
    """One command of manage.py, on its way."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=house._env({}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finished(house: House, tally: Tally, *words: str) -> None:
    """Run one command to its end."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=house._env({}),
        capture_output=True,
        text=True,
        timeout=STEP,
        check=False,
    )
    said = (done.stdout + done.stderr).splitlines()
    tally.expect(f"{words[0]} ends well, not with {said[-3:]}", holds=done.returncode == 0)
