"""After its days an account is erased: its keys first, every row of it, and nobody else's (trust R36, R84).

What belongs to somebody is found in the database itself, so that no new table can be forgotten.
"""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import Reminder, User
from exercises.models import Place, Visit
from journal.models import CheckIn, Entry, Import, SaveOperation, Wish
from sharing import practices
from tests import factories
from tests.accounts.conftest import sign_in
from tests.accounts.steps import give_codes
from tests.client import StrictClient
from tests.sharing import people as people_
from vault import keyring, opening
from vault.models import KeyWrap, UserKey

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = timedelta(days=7)
# Tables that hang on the person through another one: how to come to the person from there.
THROUGH = {
    "accounts_user": "id",
    "vault_keywrap": "(SELECT owner_id FROM vault_userkey WHERE id = key_id)",
    "account_emailconfirmation": "(SELECT user_id FROM account_emailaddress WHERE id = email_address_id)",
    "vault_sharekey": "owner_id",
    "sharing_invitation": "(SELECT owner_id FROM sharing_practice p WHERE p.id = practice_id)",
    "django_session": "(SELECT owner_id FROM accounts_device d WHERE d.session_key = django_session.session_key)",
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def people(clock: time_machine.Traveller) -> tuple[User, User]:
    """Two people with something in every table; the first has closed their account, and it is a week ago."""
    ada, bea = furnished("ada@example.org"), furnished("bea@example.org")
    User.objects.filter(pk=ada.pk).update(closed_at=timezone.now())
    clock.shift(timedelta(minutes=1))
    sign_in(StrictClient(), ada.email, device="own")  # and looked in once more, without having it back
    clock.shift(WEEK)
    return ada, bea


def furnished(email: str) -> User:
    somebody, now = factories.person(email, child_word="little me"), timezone.now()
    address = EmailAddress.objects.create(user=somebody, email=email, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key=uuid4().hex, sent=now)
    sign_in(StrictClient(), email, device="own")  # a session that is there a week later
    give_codes(somebody)
    Reminder.objects.create(owner=somebody, time_zone="UTC", next_at=now)
    day: dict[str, Any] = {"local_date": now.date(), "time_zone": "UTC"}
    entry = factories.entry(somebody, "some words", title="a name")
    factories.entry(somebody, "beneath it", kind=Entry.Kind.NOTE, parent=entry)
    factories.revision(entry)
    SaveOperation.objects.create(owner=somebody, entry=entry, operation=uuid4(), text_hash=b"x", rev=1, made_at=now)
    sealed(Import(owner=somebody, format="dayone", made_at=now), name="a file")
    sealed(Wish(owner=somebody, source=entry, made_at=now), text="a wish")
    sealed(CheckIn(owner=somebody, at=now, made_at=now, updated_at=now, **day), answers={})
    sealed(Place(owner=somebody, pack=1, created_at=now, updated_at=now, **day), choices={}, box="in it")
    sealed(Visit(owner=somebody, step="hello", pack=1, screen="who", opened_at=now, touched_at=now), choices={})
    people_.acquaint(somebody, entry)
    practices.invite(people_.practice(somebody))
    somebody.practice.invitations.update(ends_at=now + 2 * WEEK)
    return somebody


def sealed(row: Import | Wish | CheckIn | Place | Visit, **words: object) -> None:
    with keyring.opened_for(row.owner_id, purpose="a test"):
        for name, said in words.items():
            setattr(row, name, said)
        row.save()


def owned() -> dict[str, str]:
    """Every table in which something is somebody's, with the column, or the question, that says whose."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'accounts_user'::regclass"
        )
        return {**dict(cursor.fetchall()), **THROUGH}


def rows(somebody: User) -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table, whose in owned().items():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {whose} = %s", [somebody.pk])
            counts[table] = cursor.fetchone()[0]
    return counts


def mentions(*marks: str) -> list[str]:
    """Tables in which any row holds one of these, in whichever column."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {table} t")
            if any(mark in row for (row,) in cursor.fetchall() for mark in marks):
                found.append(table)
    return sorted(found)


def prune() -> str:
    out = StringIO()
    call_command("prune", stdout=out)
    return out.getvalue().strip().rpartition(", ")[2]


def hanging_on(tables: set[str]) -> set[str]:
    """Tables with a foreign key into one of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
        return {table for table, target in cursor.fetchall() if target in tables}


def test_every_row_of_theirs_is_gone_and_none_of_anybody_elses(people: tuple[User, User]) -> None:
    ada, bea = people
    assert hanging_on(set(owned())) - set(owned()) == set(), "say in THROUGH whose its rows are"
    before, hers = rows(bea), rows(ada)
    empty = [table for table in owned() if not (before[table] and hers[table])]
    assert empty == [], "a table with an owner: put a row of it into furnished()"
    keys = [str(pk) for pk in ada.devices.values_list("session_key", flat=True)]
    marks = (str(ada.pk), ada.pk.hex, ada.email, *keys)
    assert "accounts_user" in mentions(*marks)
    assert prune() == "accounts 1"
    assert {table: count for table, count in rows(ada).items() if count} == {}
    assert mentions(*marks) == []
    assert (rows(bea), Session.objects.count()) == (before, 1)
    assert all(tried.opened for tried in opening.try_all(bea.pk))
    assert sign_in(StrictClient(), ada.email).status_code == 422
    assert prune() == "accounts 0"
    assert rows(bea) == before


def test_nothing_is_erased_before_its_days_are_over(people: tuple[User, User], clock: time_machine.Traveller) -> None:
    ada, _ = people
    User.objects.filter(pk=ada.pk).update(closed_at=timezone.now() - WEEK + timedelta(seconds=1))
    before = rows(ada)
    assert (prune(), rows(ada)) == ("accounts 0", before)
    clock.shift(timedelta(seconds=1))
    assert prune() == "accounts 1"


def test_yesterdays_rows_with_todays_keys_open_nothing(people: tuple[User, User]) -> None:
    """R36: what a dump of the words taken yesterday holds, beside the key tables of today."""
    ada, bea = people
    yesterday = {table: dumped(table, ada.pk) for table in ("accounts_user", "journal_entry", "journal_wish")}
    opened_before = [tried.opened for tried in opening.try_all(ada.pk)]
    assert (len(opened_before) > 8, all(opened_before)) == (True, True)
    prune()
    for table, kept in yesterday.items():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)", [kept])
    tried = [result.opened for result in opening.try_all(ada.pk)]
    assert (len(tried) >= 4, any(tried)) == (True, False)
    assert all(result.opened for result in opening.try_all(bea.pk))
    assert UserKey.objects.filter(owner_id=ada.pk).count() == 0
    assert KeyWrap.objects.filter(key__owner_id__in=[ada.pk, bea.pk]).count() == 1


def dumped(table: str, person: UUID) -> str:
    whose = owned()[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_agg(t)::text FROM {table} t WHERE {whose} = %s", [person])
        return str(cursor.fetchone()[0])


def test_stopped_half_way_the_keys_are_gone_and_the_next_run_finishes(people: tuple[User, User]) -> None:
    ada, bea = people
    before = rows(bea)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stop'; END $$;"
            "CREATE TRIGGER stop BEFORE DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION stop();"
        )
    try:
        with pytest.raises(DatabaseError):
            call_command("prune", verbosity=0)
        left = rows(ada)
        assert (left["vault_userkey"], left["vault_keywrap"], left["journal_entry"] > 0) == (0, 0, True)
        assert not any(tried.opened for tried in opening.try_all(ada.pk))
        assert sign_in(StrictClient(), ada.email)["Location"] == "/settings/close/over/"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER stop ON journal_entry; DROP FUNCTION stop()")
    assert prune() == "accounts 1"
    assert (set(rows(ada).values()), rows(bea)) == ({0}, before)


def test_the_room_of_destroyed_keys_is_given_free(people: tuple[User, User]) -> None:
    """A deleted row stays in its table until somebody sweeps it, and a copy of the disk would hold it."""
    prune()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, vacuum_count FROM pg_stat_user_tables WHERE relname LIKE 'vault_%key%'")
        swept = {name: count > 0 for name, count in cursor.fetchall()}
    assert (swept["vault_keywrap"], swept["vault_userkey"]) == (True, True)
