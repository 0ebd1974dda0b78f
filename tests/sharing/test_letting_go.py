"""An import that is taken out again asks about copies of its pieces on sheets, as letting one of them go does.

And what goes for good is gone from what is being put together, however it goes.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
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
from vault import keyring

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
    thread = factories.entry(person, "", kind="letter", voice="both", rev=0)
    turns = [factories.entry(person, text, kind="letter", voice="adult", parent=thread) for text in ("one", "two")]
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
