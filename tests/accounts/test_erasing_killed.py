"""Erasing is killed on its way, and runs beside both commands that change keys: the keys go first, and the rest follows."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from innerchild import database
from journal.models import Entry
from tests import factories
from tests.up.house import ROOT, until
from vault import opening
from vault.models import KeyWrap, UserKey

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "SELECT 1 FROM vault_userkey WHERE owner_id = %s FOR UPDATE"
WRAP = "SELECT 1 FROM vault_keywrap w JOIN vault_userkey k ON k.id = key_id WHERE owner_id = %s FOR UPDATE OF w"
WORDS = "SELECT 1 FROM journal_entry WHERE owner_id = %s FOR UPDATE"
# Who waits for a row stands behind whoever waited first, so it is counted who waits, not for whom.
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
# Three processes have to come to one row; the machine may be slow, and here nobody waits for a page.
PATIENT = "-c lock_timeout=90s -c idle_in_transaction_session_timeout=90s -c statement_timeout=90s"
NEW = "k2099a:" + "QUJD" * 10 + "QUI="


@pytest.fixture
def people() -> list[User]:
    """Three whose days are over, in the order in which they are erased, and one who stays."""
    made = [factories.person() for _ in range(4)]
    for number, person in enumerate(made):
        for text in ("one", "two", "three"):
            factories.entry(person, text)
        if number < 3:
            User.objects.filter(pk=person.pk).update(closed_at=timezone.now() - timedelta(days=10 - number))
    return made


def place() -> dict[str, str]:
    return {**database.of_libpq(connection.get_connection_params()), "options": PATIENT}


type Command = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def command() -> Iterator[Command]:
    """A command of manage.py in a process of its own, on the database of this test; none outlives it."""
    started = []

    def start(*words: str, **extra: str) -> "subprocess.Popen[str]":
        where = {name: quote(value, safe="") for name, value in place().items()}
        url = "postgresql://{user}:{password}@{host}:{port}/{dbname}?options={options}".format(**where)
        started.append(
            subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url, **extra},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@contextmanager
def held(rows: str, person: User) -> Iterator[None]:
    """Hold these rows, so that whoever comes to them stands there."""
    with psycopg.connect(**place()) as holder:  # type: ignore[arg-type]
        assert holder.execute(rows, [person.pk]).fetchone()
        yield


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def killed_at(rows: str, person: User, command: Command) -> None:
    """Begin to erase, and kill -9 it where it comes to those rows."""
    with held(rows, person):
        pruning = command("prune")
        until(lambda: waiting() or pruning.poll() is not None)
        assert pruning.poll() is None, pruning.communicate()[0]
        pruning.send_signal(signal.SIGKILL)
        pruning.communicate()


def left(people: list[User]) -> list[tuple[int, int]]:
    """How many keys and how many texts there are of each."""
    return [
        (UserKey.objects.filter(owner=each.pk).count(), Entry.objects.filter(owner=each.pk).count()) for each in people
    ]


def test_killed_on_its_way_keys_are_gone_before_any_row_and_the_next_run_finishes(
    people: list[User], command: Command
) -> None:
    killed_at(KEY, people[1], command)
    assert left(people) == [(0, 3), (1, 3), (1, 3), (1, 3)]
    killed_at(WORDS, people[1], command)
    assert left(people) == [(0, 0), (0, 3), (0, 3), (1, 3)]
    for person in people[1:3]:
        tried = [one.opened for one in opening.try_all(person.pk)]
        assert (len(tried) >= 3, any(tried)) == (True, False)
    finished = command("prune")
    assert ", accounts 2" in finished.communicate()[0]
    assert (finished.returncode, left(people)) == (0, [(0, 0), (0, 0), (0, 0), (1, 3)])
    assert list(User.objects.values_list("pk", flat=True)) == [people[3].pk]
    assert all(one.opened for one in opening.try_all(people[3].pk))


def test_erasing_while_both_keys_are_changed_stops_none_of_them(
    people: list[User], command: Command, tmp_path: Path
) -> None:
    """Each comes to the same person at the same moment: that one's wrap, and then that one's words, are held."""
    (tmp_path / "master").write_text(f"{NEW}\n{(settings.KEYS_DIR / 'master').read_text()}")
    own = {"INNERCHILD_KEYS_DIR": str(tmp_path)}
    with held(WRAP, people[1]), held(WORDS, people[1]):
        rewrapping, turning = command("rewrap_keys", **own), command("rotate_user_key", "--all", **own)
        until(lambda: waiting() == 2)
        pruning = command("prune", **own)
        until(lambda: waiting() == 3)
    said = {each.args[2]: (each.communicate()[0], each.returncode) for each in (rewrapping, turning, pruning)}  # type: ignore[index]
    assert {name: code for name, (_, code) in said.items()} == dict.fromkeys(said, 0), said
    assert left(people[:3]) == [(0, 0)] * 3
    assert set(KeyWrap.objects.values_list("kek_id", flat=True)) == {"k2099a"}
    verified = command("verify_letters", "--all", **own)
    assert (verified.communicate()[0].splitlines()[-1], verified.returncode) == ("opened: 3, refused: 0", 0)
