"""Processes of `manage.py up`: started in sessions of their own, watched, started again, stopped in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)  # seconds before a child that ended is started again
STEADY = 10.0  # seconds a child has to live before its next fall counts as the first
PR_SET_PDEATHSIG = 1

type Process = subprocess.Popen[bytes]

# Set by the first SIGINT or SIGTERM; everything that waits looks at it.
stopping = threading.Event()


class CannotStart(Exception):
    """Something a person can read and act on, in one sentence."""


@dataclass
class Child:
    """One process that should be alive as long as `up` is."""

    name: str
    start: Callable[[], Process]
    ask: signal.Signals = signal.SIGTERM
    patience: float = 30
    process: Process | None = None
    began: float = 0
    falls: int = 0
    due: float | None = None

    def begin(self) -> Process:
        self.process, self.began, self.due = self.start(), time.monotonic(), None
        return self.process

    def look(self, say: Callable[[str], None]) -> None:
        """Start it again when it has ended and its pause is over."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.begin()
        elif self.process is not None and self.process.poll() is not None:
            self._sweep()
            self.falls = 0 if now - self.began > STEADY else self.falls
            pause = BACK_OFF[min(self.falls, len(BACK_OFF) - 1)]
            self.falls, self.due = self.falls + 1, now + pause
            say(f"The {self.name} ended; it starts again in {pause:g} s.")

    def stop(self) -> None:
        """Ask, wait, insist. Returns once nothing of it is left."""
        if self.process is None:
            return
        for request in (self.ask, signal.SIGKILL):
            self.process.send_signal(request)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
                break
        self._sweep()

    def _sweep(self) -> None:
        """End what a killed leader left in its session; it would go on holding the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def heed_signals() -> None:
    """From now on SIGINT and SIGTERM only ask: what is under way ends in its order."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())


def spawn(command: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> Process:
    """Start a process that ends when we do, even when we are killed."""
    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent(),  # noqa: PLW1509 - two system calls, no lock taken
    )


def _end_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return tie
