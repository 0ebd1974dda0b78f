"""Whose keys may be used: the ring decides, never the row."""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Barrier
from typing import cast
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.tasks import TaskResultStatus, task
from django.test import RequestFactory
from pytest_django import Settings

from accounts.models import User
from journal.models import Entry
from tests import factories
from vault import envelope, keyring, masterkeys
from vault.keyring import KeyNotInRing
from vault.middleware import key_ring
from vault.models import KeyCheck, KeyWrap, UserKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return factories.person()


@pytest.fixture
def bo() -> User:
    return factories.person()


def through_middleware(user: User | AnonymousUser, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user = user
    return key_ring(view)(request)


def test_no_ring_opens_nothing(ada: User) -> None:
    entry = factories.entry(ada)
    with pytest.raises(KeyNotInRing):
        entry.body  # noqa: B018


def test_ring_opens_its_own_person(ada: User) -> None:
    entry = factories.entry(ada, "a blue door")
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert entry.body == "a blue door"


def test_ring_refuses_another_person(ada: User, bo: User) -> None:
    entry = factories.entry(bo, "not for ada")
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(KeyNotInRing):
        entry.body  # noqa: B018


def test_forgotten_owner_filter_opens_nothing_of_others(ada: User, bo: User) -> None:
    """R20: every row fetched, nobody asked whose it is; only the ring's own person opens."""
    mine, theirs = factories.entry(ada, "mine"), factories.entry(bo, "theirs")
    with keyring.opened_for(ada.pk, purpose="a test"):
        opened = [row.pk for row in Entry.objects.all() if opens(row)]
    assert (opened, Entry.objects.count()) == ([mine.pk], 2)
    assert theirs.pk not in opened


def opens(row: Entry) -> bool:
    try:
        return bool(row.body)
    except (KeyNotInRing, envelope.Refused):
        return False


def test_row_given_to_the_reader_does_not_open(ada: User, bo: User) -> None:
    """Writing ada's id over the owner of bo's row moves the row, not the words."""
    entry = factories.entry(bo, "theirs")
    Entry.objects.filter(pk=entry.pk).update(owner=ada)
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(envelope.Refused):
        Entry.objects.get().body  # noqa: B018


def test_wrap_given_to_the_reader_does_not_open(ada: User, bo: User) -> None:
    blob = KeyWrap.objects.get(key__owner=bo).blob
    KeyWrap.objects.filter(key__owner=ada).update(blob=blob)
    entry = factories.entry(bo, "theirs")
    with keyring.opened_for(ada.pk, purpose="a test") as ring, pytest.raises(envelope.Refused):
        ring.key(ada.pk, 1)
    with keyring.opened_for(bo.pk, purpose="a test"):
        assert entry.body == "theirs"


def test_generation_without_a_key_opens_nothing(ada: User) -> None:
    with keyring.opened_for(ada.pk, purpose="a test") as ring, pytest.raises(KeyNotInRing):
        ring.key(ada.pk, 2)


def test_person_without_a_key_seals_nothing() -> None:
    stranger = uuid4()
    with keyring.opened_for(stranger, purpose="a test") as ring, pytest.raises(KeyNotInRing):
        ring.newest(stranger)


def test_newest_generation_seals_and_older_ones_still_open(ada: User) -> None:
    entry = factories.entry(ada, "before")
    key_id, master = masterkeys.active()
    UserKey.objects.filter(owner=ada).update(state=UserKey.State.OLD)
    second = UserKey.objects.create(owner=ada, generation=2)
    blob = envelope.wrap(master, os.urandom(32), key_id=key_id, person=ada.pk, generation=2)
    KeyWrap.objects.create(key=second, kek_id=key_id, blob=blob)
    later = factories.entry(ada, "after")
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert [entry.body, later.body] == ["before", "after"]
    assert [envelope.generation_of(bytes(row.body_sealed)) for row in (entry, later)] == [1, 2]


def test_one_spoiled_generation_does_not_close_the_others(ada: User) -> None:
    entry = factories.entry(ada, "still here")
    second = UserKey.objects.create(owner=ada, generation=2, state=UserKey.State.OLD)
    KeyWrap.objects.create(key=second, kek_id="k2026a", blob=b"spoiled")
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert entry.body == "still here"


def test_closed_ring_serves_nobody(ada: User) -> None:
    with keyring.opened_for(ada.pk, purpose="a test") as ring:
        ring.key(ada.pk, 1)
    with pytest.raises(KeyNotInRing):
        ring.key(ada.pk, 1)


def test_ring_closes_when_the_block_fails(ada: User) -> None:
    with pytest.raises(ValueError, match="on purpose"), keyring.opened_for(ada.pk, purpose="a test"):
        raise ValueError("on purpose")
    with pytest.raises(KeyNotInRing):
        keyring.current()


def test_inner_ring_hides_the_outer_one(ada: User, bo: User) -> None:
    entry = factories.entry(ada, "outer")
    with keyring.opened_for(ada.pk, purpose="a test"):
        with keyring.opened_for(bo.pk, purpose="a test"), pytest.raises(KeyNotInRing):
            entry.body  # noqa: B018
        assert entry.body == "outer"


def test_request_of_a_signed_in_person_opens_their_own(ada: User) -> None:
    entry = factories.entry(ada, "for the page")
    assert through_middleware(ada, lambda _request: HttpResponse(entry.body)).content == b"for the page"


def test_request_of_somebody_signed_out_opens_nothing(ada: User) -> None:
    entry = factories.entry(ada)
    with pytest.raises(KeyNotInRing):
        through_middleware(AnonymousUser(), lambda _request: HttpResponse(entry.body))


def test_ring_is_closed_after_the_request(ada: User) -> None:
    """A stream is read after the view is done: it has to open a ring of its own around each batch."""
    entry = factories.entry(ada)
    response = through_middleware(ada, lambda _request: streamed(entry))
    with pytest.raises(KeyNotInRing):
        list(response)


def streamed(entry: Entry) -> HttpResponse:
    answer: HttpResponseBase = StreamingHttpResponse(entry.body for _ in range(1))
    return cast("HttpResponse", answer)


def test_context_copied_in_a_request_is_worthless_after_it(ada: User) -> None:
    """A thread or coroutine begun in a request takes its context along, and the ring in it: closed by then."""
    entry = factories.entry(ada)
    kept = []

    def view(_request: HttpRequest) -> HttpResponse:
        kept.append(copy_context())
        return HttpResponse(entry.body)

    through_middleware(ada, view)
    with pytest.raises(KeyNotInRing):
        kept[0].run(lambda: entry.body)


def test_ring_never_serves_two_people(ada: User, bo: User) -> None:
    """Somebody signs out and somebody else in within one request: the first one's keys are gone."""
    first, second = factories.entry(ada, "ada's"), factories.entry(bo, "bo's")

    def view(request: HttpRequest) -> HttpResponse:
        seen = [first.body]
        request.user = AnonymousUser()
        seen += [str(opens(first)), str(opens(second))]
        request.user = bo
        seen += [second.body, str(opens(first)), str(len(keyring.current()._keys))]
        return HttpResponse(" ".join(seen))

    assert through_middleware(ada, view).content == b"ada's False False bo's False 1"


def test_next_request_of_the_process_starts_empty(ada: User, bo: User) -> None:
    first = factories.entry(ada, "ada's")
    through_middleware(ada, lambda _request: HttpResponse(first.body))
    with pytest.raises(KeyNotInRing):
        through_middleware(bo, lambda _request: HttpResponse(first.body))


@pytest.mark.django_db(transaction=True)
def test_two_threads_hold_two_rings(ada: User, bo: User) -> None:
    together = Barrier(2, timeout=10)
    rows = {ada.pk: factories.entry(ada, "ada's"), bo.pk: factories.entry(bo, "bo's")}

    def look(person: UUID, other: UUID) -> tuple[str, bool]:
        with keyring.opened_for(person, purpose="a test"):
            together.wait()
            found = (rows[person].body, opens(rows[other]))
            together.wait()
        connection.close()
        return found

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(look, [ada.pk, bo.pk], [bo.pk, ada.pk]))
    connections.close_all()
    assert found == [("ada's", False), ("bo's", False)]


def test_new_thread_has_no_ring(ada: User) -> None:
    with keyring.opened_for(ada.pk, purpose="a test"), ThreadPoolExecutor(1) as pool, pytest.raises(KeyNotInRing):
        pool.submit(keyring.current).result()


def test_two_coroutines_hold_two_rings() -> None:
    first, second = uuid4(), uuid4()

    async def look(person: UUID) -> str:
        with keyring.opened_for(person, purpose=str(person)):
            await asyncio.sleep(0)
            return keyring.current().purpose

    async def both() -> tuple[str, str]:
        one, two = await asyncio.gather(look(first), look(second))
        return one, two

    with ThreadPoolExecutor(1) as aside:  # a browser test of the same process may have left its loop in this thread
        assert aside.submit(lambda: asyncio.run(both())).result() == (str(first), str(second))


@task
def read_without_a_ring(entry: str) -> str:
    return Entry.objects.get(pk=entry).body


@task
def measure_with_a_ring(entry: str) -> int:
    row = Entry.objects.get(pk=entry)
    with keyring.opened_for(row.owner_id, purpose="measuring in a test"):
        return len(row.body)


@pytest.mark.django_db(transaction=True)
def test_task_opens_nothing_without_a_ring_of_its_own(ada: User) -> None:
    entry = factories.entry(ada, "nine char")
    without, with_one = read_without_a_ring.enqueue(str(entry.pk)), measure_with_a_ring.enqueue(str(entry.pk))
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    without.refresh()
    with_one.refresh()
    assert (without.status, without.errors[0].exception_class) == (TaskResultStatus.FAILED, KeyNotInRing)
    assert (with_one.status, with_one.return_value) == (TaskResultStatus.SUCCESSFUL, 9)


def test_person_and_key_are_made_together(ada: User) -> None:
    assert list(UserKey.objects.filter(owner=ada).values_list("generation", "state", "wraps__kek_id")) == [
        (1, "active", "k2026a")
    ]


def test_person_is_not_made_without_a_master_key(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    with pytest.raises(masterkeys.MasterKeyError):
        factories.person("nobody@example.org")
    assert not User.objects.filter(email="nobody@example.org").exists()


def test_person_is_not_made_under_another_key_of_the_same_name(ada: User, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "master").write_text("k2026a:" + base64.b64encode(bytes(32)).decode())
    settings.KEYS_DIR = tmp_path
    with pytest.raises(envelope.Refused):
        factories.person("nobody@example.org")
    assert not User.objects.filter(email="nobody@example.org").exists()


def test_deleting_a_person_destroys_their_key(ada: User, bo: User) -> None:
    """After that, yesterday's copy of the row opens for nobody (R36)."""
    sealed, slot = bytes(factories.entry(ada).body_sealed), Entry.body.slot(Entry.objects.get())
    ada.delete()
    assert (UserKey.objects.count(), KeyWrap.objects.count(), KeyCheck.objects.count()) == (1, 1, 1)
    with keyring.opened_for(slot.person, purpose="a test") as ring, pytest.raises(KeyNotInRing):
        ring.key(slot.person, envelope.generation_of(sealed))


@pytest.fixture(autouse=True)
def fresh_master_keys() -> Iterator[None]:
    yield
    masterkeys._known.cache_clear()
