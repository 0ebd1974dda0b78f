"""The page that sends it: who may, what is asked first, what the answer says of itself, and that nothing stays."""

import html
import io
import json
import os
import re
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from innerchild.pace import Pace
from journal import rows
from journal.export.forms import FORMS, KINDS
from journal.models import Entry
from journal.views import export as page
from tests import factories
from tests.client import StrictClient
from tests.export import life
from tests.export.reading import unpacked

pytestmark = pytest.mark.django_db
EXPORT = "/settings/export/"
LAST = 2**128 - 1  # as a key: read after all others
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PACE", Pace(at_once=6, per_second=1 / 600, people=10))


@pytest.fixture
def person() -> User:
    return factories.person()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for what has no other place: elsewhere others lay things down, too."""
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def signed_in(client: StrictClient, person: User) -> StrictClient:
    """Signed in, and who they are was shown a moment ago."""
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


def chosen(form: str = "archive", **changed: Any) -> dict[str, Any]:
    return {"form": form, "kinds": list(KINDS), "since": "", "until": "", **changed}


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_leaves_as_a_file_that_names_nobody_and_stays_nowhere(
    client: StrictClient, person: User, temporary: Path, form: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        factories.entry(person, "the kestrel")
        response = signed_in(client, person).post(EXPORT, chosen(form))
        data = body(response)
    assert response.status_code == 200
    ending = {"book": "html", "fhir": "json"}.get(form, "zip")
    assert response["Content-Disposition"] == f'attachment; filename="notes-{form}-2026-11-28.{ending}"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store, private")
    files = unpacked(io.BytesIO(data)) if ending == "zip" else {"": data}
    assert [name for name in files if not name.isascii()] == []
    assert any(b"the kestrel" in text for text in files.values())
    assert person.email.encode() not in b"".join(files.values())
    assert list(temporary.iterdir()) == []


def test_who_they_are_is_asked_first_and_a_stale_proof_keeps_what_was_chosen(
    client: StrictClient, person: User
) -> None:
    assert client.get(EXPORT)["Location"].startswith("/accounts/login/")
    with time_machine.travel(NOW, tick=False) as clock:
        factories.entry(person)
        signed_in(client, person)
        assert client.get(EXPORT).status_code == 200
        clock.shift(301)
        assert client.get(EXPORT)["Location"] == f"{reverse('account_reauthenticate')}?next={EXPORT}"
        late = client.post(EXPORT, chosen("book", since="2026-03-01", kinds=["letters"], binned="on"))
        assert late.status_code == 422
        assert not late.streaming
        assert 'value="book" checked' in late.text
        assert 'value="2026-03-01"' in late.text
        assert late.text.count("checked") == 3
        assert f'href="{reverse("account_reauthenticate")}?next={reverse("signed_in")}"' in late.text
        client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
        assert client.post(EXPORT, chosen("book")).streaming


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"form": ""}, "Its form is still open."),
        ({"form": "pdf"}, "isn’t on this page any more"),
        ({"kinds": []}, "Nothing is ticked yet."),
        ({"since": "yesterday"}, "That day could not be read."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "before the day it starts with"),
    ],
)
def test_what_cannot_be_taken_is_said_kindly_and_the_rest_stays(
    client: StrictClient, person: User, changed: dict[str, Any], said: str
) -> None:
    factories.entry(person)
    answer = signed_in(client, person).post(EXPORT, chosen(**{"binned": "on", **changed}))
    assert (answer.status_code, said in answer.text) == (422, True)
    assert '<input type="checkbox" name="binned" checked' in answer.text


def test_somebody_with_nothing_is_told_so_and_a_stranger_gets_only_their_own(
    client: StrictClient, person: User
) -> None:
    other = factories.person()
    factories.entry(other, "the kestrel")
    empty = signed_in(client, person).get(EXPORT)
    assert ("What you keep here can come along from this page" in empty.text, 'name="form"' in empty.text) == (
        True,
        False,
    )
    data = body(client.post(EXPORT, chosen("fhir")))
    assert json.loads(data).get("entry", []) == []
    assert client.put(EXPORT).status_code == 405


def test_the_seventh_in_a_row_waits(client: StrictClient, person: User) -> None:
    factories.entry(person)
    signed_in(client, person)
    assert [client.post(EXPORT, chosen("fhir")).status_code for _ in range(7)] == [*[200] * 6, 429]


def test_one_that_fails_on_its_way_never_ends_as_if_it_were_whole(
    client: StrictClient, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        factories.entry(person, f"{number} {os.urandom(60_000).hex()}")
    signed_in(client, person)
    real = rows.told
    monkeypatch.setattr(rows, "told", lambda row: 1 / 0 if row.pk.int == LAST else real(row))
    Entry.objects.filter(pk=factories.entry(person).pk).update(id=UUID(int=LAST))
    sent = b""
    response: Any = client.post(EXPORT, chosen())
    coming = iter(response.streaming_content)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - how far it came is what is looked at below
        while True:
            sent += next(coming)
    assert len(sent) > 500_000
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(sent))


def test_reading_costs_the_same_few_queries_for_one_and_for_three(
    client: StrictClient, person: User, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, person)
    for _ in range(2):
        factories.entry(person)
        factories.entry(person)
        with django_assert_max_num_queries(30):
            body(client.post(EXPORT, chosen("markdown")))


def test_a_whole_life_leaves_in_every_form(client: StrictClient, temporary: Path) -> None:
    """Every form is read as what it says it is, and has every piece with words in it."""
    person = life.live(seed=5)
    signed_in(client, person)
    data = {form: body(client.post(EXPORT, chosen(form, binned="on"))) for form in FORMS}
    assert list(temporary.iterdir()) == []
    files = {form: unpacked(io.BytesIO(data[form])) for form in ("archive", "markdown", "day-one")}
    kept = json.loads(files["archive"]["innerchild.json"])
    counts = {name: len(kept[name]) for name in ("entries", "revisions", "check_ins", "wishes", "places", "visits")}
    assert counts == {"entries": 38, "revisions": 24, "check_ins": 5, "wishes": 4, "places": 2, "visits": 2}
    lines = {line.strip() for row in kept["entries"] for line in row["body"].split("\n") if line.strip()}
    lines = {line for line in lines if "\x01" not in line}  # a page says otherwise what it cannot hold
    for book in (files["archive"]["book.html"], data["book"]):
        words = html.unescape(re.sub("<[^>]+>", "", book.decode()))
        assert [line for line in lines if line not in words] == []
    fronts = [text.decode().split("---\n")[1].splitlines() for text in files["markdown"].values()]
    types = Counter(line for front in fronts for line in front if line.startswith("type: "))
    assert all(name.endswith(".md") for name in files["markdown"])
    assert (len(fronts), types['type: "letter"'], types['type: "checkin"']) == (41, 12, 5)
    (journal,) = (json.loads(text)["entries"] for text in files["day-one"].values())
    assert (len(journal), all(entry["text"].startswith("# ") for entry in journal)) == (41, True)
    resources = Counter(entry["resource"]["resourceType"] for entry in json.loads(data["fhir"])["entry"])
    assert resources == {"QuestionnaireResponse": 32, "Observation": 5}
