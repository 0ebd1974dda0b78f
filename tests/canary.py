"""Where on this machine a piece of text can be read at rest (trust R28).

A journey types a canary into every box and asks `places_holding(canary)` at its end. Rows have to
be committed (`transactional_db`); every test needs a canary of its own, because WAL forgets nothing.
"""

import base64
import json
import logging
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from innerchild import embedded
from innerchild.logs import JsonLines
from tests.up.house import ROOT

CHUNK = 16 << 20
CLOCK = 2.0  # seconds; a file system may tell time less finely


BORN: dict[str, float] = {}


def fresh() -> str:
    """A sentence that nobody ever wrote, with letters that every encoding spells differently."""
    text = f"Der Kanari sprach: „{secrets.token_hex(12)}“"
    BORN[text] = time.time()
    return text


def places_holding(text: str) -> list[str]:
    """Names of the places that hold `text` in any spelling; [] is what a test hopes for."""
    cluster = _cluster()
    _checkpoint(cluster)
    needles = spellings(text)
    found = {name for name, content in _decoded(cluster) if _holds([content], needles)}
    since = BORN.get(text, 0.0) - CLOCK
    return sorted(found | {name for name, path in _files(cluster, since) if _holds(_chunks(path), needles)})


def spellings(text: str) -> set[bytes]:
    """The byte strings that would give the text away: plain, wide, hex, base64 at three alignments, escaped."""
    plain, wide = text.encode(), text.encode("utf-16-le")
    escaped = json.dumps(text)[1:-1].encode()
    hexed = {form for raw in (plain, wide) for form in (raw.hex().encode(), raw.hex().upper().encode())}
    in_address = {quote(text).encode(), quote_plus(text).encode()}
    return {plain, wide, escaped, *hexed, *in_address, *_base64(plain), *_base64(wide)}


def log_to(file: Path) -> logging.Handler:
    """Write what production would write to its terminal to a file, where `places_holding` looks."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    return handler


def _base64(raw: bytes) -> Iterator[bytes]:
    """What is sure to appear, wherever the text begins within the encoded bytes and whatever stands around it."""
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + raw)
        inner = whole[(0, 2, 3)[shift] : -4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def _cluster() -> embedded.Cluster:
    home = Path(os.environ["INNERCHILD_TEST_HOME"])
    return embedded.Cluster(home, home / "keys")


def _checkpoint(cluster: embedded.Cluster) -> None:
    """Everything committed reaches the files of the data directory."""
    where = psycopg.conninfo.make_conninfo(**cluster.conninfo(user=embedded.OWNER, dbname="postgres"))
    with psycopg.connect(where, autocommit=True) as owner:
        owner.execute("CHECKPOINT")


def _decoded(cluster: embedded.Cluster) -> Iterator[tuple[str, bytes]]:
    """What is packed in the database, unpacked: a plain search of the dump would miss it."""
    yield "pg_dump", _dump(cluster)
    for row in Session.objects.all():
        session = import_module(settings.SESSION_ENGINE).SessionStore(row.session_key)
        unpacked = json.dumps(session.decode(row.session_data), ensure_ascii=False, default=str)
        yield "django_session", unpacked.encode() + row.session_data.encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM django_cache")
        for key, value in cursor.fetchall():
            yield "django_cache", key.encode() + base64.b64decode(value)


def _dump(cluster: embedded.Cluster) -> bytes:
    where = cluster.conninfo(dbname=str(connection.settings_dict["NAME"]))
    return subprocess.run(
        [
            embedded.binary("pg_dump"),
            f"--host={where['host']}",
            f"--username={where['user']}",
            where["dbname"],
        ],
        env={**os.environ, "PGPASSWORD": where["password"]},
        capture_output=True,
        check=True,
    ).stdout


def _files(cluster: embedded.Cluster, since: float) -> Iterator[tuple[str, Path]]:
    """The house's own files, and whatever appeared among the temporary ones since the run began.

    `since`: when the text was first thought of; a file last written before that cannot hold it. The tests themselves
    say what they look for, and may lie among the temporary ones.
    """
    for path, written in _below(cluster.home):
        if written >= since:
            yield str(path.relative_to(cluster.home)), path
    began = max(since, (cluster.keys / "master").stat().st_mtime)
    temporary = Path(tempfile.gettempdir())
    for path, written in _below(temporary):
        if written >= began and not path.is_relative_to(ROOT):
            yield f"temporary: {path.relative_to(temporary)}", path


def _below(folder: Path) -> Iterator[tuple[Path, float]]:
    """Every file there and when it was last written; other runs of these tests are passed by."""
    with (
        suppress(OSError),
        os.scandir(folder) as entries,
    ):  # vanished, or of somebody else and not even to be told apart
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("ic-test-"):
                    yield from _below(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    yield Path(entry.path), entry.stat(follow_symlinks=False).st_mtime


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces; one that vanishes or belongs to somebody else is not ours to judge."""
    with suppress(OSError), path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _holds(chunks: Iterable[bytes], needles: set[bytes]) -> bool:
    overlap, tail = max(map(len, needles)), b""
    for chunk in chunks:
        window = tail + chunk
        if any(needle in window for needle in needles):
            return True
        tail = window[-overlap:]
    return False
