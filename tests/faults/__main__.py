"""Every fault, for real: `python -m tests.faults` (fast, within 90 s), `--full` (within 20 min), or some by name."""

import argparse
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator

from tests.faults import closing, doors, keys, kills, moving, storage, wire
from tests.faults.scene import Scene, opened
from tests.faults.tally import Tally
from tests.up.house import ROOT

type Driver = Callable[[Scene], Tally]

# In this order, and F15 last: it closes the house.
DRIVERS: dict[str, Driver] = {
    "F1": kills.f1,
    "F2": wire.f2,
    "F3": wire.f3,
    "F4": wire.f4,
    "F5": wire.f5,
    "F7": doors.f7,
    "F8": doors.f8,
    "F9": closing.f9,
    "F10": storage.f10,
    "F11": storage.f11,
    "F12": storage.f12,
    "F14": keys.f14,
    "F16": moving.f16,
    "B14": doors.b14,
    "F15": kills.f15,
}
FOR_THE_HOST = {"F14", "F16"}  # in the suite and the long set; the fast one is about saving
SCHEDULES = {False: 60, True: 500}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the long set: at least 40 kills and 5,000 saves")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"some of {' '.join([*DRIVERS, 'F6'])}; else all")
    asked = parser.parse_args()
    if unknown := set(asked.faults) - {*DRIVERS, "F6"}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    began, lost = time.monotonic(), 0
    every = [name for name in [*DRIVERS, "F6"] if asked.full or name not in FOR_THE_HOST]
    for line, bad in _lines(asked.faults or every, full=asked.full):
        print(line, flush=True)
        lost += bad
    print(f"{'FAILED' if lost else 'Nothing was lost.'} ({time.monotonic() - began:.0f} s)")
    return int(bool(lost))


def _lines(names: list[str], *, full: bool) -> Iterator[tuple[str, bool]]:
    """F6 runs beside the others in the fast set; in the long one the seconds of the others are to be true."""
    drivers = [driver for name, driver in DRIVERS.items() if name in names]
    asked, beside = "F6" in names, None
    try:
        if asked and not full:
            beside = _schedules(full=full)
        if drivers:
            with opened(full=full) as scene:
                for driver in drivers:
                    yield _tried(driver, scene)
        if asked:
            beside = beside or _schedules(full=full)
            yield _ended(beside)
    finally:
        if beside and beside.poll() is None:
            beside.send_signal(signal.SIGINT)
            beside.communicate()


def _tried(driver: Driver, scene: Scene) -> tuple[str, bool]:
    """A driver that falls over has not shown that nothing is lost."""
    try:
        tally = driver(scene)
    except Exception:  # noqa: BLE001 - the others are tried all the same
        return f"{driver.__name__.upper()}: fell over\n{traceback.format_exc()}", True
    return tally.line(), bool(tally.lost)


def _schedules(*, full: bool) -> "subprocess.Popen[str]":
    """F6 asks the save protocol itself, a thousand times: inside pytest, with the tests' own database."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-s", "tests/faults/test_schedules.py"],
        cwd=ROOT,
        env={**os.environ, "FAULTS_SCHEDULES": str(SCHEDULES[full])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _ended(schedules: "subprocess.Popen[str]") -> tuple[str, bool]:
    words, _ = schedules.communicate()
    said = [line for line in words.splitlines() if line.startswith("F6 ")]
    failed = bool(schedules.returncode)
    return (words if failed or not said else said[0]), failed or not said


if __name__ == "__main__":
    sys.exit(main())
