"""manage.py backup: two files of one moment, whole or not there, and what is in neither."""

import os
import stat
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from innerchild import database, dumps, embedded
from innerchild.processes import CannotStart
from tests import factories
from tests.vault.test_commands import run
from vault import backups
from vault.models import KeyWrap

pytestmark = pytest.mark.django_db(transaction=True)


def where() -> dict[str, str]:
    return database.of_libpq(connection.get_connection_params())


def rows_in(file: Path) -> bytes:
    """What a dump says in plain, schema left out."""
    command = [str(dumps.fitting(18) / "pg_restore"), "--data-only", "--file=-", str(file)]
    return dumps._run(command, embedded.environment()).stdout.encode()


def test_two_files_of_one_moment_keep_keys_and_words_apart(tmp_path: Path) -> None:
    ada = factories.person()
    entry, wrap = factories.entry(ada), KeyWrap.objects.get(key__owner=ada)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["who"] = "ada"
    session.save()
    cache.set("a-key", "a value")
    printed, complaint = run("backup", str(tmp_path / "made" / "here"))
    keys, data = sorted((tmp_path / "made" / "here").iterdir(), reverse=True)
    assert (complaint, data.name[-10:], keys.name[-10:]) == ("", "-data.dump", "-keys.dump")
    assert data.name[:-10] == keys.name[:-10]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (data.parent, data, keys)] == [0o700, 0o600, 0o600]

    sealed, wrapped = (bytes(blob).hex().encode() for blob in (entry.body_sealed, wrap.blob))
    in_data, in_keys = rows_in(data), rows_in(keys)
    assert (sealed in in_data, wrapped in in_data) == (True, False)
    assert (sealed in in_keys, wrapped in in_keys) == (False, True)
    assert dumps.tables_in(keys, where()) == set(backups.KEYS)
    assert dumps.tables_in(data, where()).isdisjoint({*backups.KEYS, "django_session", "django_cache"})
    assert session.session_key.encode() not in in_data

    master = (Path(settings.KEYS_DIR) / "master").read_text().partition(":")[2].strip().encode()
    assert master not in in_data + in_keys
    said = printed.splitlines()
    assert [line.partition(",")[0] for line in said] == [
        str(data),
        str(keys),
        f"In neither: the master keys in {settings.KEYS_DIR}",
    ]
    assert said[1].endswith("kB: everybody's keys, wrapped. Keep it apart, and not as long.")


def test_backup_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of the two dumps falls: there is no half pair."""
    monkeypatch.setattr(backups, "KEYS", ("vault_no_such_table",))
    with pytest.raises(CannotStart, match=r"^Nothing was written: no matching tables were found$"):
        run("backup", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_backup_never_lies_beside_the_keys_or_in_the_database(tmp_path: Path) -> None:
    keys, data = Path(settings.KEYS_DIR), Path(settings.DATA_DIR) / "postgres"
    for folder, holds in (
        (keys, "the keys lie"),
        (keys / "older", "the keys lie"),
        (data / "base", "the database lies"),
    ):
        with pytest.raises(CannotStart, match=f"^{folder} is where {holds}: a backup belongs elsewhere.$"):
            run("backup", str(folder))


def test_no_password_is_on_a_command_line_or_in_an_environment() -> None:
    with dumps._told(where()) as environment:
        password = where()["password"]
        file = Path(environment["PGSERVICEFILE"])
        assert (password in file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (True, 0o600)
        assert [value for value in environment.values() if password in value] == []
        assert password not in "".join([*dumps.DUMP, *dumps.SCRIPT])
    assert not file.exists()


def test_commands_of_another_version_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours fit our own server; for another one those on PATH are looked at."""
    assert dumps.fitting(18) == embedded.binary("pg_dump").parent
    made = tmp_path / "pg_dump"
    made.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 11.22 (Debian 11.22-1)'\n")
    made.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), "/nowhere"]))
    assert dumps.fitting(11) == tmp_path
    with pytest.raises(CannotStart) as refused:
        dumps.fitting(10)
    assert str(refused.value) == (
        "The database is PostgreSQL 10, and no pg_dump of that version is here (found: 11, 18): "
        "install PostgreSQL's client commands of version 10, postgresql-client-10 on Debian."
    )
