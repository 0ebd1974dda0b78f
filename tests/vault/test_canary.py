"""The canary search finds what was planted in each place; what the sealed models keep it finds nowhere (R28)."""

import base64
import json
import logging
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from exercises.models import Place, Visit
from journal.models import Entry, Revision
from tests import canary, factories
from vault import keyring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada() -> User:
    return factories.person()


def places(text: str) -> set[str]:
    """The kinds of place that hold the text: the first part of each name."""
    return {name.split("/")[0].partition(":")[0] for name in canary.places_holding(text)}


def into_body(owner: User, planted: bytes) -> None:
    entry = factories.entry(owner)
    Entry.objects.filter(pk=entry.pk).update(body_sealed=planted)


def test_unsealed_row_is_found(ada: User) -> None:
    text = canary.fresh()
    into_body(ada, b"before " + text.encode() + b" after")
    assert places(text) == {"pg_dump", "postgres"}


def test_unsealed_row_is_found_in_table_and_log_of_the_server(ada: User) -> None:
    """Base table and write-ahead log are both read, after a checkpoint."""
    text = canary.fresh()
    into_body(ada, text.encode())
    folders = {name.split("/")[1] for name in canary.places_holding(text) if name.startswith("postgres/")}
    assert folders == {"base", "pg_wal"}


def test_row_of_text_is_found(ada: User) -> None:
    text = canary.fresh()
    entry = factories.entry(ada)
    Entry.objects.filter(pk=entry.pk).update(question=text)
    assert places(text) == {"pg_dump", "postgres"}


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16-le"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "base64 at 0": lambda text: base64.b64encode(b"abc" + text.encode() + b"xy"),
    "base64 at 1": lambda text: base64.b64encode(b"a" + text.encode() + b"xyz"),
    "base64 at 2": lambda text: base64.b64encode(b"ab" + text.encode()),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"a" + text.encode()),
    "json": lambda text: json.dumps({"a": text}).encode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_is_found(spelling: str) -> None:
    text = canary.fresh()
    assert canary._holds([SPELLINGS[spelling](text)], canary.spellings(text))


def test_text_across_two_pieces_of_a_file_is_found() -> None:
    text = canary.fresh()
    assert canary._holds([text.encode()[:9], text.encode()[9:]], canary.spellings(text))


def test_other_text_is_not_found() -> None:
    assert not canary._holds([canary.fresh().encode() * 99], canary.spellings(canary.fresh()))


def test_text_packed_in_a_session_is_found_though_the_dump_hides_it() -> None:
    text = canary.fresh()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["a suspended request"] = {"post": [["words", text * 30]]}
    session.save()
    assert places(text) == {"django_session"}


def test_text_packed_in_the_cache_is_found() -> None:
    text = canary.fresh()
    cache.set("a-key", {"words": ["before", text]})
    assert "django_cache" in places(text)


def test_text_in_a_log_is_found() -> None:
    text = canary.fresh()
    logging.getLogger("journal").warning("could not keep %s", text)
    assert places(text) == {"run"}


def test_text_in_a_temporary_file_is_found() -> None:
    text = canary.fresh()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="planted-") as file:
        file.write(text)
        file.flush()
        assert canary.places_holding(text) == [f"temporary: {Path(file.name).name}"]


def test_what_sealed_models_keep_is_found_nowhere(ada: User) -> None:
    text = canary.fresh()
    with keyring.opened_for(ada.pk, purpose="a test"):
        ada.name = ada.child_word = text
        ada.save()
        entry = factories.entry(ada, text)
        entry.title = text
        entry.save()
        keep_the_rest(entry, text)
    assert canary.places_holding(text) == []


def keep_the_rest(entry: Entry, text: str) -> None:
    """Every sealed attribute of every other model."""
    now, owner = timezone.now(), entry.owner
    revision = Revision(owner=owner, entry=entry, rev=1, reason="kept", made_at=now)
    visit = Visit(owner=owner, step="hello", pack=1, screen="intro", opened_at=now, touched_at=now)
    place = Place(owner=owner, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
    revision.body = place.box = text * 200
    visit.choices = place.choices = {"words": text}
    for row in (revision, visit, place):
        row.save()
