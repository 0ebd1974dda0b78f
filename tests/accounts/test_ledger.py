"""The record of what happened: every change to it shows, it survives new keys, and it stops nothing."""

import base64
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from accounts import ledger
from accounts.ledger import Verdict
from accounts.models import LedgerEnd, SecurityEvent, User
from tests import factories
from vault import keyring, masterkeys

pytestmark = pytest.mark.django_db
Kind = SecurityEvent.Kind
OLD = f"k2026a:{base64.b64encode(bytes(range(32))).decode()}"
NEW = f"k2027a:{base64.b64encode(bytes(range(1, 33))).decode()}"


@pytest.fixture
def ada() -> User:
    """Somebody to whom five things happened."""
    return with_five()


def with_five() -> User:
    person = factories.person()
    ledger.note(person.pk, Kind.SIGNED_UP)
    ledger.note_from(person.pk, Kind.SIGNED_IN, "Firefox, Linux")
    ledger.note(person.pk, Kind.EXPORTED, form="archive")
    ledger.note(person.pk, Kind.BROUGHT_IN, batch=str(uuid4()), rows=7)
    ledger.note(person.pk, Kind.SIGNED_OUT)
    return person


def at(person: User, number: int) -> SecurityEvent:
    return person.events.get(number=number)


def change(person: User, which: int, **columns: object) -> None:
    person.events.filter(number=which).update(**columns)


def swap(person: User) -> None:
    """Two events in each other's place, each with its own hash and time."""
    for now, then in ((2, 99), (3, 2), (99, 3)):
        change(person, now, number=then)


def move_up(person: User) -> None:
    at(person, 4).delete()
    change(person, 5, number=4)


def swap_contents(person: User) -> None:
    second, third = at(person, 2), at(person, 3)
    change(person, 2, kind=third.kind, details=third.details)
    change(person, 3, kind=second.kind, details=second.details)


def compute_anew(person: User) -> None:
    """All that somebody without a master key can do: change an event, and every hash after it, and the end."""
    last = bytes(at(person, 1).own_hash)
    for event in person.events.filter(number__gte=2).order_by("number"):
        event.kind = Kind.EXPORTED
        event.previous_hash = last
        last = event.own_hash = ledger.hash_of(event)
        event.save()
    LedgerEnd.objects.filter(owner=person).update(last_hash=last)


def cut(person: User) -> None:
    """The newest is gone, and the end says that the one before it is the last."""
    person.events.filter(number=5).delete()
    LedgerEnd.objects.filter(owner=person).update(number=4, last_hash=at(person, 4).own_hash)


def take_over(person: User) -> None:
    """The fifth of somebody else's instead of one's own."""
    person.events.filter(number=5).delete()
    with_five().events.filter(number=5).update(owner=person)


def copy_end(person: User) -> None:
    """The end of somebody whose record is just as long."""
    theirs = LedgerEnd.objects.get(owner=with_five())
    LedgerEnd.objects.filter(owner=person).update(last_hash=theirs.last_hash, proof_hash=theirs.proof_hash)


def plant(person: User) -> None:
    """One more, which follows the newest as it has to."""
    last = at(person, 5)
    row = SecurityEvent(owner=person, number=6, kind=Kind.EXPORTED, at=last.at, previous_hash=last.own_hash)
    row.own_hash = ledger.hash_of(row)
    row.save()


TAMPERED: dict[str, tuple[Callable[[User], object], int]] = {
    "the first is taken out": (lambda p: at(p, 1).delete(), 0),
    "one is taken out": (lambda p: at(p, 3).delete(), 2),
    "one is taken out and the rest moves up": (move_up, 3),
    "the newest is taken out": (lambda p: at(p, 5).delete(), 4),
    "the newest is taken out and the end with it": (cut, 4),
    "all are taken out": (lambda p: p.events.all().delete(), 0),
    "the end is taken out": (lambda p: LedgerEnd.objects.filter(owner=p).delete(), 5),
    "another kind": (lambda p: change(p, 3, kind=Kind.SIGNED_IN), 2),
    "another time": (lambda p: change(p, 3, at=at(p, 1).at), 2),
    "other details": (lambda p: change(p, 3, details={"form": "book"}), 2),
    "another id": (lambda p: change(p, 3, id=uuid4()), 2),
    "its browser is taken out": (lambda p: change(p, 2, about_sealed=None), 1),
    "two are swapped": (swap, 1),
    "what two say is swapped": (swap_contents, 1),
    "one is given to somebody else": (lambda p: change(p, 5, owner=factories.person()), 4),
    "one comes from somebody else": (take_over, 4),
    "everything is computed anew": (compute_anew, 5),
    "another end": (copy_end, 5),
    "one is planted at the end": (plant, 6),
}  # fmt: skip


def test_what_nobody_touched_is_whole(ada: User) -> None:
    assert ledger.verify(ada.pk) == Verdict(5, whole=True)
    assert ledger.verify(factories.person().pk) == Verdict(0, whole=True)
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert [(e.number, e.kind, e.details.get("form"), e.about) for e in ada.events.order_by("number")][1:3] == [
            (2, "signed-in", None, "Firefox, Linux"),
            (3, "exported", "archive", ""),
        ]


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_changed_shows_and_is_never_mended(ada: User, how: str) -> None:
    tamper, count = TAMPERED[how]
    tamper(ada)
    assert ledger.verify(ada.pk) == Verdict(count, whole=False)
    ledger.note(ada.pk, Kind.SIGNED_IN)
    assert (ledger.verify(ada.pk).whole, ada.events.filter(kind=Kind.SIGNED_IN).exclude(number=2).exists()) == (
        False,
        True,
    )
    if "somebody else" not in how and how != "another end":
        others = User.objects.exclude(pk=ada.pk).values_list("pk", flat=True)
        assert [ledger.verify(pk).whole for pk in others] == [True] * len(others)


def test_many_at_once_stand_in_one_line(transactional_db: None) -> None:
    person = factories.person()

    def three() -> None:
        try:
            for _ in range(3):
                ledger.note(person.pk, Kind.EXPORTED, form="book")
        finally:
            connection.close()

    threads = [Thread(target=three) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.verify(person.pk) == Verdict(12, whole=True)


def test_what_is_undone_is_not_told_and_what_failed_is(transactional_db: None) -> None:
    person = with_five()
    with transaction.atomic():
        ledger.note(person.pk, Kind.SHARE_OFFERED)
        ledger.note_beside(person.pk, Kind.DENIED)
        transaction.set_rollback(True)
    ledger._beside.submit(int).result()
    assert (at(person, 6).kind, ledger.verify(person.pk)) == (Kind.DENIED, Verdict(6, whole=True))


@pytest.fixture
def master(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.KEYS_DIR = tmp_path
    file = tmp_path / "master"
    file.write_text(OLD)
    yield file
    masterkeys._known.cache_clear()


def put(master: Path, *lines: str) -> None:
    master.write_text("\n".join(lines))
    masterkeys._known.cache_clear()


def test_it_holds_under_another_master_key(master: Path) -> None:
    ada, bob, eve = with_five(), with_five(), with_five()
    cut(eve)
    put(master, NEW, OLD)
    ledger.note(bob.pk, Kind.SIGNED_IN)
    ledger.vouch_anew()
    put(master, NEW)
    found = [ledger.verify(person.pk) for person in (ada, bob, eve)]
    assert found == [Verdict(5, whole=True), Verdict(6, whole=True), Verdict(4, whole=False)]


def test_not_being_able_to_note_stops_nothing(ada: User, master: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(master, "")
    with caplog.at_level(logging.ERROR), transaction.atomic():
        ledger.note(ada.pk, Kind.SIGNED_IN)
        User.objects.filter(pk=ada.pk).update(country="AT")
    ada.refresh_from_db()
    assert caplog.messages == [f"person {ada.pk}: an event was not noted: MasterKeyError"]
    assert (ada.country, ada.events.count()) == ("AT", 5)


@pytest.mark.parametrize("words", ["a letter to her", "", "ada@example.org", "x" * 65, "line\nbreak"])
def test_words_of_anybody_are_refused(ada: User, words: str) -> None:
    with pytest.raises(ValueError, match="ids and names of our own") as refused:
        ledger.note(ada.pk, Kind.EXPORTED, form=words)
    assert words not in str(refused.value) or not words


def test_who_is_erased_takes_it_along(ada: User) -> None:
    ada.delete()
    assert (SecurityEvent.objects.count(), LedgerEnd.objects.count()) == (0, 0)


def run(*arguments: str) -> tuple[str, str]:
    """What the command printed, and its complaint or ""."""
    out, complaint = StringIO(), ""
    try:
        call_command("verify_ledger", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        complaint = str(error)
    return out.getvalue(), complaint


def test_the_command_counts_and_names_ids_alone(ada: User) -> None:
    bob = with_five()
    assert run() == ("whole: 2, not whole: 0, events that hold together: 10\n", "")
    change(bob, 3, kind=Kind.SIGNED_IN)
    said = (
        f"does not hold together: {bob.pk}, after event 2\nwhole: {{}}, not whole: 1, events that hold together: {{}}\n"
    )
    complaint = "Some of what happened was changed, taken out, or written under a key that is gone."
    assert run() == (said.format(1, 7), complaint)
    assert run(bob.email.upper()) == (said.format(0, 2), complaint)
    assert run(ada.email)[1] == ""
    assert run("nobody@example.org") == ("", "Nobody has that address.")
