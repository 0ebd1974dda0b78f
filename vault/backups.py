"""What goes into which file of a backup, and what has to be true of two files that belong together.

The words go into one file, sealed; everybody's wrapped keys into another, which is thrown away sooner. Once the last
key dump that knew somebody is gone, what older data dumps hold of them opens no more (trust R36).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection

from innerchild import database, dumps
from innerchild.processes import CannotStart
from vault.models import KeyCheck, KeyWrap, ShareKey, UserKey

KEYS = tuple(model._meta.db_table for model in (UserKey, KeyWrap, ShareKey, KeyCheck))
# A session that was ended after the dump would be open again after a restore.
NOT_KEPT = (Session._meta.db_table, "django_cache")
TIDY = """
DELETE FROM {keys} WHERE owner_id NOT IN (SELECT id FROM {people});
DELETE FROM {wraps} WHERE key_id NOT IN (SELECT id FROM {keys});
DELETE FROM {shares} WHERE owner_id NOT IN (SELECT id FROM {people}) OR reader_id NOT IN (SELECT id FROM {people});
"""
ASK = """
DO $$ DECLARE found bigint; BEGIN
    SELECT count(*) INTO found FROM {people} WHERE id NOT IN (SELECT owner_id FROM {keys});
    IF found > 0 THEN RAISE EXCEPTION '% of the people in the data dump have no key in the key dump. Is the key dump the newer one, then they were erased in between, and --without-erased leaves them out. Else it belongs to another data dump.', found;
    END IF;
END $$;
"""


@dataclass(frozen=True)
class Pair:
    """A data dump and the key dump of the same moment."""

    data: Path
    keys: Path


def write(folder: Path, now: datetime) -> Pair:
    """Dump into that folder. Raises `CannotStart`, and then no file of that name is there."""
    _refuse_places(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    pair = Pair(folder / f"innerchild-{stamp}-data.dump", folder / f"innerchild-{stamp}-keys.dump")
    without = tuple(f"--exclude-table-data={table}" for table in (*KEYS, *NOT_KEPT))
    alone = ("--data-only", *(f"--table={table}" for table in KEYS))
    dumps.write([dumps.Dump(pair.data, without), dumps.Dump(pair.keys, alone)], _where())
    return pair


def read(pair: Pair, *, without_erased: bool) -> None:
    """Restore into an empty database. Raises `CannotStart`, and then nothing was changed.

    Somebody without a key was erased after the data dump: left out where that is said, and else a reason to ask.
    """
    where = _where()
    _refuse_files(pair, where)
    if not dumps.is_empty(where):
        raise CannotStart("The database is not empty, and a backup is restored into an empty one only.")
    dumps.read(pair.data, pair.keys, where, between=_between(erased=without_erased))


def _where() -> dict[str, str]:
    return database.of_libpq(connection.get_connection_params())


def _refuse_places(folder: Path) -> None:
    for place, holds in (
        (Path(settings.KEYS_DIR), "the keys lie"),
        (Path(settings.DATA_DIR) / "postgres", "the database lies"),
    ):
        if folder.resolve().is_relative_to(place.resolve()):
            raise CannotStart(f"{folder} is where {holds}: a backup belongs elsewhere.")


def _refuse_files(pair: Pair, where: dict[str, str]) -> None:
    for file in (pair.data, pair.keys):
        if not file.is_file():
            raise CannotStart(f"There is no file {file}. A backup is two files, and neither is of use alone.")
    people = get_user_model()._meta.db_table
    if people not in (held := dumps.tables_in(pair.data, where)):
        raise CannotStart(f"{pair.data} is not a data dump: it comes first, the key dump second.")
    if held & set(KEYS) or not set(KEYS) <= dumps.tables_in(pair.keys, where):
        raise CannotStart(f"{pair.keys} is not the key dump of a backup, without which nothing in {pair.data} opens.")


def _between(*, erased: bool) -> str:
    """SQL for when the rows are there and the constraints are not: keys of people who came after the data dump go.

    `erased`: whether people without a key may be among them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
    names = {
        name: f"{schema}.{model._meta.db_table}"
        for name, model in (("people", get_user_model()), ("keys", UserKey), ("wraps", KeyWrap), ("shares", ShareKey))
    }
    return (TIDY if erased else TIDY + ASK).format(**names)
