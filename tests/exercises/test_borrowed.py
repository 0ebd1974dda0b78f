"""Words from the list, joined to what was typed."""

import pytest

from exercises.borrowed import joined


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("a grey calm", [], "a grey calm"),
        ("", ["curious", "dreamy"], "Curious, dreamy"),
        (" \n", ["on guard"], "On guard"),
        ("a grey calm", ["curious", "dreamy"], "a grey calm\nBorrowed: curious, dreamy"),
        ("a grey calm\nBorrowed: curious", ["curious", "sad"], "a grey calm\nBorrowed: curious, sad"),
        ("two\nlines\n", ["sad"], "two\nlines\nBorrowed: sad"),
    ],
)
def test_joined_words_stand_in_the_text(text: str, words: list[str], expected: str) -> None:
    assert joined(text, words, "Borrowed") == expected


@pytest.mark.parametrize("text", ["", "a grey calm", "a grey calm\nBorrowed: sad"])
def test_joined_twice_changes_nothing(text: str) -> None:
    once = joined(text, ["curious", "dreamy"], "Borrowed")
    assert joined(once, ["curious", "dreamy"], "Borrowed") == once
