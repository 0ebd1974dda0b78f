"""Two versions of one text: both are shown, somebody decides, and every word stays readable (trust R60)."""

import re
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from journal import conflicts, turns
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.journal.conftest import Put
from vault import keyring

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


@pytest.fixture
def forked(ada: User, signed_in: StrictClient, put: Put) -> tuple[UUID, UUID]:
    """An entry and its copy: two pages were open on “one”, and both went on."""
    pk = factories.entry(ada, "one", kept_at=None).pk
    put(pk, "one, from here", 1)
    return pk, UUID(put(pk, "one, from there", 1).json()["conflict"])


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


def choose(client: Client, copy: UUID, chosen: UUID, seen: str = "") -> str:
    seen = seen or field(page(client, f"/kept/{copy}/compare/"), "seen")
    answer = client.post(f"/kept/{copy}/compare/choose/", {"chosen": str(chosen), "seen": seen})
    assert answer.status_code == 302
    return answer["Location"]


def out(person: User) -> dict[UUID, str]:
    return {row.pk: row.body for row in person.entries.out()}


def earlier(person: User, pk: UUID) -> list[tuple[str, str]]:
    rows = person.revisions.filter(entry=pk).order_by("made_at")
    return [(row.body, row.reason) for row in rows]


def test_compare_shows_both_with_what_differs_in_words(signed_in: StrictClient, forked: tuple[UUID, UUID]) -> None:
    pk, copy = forked
    html = page(signed_in, f"/kept/{copy}/compare/")
    assert page(signed_in, f"/kept/{pk}/compare/").count("<mark>") == 2
    assert re.findall(r"<mark>(.*?)</mark>", html) == ["here", "there"]
    assert re.findall(r'<span class="unseen"> (.*?) </span>', html) == ["only here:", "end of that."] * 2
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == ["As it stands", "From another page or device"]
    assert html.count("Last changed on ") == 2
    assert re.findall("<title>(.*?)</title>", html) == ["Compare"]
    assert re.findall(r"Keep both|Copy across(?=</a>)", html) == ["Keep both", "Copy across"]


@pytest.mark.parametrize("where", ["", "edit/"])
def test_undecided_version_is_told_of_on_both_pages(
    signed_in: StrictClient, forked: tuple[UUID, UUID], where: str
) -> None:
    pk, copy = forked
    assert "Another version was kept." in page(signed_in, f"/kept/{pk}/{where}")
    assert f'href="/kept/{pk}/compare/"' in page(signed_in, f"/kept/{pk}/{where}")
    assert "This is another version of something you have here." in page(signed_in, f"/kept/{copy}/{where}")
    assert "compare/" not in page(signed_in, f"/kept/{factories.entry(Entry.objects.get(pk=pk).owner).pk}/{where}")


def test_choosing_what_stands_makes_the_copy_an_earlier_version(
    ada: User, signed_in: StrictClient, forked: tuple[UUID, UUID]
) -> None:
    pk, copy = forked
    assert choose(signed_in, copy, pk) == f"/kept/{pk}/?gone={copy}"
    assert out(ada) == {pk: "one, from here"}
    assert earlier(ada, pk) == [("one, from here", "conflict"), ("one, from there", "conflict")]
    html = page(signed_in, f"/kept/{pk}/?gone={copy}")
    assert (f'action="/kept/{copy}/unbin/"' in html, "compare/" in html) == (True, False)
    signed_in.post(f"/kept/{copy}/unbin/")
    assert f'href="/kept/{pk}/compare/"' in page(signed_in, f"/kept/{pk}/")


def test_choosing_the_copy_makes_what_stood_an_earlier_version(
    ada: User, signed_in: StrictClient, put: Put, forked: tuple[UUID, UUID]
) -> None:
    pk, copy = forked
    choose(signed_in, copy, copy)
    assert out(ada) == {pk: "one, from there"}
    assert earlier(ada, pk) == [("one, from here", "conflict")]
    assert Entry.objects.get(pk=pk).kept_at is None
    answer = put(pk, "one, from an open page", 2).json()
    assert (answer["conflict"] is None, out(ada)[pk]) == (False, "one, from there")


def test_choosing_twice_or_what_had_changed_decides_nothing_unseen(
    ada: User, signed_in: StrictClient, put: Put, forked: tuple[UUID, UUID]
) -> None:
    pk, copy = forked
    seen = field(page(signed_in, f"/kept/{copy}/compare/"), "seen")
    put(copy, "one, from there, and on", 1)
    assert choose(signed_in, copy, pk, seen) == f"/kept/{copy}/compare/"
    assert "so here they are again" in page(signed_in, f"/kept/{copy}/compare/")
    assert len(out(ada)) == 2
    choose(signed_in, copy, pk)
    assert choose(signed_in, copy, pk, seen) == f"/kept/{copy}/compare/"
    assert signed_in.get(f"/kept/{copy}/compare/")["Location"] == f"/kept/{copy}/"
    assert len(earlier(ada, pk)) == 2


def test_keeping_both_makes_two_of_their_own(ada: User, signed_in: StrictClient, forked: tuple[UUID, UUID]) -> None:
    pk, copy = forked
    assert signed_in.post(f"/kept/{copy}/compare/both/")["Location"] == f"/kept/{pk}/"
    assert out(ada) == {pk: "one, from here", copy: "one, from there"}
    assert "Another version" not in page(signed_in, "/kept/")
    assert signed_in.get(f"/kept/{pk}/compare/")["Location"] == f"/kept/{pk}/"


def test_copying_across_writes_in_one_with_the_other_beside_it(
    ada: User, signed_in: StrictClient, forked: tuple[UUID, UUID]
) -> None:
    pk, copy = forked
    html = page(signed_in, f"/kept/{copy}/compare/")
    address = f"/kept/{pk}/edit/?beside={copy}&next=/kept/{copy}/compare/"
    assert address.replace("&", "&amp;") in html
    html = page(signed_in, address)
    assert re.findall(r'is-as-typed" dir="auto">(.*?)</div>', html) == ["one, from there"]
    assert ">\none, from here</textarea>" in html
    stranger = factories.entry(factories.person(), "theirs")
    for beside in (stranger.pk, uuid4(), "x"):
        assert "is-as-typed" not in page(signed_in, f"/kept/{pk}/edit/?beside={beside}")


def test_several_copies_are_decided_one_after_the_other(
    ada: User, signed_in: StrictClient, put: Put, forked: tuple[UUID, UUID]
) -> None:
    pk, copy = forked
    second = UUID(put(pk, "one, from afar", 1).json()["conflict"])
    third = UUID(put(copy, "one, from there, elsewhere", 0).json()["conflict"])  # a copy of a copy
    told = page(signed_in, f"/kept/{pk}/")
    assert "2 other versions were kept." in told
    assert "They came from other pages or devices." in told
    assert f"/kept/{second}/compare/choose/" in page(signed_in, f"/kept/{pk}/compare/")
    assert f'href="/kept/{copy}/compare/"' in page(signed_in, f"/kept/{second}/compare/")
    assert choose(signed_in, copy, pk) in {f"/kept/{second}/compare/", f"/kept/{third}/compare/"}
    assert choose(signed_in, third, pk) == f"/kept/{second}/compare/"
    assert choose(signed_in, second, second) == f"/kept/{pk}/"
    assert out(ada) == {pk: "one, from afar"}
    texts = {text for text, _ in earlier(ada, pk)}
    assert texts == {"one, from here", "one, from there", "one, from there, elsewhere"}


def test_conflict_of_a_turn_is_told_of_on_its_letter_and_keeping_both_makes_it_the_next_turn(
    ada: User, signed_in: StrictClient, put: Put, thread: Entry
) -> None:
    turn = thread.children.get(voice="child")
    put(turn.pk, "the wind, from here", 1)
    copy = UUID(put(turn.pk, "the wind, from there", 1).json()["conflict"])
    for one in (thread.pk, turn.pk):
        assert f'href="/kept/{one}/compare/"' in page(signed_in, f"/kept/{one}/")
        assert f"/kept/{copy}/compare/choose/" in page(signed_in, f"/kept/{one}/compare/")
    assert signed_in.post(f"/kept/{copy}/compare/both/")["Location"] == f"/kept/{thread.pk}/"
    said = [row.body for row in turns.of(ada, thread)]
    assert said == ["the roof", "the wind, from here", "the wind, from there", "the torch"]


def test_conflict_of_a_turn_that_went_into_its_letter_is_with_the_letter(
    ada: User, signed_in: StrictClient, put: Put, thread: Entry
) -> None:
    turn = thread.children.get(voice="child")
    put(turn.pk, "the wind, from here", 1)
    copy = UUID(put(turn.pk, "the wind, from there", 1).json()["conflict"])
    turns.merge(ada, thread)
    html = page(signed_in, f"/kept/{thread.pk}/compare/")
    assert ("The whole letter" in html, html.count("Choose this one")) == (True, 1)
    assert choose(signed_in, copy, thread.pk) == f"/kept/{thread.pk}/?gone={copy}"
    assert ("the wind, from there", "conflict") in earlier(ada, thread.pk)


@pytest.mark.parametrize("shut", ["entry", "copy"])
def test_version_that_cannot_be_opened_is_said_to_be_and_neither_takes_its_place(
    ada: User, signed_in: StrictClient, forked: tuple[UUID, UUID], shut: str
) -> None:
    pk, copy = forked
    broken = pk if shut == "entry" else copy
    Entry.objects.filter(pk=broken).update(body_sealed=b"nothing sealed")
    html = page(signed_in, f"/kept/{copy}/compare/")
    assert html.count("This one cannot be opened just now") == 1
    assert re.findall(r'is-as-typed" dir="auto">(.*?)</div>', html) == [
        "one, from there" if shut == "entry" else "one, from here"
    ]
    assert ("Choose this one" in html, "Copy across" in html, "Keep both" in html) == (False, False, True)
    for chosen in forked:
        assert choose(signed_in, copy, chosen, "2.1") == f"/kept/{copy}/compare/"
    assert ada.entries.out().count() == 2
    assert bytes(Entry.objects.get(pk=broken).body_sealed) == b"nothing sealed"
    assert signed_in.post(f"/kept/{copy}/compare/both/").status_code == 302


def test_copy_beside_what_was_let_go_is_decided(ada: User, signed_in: StrictClient, forked: tuple[UUID, UUID]) -> None:
    pk, copy = forked
    signed_in.post(f"/kept/{pk}/bin/")
    assert "compare/" not in page(signed_in, f"/kept/{copy}/")
    assert [signed_in.get(f"/kept/{one}/compare/").status_code for one in forked] == [302, 302]
    signed_in.post(f"/kept/{pk}/unbin/")
    assert "compare/" in page(signed_in, f"/kept/{copy}/")


def test_two_longest_texts_are_shown_whole(ada: User, signed_in: StrictClient) -> None:
    texts = [" ".join(f"{mark}{number}" for number in range(28_000)) for mark in "ab"]
    row = factories.entry(ada, texts[0])
    factories.entry(ada, texts[1], conflict_of=row)
    html = page(signed_in, f"/kept/{row.pk}/compare/")
    assert ([text in html for text in texts], "whole paragraphs are marked" in html) == ([True, True], True)


URLS = (
    "compare/",
    "compare/choose/",
    "compare/both/",
    "note/",
    "earlier/",
    "earlier/{revision}/",
    "earlier/{revision}/restore/",
)
POSTS = {"compare/choose/", "compare/both/", "earlier/{revision}/restore/"}


@pytest.mark.parametrize("url", URLS)
def test_new_pages_are_for_whom_they_belong_to_and_for_their_method(
    ada: User, bob: User, signed_in: StrictClient, url: str
) -> None:
    """A stranger's id and one of nobody get the same answer; signed out, and by a wrong method, nothing happens."""
    theirs, mine = factories.entry(bob, "bob's"), factories.entry(ada, "mine")
    factories.entry(bob, "bob's copy", conflict_of=theirs)
    version = {row: factories.revision(row, "before").pk for row in (theirs, mine)}
    send = signed_in.post if url in POSTS else signed_in.get
    paths = [
        f"/kept/{pk}/{url.format(revision=which)}" for pk, which in ((theirs.pk, version[theirs]), (uuid4(), uuid4()))
    ]
    answers = [send(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    crossed = send(f"/kept/{mine.pk}/{url.format(revision=version[theirs])}")
    assert crossed.status_code == (404 if "{" in url else 302 if "compare" in url else 200)
    path = f"/kept/{mine.pk}/{url.format(revision=version[mine])}"
    wrong = [signed_in.put(path), *([signed_in.get(path)] if url in POSTS else [])]
    assert {answer.status_code for answer in wrong} == {405}
    assert (StrictClient().post if url in POSTS else StrictClient().get)(path).status_code == 302
    with keyring.opened_for(bob.pk, purpose="a test"):
        assert {row.body for row in bob.entries.out()} == {"bob's", "bob's copy"}


def test_entry_takes_six_queries_with_one_copy_as_with_three(
    ada: User, signed_in: StrictClient, put: Put, forked: tuple[UUID, UUID]
) -> None:
    pk, _ = forked
    counts = []
    for text in ("", "two", "three"):
        if text:
            put(pk, text, 1)
        for path in (f"/kept/{pk}/", f"/kept/{pk}/compare/"):
            with CaptureQueriesContext(connection) as queries:
                signed_in.get(path)
            counts.append(len(queries))
    assert counts == [6] * 6
    assert len(conflicts.undecided(ada, Entry.objects.get(pk=pk))) == 3
