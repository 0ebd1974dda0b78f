"""rewrap_keys and verify_letters: counts that are true, and words that are never printed."""

import base64
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from journal.models import Entry
from tests import factories
from vault import batches, keyring, masterkeys, opening, rewrapping
from vault.models import KeyCheck, KeyWrap
from vault.rewrapping import Outcome

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
OLD = f"k2026a:{base64.b64encode(bytes(range(32))).decode()}"
NEW = f"k2027a:{base64.b64encode(bytes(range(1, 33))).decode()}"


@pytest.fixture
def master(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.KEYS_DIR = tmp_path
    file = tmp_path / "master"
    file.write_text(OLD)
    yield file
    masterkeys._known.cache_clear()


@pytest.fixture
def people(master: Path) -> list[User]:
    """Three people with one entry each, and then a new master key in front of the old one."""
    made = [factories.person() for _ in range(3)]
    for number, person in enumerate(made):
        factories.entry(person, f"words {number}")
    master.write_text(f"{NEW}\n{OLD}\n")
    masterkeys._known.cache_clear()
    return made


def run(name: str, *arguments: str) -> tuple[str, str]:
    """What the command printed, and its complaint or ""."""
    out, err, complaint = StringIO(), StringIO(), ""
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        complaint = str(error)
    return out.getvalue() + err.getvalue(), complaint


def wraps() -> list[str]:
    return sorted(KeyWrap.objects.values_list("kek_id", flat=True))


def test_rewrap_puts_every_key_under_the_active_master_key(people: list[User], master: Path) -> None:
    printed = run("rewrap_keys")
    master.write_text(NEW)
    masterkeys._known.cache_clear()
    lines = "rewrapped: 3\nchanged meanwhile: 0\nrefused: 0\nstill under another master key: 0\n"
    assert (printed, wraps(), verified()) == ((lines, ""), ["k2027a"] * 3, "opened: 3, refused: 0")


def verified() -> str:
    """What it says of people's words; the line before is about keys."""
    return run("verify_letters", "--all")[0].splitlines()[-1]


def test_rewrap_touches_no_writing(people: list[User]) -> None:
    before = list(Entry.objects.order_by("pk").values_list("body_sealed"))
    run("rewrap_keys")
    assert list(Entry.objects.order_by("pk").values_list("body_sealed")) == before


def test_rewrap_again_finds_nothing_to_do(people: list[User]) -> None:
    run("rewrap_keys")
    blobs = list(KeyWrap.objects.order_by("pk").values_list("blob"))
    printed, complaint = run("rewrap_keys")
    assert (printed.splitlines()[0], complaint) == ("rewrapped: 0", "")
    assert list(KeyWrap.objects.order_by("pk").values_list("blob")) == blobs


@pytest.mark.django_db(transaction=True)
def test_rewrap_killed_half_way_is_finished_by_the_next_run(
    people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of one: the second dies, the first is kept, everything opens in between and after."""
    rewrap, seen = rewrapping._rewrap, []

    def dying(wrap: KeyWrap, key_id: str, key: bytes) -> Outcome:
        seen.append(wrap.pk)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return rewrap(wrap, key_id, key)

    monkeypatch.setattr(rewrapping, "_rewrap", dying)
    with pytest.raises(KeyboardInterrupt):
        rewrapping.rewrap_all(size=1)
    assert (wraps(), verified()) == (["k2026a", "k2026a", "k2027a"], "opened: 3, refused: 0")
    monkeypatch.undo()
    assert rewrapping.rewrap_all() == {Outcome.REWRAPPED: 2}
    assert (wraps(), verified()) == (["k2027a"] * 3, "opened: 3, refused: 0")


def test_rewrap_leaves_a_wrap_that_changed_meanwhile(people: list[User]) -> None:
    stale = KeyWrap.objects.select_related("key").get(key__owner=people[0])
    rewrapping.rewrap_all()
    key_id, master = masterkeys.active()
    assert rewrapping._rewrap(stale, key_id, master) == Outcome.CHANGED


def test_rewrap_leaves_a_wrap_that_does_not_open(people: list[User]) -> None:
    KeyWrap.objects.filter(key__owner=people[0]).update(blob=bytes(69))
    printed, complaint = run("rewrap_keys")
    assert printed == "rewrapped: 2\nchanged meanwhile: 0\nrefused: 1\nstill under another master key: 1\n"
    assert complaint == "Some keys are still under another master key: keep it in the file."
    assert bytes(KeyWrap.objects.get(key__owner=people[0]).blob) == bytes(69)


def test_rewrap_retires_the_old_check_value(people: list[User]) -> None:
    run("rewrap_keys")
    assert list(KeyCheck.objects.values_list("kek_id", flat=True)) == ["k2027a"]


def test_rewrap_keeps_the_check_value_of_a_key_in_use(people: list[User]) -> None:
    KeyWrap.objects.filter(key__owner=people[0]).update(blob=bytes(69))
    run("rewrap_keys")
    assert sorted(KeyCheck.objects.values_list("kek_id", flat=True)) == ["k2026a", "k2027a"]


def test_rewrap_without_the_old_key_is_one_sentence(people: list[User], master: Path) -> None:
    master.write_text(NEW)
    masterkeys._known.cache_clear()
    assert run("rewrap_keys") == ("", f"The master key 'k2026a' is not in {master.parent}.")


def test_verify_counts_every_sealed_value(people: list[User]) -> None:
    with keyring.opened_for(people[0].pk, purpose="a test"):
        people[0].name = "Ada"
    people[0].save()
    lines = (
        "keys opened: 4, refused: 0\nopened: 4, refused: 0\n"  # three people's and the check of the master key's name
    )
    assert run("verify_letters", "--all") == (lines, "")


def test_verify_of_one_person_counts_theirs_alone(people: list[User]) -> None:
    lines = "keys opened: 2, refused: 0\nopened: 1, refused: 0\n"
    assert run("verify_letters", f"--person={people[0].pk}") == (lines, "")


def test_verify_names_the_row_and_never_the_words(people: list[User]) -> None:
    spoiled = Entry.objects.get(owner=people[1])
    Entry.objects.filter(pk=spoiled.pk).update(body_sealed=b"words in clear")
    printed, complaint = run("verify_letters", "--all")
    assert sorted(printed.splitlines()) == [
        "keys opened: 4, refused: 0",
        "opened: 2, refused: 1",
        f"refused: journal.Entry {spoiled.pk} body",
    ]
    assert complaint == "Some of what is kept does not open."


def test_verify_counts_what_lost_its_key(people: list[User]) -> None:
    KeyWrap.objects.filter(key__owner=people[0]).delete()
    assert run("verify_letters", "--all")[0].splitlines()[:2] == ["keys opened: 3, refused: 0", "opened: 2, refused: 1"]


def test_verify_tries_keys_that_nothing_is_sealed_under_yet(people: list[User]) -> None:
    wrap, noted = KeyWrap.objects.get(key__owner=factories.person()), KeyCheck.objects.get(kek_id="k2026a")
    KeyWrap.objects.filter(pk=wrap.pk).update(blob=bytes(wrap.blob)[:-1] + b"x")
    KeyCheck.objects.filter(pk=noted.pk).update(blob=bytes(69))
    printed, complaint = run("verify_letters", "--all")
    refused = [line for line in printed.splitlines() if line.startswith("refused: ")]
    assert refused == ["refused: vault.KeyCheck k2026a blob", f"refused: vault.KeyWrap {wrap.pk} blob"]
    assert complaint == "Some of what is kept does not open."


def test_verify_tries_every_sealed_column_but_sessions() -> None:
    """A session that does not open is one that ended; everything else is somebody's."""
    columns = tomllib.loads((ROOT / "vault/columns.toml").read_text(encoding="utf-8"))
    sealed = {(table, name) for table, kinds in columns.items() for name in kinds.get("sealed", [])}
    tried = {
        (model._meta.db_table, attribute.column)
        for model in opening.sealed_models()
        for attribute in opening.attributes(model).values()
    }
    keys = {("vault_keywrap", "blob"), ("vault_sharekey", "blob"), ("vault_keycheck", "blob")}
    assert tried | keys == sealed - {("django_session", "session_data")}


def test_verify_holds_few_rows_at_once(people: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SIZE", 2)
    for number in range(4):
        factories.entry(people[0], f"more {number}")
    with CaptureQueriesContext(connection) as asked:
        assert run("verify_letters", f"--person={people[0].pk}")[0].splitlines()[-1] == "opened: 5, refused: 0"
    found = [query["sql"] for query in asked if 'FROM "journal_entry"' in query["sql"]]
    assert [sql[sql.index("LIMIT") :] for sql in found] == ["LIMIT 2"] * 3


def test_verify_without_the_master_key_is_one_sentence(people: list[User], master: Path) -> None:
    master.unlink()
    masterkeys._known.cache_clear()
    assert run("verify_letters", "--all") == ("", f"The master key 'k2026a' is not in {master.parent}.")


@pytest.mark.parametrize("arguments", [(), ("--all", f"--person={UUID(int=1)}"), ("--person=ada",)])
def test_verify_asks_whose_letters(arguments: tuple[str, ...]) -> None:
    assert run("verify_letters", *arguments)[1].startswith("Error: ")


def test_verify_of_nobody_opens_nothing(people: list[User]) -> None:
    assert run("verify_letters", f"--person={uuid4()}") == ("keys opened: 1, refused: 0\nopened: 0, refused: 0\n", "")


def test_walking_takes_small_steps(people: list[User], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        steps = [[row.pk for row in batch] for batch in batches.by_key(User.objects.all(), size=2)]
    assert steps == [sorted(person.pk for person in people)[:2], sorted(person.pk for person in people)[2:]]
