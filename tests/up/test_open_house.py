"""What a running `manage.py up` has made, and what it refuses."""

import os
import shutil
from pathlib import Path

import pytest

from innerchild import ballast
from tests.up.house import House, children, naming

pytestmark = pytest.mark.xdist_group("up")


def test_first_start_says_where_it_is_and_how_to_stop(open_house: House) -> None:
    assert open_house.said.splitlines() == [
        "Making ready for the first time. This takes a few seconds.",
        "",
        f"Innerchild is open at http://localhost:{open_house.port}",
        f"What is written here is kept in {open_house.data}, its keys in {open_house.keys}.",
        "Mail is off, because EMAIL_URL is not set: addresses are not verified and passwords cannot be reset",
        "by mail. For a forgotten password there is `manage.py changepassword ADDRESS`. A password in a browser",
        "that is not known is not followed by a code; a second step of one's own is.",
        "To stop: Ctrl+C.",
    ]
    assert open_house.status("/healthz") == 200


def test_second_up_says_where_the_first_is(open_house: House) -> None:
    first = open_house.started[0].pid
    second = open_house.run("up", "--port", "1")
    assert (second.returncode, second.stderr) == (
        1,
        f"Innerchild is already running at http://localhost:{open_house.port} (process {first}).\n",
    )
    assert open_house.status() == 200


def test_folders_are_closed_and_home_stays_as_it_was(open_house: House) -> None:
    def mode(path: Path) -> str:
        return oct(path.stat().st_mode & 0o777)

    assert mode(open_house.home) == "0o751"
    assert {mode(open_house.data / name) for name in ("", "keys", "postgres", "run")} == {"0o700"}
    assert {path.name: mode(path) for path in open_house.keys.iterdir()} == dict.fromkeys(
        ("master", "secret_key", "postgres_password", "innerchild_password"), "0o400"
    )


def test_ballast_is_there_to_be_deleted_when_the_disk_is_full(open_house: House) -> None:
    tight = shutil.disk_usage(open_house.data).free < ballast.PLENTY * ballast.SIZE
    assert tight or (open_house.data / ballast.NAME).stat().st_size == ballast.SIZE


def test_role_of_the_app_may_do_nothing_but_its_work(open_house: House) -> None:
    assert open_house.sql(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles"
        " WHERE rolname = current_user"
    ) == [(False, False, False, False, False)]


def test_server_trusts_nobody_and_hears_only_its_socket(open_house: House) -> None:
    rules = open_house.sql("SELECT DISTINCT auth_method FROM pg_hba_file_rules", user="postgres")
    assert rules == [("scram-sha-256",)]
    assert open_house.sql("SHOW listen_addresses") == [("",)]
    assert open_house.sql("SHOW data_checksums") == [("on",)]
    assert open_house.sql("SHOW fsync") == [("on",)]


def test_secrets_are_in_no_environment_and_on_no_command_line(open_house: House) -> None:
    everyone = naming(str(open_house.data))
    assert len(everyone) >= 4
    for name in ("master", "secret_key", "postgres_password", "innerchild_password"):
        assert naming((open_house.keys / name).read_text().strip()) == []


def test_server_gets_no_variable_of_ours(open_house: House) -> None:
    variables = Path(f"/proc/{open_house.postmaster()}/environ").read_bytes()
    assert b"INNERCHILD" not in variables
    assert b"PATH=" in variables


def test_children_live_in_sessions_of_their_own(open_house: House) -> None:
    up = open_house.started[0].pid
    parts = children(up)
    assert sorted(parts) == ["database", "web", "worker"]
    assert {pid: os.getsid(pid) for pid in parts.values()} == {pid: pid for pid in parts.values()}


def test_other_commands_use_the_running_server(open_house: House) -> None:
    before = open_house.postmaster()
    done = open_house.run("migrate", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert open_house.postmaster() == before


def test_wsgi_refuses_another_master_key(open_house: House, tmp_path: Path) -> None:
    made = open_house.run(
        "shell",
        "--no-imports",
        "-c",
        "from accounts.models import User; from django.utils import timezone as t;"
        "User.objects.create_user('ada@example.org', 'a long enough one', adult_at=t.now(), consent_at=t.now())",
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert open_house.python("import innerchild.wsgi").returncode == 0
    for name in ("secret_key", "postgres_password", "innerchild_password"):
        (tmp_path / name).write_text((open_house.keys / name).read_text())
    refused = open_house.python("import innerchild.wsgi", INNERCHILD_KEYS_DIR=str(tmp_path))
    assert refused.stderr == f"There is no master key in {tmp_path}, but the database holds writing that needs one.\n"
    assert refused.returncode == 1
