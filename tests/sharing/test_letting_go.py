"""An import that is taken out again asks about copies of its pieces on sheets, as letting one of them go does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import copies
from journal.models import Entry
from sharing import sheets
from sharing.models import Connection, Sheet
from tests import factories
from tests.exercises.pages import Page
from tests.journal.importing.archives import START, dayone, entry, send, zipped
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db
WORDS = ("the pier", "the quay", "the edited", "the ticked")


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
