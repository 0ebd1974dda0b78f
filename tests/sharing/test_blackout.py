"""What is blacked out is gone, whatever its case, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing import blackout
from sharing.blackout import BLACK, TEXT


def blacked(text: str, typed: str) -> str:
    return blackout.without(text, blackout.terms(blackout.phrases(typed)))


@pytest.mark.parametrize(
    ("text", "typed", "left"),
    [
        ("Ann came. Anna stayed.", "ann", "▬▬▬ came. Anna stayed."),
        ("Ann’s house, and ANN!", "Ann", "▬▬▬’s house, and ▬▬▬!"),
        ("my uncle\nKarl said", "uncle karl", "my ▬▬▬ said"),
        ("José and Jose", "jose", "▬▬▬ and ▬▬▬"),
        ("母は京都にいた", "京都", "母は▬▬▬にいた"),
        ("גדל יוסף כאן", "יוסף", "גדל ▬▬▬ כאן"),
        ("skilled", "killed", "skilled"),
        ("a 💛 b", "💛", "a ▬▬▬ b"),
        ("in Rue d’Été, 5", "rue d'ete", "in ▬▬▬, 5"),
        ("nothing", "", "nothing"),
        ("(Ann)", "Ann)", "(▬▬▬"),
        ("_Ann_ and Ann_", "Ann", "_▬▬▬_ and ▬▬▬_"),
    ],
)
def test_a_phrase_stands_alone_in_any_case_and_script(text: str, typed: str, left: str) -> None:
    assert blacked(text, typed) == left


def test_a_phrase_that_stands_nowhere_is_named() -> None:
    assert blackout.missing(["Karl", "Carl"], ["uncle karl came"]) == ["Carl"]


def test_phrases_are_one_a_line_and_each_once() -> None:
    assert blackout.phrases("  Ann \n\nuncle   Karl\nAnn\n") == ["Ann", "uncle Karl"]


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_what_is_left_is_every_other_letter_and_none_of_the_word(before: str, after: str) -> None:
    """Whatever stands around it."""
    text = f"{before} Quillon {after}"
    runs = blackout.runs(text, blackout.terms(["quillon"]))
    assert [kind for kind, _words in runs].count(BLACK) == 1
    left = "".join(words for kind, words in runs if kind == TEXT)
    assert left == f"{before}  {after}"
