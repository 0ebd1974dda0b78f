"""What does not open: a key that is lost, a value that was altered. The page says so kindly, goes on, and loses nothing.

Every sealed table that a page of sharing reads is altered in turn, and every such page is asked for.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from exercises.models import Place
from journal.models import CheckIn, Entry
from sharing import connections, drafts, sheets, windows
from sharing.models import Connection, DraftSheet, Sheet, SheetItem, Suggestion
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page
from tests.sharing import people
from tests.sharing.test_matrix import PRACTICE, patterns
from vault import keyring
from vault.models import ShareKey

pytestmark = pytest.mark.django_db
BROKEN = b"\x01" + bytes(100)
CLIENT = (
    "/home/", "/sharing/", "/sharing/{c}/", "/sharing/connect/{code}/", "/sharing/{c}/parting/", "/sharing/{c}/end/",
    "/sharing/{c}/sheet/", "/sharing/{c}/sheet/pick/", "/sharing/{c}/sheet/pieces/1/", "/sharing/{c}/sheet/pieces/5/",
    "/sharing/{c}/sheet/preview/", "/sharing/sheets/{s}/", "/sharing/sheets/{s}/window/",
)  # fmt: skip
THERAPIST = (
    "/practice/", "/practice/sheets/{s}/", "/practice/clients/{c}/suggest/", "/practice/clients/{c}/end/",
    "/practice/clients/{c}/parting/",
)  # fmt: skip
COLUMNS: dict[str, tuple[type[Model], str]] = {
    "what they are called": (Connection, "name_sealed"),
    "draft": (DraftSheet, "choices_sealed"),
    "ask": (Sheet, "ask_sealed"),
    "own ask": (Sheet, "own_ask_sealed"),
    "whom it was for": (Sheet, "own_whom_sealed"),
    "piece": (SheetItem, "words_sealed"),
    "own piece": (SheetItem, "own_words_sealed"),
    "suggestion": (Suggestion, "sentence_sealed"),
    "share keys": (ShareKey, "blob"),
    "entry": (Entry, "body_sealed"),
    "title": (Entry, "title_sealed"),
    "place": (Place, "choices_sealed"),
    "look": (CheckIn, "answers_sealed"),
    "own name": (User, "child_word_sealed"),
}


class Two:
    """A client and a therapist, each with a browser, and something of every kind between them."""

    def __init__(self) -> None:
        self.person, therapist = factories.person(child_word="Pip"), factories.person()
        self.row = people.connection(self.person, people.practice(therapist), "Bo")
        self.pieces = list(_pieces(self.person))
        self.sheet = people.sheet(self.row, *self.pieces, ask="slowly")
        people.draft(self.row, *self.pieces, ask="an ask of its own")
        with keyring.opened_for(therapist.pk, purpose="a test"):
            connections.suggest(self.row, "letter", "if you like")
        self.client, self.reader = StrictClient(), StrictClient()
        self.client.force_login(self.person)
        self.client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        people.with_factor(self.reader, therapist)

    def at(self, path: str) -> str:
        return path.format(c=self.row.pk, s=self.sheet.pk, code=self.row.practice.code)

    def asked(self) -> Iterator[tuple[str, Any]]:
        for path in CLIENT:
            yield path, self.client.get(self.at(path))
        for path in THERAPIST:
            yield path, self.reader.get(self.at(path))


def _pieces(person: User) -> Iterator[dict[str, Any]]:
    yield people.whole(factories.entry(person, "the roof"))
    yield people.passage(factories.entry(person, "one kestrel, two herons"), "two herons")
    older, newer = (factories.entry(person, words, question="Where?", question_key="q") for words in ("here", "there"))
    yield {"kind": "pair", "id": str(newer.pk), "beside": str(older.pk)}
    now = timezone.now()
    place = Place(owner=person, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
    with keyring.opened_for(person.pk, purpose="a test"):
        place.choices = {"name": "The low end"}
        place.save()
    yield {"kind": "place", "id": str(place.pk)}
    day = factories.check_in(person, line="a line").local_date.isoformat()
    yield {"kind": "looks", "since": day, "until": day, "fields": ["line"]}


@pytest.fixture
def two() -> Two:
    return Two()


def test_every_address_that_opens_something_is_asked_for() -> None:
    """A new page of a connection, a sheet or a practice's client is put to the table, too."""
    asked = {path.strip("/").replace("{c}", "#").replace("{s}", "#").replace("{code}", "#").replace("/1", "/#").replace("/5", "/#") for path in (*CLIENT, *THERAPIST)}  # fmt: skip
    said = {str(each.pattern).strip("/") for each in patterns() if each.pattern.converters and each.name not in PRESSES}
    said = {"/".join("#" if part.startswith("<") else part for part in path.split("/")) for path in said}
    assert {path for path in said if path.startswith(("sharing/", "practice/"))} - asked == {"practice/join/#"}
    assert {name for name, (_kind, methods, _who) in PRACTICE.items() if methods == ("POST",)} <= set(PRESSES)


PRESSES = ("connection_suggestions", "suggestion_away", "sheet_black", "sheet_stop", "practice_talked")


def test_what_was_altered_is_passed_by_on_every_page(two: Two) -> None:
    wrong = []
    table: dict[str, tuple[type[Model], str]] = {"nothing": (User, ""), **COLUMNS}
    for which, (model, column) in table.items():
        with transaction.atomic():
            if column:
                assert model._default_manager.update(**{column: BROKEN})
            wrong += [(which, path, answer.status_code) for path, answer in two.asked() if answer.status_code != 200]
            transaction.set_rollback(True)
    assert wrong == []


@pytest.mark.parametrize("which", ["altered", "lost"])
def test_a_key_that_is_gone_closes_its_sheet_and_no_page(two: Two, which: str) -> None:
    """What the client has of their own is whole; the therapist is told what cannot be opened, and keeps what they typed."""
    keys = ShareKey.objects.all()
    keys.update(blob=BROKEN) if which == "altered" else keys.delete()
    assert {answer.status_code for _path, answer in two.asked()} == {200}
    own, read = (two.client.get(two.at("/sharing/sheets/{s}/")), two.reader.get(two.at("/practice/sheets/{s}/")))
    assert ["two herons" in page.text for page in (own, read)] == [True, False]
    assert read.text.count("This one cannot be opened just now") == 5 * 2  # in its place, and among the ways there
    assert "What was asked for with it cannot be opened just now." in read.text
    assert "A name that cannot be opened just now" in two.reader.get("/practice/").text
    offered = two.reader.post(two.at("/practice/clients/{c}/suggest/"), {"step": "place", "sentence": "a kind line"})
    named = two.client.post(two.at("/sharing/connect/{code}/"), {"name": "Bo Lind"})
    assert [(page.status_code, words in page.text, "cannot be opened just now" in page.text) for page, words in ((offered, "a kind line"), (named, "Bo Lind"))] == [(422, True, True)] * 2  # fmt: skip


def test_a_sheet_opens_again_with_what_opens_of_it(two: Two) -> None:
    two.sheet.items.filter(position=1).update(own_words_sealed=BROKEN)
    Sheet.objects.update(own_ask_sealed=BROKEN)
    sheets.empty([two.sheet.pk])
    with keyring.opened_for(two.person.pk, purpose="a test"):
        assert sheets.move(two.person, two.sheet, windows.for_days(3, timezone.now()))
    page = two.reader.get(two.at("/practice/sheets/{s}/")).text
    assert [words in page for words in ("the roof", "two herons", "This one cannot be opened")] == [True, False, True]


PRESSED: dict[str, Callable[[Two], dict[str, Any]]] = {
    "/sharing/{c}/sheet/": lambda two: {"writer": str(two.person.pk), "rev": "1", "ask.text": "typed now", "black.text": "Ann", "rule": "days", "days": "3", "go": "look"},
    "/sharing/{c}/sheet/pick/": lambda two: {"pick": [f"entry:{two.person.entries.newest_first()[0].pk}"]},
    "/sharing/{c}/sheet/pieces/1/": lambda two: {"writer": str(two.person.pk), "how": "title"},
    "/sharing/{c}/sheet/preview/": lambda _two: {"seen": "x"},
    "/sharing/{c}/sheet/black/": lambda _two: {"phrase.text": "Ann"},
}  # fmt: skip


def test_a_sheet_in_the_making_that_does_not_open_is_put_aside_and_can_be_gone_on_with(two: Two) -> None:
    tray, page = two.at("/sharing/{c}/sheet/"), two.at("/sharing/{c}/")
    kept = bytes(DraftSheet.objects.get().choices_sealed)
    DraftSheet.objects.update(choices_sealed=BROKEN)
    told = [two.client.post(two.at(path), said(two)) for path, said in PRESSED.items()]
    assert [(answer.status_code, "cannot be opened just now" in answer.text) for answer in told] == [(422, True)] * 5
    assert "This sheet cannot be opened just now" in two.client.get(f"{tray}pick/").text  # before anything is ticked
    hold = {"X-Requested-With": "journal", "X-Writer": str(two.person.pk), "Idempotency-Key": str(two.row.pk)}
    assert two.client.post(tray, PRESSED["/sharing/{c}/sheet/"](two), headers=hold).status_code == 422
    form = Page(told[0])
    assert (form.fields["ask.text"], form.fields["black.text"], form.fields["days"]) == (["typed now"], ["Ann"], ["3"])
    assert (DraftSheet.objects.count(), bytes(DraftSheet.objects.get().choices_sealed)) == (1, BROKEN)
    for _press in range(2):
        assert two.client.post(tray, form.fields).status_code == 302
    new = Page(two.client.get(tray)).fields
    assert (new["ask.text"], new["black.text"], DraftSheet.objects.count()) == (["typed now"], ["Ann"], 2)
    shut = two.client.get(page).text
    assert ("It cannot be opened just now, and stays here as it is." in shut, "take-up" in shut) == (True, False)
    aside = DraftSheet.objects.exclude(put_aside_at=None)
    aside.update(choices_sealed=kept)
    assert "It opens again." in two.client.get(page).text
    for taken in ("x", str(two.row.pk), str(aside.get().pk)):
        assert two.client.post(tray, {"take-up": taken})["Location"] == tray
    assert Page(two.client.get(tray)).fields["ask.text"] == ["an ask of its own"]
    assert "It opens again." in two.client.get(page).text  # the other one is not lost for it
    connections.end(two.row, Connection.Side.CLIENT)
    over = two.client.get(page).text
    assert ["typed now" in over, "an ask of its own" in over] == [True, True]


def test_begun_anew_without_words_is_an_empty_tray_and_what_opens_is_never_put_aside(two: Two) -> None:
    tray = two.at("/sharing/{c}/sheet/")
    assert two.client.post(tray, {"anew": "1"})["Location"] == tray
    assert Page(two.client.get(tray)).fields["ask.text"] == ["an ask of its own"]
    DraftSheet.objects.update(choices_sealed=BROKEN)
    assert "Begin a new sheet" in two.client.get(tray).text
    two.client.post(tray, {"anew": "1"})
    assert Page(two.client.get(tray)).fields["ask.text"] == [""]
    with keyring.opened_for(two.person.pk, purpose="a test"):
        assert drafts.aside(two.row)[0][1] is False
