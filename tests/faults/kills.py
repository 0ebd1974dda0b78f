"""F1: kill -9 of every part while six people write. F15: asked to stop in the middle of two hundred saves."""

import os
import random
import signal
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from uuid import uuid4

from tests.faults.scene import Scene
from tests.faults.tally import Tally, counted, spread
from tests.faults.writer import Kept, Sheet, Writer, another, side_by_side, words
from tests.up.house import children, until

FEW = ("worker", "main", "backend", "postmaster", "worker", "backend", "worker")
# the same part never falls twice within seconds: that is a machine on fire, and another test (tests/up)
MANY = ("worker", "main", "backend", "postmaster", "worker") * 8
ENOUGH = 5_000
CROWD = 200
SIZES = (60, 60, 600, 6_000, 20_000)
PATIENCE = 120.0


def f1(scene: Scene) -> Tally:
    tally = Tally("F1 kill -9 of worker, web server, backend, postmaster")
    dice, stop = random.Random(20261123), threading.Event()
    before = {writer.email: len(writer.log) for writer in scene.crew}
    troubles: list[BaseException] = []
    work = [partial(write_on, writer, stop) for writer in scene.crew]
    writing = threading.Thread(target=lambda: troubles.extend(side_by_side(work)))
    writing.start()
    recoveries: list[float] = []
    killed: Counter[str] = Counter()
    try:
        for victim in scene.either(FEW, MANY):
            _more(scene.crew, dice.randint(2, 12))
            os.kill(_pid(scene, victim), signal.SIGKILL)
            killed[victim] += 1
            began = time.monotonic()
            _each_more(scene.crew, 2)
            recoveries.append(time.monotonic() - began)
        if scene.full:
            until(lambda: _acknowledged(scene.crew, before) >= ENOUGH, seconds=600)
    finally:
        stop.set()
        writing.join()
    log = [kept for writer in scene.crew for kept in writer.log[before[writer.email] :]]
    return _told(scene, tally, log, recoveries, killed, troubles)


def _told(
    scene: Scene,
    tally: Tally,
    log: list[Kept],
    recoveries: list[float],
    killed: Counter[str],
    troubles: list[BaseException],
) -> Tally:
    tally.tried, tally.acknowledged = sum(kept.asked for kept in log), len(log)
    statuses = sum((writer.statuses for writer in scene.crew), Counter[int]())
    tally.expect(f"nothing refused {troubles[:2]}", holds=not troubles)
    tally.expect("no answer of 500", holds=not statuses[500])
    tally.expect("what a page shows is what was acknowledged", holds=not any(writer.misread for writer in scene.crew))
    tally.notes += [
        f"{sum(killed.values())} kills ({', '.join(f'{name} {count}' for name, count in killed.items())})",
        f"{sum(kept.replay for kept in log)} lost answers asked again",
        f"disturbed saves {spread(kept.seconds for kept in log if kept.asked > 1)}",
        f"all six went on after {spread(recoveries)}",
        f"answers {counted(statuses)}",
    ]
    return scene.look(tally)


def f15(scene: Scene) -> Tally:
    """R77. Every save that was sent before the house was asked to close is answered."""
    tally = Tally(f"F15 SIGTERM in the middle of {CROWD} saves")
    crew = scene.crew[1:]  # B14 used up the pace of the first
    lines = [(owner, another(owner, timeout=60)) for owner in crew for _ in range(CROWD // len(crew))]
    sent: list[float] = []
    answered: list[int] = []
    up = scene.house.started[-1]

    def send(owner: Writer, line: Writer) -> None:
        sheet, text, operation = Sheet(), words(1, 200), str(uuid4())
        line.on_sent = lambda: sent.append(time.monotonic())
        answer = line.put(sheet, text, operation)
        answered.append(answer.status)
        line.hang_up()
        if answer.status == 200:
            line.note(sheet, text, operation, answer.json()["rev"])
        owner.sheets.append(sheet)

    def close() -> None:
        until(lambda: len(sent) == CROWD and not _at_the_door(scene.house.port))
        tally.notes.append(f"{len(answered)} answered when it was asked to stop")
        up.send_signal(signal.SIGTERM)

    troubles = side_by_side([close, *[partial(send, *pair) for pair in lines]])
    asked = time.monotonic()
    tally.expect(f"nothing went wrong here {troubles[:2]}", holds=not troubles)
    tally.expect("it stops as asked, with 0", holds=up.wait(60) == 0)
    tally.tried, tally.acknowledged = len(lines), answered.count(200)
    tally.notes.append(f"closed {time.monotonic() - asked:.1f} s after the last answer")
    found = counted(Counter(answered))
    tally.expect(f"every save is answered 200, not {found}", holds=answered.count(200) == CROWD)
    return scene.look(tally)


def _at_the_door(port: int) -> int:
    """Connections that the web server has not taken yet; /proc/net/tcp counts them for a socket that listens."""
    waiting = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if state == "0A" and int(local.partition(":")[2], 16) == port:
            waiting += int(queues.partition(":")[2], 16)
    return waiting


def write_on(writer: Writer, stop: threading.Event) -> None:
    """A few saves on a sheet, then a new one; about as fast as the pace of the house allows. Now and then a look."""
    number = 0
    while not stop.is_set():
        sheet = writer.new_sheet()
        for _ in range(random.randint(1, 10)):
            writer.keep(sheet, words(number, random.choice(SIZES)), seconds=PATIENCE)
            number += 1
            if number % 5 == 0:
                writer.read_again(sheet)
            if stop.wait(random.uniform(0.15, 0.3)):
                break


def _acknowledged(crew: list[Writer], before: dict[str, int]) -> int:
    return sum(len(writer.log) - before[writer.email] for writer in crew)


def _more(crew: list[Writer], count: int) -> None:
    """Wait for so many more acknowledgements, whoever's."""
    enough = sum(len(writer.log) for writer in crew) + count
    until(lambda: sum(len(writer.log) for writer in crew) >= enough, seconds=PATIENCE)


def _each_more(crew: list[Writer], count: int) -> None:
    """Wait until each of them has so many more."""
    enough = {writer.email: len(writer.log) + count for writer in crew}
    until(lambda: all(len(writer.log) >= enough[writer.email] for writer in crew), seconds=PATIENCE)


def _pid(scene: Scene, victim: str) -> int:
    """Who falls; every one of them is a child or grandchild of the `up` that this scene started."""
    if victim == "postmaster":
        return until(lambda: _living(scene.house.postmaster()))
    if victim == "main":
        return part_of(scene, "web")
    part, word = ("database", b"innerchild") if victim == "backend" else ("web", b"granian")
    return until(lambda: next(iter(_below(part_of(scene, part), word)), 0))


def part_of(scene: Scene, part: str) -> int:
    """The pid of the web server or the database, once it has one."""
    return until(lambda: children(scene.up).get(part, 0))


def _living(pid: int) -> int:
    return pid if Path(f"/proc/{pid}").exists() else 0


def _below(parent: int, word: bytes) -> list[int]:
    """Children of that process whose command line holds the word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            is_child = int(path.read_text().rpartition(")")[2].split()[1]) == parent
            if is_child and word in (path.parent / "cmdline").read_bytes():
                found.append(int(path.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return sorted(found)
