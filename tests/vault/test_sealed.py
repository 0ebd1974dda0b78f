"""Sealed attributes on real models: what reaches the database, and what it takes to read it back."""

import copy
import json
import pickle
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, FieldFetchBlocked
from django.db import connection, models
from django.forms.models import model_to_dict
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from accounts.models import User
from exercises.models import Place
from journal.models import Entry
from tests import factories
from vault import keyring, opening
from vault.envelope import Refused
from vault.keyring import KeyNotInRing
from vault.sealed import Sealed

pytestmark = pytest.mark.django_db
WORDS = "the blue door behind the shed"
PRIVATE: dict[str, Any] = {"body": WORDS}


@pytest.fixture
def ada() -> User:
    return factories.person()


def values(owner: User, **changed: Any) -> dict[str, Any]:
    now = timezone.now()
    fixed = {"kind": "note", "step": "hello", "question_key": "k", "local_date": now.date(), "time_zone": "UTC"}
    return {"owner": owner, "created_at": now, "updated_at": now, **fixed, **changed}


def column(entry: Entry, name: str = "body_sealed") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM journal_entry WHERE id = %s", [entry.pk])
        return bytes(cursor.fetchone()[0])


def test_database_holds_no_text(ada: User) -> None:
    stored = column(factories.entry(ada, WORDS))
    assert (len(stored), [word for word in WORDS.split() if word.encode() in stored]) == (97, [])


def test_sealed_bytes_do_not_compress(ada: User) -> None:
    """Text would: the column of a long, repetitive letter has no more pattern than noise."""
    assert len(set(column(factories.entry(ada, WORDS * 500)))) == 256


@pytest.mark.parametrize("how", ["keyword", "create", "bulk_create", "assignment"])
def test_every_way_to_make_a_row_seals(ada: User, how: str) -> None:
    with keyring.opened_for(ada.pk, purpose="a test"):
        if how == "create":
            Entry.objects.create(**values(ada, body=WORDS))
        elif how == "bulk_create":
            Entry.objects.bulk_create([Entry(**values(ada, body=WORDS))])
        else:
            entry = Entry(**values(ada, **({"body": WORDS} if how == "keyword" else {})))
            entry.body = WORDS
            entry.save()
        entry = Entry.objects.get()
        assert (entry.body, WORDS.encode() in column(entry)) == (WORDS, False)


def test_making_a_row_needs_a_ring(ada: User) -> None:
    with pytest.raises(KeyNotInRing):
        Entry(**values(ada, body=WORDS))


def test_attribute_needs_the_owner_first(ada: User) -> None:
    unowned = values(ada)
    del unowned["owner"]
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(TypeError, match="Entry needs its id and owner"):
        Entry(**unowned, **PRIVATE)


def test_error_about_a_missing_owner_says_nothing_of_the_text(ada: User) -> None:
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(TypeError) as caught:
        Entry(**PRIVATE)
    assert WORDS not in repr(caught.value)


def test_reading_needs_a_ring_but_the_row_does_not(ada: User) -> None:
    factories.entry(ada, WORDS)
    entry = Entry.objects.get()
    assert (entry.kind, entry.rev) == ("answer", 1)
    with pytest.raises(KeyNotInRing):
        entry.body  # noqa: B018


def test_nothing_is_kept_on_the_instance(ada: User) -> None:
    """So a row may be pickled, copied, serialised or printed anywhere without its words."""
    factories.entry(ada, WORDS)
    with keyring.opened_for(ada.pk, purpose="a test"):
        entry = Entry.objects.get()
        assert entry.body == WORDS
        shown = [pickle.dumps(entry), serializers.serialize("json", [entry]), str(entry), model_to_dict(entry)]
        shown += [entry.__dict__, copy.copy(entry).__dict__]
    assert [view for view in map(repr, shown) if "blue door" in view] == []


def test_reading_twice_opens_twice(ada: User) -> None:
    entry = factories.entry(ada, WORDS)
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert entry.body == WORDS
    with pytest.raises(KeyNotInRing):
        entry.body  # noqa: B018


def test_refresh_brings_what_another_request_wrote(ada: User) -> None:
    entry = factories.entry(ada, "before")
    with keyring.opened_for(ada.pk, purpose="a test"):
        other = Entry.objects.get()
        other.body = "after"
        other.save()
        assert entry.body == "before"
        entry.refresh_from_db()
        assert entry.body == "after"


def test_saving_names_the_column(ada: User) -> None:
    entry = factories.entry(ada, "before")
    with keyring.opened_for(ada.pk, purpose="a test"):
        entry.body = "after"
        entry.save(update_fields=["body_sealed"])
        assert Entry.objects.get().body == "after"


@pytest.mark.parametrize("rows", [Entry.objects.only("kind"), Entry.objects.defer("body_sealed", "owner_id")])
def test_deferred_column_is_fetched_and_opened(ada: User, rows: models.QuerySet[Entry]) -> None:
    factories.entry(ada, WORDS)
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert rows.get().body == WORDS


def test_fetching_a_deferred_column_can_be_forbidden(ada: User) -> None:
    factories.entry(ada, WORDS)
    with keyring.opened_for(ada.pk, purpose="a test"):
        listed = Entry.objects.defer("body_sealed").fetch_mode(models.FETCH_RAISE).get()
        with pytest.raises(FieldFetchBlocked):
            listed.body  # noqa: B018


def test_words_cannot_be_queried(ada: User) -> None:
    """A filter on the attribute is an error, not an empty answer that looks like one."""
    with pytest.raises(FieldError, match="Cannot resolve keyword 'body'"):
        Entry.objects.filter(**PRIVATE)


def test_empty_text_is_sealed_and_null_reads_as_empty(ada: User) -> None:
    entry = factories.entry(ada, "")
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert (entry.body, len(column(entry)), entry.title, entry.title_sealed) == ("", 97, "", None)
        entry.title = ""
        assert len(bytes(entry.title_sealed or b"")) == 97
        entry.title = None
        assert entry.title_sealed is None


def test_swapped_columns_of_one_row_are_refused(ada: User) -> None:
    entry = factories.entry(ada, WORDS, title_sealed=None)
    Entry.objects.update(title_sealed=models.F("body_sealed"))
    entry.refresh_from_db()
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert entry.body == WORDS
        with pytest.raises(Refused):
            entry.title  # noqa: B018


def test_swapped_rows_of_one_person_are_refused(ada: User) -> None:
    first, second = factories.entry(ada, "first"), factories.entry(ada, "second")
    Entry.objects.filter(pk=second.pk).update(body_sealed=first.body_sealed)
    second.refresh_from_db()
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(Refused):
        second.body  # noqa: B018


def test_swapped_tables_of_one_person_are_refused(ada: User) -> None:
    entry = factories.entry(ada, WORDS)
    place = Place(id=entry.pk, owner=ada, box_sealed=entry.body_sealed)
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(Refused):
        place.box  # noqa: B018


@pytest.mark.parametrize("planted", [b"", WORDS.encode(), WORDS.encode() * 9, bytes(97)])
def test_planted_plain_text_is_refused(ada: User, planted: bytes) -> None:
    entry = factories.entry(ada)
    Entry.objects.update(body_sealed=planted)
    entry.refresh_from_db()
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(Refused) as caught:
        entry.body  # noqa: B018
    assert WORDS not in str(caught.value)


def test_copy_of_a_row_does_not_open(ada: User) -> None:
    entry = factories.entry(ada, WORDS)
    entry.pk = uuid4()
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(Refused):
        entry.body  # noqa: B018


def test_json_comes_back_whole(ada: User) -> None:
    choices = {"where": "a shore", "with": ["a dog", "nobody"], "light": 3, "warm": True, "name": "Ünä 💛", "no": None}
    place = Place(owner=ada)
    with keyring.opened_for(ada.pk, purpose="a test"):
        place.choices = choices
        assert (place.choices, b"shore" in bytes(place.choices_sealed)) == (choices, False)


def test_json_without_a_value_reads_as_empty(ada: User) -> None:
    assert Place(owner=ada, choices_sealed=None).choices == {}


@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(text=st.text())
def test_any_text_comes_back_whole(ada: User, text: str) -> None:
    entry = Entry(owner=ada)
    with keyring.opened_for(ada.pk, purpose="a test"):
        entry.body = text
        assert entry.body == text


def test_name_of_a_person_is_sealed_under_their_own_id(ada: User) -> None:
    with keyring.opened_for(ada.pk, purpose="a test"):
        ada.name = "Adelaide"
    ada.save()
    stored = bytes(User.objects.get().name_sealed or b"")
    with keyring.opened_for(ada.pk, purpose="a test"):
        assert (User.objects.get().name, b"Adelaide" in stored) == ("Adelaide", False)


def test_numbers_are_used_once() -> None:
    """A table has one number, a field of it another: two places with the same numbers could be swapped."""
    models_of: dict[int, set[str]] = {}
    places = []
    for model in opening.sealed_models():
        for attribute in opening.attributes(model).values():
            models_of.setdefault(attribute.table, set()).add(model._meta.label)
            places.append((attribute.table, attribute.field))
    assert [labels for labels in models_of.values() if len(labels) > 1] == []
    assert sorted(places) == sorted(set(places))


def test_numbers_are_the_ones_that_are_written_for_ever() -> None:
    """Renumbering would make everything kept unreadable; a new field adds a line here."""
    found = {
        f"{model._meta.label}.{name}": (attribute.table, attribute.field)
        for model in opening.sealed_models()
        for name, attribute in opening.attributes(model).items()
    }
    assert json.dumps(found, indent=1, sort_keys=True) == json.dumps(FOREVER, indent=1, sort_keys=True)


FOREVER = {
    "journal.Entry.body": (1, 1),
    "journal.Entry.title": (1, 2),
    "journal.Revision.body": (2, 1),
    "accounts.User.name": (3, 1),
    "accounts.User.child_word": (3, 2),
    "accounts.User.call": (3, 3),
    "exercises.Visit.choices": (4, 1),
    "exercises.Place.choices": (5, 1),
    "exercises.Place.box": (5, 2),
    "journal.Wish.text": (6, 1),
    "journal.CheckIn.answers": (7, 1),
    "journal.Import.name": (8, 1),
    "accounts.Device.what": (9, 1),
    "sharing.Connection.name": (10, 1),
    "sharing.DraftSheet.choices": (11, 1),
    "sharing.Sheet.ask": (12, 1),
    "sharing.Sheet.own_ask": (12, 2),
    "sharing.Sheet.own_whom": (12, 3),
    "sharing.SheetItem.words": (13, 1),
    "sharing.SheetItem.own_words": (13, 2),
    "sharing.Suggestion.sentence": (14, 1),
    "accounts.SecurityEvent.about": (20, 1),
}


def test_attribute_of_the_class_is_the_attribute_itself() -> None:
    assert isinstance(Entry.body, Sealed)
