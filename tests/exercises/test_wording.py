"""What this house does not say."""

import pytest

from exercises import wording


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ("You should write.", "“should” is patronising"),
        ("Just begin.", "“Just” is patronising"),
        ("If you like, close your eyes.", "“close your eyes” is a command about the eyes"),
        ("Here you are safe.", "“you are safe” is a promise"),
        ("Don't.", "straight quotes: write ’ and “ ”"),
        ("Three days in a row.", "“in a row” is a score"),
        ("This can heal.", "“heal” is a claim"),
        ("What did your mum say?", "“mum” is an assumption about a family"),
        (" ".join(["word"] * 21), "a sentence of 21 words: “word word word word word word word word  …”"),
    ],
)
def test_objections_name_the_word_and_why(text: str, objection: str) -> None:
    assert wording.objections(text) == [objection]


@pytest.mark.parametrize("text", ["Adjust the light.", "Just me", " ".join(["word"] * 20), "It’s “fine”."])
def test_objections_let_the_rest_be(text: str) -> None:
    assert wording.objections(text) == []
