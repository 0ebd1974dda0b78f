"""One entry's page, letting it go and back, and the turns of a letter."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import turns
from journal.models import Entry
from tests import factories
from tests.journal.conftest import ABOUT

pytestmark = pytest.mark.django_db
POSTS = ("bin", "unbin", "drawer", "turns/merge")


def read(client: Client, pk: UUID, page: str = "") -> str:
    return client.get(f"/kept/{pk}/{page}").content.decode()


def order(thread: Entry) -> list[str]:
    return [turn.body for turn in turns.of(thread.owner, thread)]


def test_entry_shows_its_words_inert(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada, "one <script>alert(1)</script> {{ 7 }}\n\ntwo")
    page = read(signed_in, row.pk)
    assert "<p>one &lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }}</p>\n\n<p>two</p>" in page
    assert re.findall(r"<title>(.*?)</title>", page) == ["Kept"]
    assert re.findall(r"<h1[^>]*><bdi>(.*?)</bdi></h1>", page) == ["Which few words would come first?"]
    assert "Monday 23 November 2026, Answer" in page


@pytest.mark.parametrize("page", ["", "read/", "edit/"])
def test_entry_pages_of_a_stranger_are_the_404_of_a_random_one(bob: User, signed_in: Client, page: str) -> None:
    answers = [signed_in.get(f"/kept/{pk}/{page}") for pk in (factories.entry(bob).pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("action", POSTS)
def test_entry_posts_to_a_stranger_change_nothing(bob: User, signed_in: Client, action: str) -> None:
    row = factories.entry(bob, kind="letter", voice="both")
    answers = [signed_in.post(f"/kept/{pk}/{action}/") for pk in (row.pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    row.refresh_from_db()
    assert (row.binned_at, row.drawer, row.rev) == (None, False, 1)


@pytest.mark.parametrize("action", POSTS)
def test_entry_posts_need_a_post_and_a_person(ada: User, signed_in: Client, action: str) -> None:
    row = factories.entry(ada)
    assert signed_in.get(f"/kept/{row.pk}/{action}/").status_code == 405
    assert Client().post(f"/kept/{row.pk}/{action}/").status_code == 302
    row.refresh_from_db()
    assert (row.binned_at, row.drawer) == (None, False)


def test_letting_go_offers_it_back_at_once_and_keeps_it_thirty_days(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada, "let go")
    answer = signed_in.post(f"/kept/{row.pk}/bin/")
    assert answer["Location"] == f"/kept/?gone={row.pk}"
    shelf = signed_in.get(answer["Location"]).content.decode()
    assert (f'action="/kept/{row.pk}/unbin/"' in shelf, f"item-{row.pk}" in shelf) == (True, False)
    assert (f"item-{row.pk}" in signed_in.get("/kept/bin/").content.decode(), "thirty days" in shelf) == (True, True)
    signed_in.post(f"/kept/{row.pk}/unbin/")
    assert [item.body for item in ada.entries.out()] == ["let go"]
    assert f"item-{row.pk}" in signed_in.get("/kept/").content.decode()


@pytest.mark.parametrize("gone", ["x", "", str(uuid4())], ids=["no id", "nothing", "of nobody"])
def test_kept_offers_back_only_what_was_let_go(ada: User, bob: User, signed_in: Client, gone: str) -> None:
    theirs = factories.entry(bob, binned_at=timezone.now())
    for pk in (gone, theirs.pk, factories.entry(ada).pk):
        assert "unbin" not in signed_in.get("/kept/", {"gone": str(pk)}).content.decode()


def test_drawer_takes_it_in_and_out_as_the_button_said_however_often(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada)
    places = []
    for wanted in ("1", "0"):
        assert f'name="drawer" value="{wanted}"' in read(signed_in, row.pk)
        for _ in range(2):
            assert signed_in.post(f"/kept/{row.pk}/drawer/", {"drawer": wanted})["Location"] == f"/kept/{row.pk}/"
            places.append(
                [f"item-{row.pk}" in signed_in.get(path).content.decode() for path in ("/kept/", "/kept/drawer/")]
            )
    assert places == [[False, True]] * 2 + [[True, False]] * 2


@pytest.mark.parametrize("wanted", ["", "2", None])
def test_drawer_wants_to_know_which_way(ada: User, signed_in: Client, wanted: str | None) -> None:
    row = factories.entry(ada, drawer=True)
    said = {} if wanted is None else {"drawer": wanted}
    assert signed_in.post(f"/kept/{row.pk}/drawer/", said).status_code == 400
    row.refresh_from_db()
    assert row.drawer is True


@pytest.mark.parametrize(
    ("address", "back"), [("/steps/letter/voices/", "/steps/letter/voices/"), ("https://elsewhere.example/", None)]
)
def test_back_from_editing_leads_where_keep_does(ada: User, signed_in: Client, address: str, back: str | None) -> None:
    row = factories.entry(ada)
    page = signed_in.get(f"/kept/{row.pk}/edit/", {"next": address}).content.decode()
    assert re.findall(r'<a href="([^"]*)">Back</a>', page) == [back or f"/kept/{row.pk}/"]


def test_sealed_letter_shows_its_day_and_opens_early_without_a_change(ada: User, signed_in: Client) -> None:
    row = factories.entry(
        ada, "folded words", kind="letter", voice="adult", title="folded title", sealed_until=date(2999, 3, 1)
    )
    page = read(signed_in, row.pk)
    assert ("folded" in page, "Folded until 1 March 2999." in page) == (False, True)
    assert "folded words" in read(signed_in, row.pk, "?early")
    row.refresh_from_db()
    assert row.sealed_until == date(2999, 3, 1)


def test_reading_shows_every_voice_by_name_and_ends_with_a_dash(signed_in: Client, thread: Entry) -> None:
    page = read(signed_in, thread.pk, "read/")
    assert re.findall(r'<span class="who">(.*?)</span>', page) == ["Grown-up me", "Younger me", "Grown-up me"]
    assert re.findall(r"<p>(the \w+)</p>", page) == ["the roof", "the wind", "the torch"]
    assert ("—</p>" in page, "Move up" in page, "Move up" in read(signed_in, thread.pk)) == (True, False, True)


@pytest.mark.parametrize(
    ("place", "way", "after"),
    [
        (0, "up", "roof wind torch"),
        (0, "down", "wind roof torch"),
        (2, "up", "roof torch wind"),
        (2, "down", "roof wind torch"),
    ],
)
def test_turn_moves_by_one_and_stays_at_the_ends(
    signed_in: Client, thread: Entry, place: int, way: str, after: str
) -> None:
    turn = list(turns.of(thread.owner, thread))[place]
    answer = signed_in.post(f"/kept/{thread.pk}/turns/{turn.pk}/{way}/", {"next": "/steps/letter/voices/"})
    assert (answer["Location"], order(thread)) == ("/steps/letter/voices/", [f"the {word}" for word in after.split()])


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_turn_leads_nowhere_else(signed_in: Client, thread: Entry, address: str) -> None:
    turn = thread.children.first()
    assert turn is not None
    assert (
        signed_in.post(f"/kept/{thread.pk}/turns/{turn.pk}/up/", {"next": address})["Location"] == f"/kept/{thread.pk}/"
    )


def test_turn_of_a_stranger_or_of_another_letter_stays(bob: User, signed_in: Client, thread: Entry) -> None:
    theirs = factories.entry(bob, "", kind="letter", voice="both", rev=0)
    turn = factories.entry(bob, "mine", kind="letter", voice="child", parent=theirs)
    own = thread.children.first()
    assert own is not None
    for root, one in [(theirs.pk, turn.pk), (thread.pk, turn.pk), (uuid4(), own.pk), (thread.pk, uuid4())]:
        assert signed_in.post(f"/kept/{root}/turns/{one}/up/").status_code == 404
    assert signed_in.get(f"/kept/{thread.pk}/turns/{own.pk}/up/").status_code == 405


def test_thread_is_found_again_while_it_is_open(ada: User, thread: Entry) -> None:
    assert turns.open_thread(ada, "hello", "first-words") == thread
    assert turns.open_thread(ada, "letter", "first-words") is None
    turns.keep(ada, thread)
    assert (turns.open_thread(ada, "hello", "first-words"), ada.entries.filter(kept_at=None).count()) == (None, 0)


def test_next_turn_stands_in_its_thread_or_begins_one(thread: Entry) -> None:
    going_on = turns.next_turn(ABOUT, "child", thread=thread, position=3)
    assert (going_on.kind, going_on.voice, going_on.parent, going_on.position) == ("letter", "child", thread.pk, 3)
    assert turns.next_turn(ABOUT, "adult").parent not in {None, thread.pk}
