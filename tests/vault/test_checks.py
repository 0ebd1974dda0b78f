"""A start with a wrong or missing master key over existing data is refused, in one sentence (R33)."""

import base64
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from innerchild import keyfiles
from tests import factories
from vault import checks, keyring, masterkeys
from vault.masterkeys import MasterKeyError
from vault.models import KeyCheck, KeyWrap

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
RIGHT = f"k2026a:{base64.b64encode(bytes(range(32))).decode()}"
WRONG = f"k2026a:{base64.b64encode(bytes(32)).decode()}"
OTHER = f"k2027a:{base64.b64encode(bytes(31) + b'1').decode()}"


@pytest.fixture
def master(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The master key file of this test alone, holding the run's own key."""
    settings.KEYS_DIR = tmp_path
    file = tmp_path / "master"
    file.write_text(RIGHT)
    yield file
    masterkeys._known.cache_clear()


def findings() -> list[tuple[str | None, str]]:
    return [(found.id, found.msg) for found in run_checks(tags=["ready"]) if str(found.id).startswith("vault.")]


def test_right_key_over_existing_data_is_fine(master: Path) -> None:
    factories.person()
    assert findings() == []


def test_missing_file_over_existing_data_is_refused(master: Path) -> None:
    factories.person()
    master.unlink()
    sentence = f"There is no master key in {master.parent}, but the database holds writing that needs one."
    assert findings() == [("vault.E002", sentence)]


def test_file_of_another_key_is_refused(master: Path) -> None:
    factories.person()
    master.write_text(OTHER)
    sentence = f"The master key 'k2026a' is not in {master.parent}, but the database holds writing under it."
    assert findings() == [("vault.E003", sentence)]


def test_other_bytes_under_the_same_name_are_refused(master: Path) -> None:
    factories.person()
    master.write_text(WRONG)
    sentence = f"The master key 'k2026a' in {master.parent} is not the one that this data was written with."
    assert findings() == [("vault.E004", sentence)]


def test_spoiled_check_value_is_refused(master: Path) -> None:
    factories.person()
    KeyCheck.objects.update(blob=bytes(69))
    assert [code for code, _ in findings()] == ["vault.E004"]


@pytest.mark.parametrize(
    "content", [b"k2026a", b"k2026a:AAAA", b":" + b"A" * 44, b"\xff\xfe", RIGHT.encode() + b"\n" + WRONG.encode()]
)
def test_unreadable_file_is_refused(master: Path, content: bytes) -> None:
    factories.person()
    master.write_bytes(content)
    assert [code for code, _ in findings()] == ["vault.E001"]


def test_unreadable_file_is_refused_before_there_is_data(master: Path) -> None:
    master.write_bytes(b"rubbish")
    assert [code for code, _ in findings()] == ["vault.E001"]


def test_no_finding_tells_a_key(master: Path) -> None:
    factories.person()
    for content in (OTHER, WRONG, RIGHT + "x"):
        master.write_text(content)
        assert content.partition(":")[2] not in repr(run_checks(tags=["ready"]))


def test_further_key_in_the_file_is_fine(master: Path) -> None:
    factories.person()
    master.write_text(f"{OTHER}\n{RIGHT}\n")
    assert findings() == []


def test_check_value_of_a_retired_key_is_fine(master: Path) -> None:
    factories.person()
    keyring.ensure_check("k2020a", os.urandom(32))
    assert findings() == []


def test_empty_database_without_a_key_is_fine(master: Path) -> None:
    master.unlink()
    assert (findings(), KeyWrap.objects.count()) == ([], 0)


def test_database_before_its_first_migration_is_fine(master: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE vault_keywrap")
    assert findings() == []


def test_database_away_is_for_others_to_report(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert checks.master_keys_open_what_is_kept() == []


def test_the_file_is_read_anew_each_time(master: Path) -> None:
    """So /readyz notices a vanished key, and recovers by itself."""
    factories.person()
    master.unlink()
    assert [code for code, _ in findings()] == ["vault.E002"]
    master.write_text(RIGHT)
    assert findings() == []


def test_asking_takes_three_queries(master: Path, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        factories.person()
    with django_assert_num_queries(3):
        run_vault_check()


def run_vault_check() -> None:
    assert checks.master_keys_open_what_is_kept() == []


def test_plain_check_does_not_ask_the_database(master: Path, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        call_command("check")


def test_first_key_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    keyfiles.keep_master(tmp_path / "keys", today=date(2026, 11, 23))
    first = masterkeys.in_file(tmp_path / "keys")
    keyfiles.keep_master(tmp_path / "keys", today=date(2027, 1, 1))
    assert (list(first), masterkeys.in_file(tmp_path / "keys")) == (["k202611"], first)
    assert oct((tmp_path / "keys" / "master").stat().st_mode & 0o777) == "0o400"


def test_first_line_is_the_active_key(master: Path) -> None:
    master.write_text(f"{OTHER}\n{RIGHT}\n")
    masterkeys._known.cache_clear()
    assert masterkeys.active()[0] == "k2027a"


def test_key_added_while_running_is_found(master: Path) -> None:
    assert masterkeys.by_id("k2026a") == bytes(range(32))
    master.write_text(f"{RIGHT}\n{OTHER}\n")
    assert masterkeys.by_id("k2027a") == bytes(31) + b"1"


def test_unknown_key_is_one_sentence(master: Path) -> None:
    with pytest.raises(MasterKeyError, match=r"^The master key 'k2099a' is not in .*\.$"):
        masterkeys.by_id("k2099a")


def test_no_key_at_all_is_one_sentence(master: Path) -> None:
    master.unlink()
    masterkeys._known.cache_clear()
    with pytest.raises(MasterKeyError, match=r"^There is no master key in .*\.$"):
        masterkeys.active()


def test_two_keys_of_one_name_are_told_from_a_line_that_is_none(master: Path) -> None:
    master.write_text(f"{RIGHT}\n{WRONG}\n")
    with pytest.raises(MasterKeyError) as found:
        masterkeys.in_file(master.parent)
    assert str(found.value) == f"The file {master} names two keys 'k2026a'; a name is used once."


def test_commands_for_a_new_key_work_on_the_day_of_the_first(master: Path) -> None:
    """As docs/self-hosting.md has them, over a file as `up` makes it and over one that was made by hand today."""
    page = (ROOT / "docs/self-hosting.md").read_text("utf-8")
    first, new = re.findall(r"^\(cd /etc/innerchild/keys .*?\)$", page, re.DOTALL | re.MULTILINE)

    def typed(commands: str) -> list[str]:
        here = commands.replace("/etc/innerchild/keys", str(master.parent))
        subprocess.run(["/bin/sh", "-ec", here], check=True, capture_output=True)
        return [*masterkeys.in_file(master.parent)]

    master.unlink()
    keyfiles.keep_master(master.parent, today=timezone.localdate())
    (by_up,) = masterkeys.in_file(master.parent)
    assert typed(new)[1:] == [by_up]
    master.unlink()
    (by_hand,) = typed(first)
    assert typed(new)[1:] == [by_hand]
    assert stat.S_IMODE(master.stat().st_mode) == 0o400
