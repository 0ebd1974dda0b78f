"""F2–F5: the network between a page and the house loses answers, requests, or time."""

import random
import signal
import time
from collections.abc import Callable
from functools import partial
from os import kill
from uuid import uuid4

from tests.faults.kills import part_of
from tests.faults.proxy import Proxy
from tests.faults.scene import Scene
from tests.faults.tally import Tally, spread
from tests.faults.writer import IMPATIENT, TIMEOUT, WAITS, Sheet, Writer, side_by_side, words
from tests.up.house import children, until


def f2(scene: Scene) -> Tally:
    """The commit is done and its answer is lost: asked again, it is the same answer, and nothing is there twice."""
    tally = Tally("F2 answer lost after the commit")

    def write(writer: Writer, proxy: Proxy) -> None:
        for number in range(scene.either(5, 40)):
            sheet = writer.sheets[-1] if number % 3 else writer.new_sheet()
            losses = iter((None, *[0] * 50))
            proxy.on_answer = partial(next, losses, 0)
            kept = writer.keep(sheet, words(number, 300))
            tally.expect("a lost answer is asked for again, and known", holds=kept.asked > 1 and kept.replay)

    return _over_bad_wires(scene, tally, write)


def f3(scene: Scene) -> Tally:
    """Half of what is sent never arrives, or only in part."""
    tally = Tally("F3 requests lost before the server")

    def write(writer: Writer, proxy: Proxy) -> None:
        proxy.on_request = lambda: random.random() < 0.5
        sheet, ends = writer.new_sheet(), time.monotonic() + scene.either(3, 60)
        number = 0
        while time.monotonic() < ends:
            writer.keep(sheet, words(number, random.choice((100, 2_000, 150_000))))
            number += 1
            time.sleep(0.2)  # the pace of somebody who writes
        proxy.mend()
        writer.keep(sheet, words(number, 100))

    return _over_bad_wires(scene, tally, write)


def f4(scene: Scene) -> Tally:
    """Answers come later than a page waits for them; one that is asked again meets its earlier self."""
    tally = Tally("F4 answers delayed past the page's patience")
    delays = (3.0, 15.0, 60.0) if scene.full else (0.3, 1.5)

    def write(writer: Writer, proxy: Proxy) -> None:
        writer.timeout = TIMEOUT if scene.full else 0.8
        sheet = writer.new_sheet()
        for number, delay in enumerate(delays):
            slowness = iter((delay,))
            proxy.on_answer = partial(next, slowness, 0)
            kept = writer.keep(sheet, words(number, 300))
            late = delay > writer.timeout
            tally.expect("asked again only after a time-out", holds=(kept.asked > 1) is late or not late)
        writer.timeout = TIMEOUT

    return _over_bad_wires(scene, tally, write)


def f5(scene: Scene) -> Tally:
    """Long offline: words sent before it and never answered, the house gone and back meanwhile, then all of it again."""
    tally = Tally("F5 offline, the house restarted meanwhile, then replayed")
    before = {writer.email: len(writer.log) for writer in scene.crew}
    waiting: list[tuple[Writer, Sheet, str, str]] = []
    for writer in scene.crew:
        sheet, text, operation = writer.new_sheet(), words(1, 2_000), str(uuid4())
        writer.keep(sheet, words(0, 200))
        writer.put(sheet, text, operation)  # answered, but the page was gone by then
        waiting.append((writer, sheet, text, operation))
    for part in ("database", "web"):
        kill(fallen := part_of(scene, part), signal.SIGKILL)
        until(partial(_replaced, scene, part, fallen))
    until(lambda: scene.house.status("/readyz") == 200)
    for writer, sheet, text, operation in waiting:
        writer.hang_up()
        kept = writer.keep(sheet, text, operation=operation)
        tally.expect("the first answer is given again", holds=kept.replay)
        writer.keep(sheet, words(2, 12_000))
        tally.expect("the next text follows it", holds=sheet.rev == 3)
    return _counted(scene, tally, before)


def _replaced(scene: Scene, part: str, fallen: int) -> bool:
    return children(scene.up).get(part, fallen) != fallen


def _over_bad_wires(scene: Scene, tally: Tally, write: Callable[[Writer, Proxy], None]) -> Tally:
    """Each of the crew writes over a wire of their own, which ends with the fault."""
    before = {writer.email: len(writer.log) for writer in scene.crew}

    def one(writer: Writer) -> None:
        with Proxy(("127.0.0.1", scene.house.port)) as proxy:
            writer.port, writer.waits = proxy.port, IMPATIENT
            try:
                write(writer, proxy)
            finally:
                writer.hang_up()
                writer.port, writer.waits, writer.timeout = scene.house.port, WAITS, TIMEOUT

    troubles = side_by_side([partial(one, writer) for writer in scene.crew])
    tally.expect(f"nothing refused {troubles[:2]}", holds=not troubles)
    return _counted(scene, tally, before)


def _counted(scene: Scene, tally: Tally, before: dict[str, int]) -> Tally:
    log = [kept for writer in scene.crew for kept in writer.log[before[writer.email] :]]
    tally.tried, tally.acknowledged = sum(kept.asked for kept in log), len(log)
    tally.notes.append(f"saves {spread(kept.seconds for kept in log)}")
    tally.notes.append(f"{sum(kept.replay for kept in log)} replayed")
    return scene.look(tally)
