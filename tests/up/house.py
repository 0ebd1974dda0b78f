"""A house of its own for a test: a data folder, a free port, and `manage.py up` run in it for real."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from innerchild import ballast, embedded

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0
GUARD = 'read -r _; kill -QUIT "$1" && sleep 1; rm -rf "$2"'


def until[T](look: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """What `look` gives once it is true. Fails when it never is."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return seen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leave_nothing(server: int, folder: Path) -> "subprocess.Popen[bytes]":
    """When this process ends, even when it is killed, that server and that folder go too.

    Its input ends with us. Who ends in good order kills it first, and stops the server gently.
    """
    command = ["/bin/sh", "-c", GUARD, "guard", str(server), str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


@dataclass
class House:
    """`home` is the person's home folder; the data lies in a folder inside."""

    home: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.home / "var"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def cluster(self) -> embedded.Cluster:
        return embedded.Cluster(self.data, self.keys)

    @property
    def said(self) -> str:
        return (self.home / "said").read_text()

    def run(self, *command: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run one command of manage.py to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._env(extra),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def python(self, code: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=self._env(extra),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def up(self, **extra: str) -> "subprocess.Popen[bytes]":
        """Start `up` and return once it says that it is open."""
        with (self.home / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self._env(extra),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.started.append(process)
        until(lambda: "Innerchild is open" in self.said or process.poll() is not None)
        assert process.poll() is None, self.said
        return process

    def status(self, path: str = "/healthz") -> int:
        """The status of an answer; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def sql(self, query: str, *, user: str = embedded.APP) -> list[tuple[object, ...]]:
        with psycopg.connect(**self.cluster.conninfo(user=user), autocommit=True) as connection:  # type: ignore[arg-type]
            done = connection.execute(query)
            return done.fetchall() if done.description else []

    def postmaster(self) -> int:
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])

    def clear(self) -> None:
        """Leave nothing running, whatever the test did."""
        for process in self.started:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        if self.cluster.exists:
            self.cluster.stop_leftover()
        if self.data.is_dir():
            (self.data / ballast.NAME).unlink(missing_ok=True)

    def _env(self, extra: dict[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "HOME": str(self.home), "INNERCHILD_DATA": str(self.data), **self.extra, **extra}


def children(pid: int) -> dict[str, int]:
    """The processes right below `pid`, by the part of `up` they are."""
    kinds = {b"granian": "web", b"db_worker": "worker", b"postgres": "database"}
    found: dict[str, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            words = (path.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found |= {kind: int(path.parent.name) for word, kind in kinds.items() if word in words}
    return found


def naming(text: str) -> list[int]:
    """Living processes whose command line or environment holds `text`."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes() and (path / "cmdline").read_bytes() + (
                path / "environ"
            ).read_bytes()
        except OSError:
            continue
        if text.encode() in words:
            found.append(int(path.name))
    return found
