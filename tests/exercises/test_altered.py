"""What cannot be opened any more stops no page, and is never written over."""

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages

FIRST = "/steps/hello/first-words/"


def test_home_greets_without_a_name_that_cannot_be_opened(signed_in: StrictClient, person: User) -> None:
    User.objects.filter(pk=person.pk).update(name_sealed=b"altered", child_word_sealed=b"altered")
    assert pages.get(signed_in, "/home/").heading in {"Good morning.", "Hello.", "Good evening.", "A quiet hour."}
    assert signed_in.get("/steps/letter/who/").status_code == 200


def test_an_open_answer_that_cannot_be_opened_gives_way_to_an_empty_box(signed_in: StrictClient, person: User) -> None:
    spoiled = factories.entry(person, "spoiled", kept_at=None)
    Entry.objects.filter(pk=spoiled.pk).update(body_sealed=b"altered")
    assert pages.press(signed_in, FIRST, "keep", {"first-words.text": "new words"}) != FIRST
    spoiled.refresh_from_db()
    assert bytes(spoiled.body_sealed) == b"altered"
    assert person.entries.exclude(pk=spoiled.pk).count() == 1
