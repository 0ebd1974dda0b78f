"""The save protocol through its one address: what is stored, what is answered, what is refused."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from journal import saving
from journal.models import Entry, Revision, SaveOperation
from tests import factories
from tests.journal.conftest import ABOUT, Put
from vault import keyring

pytestmark = pytest.mark.django_db


def text_of(pk: UUID) -> str:
    return Entry.objects.get(pk=pk).body


def test_save_new_text_creates_what_the_token_says(ada: User, put: Put) -> None:
    pk, op = uuid4(), uuid4()
    answer = put(pk, "muddy, quick 💛", op=op).json()
    row = ada.entries.get(pk=pk)
    assert (row.body, row.rev, row.kind, row.step, row.question) == (
        "muddy, quick 💛",
        1,
        "answer",
        "hello",
        "Which few words?",
    )
    assert (row.kept_at, row.time_zone, row.resurfacing) == (None, "UTC", "never")
    digest = hashlib.sha256("muddy, quick 💛".encode()).hexdigest()[:16]
    saved_at = row.updated_at.isoformat()
    assert answer == {
        "op": str(op),
        "rev": 1,
        "saved_at": saved_at,
        "sha256": digest,
        "conflict": None,
        "replay": False,
    }


def test_save_on_known_base_replaces_the_text(ada: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "one")
    assert put(pk, "two", 1).json()["rev"] == 2
    assert text_of(pk) == "two"
    assert ada.entries.count() == 1


def test_save_repeated_gets_the_same_answer(ada: User, put: Put) -> None:
    pk, op = uuid4(), uuid4()
    first = put(pk, "one", op=op).json()
    put(pk, "two", 1)
    assert put(pk, "one", op=op).json() == {**first, "replay": True}
    assert (text_of(pk), SaveOperation.objects.count()) == ("two", 2)


def test_save_known_operation_with_other_text_is_refused(ada: User, put: Put) -> None:
    pk, op = uuid4(), uuid4()
    put(pk, "one", op=op)
    assert put(pk, "two", 1, op=op).status_code == 422
    assert text_of(pk) == "one"


def test_save_on_an_older_base_keeps_both(ada: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "one")
    put(pk, "two, from here", 1)
    answer = put(pk, "two, from there", 1).json()
    copy = ada.entries.get(pk=answer["conflict"])
    assert (copy.body, copy.rev, copy.conflict_of_id, copy.kept_at is None) == (
        "two, from there",
        answer["rev"],
        pk,
        False,
    )
    assert (text_of(pk), Entry.objects.get(pk=pk).rev) == ("two, from here", 2)
    assert [(row.body, row.reason) for row in Revision.objects.all()] == [("two, from here", "conflict")]


def test_save_of_a_conflict_goes_on_in_its_copy(ada: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "one")
    put(pk, "here", 1)
    answer = put(pk, "there", 1).json()
    assert put(UUID(answer["conflict"]), "there, and on", answer["rev"]).json()["conflict"] is None
    assert {row.body for row in ada.entries.all()} == {"here", "there, and on"}


def test_save_that_takes_a_copy_for_its_base_loses_nothing(ada: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "here")
    rev = put(pk, "there").json()["rev"]
    put(pk, "there, and on", rev)
    found = {row.body for row in ada.entries.all()} | {row.body for row in Revision.objects.all()}
    assert found == {"here", "there", "there, and on"}


def test_save_of_identical_text_on_an_older_base_makes_no_copy(ada: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "one")
    put(pk, "two", 1)
    answer = put(pk, "two", 1).json()
    assert (answer["rev"], answer["conflict"], ada.entries.count()) == (2, None, 1)


def test_save_after_a_lost_answer_is_no_conflict_with_oneself(ada: User, put: Put) -> None:
    pk, lost = uuid4(), uuid4()
    put(pk, "one")
    put(pk, "two", 1, op=lost)
    assert put(pk, "two and a half", 1, X_After=lost).json() | {"op": 0, "saved_at": 0, "sha256": 0} == {
        "op": 0, "rev": 3, "saved_at": 0, "sha256": 0, "conflict": None, "replay": False,
    }  # fmt: skip
    assert (text_of(pk), ada.entries.count()) == ("two and a half", 1)


def test_save_after_a_lost_answer_that_somebody_wrote_over_keeps_both(ada: User, put: Put) -> None:
    pk, lost = uuid4(), uuid4()
    put(pk, "one")
    put(pk, "two", 1, op=lost)
    put(pk, "three, from elsewhere", 2)
    assert put(pk, "two and a half", 1, X_After=lost).json()["conflict"] is not None
    assert text_of(pk) == "three, from elsewhere"


def test_save_takes_an_entry_out_of_the_bin(ada: User, put: Put) -> None:
    row = factories.entry(ada, "let go", binned_at=timezone.now())
    put(row.pk, "let go, or not", 1)
    assert Entry.objects.get(pk=row.pk).binned_at is None


def test_save_of_a_turn_makes_its_thread_and_takes_it_out_of_the_bin(ada: User, put: Put) -> None:
    pk, root = uuid4(), uuid4()
    about = replace(ABOUT, kind="letter", voice="child", parent=root, position=3)
    put(pk, "the wind lives there", X_About=about.token(ada.pk))
    thread = ada.entries.get(pk=root)
    assert (thread.kind, thread.voice, thread.rev, thread.position, ada.entries.get(pk=pk).parent_id) == (
        "letter",
        "both",
        0,
        0,
        thread.pk,
    )
    ada.entries.filter(pk=thread.pk).update(binned_at=timezone.now())
    put(pk, "the wind lives there, and me", 1, X_About=about.token(ada.pk))
    assert ada.entries.filter(binned_at=None).count() == 2


@pytest.mark.parametrize("entry", ["foreign", "unknown"])
def test_save_to_an_entry_of_nobody_here_is_the_same_404(ada: User, bob: User, put: Put, entry: str) -> None:
    pk = factories.entry(bob, "bob's").pk if entry == "foreign" else uuid4()
    token = ABOUT.token(ada.pk) if entry == "foreign" else ABOUT.token(bob.pk)
    response = put(pk, "mine", X_About=token)
    assert (response.status_code, response.json()) == (404, {"error": "missing"})
    with keyring.opened_for(bob.pk, purpose="a test"):
        assert [row.body for row in Entry.objects.filter(pk=pk)] == ["bob's"] * (entry == "foreign")


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, {"If_Match": '"-1"'}),
        (400, {"If_Match": f'"{2**63}"'}),
        (400, {"If_Match": '"abc"'}),
        (400, {"If_Match": "1"}),
        (400, {"If_Match": None}),
        (400, {"Idempotency_Key": "x"}),
        (400, {"Idempotency_Key": None}),
        (400, {"X_After": "x"}),
        (400, {"Content_Type": "text/plain; charset=utf-16"}),
        (400, {"Content_Type": "text/plain; charset=latin-1"}),
        (400, {"Content_Type": "application/json"}),
        (409, {"X_Writer": None}),
        (409, {"X_Writer": uuid4()}),
        (404, {"X_About": None}),
        (404, {"X_About": "forged:token:here"}),
    ],
)  # fmt: skip
def test_save_with_a_bad_header_stores_nothing(ada: User, put: Put, status: int, headers: dict[str, object]) -> None:
    assert put(uuid4(), "words", **headers).status_code == status
    assert (Entry.objects.count(), SaveOperation.objects.count()) == (0, 0)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"ab\xc0\xaf", b"\xed\xa0\x80"])
def test_save_of_broken_utf8_stores_nothing(ada: User, put: Put, body: bytes) -> None:
    assert put(uuid4(), body).status_code == 400
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\r\nb", "a\nb"),
        ("a\r\x00\nb", "a\nb"),
        ("a\rb\u2028c", "a\rb\u2028c"),
        ("\ufeff \n ", "\ufeff \n "),
    ],
)
def test_save_changes_nul_and_crlf_and_nothing_else(ada: User, put: Put, sent: str, kept: str) -> None:
    pk = uuid4()
    assert put(pk, sent).json()["sha256"] == hashlib.sha256(kept.encode()).hexdigest()[:16]
    assert text_of(pk) == kept


def test_save_counts_the_limit_with_lf_and_cuts_nothing(ada: User, put: Put) -> None:
    pk = uuid4()
    assert put(pk, "💛" * 199_999 + "\r\n").status_code == 200
    assert put(pk, "a" * 200_001, 1).status_code == 413
    assert text_of(pk) == "💛" * 199_999 + "\n"


@pytest.mark.parametrize(("size", "status"), [(800_000, 200), (800_001, 413)])
def test_save_of_more_bytes_than_a_full_box_has_is_refused_unread(ada: User, put: Put, size: int, status: int) -> None:
    nothing_but_noughts = b"\0" * (size - 1) + b"a"
    assert put(uuid4(), nothing_but_noughts).status_code == status


def test_save_of_ten_megabytes_is_refused_as_too_large(ada: User, put: Put) -> None:
    response = put(uuid4(), b"a" * 10_000_000)
    assert (response.status_code, response.json()) == (413, {"error": "large"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_save_of_any_text_comes_back_exactly(ada: User, text: str) -> None:
    wanted = saving.Save(entry=uuid4(), operation=uuid4(), base_rev=0, text=text, about=ABOUT)
    saved = saving.save(ada, wanted)
    expected = text.replace("\x00", "").replace("\r\n", "\n")
    assert (text_of(saved.entry), saved.sha256) == (expected, saving.fingerprint(expected))


def test_save_signed_out_is_401_and_never_a_redirect(ada: User, put: Put, signed_in: Client) -> None:
    signed_in.logout()
    response = put(uuid4(), "words")
    assert (response.status_code, response.json()) == (401, {"error": "session"})
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_save_by_another_method_is_405(ada: User, signed_in: Client, method: str) -> None:
    assert getattr(signed_in, method)(f"/kept/{uuid4()}/text/").status_code == 405


def test_save_without_a_csrf_token_is_403(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    headers = {
        "X-Requested-With": "journal",
        "If-Match": '"0"',
        "Idempotency-Key": str(uuid4()),
        "X-Writer": str(ada.pk),
    }
    assert client.put(f"/kept/{uuid4()}/text/", b"a", content_type="text/plain", headers=headers).status_code == 403


def test_save_ignores_columns_a_page_may_not_set(ada: User, bob: User, put: Put) -> None:
    pk = uuid4()
    put(pk, "words", X_Owner=bob.pk, Owner_Id=bob.pk, Rev=9)
    row = Entry.objects.get(pk=pk)
    assert (row.owner_id, row.rev) == (ada.pk, 1)


def test_save_of_a_tampered_row_keeps_the_new_words_beside_it(
    ada: User, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    row = factories.entry(ada, "the first words")
    sealed = bytearray(row.body_sealed)
    sealed[40] ^= 1
    Entry.objects.filter(pk=row.pk).update(body_sealed=bytes(sealed))
    copy = put(row.pk, "the next words", 1).json()["conflict"]
    assert text_of(UUID(copy)) == "the next words"
    assert bytes(Entry.objects.get(pk=row.pk).body_sealed) == bytes(sealed)
    assert f"decrypt_failed entry={row.pk}" in caplog.messages


def test_save_logs_no_words(ada: User, put: Put, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    pk, op = uuid4(), uuid4()
    put(pk, "canarywords", op=op)
    put(pk, "canarywords again", 1, op=op)
    put(pk, "canarywords" * 20_000, 1)
    assert [
        record
        for record in caplog.records
        if "canarywords" in record.getMessage() and record.name != "django.db.backends"
    ] == []
    assert "canarywords" not in repr(saving.Save(entry=pk, operation=op, base_rev=0, text="canarywords"))


def statements(queries: CaptureQueriesContext) -> list[str]:
    ends = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(ends)]


def test_save_takes_five_statements_one_more_for_a_new_entry_and_seven_with_a_revision(ada: User, put: Put) -> None:
    pk = uuid4()
    with CaptureQueriesContext(connection) as new:
        put(pk, "one")
    with CaptureQueriesContext(connection) as ordinary:
        put(pk, "two", 1)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)), CaptureQueriesContext(connection) as revised:
        put(pk, "three", 2)
    assert Revision.objects.count() == 1
    assert [len(statements(queries)) for queries in (new, ordinary, revised)] == [6, 5, 7]
