"""Then and now: two answers to one question beside each other, only where there are two and only when asked for."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
START = date(2024, 3, 1)


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


def answers(person: User, count: int) -> list[Entry]:
    """To one question, the oldest first, a day between."""
    return [factories.entry(person, f"muddy, quick {n}", local_date=START + timedelta(days=n)) for n in range(count)]


def sides(page: str) -> list[str]:
    """Both texts as they read, what only one has in brackets."""
    texts = re.findall(r'<div class="written is-as-typed"[^>]*>(.*?)</div>', page, re.DOTALL)
    plain = [re.sub(r"<span class=.unseen.>.*?</span>", "", text) for text in texts]
    return [re.sub(r"<mark>(.*?)</mark>", r"[\1]", text) for text in plain]


def days(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>(\d[^<]*)</h2>", page)


def linked(client: StrictClient, row: Entry) -> bool:
    page: str = client.get(f"/kept/{row.pk}/").text
    return f'href="/kept/{row.pk}/then/"' in page


def test_the_answer_before_stands_first_each_under_its_own_question(ada: User, signed_in: StrictClient) -> None:
    old = factories.entry(ada, "muddy, quick", local_date=START, question="Which few words?", pack=1)
    new = factories.entry(ada, "muddy, <b>slow</b>", question="Which words come first?", pack=2)
    page = signed_in.get(f"/kept/{new.pk}/then/").text
    assert days(page) == ["1 March 2024", "23 November 2026"]
    assert sides(page) == ["muddy, [quick]", "muddy, [&lt;b&gt;slow&lt;/b&gt;]"]
    assert page.index("Which few words?") < page.index("Which words come first?")
    assert (page.count("only here:"), page.count("end of that."), "better" in page) == (2, 2, False)
    assert re.findall("<title>(.*?)</title>", page) == ["Compare"]
    assert sides(signed_in.get(f"/kept/{old.pk}/then/").text) == sides(page)
    plain = signed_in.get(f"/kept/{new.pk}/then/?plain=").text
    assert (sides(plain), "only here:" in plain) == (["muddy, quick", "muddy, &lt;b&gt;slow&lt;/b&gt;"], False)


def test_any_two_can_be_chosen_by_links(ada: User, signed_in: StrictClient) -> None:
    rows = answers(ada, 24)
    here = f"/kept/{rows[10].pk}/then/"
    assert days(signed_in.get(here).text) == ["10 March 2024", "11 March 2024"]
    page = signed_in.get(here).text
    links = re.findall(r'href="\?with=([0-9a-f-]{36})"( aria-current="true")?', page)
    assert ([UUID(pk) for pk, _ in links], [bool(now) for _, now in links].count(True)) == (
        [row.pk for row in reversed(rows) if row.pk != rows[10].pk][:20], 1,
    )  # fmt: skip
    assert days(signed_in.get(f"{here}?with={rows[23].pk}").text) == ["11 March 2024", "24 March 2024"]
    (earlier,) = re.findall(r'href="(\?before=[^"#]+)', page)
    more = re.findall(r'href="\?before=[^"]*?with=([0-9a-f-]{36})"|href="\?with=', signed_in.get(here + earlier).text)
    assert [UUID(pk) for pk in more] == [row.pk for row in reversed(rows[:3])]
    for strange in (uuid4(), "x", rows[10].pk):
        assert days(signed_in.get(f"{here}?with={strange}").text) == ["10 March 2024", "11 March 2024"]


AWAY: list[dict[str, object]] = [
    {"binned_at": timezone.now()},
    {"sealed_until": date(2999, 1, 1)},
    {"drawer": True},
    {"kept_at": None},
    {"kind": "gift"},
    {"kind": "letter", "voice": "adult"},
    {"rev": 0},
]


@pytest.mark.parametrize("away", AWAY, ids=[next(iter(one)) + str(n) for n, one in enumerate(AWAY)])
def test_nothing_put_away_is_taken_out_for_this(ada: User, signed_in: StrictClient, away: dict[str, object]) -> None:
    """Broken once by leaving out each condition of `others`, and of `_is_answer`."""
    row, hidden = factories.entry(ada, "one"), factories.entry(ada, "hidden away", **away)
    for here in (row, hidden):
        answer = signed_in.get(f"/kept/{here.pk}/then/", {"with": str(row.pk if here is hidden else hidden.pk)})
        assert (answer.status_code, answer["Location"], linked(signed_in, here)) == (302, f"/kept/{here.pk}/", False)
    factories.entry(ada, "two")
    page = signed_in.get(f"/kept/{row.pk}/then/", {"with": str(hidden.pk)}).text
    links = signed_in.get(f"/kept/{row.pk}/then/").text
    assert (linked(signed_in, row), "hidden away" in page, str(hidden.pk) in links) == (True, False, False)


def test_another_question_copy_note_or_person_is_no_answer_to_this_one(
    ada: User, bob: User, signed_in: StrictClient
) -> None:
    row = factories.entry(ada, "one")
    factories.entry(ada, question_key="hopes")
    factories.entry(ada, step="kindness")
    copy = factories.entry(ada, conflict_of=row)
    factories.entry(ada, kind="note", parent=row)
    theirs = factories.entry(bob)
    assert [linked(signed_in, here) for here in (row, copy)] == [False, False]
    assert signed_in.get(f"/kept/{row.pk}/then/", {"with": str(theirs.pk)}).status_code == 302
    assert [signed_in.get(f"/kept/{pk}/then/").status_code for pk in (theirs.pk, uuid4())] == [404, 404]


def test_one_that_cannot_be_opened_leaves_the_other_readable(ada: User, signed_in: StrictClient) -> None:
    old, new = answers(ada, 2)
    Entry.objects.filter(pk=old.pk).update(body_sealed=b"nothing sealed")
    page = signed_in.get(f"/kept/{new.pk}/then/").text
    assert (sides(page), "This one cannot be opened just now" in page) == (["muddy, quick 1"], True)


def test_then_takes_as_many_queries_for_two_as_for_three_hundred(ada: User, signed_in: StrictClient) -> None:
    old, new = answers(ada, 2)
    counts = []
    for more in (0, 2, 298):
        rows = [Entry.objects.get(pk=old.pk) for _ in range(more)]
        for row in rows:
            row.pk = uuid4()
            row.body = "another"
        Entry.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(f"/kept/{new.pk}/then/")
        counts.append(len(asked))
    assert counts == [6, 6, 6]


def test_then_is_for_those_signed_in_and_only_read(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada)
    assert signed_in.post(f"/kept/{row.pk}/then/").status_code == 405
    assert Client().get(f"/kept/{row.pk}/then/").status_code == 302
