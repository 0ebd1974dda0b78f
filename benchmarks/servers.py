"""The two servers: the product as `up` serves it, and the floor beside it in the same PostgreSQL."""

import contextlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from innerchild.management.commands.up import CARE, WEB
from innerchild.processes import Process, spawn
from tests.up.house import ROOT, House, children, free_port, until

THREADS = 10  # of each worker, as many as connections in its pool: as `up` has it
IMPORTED = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)$", re.MULTILINE)


@dataclass
class Pair:
    """Both servers with what is known of them. Whatever happens, `opened` leaves nothing of it running."""

    house: House
    home: Path
    floor_port: int = field(default_factory=free_port)
    floor_process: Process | None = None
    floor_told: dict[str, Any] = field(default_factory=dict)

    # --- starting ------------------------------------------------------------------------------
    def begin_floor(self) -> None:
        """Its own database, beside the product's; then the same server with the same number of workers."""
        self.house.cluster.allow_test_databases()
        self.house.sql("CREATE DATABASE floor")
        made = self._python("-m", "benchmarks.floor.filling")
        self.floor_told = json.loads(made.splitlines()[-1])
        self.floor_process = self._serve("benchmarks.floor.wsgi:application", self.floor_port)
        _wait(self.floor_process, self.floor_port, "/bare/")

    def cold(self, *, times: int) -> dict[str, Any]:
        """Seconds until a process that was not there answers: each a median of so many."""
        ours = [self._first_answer("innerchild.wsgi:application", "/healthz") for _time in range(times)]
        theirs = [self._first_answer("benchmarks.floor.wsgi:application", "/bare/") for _time in range(times)]
        imports = self._imports()
        web, floor = _middle(ours), _middle(theirs)
        return {
            "web_s": web,
            "of_which_imports_s": imports,
            "imports_aside_s": round(max(web - imports, 0), 2),
            "floor_web_s": floor,
            "up_on_existing_data_s": self._up_again(),
        }

    def inside(self, name: str, **told: object) -> dict[str, Any]:
        """Run one function of `benchmarks.inside` in a process of the product."""
        words = ", ".join(f"{key}={value!r}" for key, value in told.items())
        done = subprocess.run(
            [sys.executable, "-c", f"from benchmarks import inside; inside.{name}({words})"],
            cwd=ROOT,
            env=self._env(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    # --- looking -------------------------------------------------------------------------------
    def roots(self, which: str) -> list[int]:
        """The web server of one of them, and the PostgreSQL that both share."""
        below = children(self.house.started[-1].pid)
        assert self.floor_process is not None
        return [below["web"] if which == "innerchild" else self.floor_process.pid, below["database"]]

    def memory(self, which: str) -> dict[str, float]:
        """MiB of a web server and its workers."""
        pids = family(self.roots(which)[0])
        rolled = [_rollup(pid) for pid in pids]
        return {name: round(sum(one[name] for one in rolled) / 1024, 1) for name in ("rss", "pss")}

    # --- the parts -----------------------------------------------------------------------------
    def _serve(self, application: str, port: int) -> Process:
        where = ("--host", "127.0.0.1", "--port", str(port), "--blocking-threads", str(THREADS))
        return spawn([sys.executable, *WEB, *CARE, *where, application], env=self._env(), cwd=ROOT)

    def _first_answer(self, application: str, path: str) -> float:
        port = free_port()
        began = time.perf_counter()
        process = self._serve(application, port)
        try:
            _wait(process, port, path)
            return time.perf_counter() - began
        finally:
            _end(process)

    def _imports(self) -> float:
        """Seconds that importing other modules takes before the product's own door opens."""
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", "import granian, innerchild.wsgi"],
            cwd=ROOT,
            env=self._env(),
            capture_output=True,
            text=True,
            check=True,
        )
        micro = [int(took) for took, name in IMPORTED.findall(done.stderr) if name != "innerchild.wsgi"]
        return round(sum(micro) / 1e6, 2)

    def _up_again(self) -> float:
        house = self.house
        last = house.started.pop()
        last.terminate()
        last.wait(60)
        began = time.perf_counter()
        house.up()
        return round(time.perf_counter() - began, 2)

    def _python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self._env(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def _env(self) -> dict[str, str]:
        where = self.house.cluster.conninfo(dbname="floor")
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "INNERCHILD_DATA": str(self.house.data),
            "FLOOR_DATABASE": " ".join(f"{name}={value}" for name, value in where.items()),
            "FLOOR_STATIC": str(self.house.data / "static"),
        }


@contextlib.contextmanager
def opened() -> Iterator[Pair]:
    """A house for the product in a folder of its own, opened by `up`."""
    home = Path(tempfile.mkdtemp(prefix="ic-bench-"))
    pair = Pair(House(home), home)
    try:
        pair.house.up()
        yield pair
    finally:
        _end(pair.floor_process)
        pair.house.clear()
        shutil.rmtree(home, ignore_errors=True)


def cpu(roots: list[int]) -> float:
    """Seconds of user and system time of those processes and all below them, those that have ended included."""
    pids = {pid for root in roots for pid in family(root)}
    ticks = sum(sum(map(int, _stat(pid)[11:15])) for pid in pids)
    return ticks / os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """A process and all that came from it."""
    parents = {int(path.name): int(stat[1]) for path in Path("/proc").glob("[0-9]*") if (stat := _stat(int(path.name)))}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> list[str]:
    """What follows the name in /proc/<pid>/stat; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _rollup(pid: int) -> dict[str, int]:
    """KiB of memory of one process: all of it, and its share where it is shared."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {name.lower(): int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines[1:])}
    return {"rss": sizes["rss"], "pss": sizes["pss"]}


def _wait(process: Process, port: int, path: str) -> None:
    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError("a server ended before it answered; what it said stands above")
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", path, headers={"Host": "localhost"})
            return line.getresponse().status == 200
        return False

    until(answers)


def _end(process: Process | None) -> None:
    if process is not None and process.poll() is None:
        process.terminate()
        process.wait(60)


def _middle(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2], 2)
