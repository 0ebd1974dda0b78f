"""Two writers at once: whatever was answered is found again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from journal import conflicts, history, saving
from journal.models import Entry, Revision, SaveOperation
from tests import factories
from tests.journal.conftest import ABOUT
from vault import keyring


def at_once(person: User, *wanted: saving.Save) -> list[saving.Saved]:
    """All saves start together, each on a connection of its own."""
    start = threading.Barrier(len(wanted))

    def one(save: saving.Save) -> saving.Saved:
        try:
            with keyring.opened_for(person.pk, purpose="a test"):
                start.wait()
                return saving.save(person, save)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(one, wanted))


def wanted(entry: UUID, text: str, rev: int, *, op: UUID | None = None) -> saving.Save:
    return saving.Save(entry=entry, operation=op or uuid4(), base_rev=rev, text=text, about=ABOUT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("base", [0, 1])
def test_two_texts_on_one_base_are_both_kept(base: int) -> None:
    person = factories.person()
    entry = factories.entry(person, "one").pk if base else uuid4()
    saved = at_once(person, wanted(entry, "here", base), wanted(entry, "there", base))
    assert sorted(one.conflict is None for one in saved) == [False, True]
    with keyring.opened_for(person.pk, purpose="a test"):
        assert {row.body for row in person.entries.all()} == {"here", "there"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("base", [0, 1])
def test_one_operation_sent_twice_at_once_is_one_save(base: int) -> None:
    person = factories.person()
    entry, op = factories.entry(person, "one").pk if base else uuid4(), uuid4()
    saved = at_once(person, *[wanted(entry, "two", base, op=op)] * 3)
    assert sorted(one.replay for one in saved) == [False, True, True]
    assert {(one.rev, one.conflict) for one in saved} == {(base + 1, None)}
    assert (person.entries.count(), SaveOperation.objects.count(), Entry.objects.get(pk=entry).rev) == (1, 1, base + 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("AB"), st.booleans(), st.booleans()), max_size=12))
def test_schedules_of_two_devices_lose_no_answered_text(ada: User, steps: list[tuple[str, bool, bool]]) -> None:
    """Each device knows the base of its own last answer; sometimes the answer is lost, sometimes it does not move
    to its copy. A text may vanish only under one whose writer had seen it.
    """
    entry = uuid4()
    known = {"A": (entry, 0), "B": (entry, 0)}
    lost: dict[str, UUID | None] = {"A": None, "B": None}
    current: dict[str, str] = {}
    for number, (device, loses, moves) in enumerate(steps):
        where, rev = known[device]
        save = saving.Save(
            entry=where, operation=uuid4(), base_rev=rev, text=f"{device}{number}", about=ABOUT, after=lost[device]
        )
        saved = saving.save(ada, save)
        current[device] = save.text
        if loses:
            lost[device] = save.operation
            continue
        lost[device] = None
        known[device] = (saved.entry if moves else where, saved.rev)
        readable = {row.body for row in ada.entries.all()} | {row.body for row in Revision.objects.filter(owner=ada)}
        assert set(current.values()) <= readable
    readable = {row.body for row in ada.entries.all()} | {row.body for row in Revision.objects.filter(owner=ada)}
    assert set(current.values()) <= readable


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["A", "B", "A", "B", "this", "that", "both", "restore"]), max_size=14))
def test_deciding_and_restoring_lose_no_newest_text_of_any_device(ada: User, steps: list[str]) -> None:
    """Two devices write on without looking, while somebody decides what came apart and brings old texts back."""
    entry = uuid4()
    known = {"A": (entry, 0), "B": (entry, 0)}
    newest: dict[str, str] = {}
    for number, step in enumerate(steps):
        if step in known:
            where, rev = known[step]
            save = wanted(where, f"{step}{number}", rev)
            saved = saving.save(ada, save)
            newest[step], known[step] = save.text, (saved.entry, saved.rev)
        elif newest:
            decide(ada, Entry.objects.get(pk=entry), step)
        readable = {row.body for row in ada.entries.out()} | {row.body for row in Revision.objects.filter(owner=ada)}
        assert set(newest.values()) <= readable


def decide(person: User, entry: Entry, way: str) -> None:
    two, oldest = conflicts.pair(person, entry), entry.revisions.order_by("made_at").first()
    if way == "restore" and oldest:
        history.restore(person, entry, oldest)
    elif two and way == "both":
        conflicts.keep_both(person, two)
    elif two and way in {"this", "that"}:
        conflicts.choose(person, two, (two.entry if way == "this" else two.copy).pk, two.seen)
