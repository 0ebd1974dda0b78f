"""What was kept, newest first: a page of it, and what stays out of sight."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal import kept
from journal.models import Entry
from tests import factories

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def many(person: User, count: int) -> list[Entry]:
    """Newest first; three on each day, two of them in the same moment."""
    return [
        factories.entry(
            person,
            f"text {n}",
            local_date=date(2026, 11, 23) - timedelta(days=n // 3),
            created_at=START - timedelta(hours=n // 2),
            id=UUID(int=10_000 - n),
        )
        for n in range(count)
    ]


def shown(page: object) -> list[UUID]:
    return [UUID(pk) for pk in re.findall(r'id="item-([0-9a-f-]{36})"', page.content.decode())]  # type: ignore[attr-defined]


def earlier(page: object) -> str:
    found = re.search(r'href="(/[a-z/]+\?before=[^"]+)"', page.content.decode())  # type: ignore[attr-defined]
    return found[1] if found else ""


def line(page: object, row: Entry) -> str:
    """The words of one line, as somebody reads them."""
    html = page.content.decode().split(f'id="item-{row.pk}"')[1].split("</a>")[0].partition(">")[2]  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_kept_pages_by_key_and_shows_everything_once(ada: User, signed_in: Client) -> None:
    rows = many(ada, 45)
    pages, address = [], "/kept/"
    while address:
        page = signed_in.get(address)
        pages.append(shown(page))
        address = earlier(page)
    assert [len(one) for one in pages] == [20, 20, 5]
    assert [pk for one in pages for pk in one] == [row.pk for row in rows]


def test_kept_is_totally_ordered(ada: User) -> None:
    assert kept.listed(ada).totally_ordered is True


def test_kept_earlier_by_htmx_is_only_the_next_lines(ada: User, signed_in: Client) -> None:
    many(ada, 25)
    address = earlier(signed_in.get("/kept/"))
    part = signed_in.get(address, headers={"HX-Request": "true", "HX-Target": "earlier"})
    text = part.content.decode()
    assert (len(shown(part)), "<html" in text, "<h2>" in text, "<h3>" in text) == (5, False, False, False)
    assert part["Vary"].replace(" ", "").split(",")[:2] == ["HX-Request", "HX-Target"]


@pytest.mark.parametrize("before", ["x", "AAAA", "A" * 38, "%00", "Zm9v" * 20, "é"])
def test_kept_from_a_place_that_is_none_is_400(signed_in: Client, before: str) -> None:
    assert signed_in.get("/kept/", {"before": before}).status_code == 400


def test_kept_takes_as_many_queries_for_one_as_for_three_hundred(ada: User, signed_in: Client) -> None:
    many(ada, 1)
    with CaptureQueriesContext(connection) as one:
        signed_in.get("/kept/")
    Entry.objects.bulk_create([factories_copy(Entry.objects.get(), n) for n in range(299)])
    with CaptureQueriesContext(connection) as all_of_them:
        page = signed_in.get("/kept/")
    assert (len(shown(page)), len(one), len(all_of_them)) == (20, 5, 5)


def test_kept_asks_once_for_the_first_turns_of_all_letters(ada: User, signed_in: Client) -> None:
    asked = []
    for count in (1, 19):
        for _number in range(count):
            letter = factories.entry(ada, "", kind="letter", voice="both", rev=0)
            factories.entry(ada, "said first", kind="letter", parent=letter, position=1)
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get("/kept/")
        asked.append(len(queries))
    assert (asked, len(shown(page)), page.content.count(b"said first")) == ([6, 6], 20, 20)


def factories_copy(row: Entry, number: int) -> Entry:
    text = row.body
    row = Entry.objects.get(pk=row.pk)
    row.pk = uuid4()
    row.body = f"{text} {number}"
    return row


def test_kept_shows_words_kind_and_voice(ada: User, signed_in: Client) -> None:
    answer = factories.entry(
        ada, "muddy, quick,\n always up a tree and further up <b>than</b> that", question="Which few words?"
    )
    letter = factories.entry(ada, "Dear small one", kind="letter", voice="adult", question="Write")
    titled = factories.entry(ada, "Dear", kind="letter", voice="child", title="The crooked roof")
    begins = factories.entry(ada, "The roof. It leaks", kind="letter", title="The roof")
    other = factories.entry(ada, "… roofs", kind="letter", title="The roof")
    opened = factories.entry(ada, "half a", kept_at=None, question="Lost afternoons")
    copy = factories.entry(ada, "elsewhere", conflict_of=answer, question="Which few words?")
    page = signed_in.get("/kept/")
    assert line(page, answer) == "Which few words? muddy, quick, always up a tree and further Answer"
    assert line(page, letter) == "Dear small one Letter, grown-up me"
    assert line(page, titled) == "The crooked roof Dear Letter, younger me"
    assert line(page, begins) == "The roof It leaks Letter"
    assert line(page, other) == "The roof … roofs Letter"
    assert line(page, opened) == "Lost afternoons half a Answer, open"
    assert line(page, copy) == "Which few words? elsewhere Another version, kept"
    assert re.findall(r"<h2>(.*?)</h2>|<h3>(.*?)</h3>", page.content.decode()) == [
        ("September to November 2026", ""), ("", "November"),
    ]  # fmt: skip


def test_kept_hides_what_is_in_the_drawer_or_let_go_or_sealed_or_anothers(
    ada: User, bob: User, signed_in: Client
) -> None:
    here = factories.entry(ada, "here")
    drawer = factories.entry(ada, "drawer words", drawer=True)
    sealed = factories.entry(ada, "sealed words", kind="letter", voice="adult", sealed_until=date(2999, 3, 1))
    due = factories.entry(ada, "due words", kind="letter", sealed_until=date(2020, 3, 1))
    factories.entry(ada, "let go", binned_at=timezone.now())
    factories.entry(bob, "bob's")
    page = signed_in.get("/kept/")
    assert set(shown(page)) == {here.pk, sealed.pk, due.pk}
    assert line(page, sealed) == "Folded until 1 March 2999"
    assert line(page, due) == "due words Letter"
    assert shown(signed_in.get("/kept/drawer/")) == [drawer.pk]


def test_kept_shows_a_letter_by_turns_as_one_line(ada: User, signed_in: Client) -> None:
    thread = factories.entry(ada, "", kind="letter", voice="both", rev=0)
    empty = factories.entry(ada, "", kind="letter", voice="both", rev=0)
    factories.entry(ada, "second turn", kind="letter", voice="child", parent=thread, position=1)
    factories.entry(ada, "first turn", kind="letter", voice="adult", parent=thread, position=0)
    factories.entry(ada, "let go", kind="letter", voice="adult", parent=empty, binned_at=timezone.now())
    page = signed_in.get("/kept/")
    assert shown(page) == [thread.pk]
    assert line(page, thread) == "first turn Letter, two voices"


def test_kept_with_a_tampered_row_shows_the_others(
    ada: User, signed_in: Client, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = factories.entry(ada, "readable words"), factories.entry(ada, "altered words")
    sealed = bytearray(bad.body_sealed)
    sealed[50] ^= 1
    Entry.objects.filter(pk=bad.pk).update(body_sealed=bytes(sealed), title_sealed=b"nothing sealed")
    page = signed_in.get("/kept/")
    assert line(page, good) == "Which few words would come first? readable words Answer"
    assert line(page, bad) == "Which few words would come first? This one cannot be opened just now Answer"
    assert [message for message in caplog.messages if "decrypt_failed" in message] == [f"decrypt_failed entry={bad.pk}"]
    assert "This one cannot be opened just now" in signed_in.get(f"/kept/{bad.pk}/").content.decode()
    assert signed_in.get(f"/kept/{bad.pk}/edit/").status_code == 302


def test_kept_without_anything_says_what_could_be_here(signed_in: Client) -> None:
    text = signed_in.get("/kept/").content.decode()
    assert ("Entries rest here, newest first, once you keep one." in text, "<h2>" in text) == (True, False)


@pytest.mark.parametrize("path", ["/kept/", "/kept/drawer/", "/kept/bin/"])
def test_lists_are_for_those_signed_in_and_only_read(signed_in: Client, path: str) -> None:
    assert signed_in.post(path).status_code == 405
    response = Client().get(path)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")
