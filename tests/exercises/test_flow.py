"""Where a step goes, without a database."""

import pytest

from exercises import flow
from exercises.packs import Screen, Step

KINDS = {"intro": "intro", "one": "question", "two": "question", "who": "choice", "back": "readback", "close": "close"}


def step(**changes: Screen) -> Step:
    screens = [changes.get(key, Screen(key, kind, key)) for key, kind in KINDS.items()]
    return Step("hello", "en", 1, "Say hello", "", "", 1, tuple(screens))


def at(key: str) -> Screen:
    found = step().screen(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "following"),
    [("intro", "one"), ("one", "two"), ("two", "who"), ("who", "back"), ("back", "close"), ("close", "close")],
)
def test_after_follows_the_file(key: str, following: str) -> None:
    assert flow.after(step(), at(key)).key == following


def test_after_a_named_next_leads_there() -> None:
    jump = Screen("one", "question", "one", next="back")
    assert flow.after(step(one=jump), jump).key == "back"


@pytest.mark.parametrize(("key", "following"), [("intro", "one"), ("two", "close"), ("who", "back")])
def test_after_only_one_question_closes_after_a_question(key: str, following: str) -> None:
    assert flow.after(step(), at(key), only_one=True).key == following


def test_before_the_first_is_home() -> None:
    assert flow.before(step(), at("intro")) is None


def test_before_is_the_screen_above() -> None:
    assert flow.before(step(), at("two")) == at("one")


def test_beside_lists_every_question_in_order() -> None:
    assert [screen.key for screen in flow.beside(step())] == ["one", "two"]


@pytest.mark.parametrize(("key", "rests"), [("two", "two"), ("gone", "intro"), ("close", "intro")])
def test_resting_falls_back_to_the_beginning(key: str, rests: str) -> None:
    assert flow.resting(step(), key).key == rests


@pytest.mark.parametrize(
    ("key", "returns"), [("back", "back"), ("one", None), ("https://example.org", None), ("", None)]
)
def test_returning_leads_to_a_read_back_only(key: str, returns: str | None) -> None:
    found = flow.returning(step(), key)
    assert (found.key if found else None) == returns


def test_screen_of_finds_who_asks() -> None:
    assert flow.screen_of(step(), "two") == at("two")
    assert flow.screen_of(step(), "three") is None


def test_closing_is_the_kind_end() -> None:
    assert flow.closing(step()) == at("close")
