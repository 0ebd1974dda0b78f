"""Earlier versions: found again, read beside the present words, brought back; nothing of it deletes (trust R66, R70)."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal.models import Entry, Revision
from tests import factories
from tests.client import StrictClient
from tests.journal.conftest import Put
from tests.journal.test_boxes import fields

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


def listed(client: StrictClient, pk: UUID, more: str = "") -> list[tuple[str, str, str]]:
    """When, how it began, and why, of every line."""
    html = client.get(f"/kept/{pk}/earlier/{more}").content.decode()
    lines = html.split('class="kept-item"')[1:]
    texts = [re.sub(r"<[^>]+>", "|", line.split("</a>")[0].partition(">")[2]) for line in lines]
    return [
        (found[0], found[1], found[2])
        for text in texts
        if (found := [part.strip() for part in text.split("|") if part.strip()])
    ]


def earlier(row: Entry) -> list[tuple[str, str]]:
    return [(version.body, version.reason) for version in row.revisions.order_by("made_at")]


def test_earlier_versions_say_when_why_and_how_they_began(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "now")
    assert "how they were before can be read here" in signed_in.get(f"/kept/{row.pk}/earlier/").content.decode()
    for number, reason in enumerate(Revision.Reason.values):
        factories.revision(row, f"<b>text</b> {number}", reason=reason, made_at=NOON + timedelta(hours=number))
    assert listed(signed_in, row.pk) == [
        ("Monday 23 November 2026, 17:00", "&lt;b&gt;text&lt;/b&gt; 5", "Before an earlier one came back"),
        ("Monday 23 November 2026, 16:00", "&lt;b&gt;text&lt;/b&gt; 4", "When two versions met"),
        ("Monday 23 November 2026, 15:00", "&lt;b&gt;text&lt;/b&gt; 3", "Kept on purpose"),
        ("Monday 23 November 2026, 14:00", "&lt;b&gt;text&lt;/b&gt; 2", "Before much was taken out"),
        ("Monday 23 November 2026, 13:00", "&lt;b&gt;text&lt;/b&gt; 1", "Before a large change"),
        ("Monday 23 November 2026, 12:00", "&lt;b&gt;text&lt;/b&gt; 0", "While you were writing"),
    ]


def test_earlier_versions_page_by_key_in_as_many_queries_for_one_as_for_fifty(
    ada: User, signed_in: StrictClient
) -> None:
    row, counts = factories.entry(ada, "now"), []
    for number in range(50):
        factories.revision(row, f"text {number}", made_at=NOON + timedelta(minutes=number // 3))
        if number in {0, 2, 49}:
            with CaptureQueriesContext(connection) as queries:
                signed_in.get(f"/kept/{row.pk}/earlier/")
            counts.append(len(queries))
    assert counts == [5, 5, 5]
    pages, more = [], ""
    while more is not None:
        html = signed_in.get(f"/kept/{row.pk}/earlier/{more}").content.decode()
        pages.append([text for _, text, _ in listed(signed_in, row.pk, more)])
        found = re.search(r"/earlier/(\?before=[0-9a-f-]+)", html)
        more = found[1] if found else None  # type: ignore[assignment]
    assert [len(page) for page in pages] == [20, 20, 10]
    assert {text for page in pages for text in page} == {f"text {number}" for number in range(50)}
    for before in ("x", "", str(uuid4())):
        assert len(listed(signed_in, row.pk, f"?before={before}")) == 20


def test_version_is_read_beside_the_present_words_in_as_many_queries_however_many(
    ada: User, signed_in: StrictClient
) -> None:
    row = factories.entry(ada, "the wind lives here")
    version = factories.revision(row, "the rain lives here", reason="kept", made_at=NOON)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            html = signed_in.get(f"/kept/{row.pk}/earlier/{version.pk}/").content.decode()
        counts.append(len(queries))
        factories.revision(row), factories.revision(row)
    assert counts == [5, 5]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == ["As it was", "As it is now"]
    assert re.findall(r"<mark>(.*?)</mark>", html) == ["rain", "wind"]
    assert "Monday 23 November 2026, 12:00. Kept on purpose" in html
    assert re.findall(r'<form[^>]*action="(/kept/[^"]*)"', html) == [f"/kept/{row.pk}/earlier/{version.pk}/restore/"]
    assert row.revisions.count() == 5


def test_restoring_keeps_what_stood_there_and_an_open_page_ends_beside_it(
    ada: User, signed_in: StrictClient, put: Put
) -> None:
    row = factories.entry(ada, "as it is")
    version = factories.revision(row, "as it was", rev=0)
    for _ in range(2):
        answer = signed_in.post(f"/kept/{row.pk}/earlier/{version.pk}/restore/")
        assert answer["Location"] == f"/kept/{row.pk}/"
    row.refresh_from_db()
    assert (row.body, row.rev) == ("as it was", 2)
    assert earlier(row)[1:] == [("as it is", "restored")]
    conflict = put(row.pk, "as it is, and on", 1).json()["conflict"]
    assert Entry.objects.get(pk=conflict).body == "as it is, and on"
    assert Entry.objects.get(pk=row.pk).body == "as it was"
    back = row.revisions.get(reason="restored")
    signed_in.post(f"/kept/{row.pk}/earlier/{back.pk}/restore/")
    assert Entry.objects.get(pk=row.pk).body == "as it is"


@pytest.mark.parametrize("shut", ["version", "entry"])
def test_what_cannot_be_opened_says_so_and_nothing_is_written_over_it(
    ada: User, signed_in: StrictClient, shut: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = factories.entry(ada, "as it is")
    version = factories.revision(row, "as it was")
    broken: Entry | Revision = version if shut == "version" else row
    type(broken).objects.filter(pk=broken.pk).update(body_sealed=b"nothing sealed")
    page = signed_in.get(f"/kept/{row.pk}/earlier/{version.pk}/").content.decode()
    assert (page.count("This one cannot be opened just now"), "Bring this one back" in page) == (1, False)
    assert ("as it is" in page, "as it was" in page) == (shut == "version", shut == "entry")
    assert len(listed(signed_in, row.pk)) == 1
    answer = signed_in.post(f"/kept/{row.pk}/earlier/{version.pk}/restore/")
    assert answer["Location"] == f"/kept/{row.pk}/earlier/{version.pk}/"
    broken.refresh_from_db()
    assert (bytes(broken.body_sealed), row.revisions.count()) == (b"nothing sealed", 1)
    kind = "revision" if shut == "version" else "entry"
    assert f"decrypt_failed {kind}={broken.pk}" in caplog.messages


def test_version_kept_on_purpose_stands_among_the_earlier_ones_once(
    ada: User, signed_in: StrictClient, put: Put
) -> None:
    row = factories.entry(ada, "one", kept_at=None)
    data = {**fields(ada, "one, kept"), "go": "version"}
    data |= {"words.entry": str(row.pk), "words.base_rev": "1", "words.about": ""}
    assert "Keep this version" in signed_in.get(f"/kept/{row.pk}/edit/").content.decode()
    for _ in range(2):
        answer = signed_in.post(f"/kept/{row.pk}/edit/?next=/home/", data)
        assert answer["Location"] == f"/kept/{row.pk}/edit/?next=%2Fhome%2F"
    assert "This version is kept." in signed_in.get(answer["Location"]).content.decode()
    assert earlier(row) == [("one, kept", "kept")]
    put(row.pk, "two" * 300, 2)
    assert earlier(row) == [("one, kept", "kept")]
    row.refresh_from_db()
    assert (row.rev, row.kept_at) == (3, None)


def test_what_was_let_go_shows_its_versions_and_brings_none_back(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "as it is", binned_at=timezone.now())
    version = factories.revision(row, "as it was")
    page = signed_in.get(f"/kept/{row.pk}/earlier/{version.pk}/").content.decode()
    assert "Bring this one back" not in page
    assert signed_in.post(f"/kept/{row.pk}/earlier/{version.pk}/restore/").status_code == 404
