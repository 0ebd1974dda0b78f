"""Trust §5, table B, where it meets stored words: through the script's address and through a page's form.

Each test is named after its row. tests/innerchild/test_bad_input.py has what needs no stored text; B14 is in
test_pace.py; the whole matrix of B12 is walked elsewhere, its cell for writing is here.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.journal.conftest import Put
from vault import keyring

pytestmark = pytest.mark.django_db
BEFORE = "what was there before"

type Post = Callable[..., Any]


@pytest.fixture
def row(ada: User) -> Entry:
    return factories.entry(ada, BEFORE)


@pytest.fixture
def browser(ada: User) -> StrictClient:
    client = StrictClient()
    client.raise_request_exception = False
    client.force_login(ada)
    return client


@pytest.fixture
def post(ada: User, browser: StrictClient, row: Entry) -> Post:
    """Send the form of the entry's page; keywords change single fields."""

    def send(text: object, **change: object) -> Any:
        box = {"text": text, "entry": row.pk, "op": uuid4(), "base_rev": 1, "after": "", "about": "", **change}
        fields = {"writer": str(ada.pk), "box": "words", **{f"words.{name}": value for name, value in box.items()}}
        return browser.post(f"/kept/{row.pk}/edit/", fields)

    return send


def now(row: Entry) -> str:
    return Entry.objects.get(pk=row.pk).body


NUL = [
    pytest.param("a\x00b", "ab", id="B1-nul"),
    pytest.param("\x00", "", id="B1-nothing-but-nul"),
    pytest.param('{"a": "\\u0000"}', '{"a": "\\u0000"}', id="B2-escaped-nul"),
]
FINE = [
    pytest.param("\u202eabc\u202c \u2066x\u2069", id="B8-override"),
    pytest.param("Z" + "\u0301" * 100, id="B8-zalgo"),
    pytest.param("👩‍👩‍👧‍👦 👨🏽‍🚀", id="B8-family"),
    pytest.param("e" + "\u0323" * 10_000, id="B8-ten-thousand-marks"),
    pytest.param("\ufeff begins with a mark", id="B8-bom"),
    pytest.param("\ue000 \uf8ff \U0010ffff \ufffe \uffff \ufdd0", id="B8-private-and-none"),
    pytest.param("w" * 200_000, id="B9-one-long-word"),
    pytest.param("x\n" * 100_000, id="B9-a-hundred-thousand-lines"),
    pytest.param("   \t  ", id="B9-only-spaces"),
    pytest.param("a\u2028b\u2029c\x85d\x0be", id="B9-other-line-ends"),
    pytest.param("<script>alert(1)</script><img src=x onerror=alert(1)>", id="B10-script"),
    pytest.param("{{ request.user.email }} {% url 'home' %} {# a #}", id="B10-template"),
    pytest.param('=HYPERLINK("https://evil.example") +1 -1 @SUM(A1)', id="B10-formula"),
    pytest.param("a\nSet-Cookie: sid=1\n\nb", id="B10-header"),
    pytest.param("</textarea><form action=https://evil.example>", id="B10-textarea"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), NUL)
def test_bad_writing_nul_is_taken_out(put: Put, post: Post, row: Entry, sent: str, kept: str) -> None:
    assert put(row.pk, sent, 1).status_code == 200
    assert now(row) == kept
    assert post(f"{sent}.", base_rev=2).status_code == 302
    assert now(row) == f"{kept}."


@pytest.mark.parametrize("text", FINE)
def test_bad_writing_comes_back_as_it_was_typed(
    put: Put, post: Post, browser: StrictClient, row: Entry, text: str
) -> None:
    browser.typed = [text, text.strip()]
    assert put(row.pk, text, 1).status_code == 200
    assert now(row) == text
    page = browser.get(f"/kept/{row.pk}/")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "onerror=alert(1)>" not in page.text.replace("&gt;", "")
    assert post(text.replace("\n", "\r\n"), base_rev=2).status_code == 302
    assert now(row) == text


def test_b9_every_kind_of_line_end_is_kept_but_crlf(put: Put, row: Entry) -> None:
    put(row.pk, "a\r\nb\rc\n\rd\r\r\ne", 1)
    assert now(row) == "a\nb\rc\n\rd\r\ne"


PUT_REFUSED = [
    pytest.param(400, b"\xff\xfe", {}, id="B3-bytes"),
    pytest.param(400, b"ab\xc0\xaf", {}, id="B3-overlong"),
    pytest.param(400, b"\xed\xa0\x80", {}, id="B3-surrogate"),
    pytest.param(400, "a".encode("utf-16"), {"Content_Type": "text/plain; charset=utf-16"}, id="B4-utf-16"),
    pytest.param(400, b"a", {"Content_Type": "text/plain; charset=latin-1"}, id="B4-latin-1"),
    pytest.param(400, b'{"text": "\\ud800"}', {"Content_Type": "application/json"}, id="B5-json"),
    pytest.param(400, b"[" * 100_000, {"Content_Type": "application/json"}, id="B5-deep"),
    pytest.param(413, b"a" * 10_000_000, {}, id="B6-ten-megabytes"),
    pytest.param(413, b"a" * 200_001, {}, id="B6-one-more-than-fits"),
    pytest.param(400, b"a", {"Transfer_Encoding": "chunked"}, id="B6-unknown-length"),
    pytest.param(400, b"a", {"If_Match": '"-1"'}, id="B13-rev-below-nothing"),
    pytest.param(400, b"a", {"If_Match": f'"{2**63}"'}, id="B13-rev-too-high"),
    pytest.param(400, b"a", {"If_Match": '"abc"'}, id="B13-rev-no-number"),
    pytest.param(400, b"a", {"Idempotency_Key": "x"}, id="B13-no-operation"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers"), PUT_REFUSED)
def test_bad_writing_is_refused_and_nothing_is_stored(
    put: Put, row: Entry, status: int, body: bytes, headers: dict[str, object]
) -> None:
    response = put(row.pk, body, 1, **headers)
    assert (response.status_code, response.json()["error"]) == (status, {400: "bad", 413: "large"}[status])
    assert (now(row), Entry.objects.get(pk=row.pk).rev) == (BEFORE, 1)


FORM_REFUSED = [
    pytest.param(400, {"base_rev": -1}, id="B13-rev-below-nothing"),
    pytest.param(400, {"base_rev": 2**63}, id="B13-rev-too-high"),
    pytest.param(400, {"base_rev": "abc"}, id="B13-rev-no-number"),
    pytest.param(400, {"op": "x\x00"}, id="B2-nul-in-a-field"),
    pytest.param(400, {"text": ["one", "two"]}, id="B7-field-twice"),
    pytest.param(422, {"text": "a" * 200_001}, id="B6-one-more-than-fits"),
    pytest.param(413, {"text": "a" * 10_000_000}, id="B6-ten-megabytes"),
]


@pytest.mark.parametrize(("status", "change"), FORM_REFUSED)
def test_bad_form_is_refused_and_nothing_is_stored(
    post: Post, row: Entry, status: int, change: dict[str, object]
) -> None:
    assert post(**{"text": "the next words", **change}).status_code == status
    assert (now(row), Entry.objects.get(pk=row.pk).rev) == (BEFORE, 1)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(400, b"box=words&words.text=a", f"{FORM}; charset=utf-16", id="B4-utf-16"),
        pytest.param(400, b"box=words&words.text=a", f"{FORM}; charset=latin-1", id="B4-latin-1"),
        pytest.param(400, b"&".join(b"f%d=1" % n for n in range(1001)), FORM, id="B7-a-thousand-fields"),
        pytest.param(400, b"box=words&box=words&words.text=a", FORM, id="B7-box-twice"),
        pytest.param(400, b"box=words&words.text=%FF%FE", FORM, id="B3-bytes-in-half-a-form"),
        pytest.param(400, b"junk", "multipart/form-data; boundary=", id="B7-broken-multipart"),
    ],
)
def test_bad_form_body_is_refused(browser: StrictClient, row: Entry, status: int, body: bytes, kind: str) -> None:
    assert browser.post(f"/kept/{row.pk}/edit/", body, content_type=kind).status_code == status
    assert now(row) == BEFORE


def test_b3_form_with_broken_bytes_keeps_what_can_be_read(ada: User, browser: StrictClient, row: Entry) -> None:
    """Browsers cannot send it; Django reads what is left, and what was there is among the earlier versions."""
    body = f"writer={ada.pk}&box=words&words.entry={row.pk}&words.op={uuid4()}&words.base_rev=1&words.text=a%FFb"
    assert browser.post(f"/kept/{row.pk}/edit/", body, content_type=FORM).status_code == 302
    assert (now(row), [one.body for one in row.revisions.all()]) == ("a\ufffdb", [BEFORE])


def test_b11_forged_token_wrong_method_other_host(ada: User, row: Entry) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    address = f"/kept/{row.pk}/text/"
    script = {"X-Requested-With": "journal", "X-CSRFToken": "x" * 64}
    assert client.put(address, b"a", content_type="text/plain", headers=script).json() == {"error": "csrf"}
    assert client.post(f"/kept/{row.pk}/edit/", {"box": "words"}).status_code == 403
    assert client.get(address).status_code == 405
    assert client.put(address, b"a", HTTP_HOST="evil.example").status_code == 400
    assert now(row) == BEFORE


@pytest.mark.parametrize("way", ["B12-script", "B13-form"])
def test_entry_of_somebody_else_is_not_found(bob: User, put: Put, post: Post, row: Entry, way: str) -> None:
    with keyring.opened_for(bob.pk, purpose="a test"):
        his = factories.entry(bob, "bob's own")
        if way == "B12-script":
            assert put(his.pk, "mine now", 1).status_code == 404
        else:
            assert post("mine now", entry=his.pk).status_code == 422
        assert now(his) == "bob's own"


def test_b13_operation_used_again_for_other_words(put: Put, post: Post, row: Entry) -> None:
    op = uuid4()
    put(row.pk, "one", 1, op=op)
    response = put(row.pk, "two", 2, op=op)
    assert (response.status_code, response.json()) == (422, {"error": "operation"})
    assert now(row) == "one"
    assert post("two", base_rev=2, op=op).status_code == 302  # a form cannot make an operation of its own
    assert now(row) == "two"
