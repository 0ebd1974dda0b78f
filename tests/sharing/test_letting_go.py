"""An import that is taken out again asks about copies of its pieces on sheets, as letting one of them go does.

And what goes for good is gone from what is being put together, however it goes.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import copies
from journal.models import Entry
from sharing import connections, sheets
from sharing.models import Connection, Sheet
from tests import canary, factories
from tests.exercises.pages import Page
from tests.export import reading
from tests.journal.importing.archives import START, dayone, entry, send, zipped
from tests.sharing import people
from tests.up.house import until
from vault import keyring
from vault.models import KeyWrap, UserKey

pytestmark = pytest.mark.django_db
WORDS = ("the pier", "the quay", "the edited", "the ticked")
BROKEN = b"\x01" + bytes(100)


@pytest.fixture
def met() -> Connection:
    return people.connection(factories.person(), people.practice())


@pytest.fixture
def signed_in(client: Client, met: Connection) -> Client:
    client.force_login(met.owner)
    send(client, zipped({"Journal.json": dayone(*(entry(word) for word in WORDS))}))
    return client


def brought_in(person: User) -> dict[str, Entry]:
    """What came, by its words; two of them were changed since."""
    with keyring.opened_for(person.pk, purpose="a test"):
        rows = {row.body: row for row in person.entries.all()}
    for word in WORDS[2:]:
        Entry.objects.filter(pk=rows[word].pk).update(updated_at=timezone.now() + timedelta(seconds=5))
    return rows


def own_words(sheet: Sheet) -> str:
    with keyring.opened_for(sheet.owner_id, purpose="a test"):
        return repr([item.own_words for item in sheet.items.all()])


def test_what_stands_on_a_sheet_is_asked_about_once_and_then_done(met: Connection, signed_in: Client) -> None:
    person, rows = met.owner, brought_in(met.owner)
    own = factories.entry(person, "the cellar")
    sheet = people.sheet(met, *map(people.whole, (rows["the pier"], rows["the ticked"], own)))
    over = people.sheet(met, people.whole(rows["the quay"]))
    sheets.stop(over)
    batch = person.imports.get()
    out, said = f"{START}{batch.pk}/out/", {"also": [f"piece:{rows[word].pk}" for word in ("the ticked", "the pier")]}
    asked: Any = Page(signed_in.post(out, said))
    assert (asked.status, "Robin Vale" in asked.text, person.imports.exists()) == (422, True, True)
    assert (asked.text.count("On the sheet for"), asked.fields["also"]) == (2, said["also"])  # one that is over, too
    signed_in.post(out, asked.fields | {"copies": copies.TAKE})
    assert (person.imports.exists(), person.entries.count()) == (False, 2)  # one's own, and what was changed unticked
    left = own_words(sheet)
    assert [word in left for word in ("the pier", "the ticked", "the cellar")] == [False, False, True]
    assert "the quay" not in own_words(over)


def test_copies_can_be_left_and_without_any_nothing_is_asked(met: Connection, signed_in: Client) -> None:
    person, rows = met.owner, brought_in(met.owner)
    batch = person.imports.get()
    kept_back = people.sheet(met, people.whole(rows["the edited"]))  # it stays in the journal, so nothing is asked
    assert signed_in.post(f"{START}{batch.pk}/out/").status_code == 302
    assert "the edited" in own_words(kept_back)
    send(signed_in, zipped({"Journal.json": dayone(entry("the lamp"))}))
    with keyring.opened_for(person.pk, purpose="a test"):
        lamp = next(row for row in person.entries.all() if row.body == "the lamp")
    sheet = people.sheet(met, people.whole(lamp))
    out = f"{START}{person.imports.get().pk}/out/"
    assert signed_in.post(out).status_code == 422
    assert signed_in.post(out, {"copies": copies.LEAVE}).status_code == 302
    assert ("the lamp" in own_words(sheet), person.imports.exists()) == (True, False)


def draft_words(person: User) -> str:
    """All that lies in their drafts, opened."""
    with keyring.opened_for(person.pk, purpose="a test"):
        return repr([row.choices for row in person.draft_sheets.all() if bytes(row.choices_sealed) != BROKEN])


def let_go(client: Client, row: Entry, *more: str) -> None:
    for what in ("bin", *more):
        assert client.post(f"/kept/{row.pk}/{what}/").status_code == 302


def test_what_goes_for_good_leaves_every_draft_and_what_is_in_the_bin_does_not(client: Client, met: Connection) -> None:
    person, words = met.owner, canary.fresh()
    row, left = factories.entry(person, f"the cellar. {words}"), factories.entry(person, "the roof")
    other = factories.entry(person, "the attic")
    pair = {"kind": "pair", "id": str(left.pk), "beside": str(row.pk)}
    over = people.connection(person, people.practice())
    aside = people.connection(person, people.practice())
    for each in (met, over, aside):
        people.draft(each, people.passages(row, words), people.passages(left, "roof"), pair, people.whole(other))
    connections.end(over, Connection.Side.CLIENT)
    aside.drafts.update(put_aside_at=timezone.now())
    shut = people.connection(person, people.practice())
    people.draft(shut, people.passages(row, words))
    sealed = bytes(shut.drafts.get().choices_sealed)
    shut.drafts.update(choices_sealed=BROKEN)
    client.force_login(person)
    let_go(client, row)
    assert draft_words(person).count(words) == 3
    let_go(client, row, "for-good")
    said = draft_words(person)
    assert [said.count(each) for each in (words, str(row.pk), "'roof'", str(other.pk))] == [0, 0, 3, 3]
    assert {draft.rev for draft in met.drafts.all()} == {1}  # a page of it that is open can still be kept
    exported = b"".join(reading.unpacked(reading.packed(person)).values())
    assert [part in exported for part in (words.encode(), str(other.pk).encode())] == [False, True]
    shut.drafts.update(choices_sealed=sealed)  # it opens again
    let_go(client, left, "for-good")
    assert [draft_words(person).count(each) for each in (words, "'roof'", str(other.pk))] == [0, 0, 3]


def test_the_bin_emptied_by_time_and_an_import_taken_out_leave_no_draft_either(
    met: Connection, signed_in: Client
) -> None:
    person, rows = met.owner, brought_in(met.owner)
    thread, turns = by_turns(person, "one", "two")
    people.draft(
        met, people.passages(rows["the pier"], "pier"), people.passages(thread, "one", "two"), people.whole(thread)
    )
    let_go(signed_in, turns[0])
    call_command("prune", verbosity=0)
    assert "'one'" in draft_words(person)
    person.entries.filter(pk=turns[0].pk).update(binned_at=timezone.now() - timedelta(days=31))
    call_command("prune", verbosity=0)
    assert [each in draft_words(person) for each in ("'one'", "'two'", "'pier'")] == [False, True, True]
    signed_in.post(f"{START}{person.imports.get().pk}/out/")
    assert [draft_words(person).count(each) for each in ("'pier'", "'two'", str(thread.pk))] == [0, 1, 2]


def by_turns(person: User, *texts: str) -> tuple[Entry, list[Entry]]:
    thread = factories.entry(person, "", kind="letter", voice="both", rev=0)
    return thread, [factories.entry(person, text, kind="letter", voice="adult", parent=thread) for text in texts]


def due(*rows: Entry) -> None:
    """Let go so long ago that they go now."""
    Entry.objects.filter(pk__in=[row.pk for row in rows]).update(binned_at=timezone.now() - timedelta(days=31))


def test_a_passage_stays_while_what_it_may_stand_in_does_not_open_and_so_does_the_day_of_a_draft(
    met: Connection,
) -> None:
    thread, (one, two, three) = by_turns(met.owner, "one", "two", "three")
    people.draft(met, people.passages(thread, "one", "two", "three"))
    october = timezone.now() - timedelta(days=57)
    met.drafts.update(put_aside_at=timezone.now(), touched_at=october)
    Entry.objects.filter(pk=two.pk).update(body_sealed=BROKEN)
    due(one)
    call_command("prune", verbosity=0)
    assert [f"'{words}'" in draft_words(met.owner) for words in ("one", "two", "three")] == [False, True, True]
    assert met.drafts.get().touched_at == october  # nobody touched it
    due(two)
    call_command("prune", verbosity=0)
    assert [f"'{words}'" in draft_words(met.owner) for words in ("two", "three")] == [False, True]
    assert three.pk in met.owner.entries.values_list("pk", flat=True)


def test_a_master_key_that_is_not_in_the_file_keeps_nothing_that_is_due(met: Connection) -> None:
    """Neither the one of what is written from now on nor that of everything: the draft waits, and nobody waits for it."""
    person, other = met.owner, factories.entry(factories.person(), "the roof")
    thread, (one, _two) = by_turns(person, "one", "two")
    people.draft(met, people.passages(thread, "one", "two"))
    kept = bytes(met.drafts.get().choices_sealed)
    person.keys.update(state=UserKey.State.OLD)
    keyring.make_keys({person.pk: 2})
    lost = KeyWrap.objects.filter(key__owner=person)
    lost.filter(key__generation=2).update(kek_id="k2099a")
    with keyring.opened_for(person.pk, purpose="a test"):
        copies.gone(person, [one.pk])
    assert bytes(met.drafts.get().choices_sealed) == kept
    person.keys.filter(generation=2).delete()
    person.keys.update(state=UserKey.State.ACTIVE)
    lost.update(kek_id="k2099a")
    due(one, other)
    call_command("prune", verbosity=0)
    assert not Entry.objects.filter(pk__in=(one.pk, other.pk)).exists()
    assert bytes(met.drafts.get().choices_sealed) == kept


@pytest.mark.django_db(transaction=True)
def test_what_is_fetched_back_while_the_bin_is_emptied_stays_in_a_draft_too(met: Connection) -> None:
    row, back = factories.entry(met.owner, "the cellar"), threading.Event()
    people.draft(met, people.whole(row))
    due(row)

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone() != (0,))

    def fetch_back() -> None:
        try:
            with transaction.atomic():
                met.owner.entries.filter(pk=row.pk).update(binned_at=None)
                back.set()
                until(somebody_waits)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        fetched = pool.submit(fetch_back)
        assert back.wait(60)
        call_command("prune", verbosity=0)
        fetched.result()
    assert (Entry.objects.filter(pk=row.pk).exists(), str(row.pk) in draft_words(met.owner)) == (True, True)
