"""What will stand on a sheet: what was chosen, blacked out, and nothing else of it."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from exercises.models import Place
from journal.folding import Lengths, fold
from journal.models import Entry
from sharing import blackout, freezing
from sharing.blackout import BLACK, NEW, TEXT
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


def test_what_cannot_be_shared_says_why_and_stops_the_sheet(person: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    folded = factories.entry(person, "a", sealed_until=tomorrow, **LETTER)
    drawer = factories.entry(person, "a", drawer=True)
    gone = factories.entry(person, "a", binned_at=timezone.now())
    other = factories.entry(factories.person(), "a")
    here = factories.entry(person, "a b c")
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
