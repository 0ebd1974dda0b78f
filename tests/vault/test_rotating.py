"""rotate_user_key: a further generation, every value sealed anew, and nobody who has to stop writing for it."""

import re
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import ledger
from accounts.models import Device, SecurityEvent, User
from innerchild import database
from journal import saving
from journal.models import CheckIn, Entry, Import, Wish
from sharing.management.commands import prune
from tests import factories
from tests.sharing.people import acquaint
from tests.vault.test_canary import keep_the_rest
from tests.vault.test_commands import run
from vault import destroying, drafts, envelope, keyring, opening, resealing, rotating
from vault.models import UserKey
from vault.resealing import Outcome
from vault.sealed import SealedJSON, keyed_hash, keyed_hashes

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ada() -> User:
    """Somebody with something under every sealed attribute there is."""
    person = factories.person(child_word="Pip")
    with keyring.opened_for(person.pk, purpose="a test"):
        person.name = person.call = "Ada"
        person.save()
        entry = factories.entry(person, "the swing by the wall")
        entry.title = "a day"
        entry.save()
        keep_the_rest(entry, "the swing by the wall")
        now = timezone.now()
        day = {"local_date": now.date(), "time_zone": "UTC", "updated_at": now}
        for row in (
            Wish(owner=person, made_at=now),
            CheckIn(owner=person, at=now, made_at=now, **day),
            Import(owner=person, format="jrnl", made_at=now),
            Device(owner=person, session_key="s", began_at=now),
        ):
            for name, attribute in opening.attributes(type(row)).items():
                setattr(row, name, {"words": "the sea"} if isinstance(attribute, SealedJSON) else "the sea")
            row.save(force_insert=True)
    ledger.note_from(person.pk, SecurityEvent.Kind.SIGNED_IN, "the sea")
    return person


def sealed(person: User) -> dict[str, bytes]:
    """Every value under their own keys by where it is."""
    return {
        f"{model._meta.label} {row.pk} {name}": bytes(value)
        for model in opening.sealed_models()
        for name, attribute in opening.own_attributes(model).items()
        for row in model._base_manager.filter(**{attribute.owner: person.pk})
        if (value := getattr(row, attribute.column)) is not None
    }


def generations(person: User) -> list[tuple[int, str]]:
    return list(UserKey.objects.filter(owner=person).order_by("generation").values_list("generation", "state"))


def rested(person: User) -> None:
    """As if all of it had happened two months ago."""
    UserKey.objects.filter(owner=person).update(made_at=timezone.now() - rotating.RESTED - timedelta(days=1))


def test_everything_is_sealed_anew_and_says_what_it_said(ada: User) -> None:
    acquaint(ada, Entry.objects.filter(owner=ada).earliest("created_at"))
    before, entry = sealed(ada), Entry.objects.filter(owner=ada).order_by("pk").values("rev", "updated_at")
    rows = list(entry)
    printed, complaint = run("rotate_user_key", f"--person={ada.pk}")
    after = sealed(ada)
    everything = {
        f"{model._meta.label} {name}" for model in opening.sealed_models() for name in opening.own_attributes(model)
    }
    assert {f"{label} {name}" for label, _, name in map(str.split, after)} == everything
    assert after.keys() == before.keys()
    assert {envelope.generation_of(value) for value in before.values()} == {1}
    assert {envelope.generation_of(value) for value in after.values()} == {2}
    assert list(entry.all()) == rows  # nobody's clock or version moved
    assert (complaint, ledger.verify(ada.pk)) == ("", ledger.Verdict(6, whole=True))
    assert printed.splitlines() == [
        "new keys: 1",
        f"sealed anew: {len(before)}",
        "changed meanwhile: 0",
        "refused: 0",
        "people whose older key rests until nothing needs it: 1",
    ]
    assert (
        run("verify_letters", f"--person={ada.pk}")[0]
        == f"keys opened: 5, refused: 0\nopened: {len(after) + 4}, refused: 0\n"  # and what is shared
    )
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert Entry.objects.filter(owner=ada).first().body == "the swing by the wall"  # type: ignore[union-attr]


def test_older_key_goes_when_it_has_rested_and_nothing_is_under_it(ada: User) -> None:
    run("rotate_user_key", f"--person={ada.pk}")
    run("rotate_user_key", "--unfinished")
    assert generations(ada) == [(1, "old"), (2, "active")]  # a device may still hold words under it
    rested(ada)
    left = Entry.objects.filter(owner=ada).first()
    assert left is not None
    Entry.objects.filter(pk=left.pk).update(body_sealed=b"\x01" + bytes(3) + b"\x01" + bytes(92))
    complaint = run("rotate_user_key", "--unfinished")[1]
    assert complaint == "Some of what is kept does not open, and stays as it is, with its key."
    assert generations(ada) == [(1, "old"), (2, "active")]
    Entry.objects.filter(pk=left.pk).update(body_sealed=left.body_sealed)
    call_command("prune", verbosity=0)  # as `up` does every six hours
    assert generations(ada) == [(2, "active")]
    assert run("verify_letters", f"--person={ada.pk}")[1] == ""


def test_older_key_rests_longer_than_anything_that_waits_for_it() -> None:
    """Words on a device, and answers that may be asked for again."""
    days = re.search(
        r"LONGEST_MS = (\d+) \* 24 \* 60 \* 60 \* 1000;", (ROOT / "static/js/device.js").read_text("utf-8")
    )
    assert days is not None
    assert max(timedelta(days=int(days[1])), prune.ANSWERED) < rotating.RESTED


def test_words_that_changed_meanwhile_are_left_to_the_next_look(ada: User) -> None:
    rotating.begin([ada.pk])
    stale = Entry.objects.get(owner=ada, title_sealed__isnull=False)
    with keyring.opened_for(ada.pk, purpose="a test"):
        Entry.objects.filter(pk=stale.pk).update(body_sealed=_resealed(stale, "newer words"))
        assert resealing.reseal(stale, Entry.body) == Outcome.CHANGED
        assert Entry.objects.get(pk=stale.pk).body == "newer words"


@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_passed_by_and_changed_words_are_not_written_over(ada: User) -> None:
    """All of it at once waits for nobody, so that nobody who saves can stand in its way, or it in theirs."""
    held = Entry.objects.get(owner=ada, title_sealed__isnull=False)
    before = bytes(held.body_sealed)
    rotating.begin([ada.pk])
    with psycopg.connect(**database.of_libpq(connection.get_connection_params())) as other:  # type: ignore[arg-type]
        other.execute("SELECT 1 FROM journal_entry WHERE id = %s FOR UPDATE", [held.pk])
        done, left = resealing.together([ada.pk])
        held.refresh_from_db()
        assert (done, left, bytes(held.body_sealed)) == (len(sealed(ada)) - 2, {ada.pk}, before)  # title and body
    with keyring.opened_for(ada.pk, purpose="a test"):
        newer = _resealed(held, "newer words")
        Entry.objects.filter(pk=held.pk).update(body_sealed=newer)
        assert resealing._replace(Entry, Entry.body, [(held.pk, ada.pk, before, _resealed(held, "older"))]) == set()
        assert Entry.objects.get(pk=held.pk).body == "newer words"
    assert rotating.finish([ada.pk]) == Counter({Outcome.RESEALED: 1})  # the title


def test_many_values_are_read_in_pieces_that_fit_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    person = factories.person()
    for length in (10, 900, 10, 3000, 10, 10, 700):
        factories.entry(person, "x" * length)
    monkeypatch.setattr(resealing, "AT_ONCE", 3)
    monkeypatch.setattr(resealing, "BYTES", 1000)
    rows = resealing.under_another(Entry, [person.pk], Entry.body, 2)
    pieces = list(resealing._in_pieces(rows, Entry.body))
    assert all(len(piece) == 1 or sum(len(value) for *_, value in piece) <= resealing.BYTES for piece in pieces)
    assert [row for piece in pieces for row, *_ in piece] == list(rows.order_by("pk").values_list("pk", flat=True))
    assert len(pieces) > 3


def _resealed(row: Entry, text: str) -> bytes:
    again = Entry(id=row.pk, owner_id=row.owner_id)
    again.body = text
    return bytes(again.body_sealed)


def test_request_that_began_before_reads_and_writes_on(ada: User) -> None:
    """Its ring knew one key; what it still seals under that is sealed anew by the next look."""
    row = Entry.objects.get(owner=ada, title_sealed__isnull=False)
    with keyring.opened_for(ada.pk, purpose="a test") as ring:
        assert ring.newest(ada.pk)[0] == 1
        rotating.begin([ada.pk])
        old = _resealed(row, "sealed by the old ring")
        rotating.finish([ada.pk])
        assert Entry.objects.get(pk=row.pk).body == row.body
        Entry.objects.filter(pk=row.pk).update(body_sealed=old)
    rested(ada)
    assert rotating.finish([ada.pk]) == Counter({Outcome.RESEALED: 1})
    assert generations(ada) == [(2, "active")]
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert Entry.objects.get(pk=row.pk).body == "sealed by the old ring"


def test_value_under_the_older_key_keeps_it_however_long_it_rested(ada: User) -> None:
    rotating.begin([ada.pk])
    rested(ada)
    rotating._let_go([ada.pk])
    assert generations(ada) == [(1, "old"), (2, "active")]
    assert set(rotating._under([ada.pk])) == {(ada.pk, resealing.spelled(1))}


@pytest.mark.django_db(transaction=True)
def test_save_asked_again_after_the_key_changed_gets_its_first_answer(ada: User) -> None:
    row = Entry.objects.get(owner=ada, title_sealed__isnull=False)
    wanted = saving.Save(entry=row.pk, operation=uuid4(), base_rev=row.rev, text="kept once")
    with keyring.opened_for(ada.pk, purpose="a test"):
        first = saving.save(ada, wanted)
        source = keyed_hash(ada.pk, b"a source", b"day-1")
    run("rotate_user_key", f"--person={ada.pk}")
    with keyring.opened_for(ada.pk, purpose="a test"):
        again = saving.save(ada, wanted)
        assert (again.replay, again.rev, again.conflict) == (True, first.rev, None)
        assert source in keyed_hashes(ada.pk, b"a source", b"day-1")
        assert drafts.keys(ada.pk, bytes(16)).keys() == {1, 2}


def test_everybody_is_turned_once_however_often_it_is_cut_short(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [factories.person() for _ in range(2)]
    for person in others:
        factories.entry(person, "theirs", title="something else")
    replace = resealing._replace

    def dying(*where: Any) -> set[UUID]:
        replace(*where)
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, "PEOPLE", 2)
    monkeypatch.setattr(resealing, "_replace", dying)
    with pytest.raises(KeyboardInterrupt):
        run("rotate_user_key", "--all")
    monkeypatch.undo()
    assert run("verify_letters", "--all")[1] == ""
    printed, complaint = run("rotate_user_key", "--all")
    assert (printed.splitlines()[0], complaint) == ("new keys: 1", "")
    assert [generations(person) for person in (ada, *others)] == [[(1, "old"), (2, "active")]] * 3
    assert {envelope.generation_of(value) for person in (ada, *others) for value in sealed(person).values()} == {2}
    with CaptureQueriesContext(connection) as asked:
        assert run("rotate_user_key", "--all")[0].splitlines()[:2] == ["new keys: 0", "sealed anew: 0"]
    assert len(asked) < 30  # a few about all of them together, and one about each
    UserKey.objects.update(made_at=timezone.now() - rotating.TURNED - timedelta(minutes=1))
    assert run("rotate_user_key", "--all")[0].splitlines()[0] == "new keys: 3"


def test_somebody_erased_meanwhile_stops_nobody(ada: User) -> None:
    factories.entry(ada, "one")
    rotating.begin([ada.pk])
    UserKey.objects.filter(owner=ada).delete()
    assert rotating.finish([ada.pk]).total() == 0
    assert rotating.finish([UUID(int=7)]).total() == 0


def test_somebody_erased_between_two_looks_stops_nobody(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their keys go after it was asked whether they are due, and, of another, while their words are looked through."""
    bea, carla = factories.person(), factories.person()
    for person in (bea, carla):
        factories.entry(person, "one")
    due, models = rotating.due, opening.sealed_models

    def looked_at(people: Collection[UUID]) -> set[UUID]:
        found = due(people)
        destroying.destroy(bea.pk)
        return found

    def looked_through() -> list[type[Model]]:
        if UserKey.objects.filter(owner=carla.pk, generation=2).exists():
            destroying.destroy(carla.pk)
        return models()

    monkeypatch.setattr(rotating, "due", looked_at)
    monkeypatch.setattr(opening, "sealed_models", looked_through)
    printed, complaint = run("rotate_user_key", "--all")
    assert (printed.splitlines()[0], complaint) == ("new keys: 2", "")
    assert generations(ada) == [(1, "old"), (2, "active")]


def test_nobody_is_one_sentence() -> None:
    assert run("rotate_user_key", f"--person={uuid4()}") == ("", "this person has no key")
    assert run("rotate_user_key")[1].startswith("Error: ")
