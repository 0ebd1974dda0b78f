"""What will stand on a sheet: what was chosen, blacked out, and nothing else of it."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from exercises.models import Place
from journal.folding import Lengths, fold
from journal.models import Entry
from sharing import blackout, freezing, passages
from sharing.blackout import BLACK, GAP, NEW, TEXT
from tests import factories
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db
LETTER: dict[str, Any] = {"kind": Entry.Kind.LETTER, "step": "letter", "question_key": "letter-adult", "question": ""}


@pytest.fixture
def person() -> Iterator[User]:
    made = factories.person(child_word="quillon")
    with keyring.opened_for(made.pk, purpose="a test"):
        yield made


def compose(person: User, *pieces: dict[str, Any], ask: str = "", black: str = "") -> freezing.Composed:
    return freezing.compose(person, {"ask": ask, "black": black, "pieces": list(pieces)})


def plain(piece: freezing.Frozen) -> str:
    """Everything of a piece, as it is sealed."""
    return json.dumps(piece.words, ensure_ascii=False)


def titled(person: User, text: str, title: str, **fields: Any) -> Entry:
    row = factories.entry(person, text, **fields)
    row.title = title
    row.save()
    return row


def test_a_black_word_is_in_no_text_heading_question_or_name_of_the_sheet(person: User) -> None:
    whole = titled(person, "quillon’s coat", "For QUILLON", question="And Quillon then?")
    thread = factories.entry(person, "", voice="both", rev=0, **LETTER)
    factories.entry(person, "here", voice="child", parent=thread, **LETTER)
    then = factories.entry(person, "Quillon ran", local_date=date(2026, 1, 1), question="Quillon?", question_key="q")
    now = factories.entry(person, "Quillon walked", question="Quillon?", question_key="q")
    factories.check_in(person, date(2026, 11, 3), line="Saw quillon", nearness=1)
    place = Place(
        owner=person,
        pack=1,
        local_date=date(2026, 1, 1),
        time_zone="UTC",
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    place.choices = {"ground": "garden", "who": "me", "name": "Quillon’s end", "reach": "by quillon’s gate"}
    place.save()
    pieces = (
        people.whole(whole),
        people.whole(thread),
        {"kind": "pair", "id": str(now.pk), "beside": str(then.pk)},
        {"kind": "place", "id": str(place.pk)},
        {"kind": "looks", "since": "2026-11-01", "until": "2026-11-30", "fields": ["line"]},
    )
    open_ = compose(person, *pieces, ask="About Quillon")
    assert ["quillon" in plain(piece).lower() for piece in open_.pieces] == [True] * 5  # there is something to hide
    black = compose(person, *pieces, ask="About Quillon", black="quillon\nAnn")
    assert ["quillon" in plain(piece).lower() for piece in black.pieces] == [False] * 5
    assert (black.ask, black.unfound, black.ready) == (f"About {blackout.MARK}", ["Ann"], True)
    assert black.pieces[0].words["heading"] == f"For {blackout.MARK}"
    assert black.pieces[1].words["parts"][0]["who"] == blackout.MARK
    runs = black.pieces[2].words["parts"][1]["runs"]
    assert runs == [(BLACK, ""), (TEXT, " "), (NEW, "walked")]
    assert black.pieces[4].words["parts"][0]["cells"] == [["A line", [(TEXT, "Saw "), (BLACK, "")]]]


def test_what_was_not_chosen_is_in_none_of_it(person: User) -> None:
    letter = titled(person, "one kestrel. two herons.\n\nthree larks.", "the owl", voice="adult", **LETTER)
    factories.entry(person, "a note: wren", kind="note", parent=letter)
    factories.check_in(person, date(2026, 11, 3), line="a finch", nearness=1, needs=["rest"])
    looks = {"kind": "looks", "since": "2026-11-01", "until": "2026-11-30", "fields": ["needs"]}
    passage, title, looked = compose(
        person, people.passage(letter, "two\n herons."), people.whole(letter) | {"how": "title"}, looks
    ).pieces
    assert passage.words["parts"][0]["runs"] == [(TEXT, "two herons.")]
    assert (title.words["heading"], title.words["parts"]) == ("the owl", [])
    assert [word for word in ("kestrel", "larks", "owl", "wren") if word in plain(passage)] == []
    assert [word for word in ("kestrel", "herons", "wren") if word in plain(title)] == []
    assert [word for word in ("finch", "near", "Near") if word in plain(looked)] == []
    assert looked.words["parts"][0]["cells"] == [["Wanted", [(TEXT, "rest")]]]


def test_passages_stand_in_the_order_of_the_text_with_a_gap_where_something_is_left_out(person: User) -> None:
    """Whatever order they were chosen in; what overlaps or follows at once is one, and two voices are told apart."""
    letter = titled(person, "one kestrel. two herons.\n\nthree larks. four wrens.", "the owl", voice="adult", **LETTER)
    thread = factories.entry(person, "", voice="both", rev=0, **LETTER)
    for place, (voice, text) in enumerate(
        (("adult", "a finch. a robin."), ("child", "a swift."), ("adult", "a tern."))
    ):
        factories.entry(person, text, voice=voice, parent=thread, position=place, **LETTER)

    def frozen(*words: str, of: Entry = letter, black: str = "") -> list[Any]:
        made = compose(person, people.passages(of, *words), black=black).pieces[0]
        return [part["runs"] for part in made.words["parts"]]

    assert frozen("four wrens.", "one kestrel.") == [[(TEXT, "one kestrel."), (GAP, ""), (TEXT, "four wrens.")]]
    assert frozen("two herons", "three larks.") == [[(TEXT, "two herons.\n\nthree larks.")]]
    assert frozen("kestrel. two", "two herons.", "two") == [[(TEXT, "kestrel. two herons.")]]
    assert frozen("one kestrel. two", "wrens.", black="kestrel\ntwo wrens") == [
        [(TEXT, "one "), (BLACK, ""), (TEXT, ". two"), (GAP, ""), (TEXT, "wrens.")]
    ]
    assert frozen("kestrel. two", "four wren", black="one kestrel\nTWO herons\nwrens\nwren") == [
        [(BLACK, ""), (TEXT, ". "), (BLACK, ""), (GAP, ""), (TEXT, "four "), (BLACK, "")]
    ]  # a phrase that a passage cuts is black as far as it stands there
    assert frozen("four wren", black="wren") == [[(TEXT, "four "), (BLACK, "")]]  # and so is what the cut makes a word
    assert frozen("a finch. a robin.", "a swift.", of=thread) == [[(TEXT, "a finch. a robin.")], [(TEXT, "a swift.")]]
    assert frozen("a tern.", "a finch.", of=thread) == [[(TEXT, "a finch.")], [(GAP, ""), (TEXT, "a tern.")]]
    assert frozen("one kestrel.", "no such bird") == []  # all of them or none
    two = compose(person, people.passages(letter, "one kestrel", "four wrens."), black="kestrel\nkestrel four")
    assert (two.unfound, two.pieces[0].words["passages"]) == (
        ["kestrel four"],
        2,
    )  # neither word nor phrase crosses a gap
    assert [word for word in ("herons", "larks", "owl") if word in plain(two.pieces[0])] == []
    old = compose(person, people.passage(letter, "two herons.")).pieces[0]  # as drafts from before hold it
    assert (old.words["parts"][0]["runs"], old.words["passages"]) == ([(TEXT, "two herons.")], 1)


@given(st.text("ab \n", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=5))
def test_every_letter_of_a_passage_is_shown_once_and_none_but_those(text: str, cuts: list[tuple[int, int]]) -> None:
    words = [text[start : start + length] for start, length in cuts if text[start : start + length].strip()]
    shown = passages.spans([text], words)
    assert shown is not None
    assert all(before[1] < after[0] for before, after in pairwise(shown[0]))
    parts = [passages.typed(text[start:end]) for start, end in shown[0]]
    assert all(any(passages.typed(each) in part for part in parts) for each in words)
    assert sum(map(len, parts)) <= sum(len(passages.typed(each)) for each in words) + len(words)


def test_what_cannot_be_shared_says_why_and_stops_the_sheet(person: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    folded = factories.entry(person, "a", sealed_until=tomorrow, **LETTER)
    drawer = factories.entry(person, "a", drawer=True)
    gone = factories.entry(person, "a", binned_at=timezone.now())
    other = factories.entry(factories.person(), "a")
    here = factories.entry(person, "a b c")
    asked, _again = (factories.entry(person, word, question="Which?", question_key="which") for word in "ab")
    shut = factories.entry(person, "a")
    Entry.objects.filter(pk=shut.pk).update(body_sealed=b"no")
    shut_place = Place(
        owner=person,
        pack=1,
        local_date=date(2026, 1, 1),
        time_zone="UTC",
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    shut_place.choices_sealed = b"no"
    shut_place.save()
    wrong = [
        *map(people.whole, (folded, drawer, gone, other, shut)),
        people.passage(here, "c b"),
        people.passage(here, ""),
        {"kind": "place", "id": str(shut_place.pk)},
        {"kind": "pair", "id": str(here.pk), "beside": str(drawer.pk)},
        {"kind": "pair", "id": str(asked.pk), "beside": str(asked.pk)},  # the other one was not chosen
        {"kind": "looks", "since": "2026-11-01", "until": "2026-10-01", "fields": ["line"]},
    ]
    for piece in wrong:
        made = compose(person, piece)
        assert (bool(made.pieces[0].trouble), made.pieces[0].words["parts"], made.ready) == (True, [], False), piece
    assert compose(person, people.whole(here)).ready
    assert (compose(person, ask="  ").ready, compose(person, ask="one line").ready) == (False, True)


def test_more_than_a_session_holds_is_not_shared(person: User) -> None:
    long = factories.entry(person, "a " * 60_000)
    made = compose(person, people.whole(long), black="a")
    assert (made.long, made.ready) == (True, False)
    for day in range(61):
        factories.check_in(person, date(2026, 1, 1) + timedelta(days=day), nearness=1)
    looks = {"kind": "looks", "since": "2026-01-01", "until": "2026-12-31", "fields": ["nearness"]}
    assert "more than sixty" in compose(person, looks).pieces[0].trouble
    assert not compose(person, looks | {"since": "2026-01-02"}).pieces[0].trouble


def test_only_looks_that_say_something_of_it_stand_on_it(person: User) -> None:
    told, silent = (
        factories.check_in(person, date(2026, 11, day), **said)
        for day, said in ((3, {"line": "a"}), (4, {"nearness": 1}))
    )
    looks = {"kind": "looks", "since": "2026-11-01", "until": "2026-11-30", "fields": ["line"]}
    assert (compose(person, looks).pieces[0].sources, silent.pk == told.pk) == ([told.pk], False)


LETTERS = "aeA ßé゙́かガｶﾞ漢 …\u00adো각אָΣς\u200dﬁ´\u00a0İi\n"


@given(st.text(alphabet=LETTERS, max_size=200))
def test_a_text_folded_in_parts_is_as_long_as_it_is_whole(text: str) -> None:
    """The places of black words in a long text are found by this."""
    lengths = Lengths(text)
    assert [lengths.of(place) for place in range(len(text) + 1)] == [
        len(fold(text[:place])) for place in range(len(text) + 1)
    ]
