"""The parts `up` is made of, each alone: key files, children, the way down from root, the cluster's corners."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from innerchild import ballast, embedded, keyfiles, rootless
from innerchild.processes import CannotStart, Child, Process
from tests.up.house import until

pytestmark = pytest.mark.xdist_group("up")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
NAP = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def python(code: str, said: Path = Path(os.devnull)) -> Process:
    with said.open("wb") as out:
        return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=out)


def line(said: Path) -> str:
    """The first line a process wrote there, once it is whole."""
    return until(lambda: said.read_text().partition("\n")[0] if said.exists() else "")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[embedded.Cluster]:
    cluster = embedded.Cluster(tmp_path / "var", tmp_path / "keys")
    cluster.initialise()
    yield cluster
    cluster.stop_leftover()
    cluster.forget_socket()


def test_secret_is_written_once_and_only_for_us(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert keyfiles.keep(folder, "word", "first") == "first"
    os.utime(folder, (0, 0))
    assert keyfiles.keep(folder, "word", "second") == "first"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()] == [("word", 0o400)]
    assert folder.stat().st_mtime == 0  # nothing was even tried there: it may be one that can only be read


def test_master_key_is_never_replaced(tmp_path: Path) -> None:
    keyfiles.keep_master(tmp_path, today=date(2026, 11, 23))
    first = keyfiles.read(tmp_path, keyfiles.MASTER)
    keyfiles.keep_master(tmp_path, today=date(2027, 1, 1))
    assert keyfiles.read(tmp_path, keyfiles.MASTER) == first
    assert first.partition(":")[0] == "k202611"


def test_child_that_falls_gets_up_after_longer_and_longer_pauses() -> None:
    said: list[str] = []
    child = Child("page", lambda: python("pass"))
    for _ in range(9):
        child.begin().wait()
        child.look(said.append)
    pauses = ("0.5", "1", "2", "4", "8", "16", "30", "30", "30")
    assert said == [f"The page ended; it starts again in {pause} s." for pause in pauses]

    last = child.process
    child.look(said.append)
    assert child.process is last  # its pause is not over
    child.due = 0
    child.look(said.append)
    assert child.process is not last
    child.stop()


def test_child_that_lived_long_falls_as_if_for_the_first_time() -> None:
    said: list[str] = []
    child = Child("page", lambda: python("pass"), falls=6)
    child.begin().wait()
    child.began -= 61
    child.look(said.append)
    assert said == ["The page ended; it starts again in 0.5 s."]


def test_child_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    child = Child("page", lambda: python(DEAF, tmp_path / "said"), patience=0.1)
    process = child.begin()
    assert line(tmp_path / "said") == "deaf"
    child.stop()
    assert process.returncode == -signal.SIGKILL


def test_child_with_a_killed_leader_leaves_nobody_behind(tmp_path: Path) -> None:
    follower = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {NAP!r}]).pid, flush=True); {NAP}"
    )
    child = Child("page", lambda: python(follower, tmp_path / "said"))
    process = child.begin()
    pid = int(line(tmp_path / "said"))
    process.kill()
    process.wait()
    child.look(lambda _line: None)
    until(lambda: b"sleep" not in _words(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="a death signal of the parent is Linux's own")
def test_spawned_process_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from innerchild.processes import spawn;"
        f"print(spawn([sys.executable, '-c', {NAP!r}], env=dict(os.environ), cwd=Path('/')).pid, flush=True); {NAP}"
    )
    parent = python(code, tmp_path / "said")
    pid = int(line(tmp_path / "said"))
    assert b"sleep" in _words(pid)
    parent.kill()
    parent.wait()
    until(lambda: b"sleep" not in _words(pid))


def test_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    cluster = embedded.Cluster(tmp_path / ("a long name " * 8), tmp_path / "keys")
    cluster.initialise()
    short = cluster.socket_dir()
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    server = cluster.start()
    assert cluster.answers()
    embedded.stop(server)
    cluster.initialise()
    assert cluster.socket_dir() == short  # web processes of this `up` know it

    short.chmod(0o755)
    cluster.initialise()
    assert cluster.socket_dir() != short  # somebody else may have made it
    short.rmdir()
    other = cluster.socket_dir()
    cluster.forget_socket()
    assert (other.exists(), cluster.socket_dir()) == (False, cluster.run)


def test_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    cluster = embedded.Cluster(tmp_path, tmp_path / "keys")
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18")
    cluster.initialise()
    assert (cluster.exists, (tmp_path / "postgres.new").exists()) == (True, False)


def test_pid_of_somebody_else_is_left_alone(cluster: embedded.Cluster) -> None:
    other = python(NAP)
    note = cluster.data / "postmaster.pid"
    note.write_text(f"{other.pid}\n{cluster.data}\n")
    cluster.stop_leftover()
    assert (other.poll(), note.exists()) == (None, True)

    os.utime(note, (0, 0))  # from before this machine was started: the server is gone for sure
    cluster.stop_leftover()
    assert (other.poll(), note.exists()) == (None, False)
    other.kill()
    other.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="what a killed server leaves is found in /proc")
def test_backends_of_a_killed_server_do_not_keep_the_next_one_out(cluster: embedded.Cluster) -> None:
    server = cluster.start()
    busy = threading.Thread(target=_count_without_end, args=(cluster,))
    busy.start()
    (orphan,) = until(lambda: _backends(server.pid))
    server.kill()
    server.wait()
    try:
        assert b"SELECT" in _words(orphan)  # deep in its work, it has not noticed
        again = cluster.start()
        assert (cluster.answers(), _words(orphan)) == (True, b"")
        embedded.stop(again)
    finally:
        if b"SELECT" in _words(orphan):
            os.kill(orphan, signal.SIGKILL)
        busy.join()


def test_ballast_is_laid_down_where_there_is_plenty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballast, "SIZE", 2 << 20)
    ballast.lay_down(tmp_path)
    file = tmp_path / ballast.NAME
    status = file.stat()
    assert (status.st_size, status.st_blocks * 512 >= 2 << 20, stat.S_IMODE(status.st_mode)) == (2 << 20, True, 0o600)
    ballast.lay_down(tmp_path)
    assert file.stat().st_mtime_ns == status.st_mtime_ns
    assert ballast.hint(tmp_path) == f" Deleting {file} frees 2 more."

    file.unlink()
    monkeypatch.setattr(ballast, "PLENTY", shutil.disk_usage(tmp_path).total >> 20)
    ballast.lay_down(tmp_path)
    assert (file.exists(), ballast.hint(tmp_path)) == (False, "")


def test_broken_cluster_is_told_in_one_sentence(cluster: embedded.Cluster) -> None:
    (cluster.data / "global" / "pg_control").unlink()
    with pytest.raises(CannotStart, match=r"^PostgreSQL did not start: .*pg_control.*$"):
        cluster.start()


def test_a_run_of_tests_that_is_killed_leaves_no_server_and_no_folder(tmp_path: Path) -> None:
    home, said = tmp_path / "home", tmp_path / "said"
    (home / "postgres").mkdir(parents=True)
    server = python(f"import signal; signal.signal(signal.SIGQUIT, signal.SIG_DFL); {NAP}")  # ignored in the background
    guarded = (
        "import pathlib; from tests.up.house import leave_nothing;"
        f"guard = leave_nothing({server.pid}, pathlib.Path({str(home)!r})); print('guarded', flush=True); {NAP}"
    )
    run = python(guarded, said)
    assert line(said) == "guarded"
    run.kill()
    run.wait()
    assert until(server.poll) == -signal.SIGQUIT
    until(lambda: not home.exists())


@as_root
def test_root_without_namespaces_serves_as_nobody_and_comes_back(
    cluster: embedded.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace, nobody = rootless._candidates()
    for way, owner in ((nobody, rootless.NOBODY), (namespace, 0)):
        rootless.way.cache_clear()
        monkeypatch.setattr(rootless, "_candidates", lambda way=way: (way,))
        server = cluster.start()
        try:
            assert cluster.answers()
            assert (cluster.data.stat().st_uid, (cluster.data / "base").stat().st_uid) == (owner, owner)
            assert Path(f"/proc/{server.pid}").stat().st_uid in {owner, 0}
        finally:
            embedded.stop(server)
    rootless.way.cache_clear()


@as_root
def test_root_without_any_way_is_told_in_one_sentence(
    cluster: embedded.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    rootless.way.cache_clear()
    monkeypatch.setattr(rootless, "_candidates", lambda: (rootless.Way(prefix=("false",)),))
    with pytest.raises(CannotStart, match=r"^PostgreSQL refuses to run as root, and this machine offers no other way"):
        cluster.start()
    rootless.way.cache_clear()


@as_root
def test_root_leaves_the_data_of_a_person_to_that_person(cluster: embedded.Cluster) -> None:
    os.chown(cluster.data, 12345, 12345)
    with pytest.raises(CannotStart, match=f"^The data in {cluster.data} belongs to the user with the number 12345: "):
        cluster.start()
    assert (cluster.data / "base").stat().st_uid == 0


def _count_without_end(cluster: embedded.Cluster) -> None:
    with contextlib.suppress(psycopg.Error), cluster._as_owner() as connection:
        connection.execute("SELECT count(*) FROM pg_attribute a, pg_attribute b, pg_attribute c")


def _backends(server: int) -> list[int]:
    """Backends of that server that are at work."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        pid = int(path.parent.name)
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == server and b"SELECT" in _words(pid):
                found.append(pid)
    return found


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
