"""The data folder: where it is, who holds it, and what has to lie in it before the settings are read."""

import contextlib
import fcntl
import os
import secrets
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from innerchild import database, embedded, environment, keyfiles, mail
from innerchild.processes import CannotStart, heed_signals

BASE_DIR = Path(__file__).resolve().parent.parent
OLDEST_POSTGRESQL = 15
WITHOUT_DATABASE = {
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "version",
}
KEYED_TABLES = ("vault_keycheck", "vault_keywrap")


def data_dir() -> Path:
    return Path(environment.read("INNERCHILD_DATA") or BASE_DIR / "var").absolute()


def keys_dir() -> Path:
    return Path(environment.read("INNERCHILD_KEYS_DIR") or data_dir() / "keys").absolute()


@contextlib.contextmanager
def opened_for(arguments: list[str]) -> Iterator[None]:
    """Give a command of manage.py what it needs: `up` a folder of its own, others a server that answers."""
    command = "" if {"-h", "--help", "--version"} & set(arguments) else next(iter(arguments), "")
    os.environ["INNERCHILD_COMMAND"] = command or "help"
    cluster = embedded.Cluster(data_dir(), keys_dir())
    if command == "up":
        heed_signals()
        with Holder.of(cluster.home, f"Innerchild is just starting here (process {os.getpid()})."):
            _prepare(cluster)
            yield
    elif command == "restore" and not environment.read("DATABASE_URL") and not cluster.exists:
        with Holder.of(cluster.home, f"`manage.py restore` is at work in this folder (process {os.getpid()})."):
            with _writing(cluster.home):
                _make_anew(cluster)
            with _served(cluster):
                yield
    elif command in WITHOUT_DATABASE or environment.read("DATABASE_URL") or not cluster.exists:
        # without a server makemigrations cannot compare its history, which is no news
        warnings.filterwarnings("ignore", "Got an error checking a consistent migration history", RuntimeWarning)
        yield
    else:
        with _answering(cluster, command):
            yield


class Holder:
    """Whoever has the folder's lock. The file says so in a sentence, which the next one reads out."""

    current: "Holder | None" = None

    def __init__(self, file: TextIO) -> None:
        self._file = file
        file.seek(0)
        self.after_a_kill = bool(file.read())

    @classmethod
    @contextlib.contextmanager
    def of(cls, home: Path, sentence: str) -> Iterator["Holder"]:
        """Hold the folder for the length of the block. Raises `CannotStart` with the sentence of who holds it."""
        with _writing(home):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = (home / "up.lock").open("a+", encoding="utf-8")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise CannotStart(file.read().strip() or "Another command is at work in this folder.") from None
            cls.current = holder = cls(file)
            holder.say(sentence)
            try:
                yield holder
            finally:
                holder.say("")

    def say(self, sentence: str) -> None:
        self._file.truncate(0)
        self._file.write(sentence)
        self._file.flush()


def _prepare(cluster: embedded.Cluster) -> None:
    """Keys first, then the cluster: so a start that is cut short never leaves data without its keys."""
    try:
        mail.mailer(environment.read("EMAIL_URL"), terminal=False)
    except ValueError as error:
        raise CannotStart(str(error)) from None
    with _writing(cluster.home):
        if address := environment.read("DATABASE_URL"):
            _look_at(address, cluster.keys)
        else:
            _refuse_data_without_keys(cluster)
        if not environment.read("SECRET_KEY"):
            keyfiles.keep(cluster.keys, keyfiles.SECRET, secrets.token_urlsafe(64))
        keyfiles.keep_master(cluster.keys, today=datetime.now(UTC).date())
        if not address:
            cluster.initialise()


def _refuse_data_without_keys(cluster: embedded.Cluster) -> None:
    missing = [name for name in (keyfiles.MASTER, *embedded.PASSWORDS) if not keyfiles.read(cluster.keys, name)]
    if cluster.exists and missing:
        raise CannotStart(
            f"There is data in {cluster.data}, but {', '.join(missing)} is not in {cluster.keys}: put back the keys "
            "that belong to it, or move the data elsewhere to begin anew. No new key was made."
        )


def _look_at(address: str, keys: Path) -> None:
    """Refuse a database that is away, too old, or full of writing that needs keys we lack."""
    try:
        where = database.proven(conninfo_to_dict(address))
        connection = psycopg.connect(**where, connect_timeout=5)  # type: ignore[arg-type]
    except psycopg.ProgrammingError:
        raise CannotStart(
            "DATABASE_URL is not an address of PostgreSQL; one looks like postgresql://name:password@host:5432/innerchild."
        ) from None
    except psycopg.OperationalError as error:
        words = str(error).strip().splitlines()[-1].strip()
        raise CannotStart(f"The database of DATABASE_URL cannot be reached: {words}") from None
    with connection:
        if (version := connection.info.server_version // 10_000) < OLDEST_POSTGRESQL:
            raise CannotStart(
                f"The database of DATABASE_URL is PostgreSQL {version}; Innerchild needs {OLDEST_POSTGRESQL} or newer."
            )
        if not keyfiles.read(keys, keyfiles.MASTER) and any(_has_rows(connection, table) for table in KEYED_TABLES):
            raise CannotStart(
                f"The database of DATABASE_URL holds writing, but there is no master key in {keys}: "
                "put back the key that belongs to it. No new key was made."
            )


def _has_rows(connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
    return bool(found and found[0]) and connection.execute(query).fetchone() is not None


@contextlib.contextmanager
def _answering(cluster: embedded.Cluster, command: str) -> Iterator[None]:
    """The server that runs, or one for the command's own length."""
    if cluster.answers():
        yield
        return
    with (
        Holder.of(cluster.home, f"`manage.py {command}` is at work in this folder (process {os.getpid()})."),
        _served(cluster),
    ):
        yield


@contextlib.contextmanager
def _served(cluster: embedded.Cluster) -> Iterator[None]:
    server = cluster.start()
    try:
        yield
    finally:
        embedded.stop(server)


def _make_anew(cluster: embedded.Cluster) -> None:
    """An empty cluster for a backup. Its master keys are never made here: nothing would open."""
    if not keyfiles.read(cluster.keys, keyfiles.MASTER):
        raise CannotStart(
            f"There is no master key in {cluster.keys}: put back the file {keyfiles.MASTER} that was in use when the "
            "backup was made. No new key was made, and nothing was restored."
        )
    if not environment.read("SECRET_KEY"):
        keyfiles.keep(cluster.keys, keyfiles.SECRET, secrets.token_urlsafe(64))
    cluster.initialise()


@contextlib.contextmanager
def _writing(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(f"Innerchild cannot write in {error.filename or home}: {error.strerror}.") from None
