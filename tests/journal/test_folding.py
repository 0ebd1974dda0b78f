"""How words are compared, and where they stand in the text as it was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import folding
from journal.folding import Piece


def marked(made: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in made)


def found(text: str, said: str) -> str:
    return marked(folding.pieces(text, folding.terms_of(said)))


@pytest.mark.parametrize(
    ("text", "said", "shown"),
    [
        ("The GARDEN gate", "garden", "The [GARDEN] gate"),
        ("Café, cafe\u0301s", "cafe", "[Café], [cafe\u0301]s"),
        ("am liebsten größer", "GROSSER", "am liebsten [größer]"),
        ("Straße", "s", "[S]tra[ß]e"),
        ("I don’t know", "don't", "I [don’t] know"),
        ("ﬁne Ｗide", "fine wide", "[ﬁne] [Ｗide]"),
        ("soft\u00adhyphen", "softhyphen", "[soft\u00adhyphen]"),
        ("كِتَابٌ قديم", "كتاب", "[كِتَابٌ] قديم"),
        ("\u202bשָׁלוֹם\u202c", "שלום", "\u202b[שָׁלוֹם\u202c]"),
        ("хотела ещё", "еще", "хотела [ещё]"),
        ("がく か", "か", "がく [か]"),
        ("각 가", "가", "각 [가]"),
        ("no place at all", "place no", "[no] [place] at all"),
        ("a crooked\n  roof, a roof", "“crooked roof”", "a [crooked\n  roof], a roof"),
        ("<b>&amp;</b>", "&amp;", "<b>[&amp;]</b>"),
    ],
)  # fmt: skip
def test_words_are_found_as_they_read(text: str, said: str, shown: str) -> None:
    assert found(text, said) == shown


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        ("", []),
        (" \u0301 \u200f ", []),
        ('""', []),
        ("Roof roof RÖÖF", [("roof",)]),
        ('the "crooked  roof" and', [("the",), ("crooked", "roof"), ("and",)]),
        ("„half open", [("half",), ("open",)]),
    ],
)
def test_several_words_are_each_looked_for_and_quoted_ones_together(said: str, terms: list[tuple[str, ...]]) -> None:
    assert [term.words for term in folding.terms_of(said)] == terms


def test_a_phrase_is_not_its_words_apart() -> None:
    (together,) = folding.terms_of('"crooked roof"')
    assert [together.stands_in(text) for text in ("a crooked\u2028roof", "a roof, crooked", "roof of a crooked roof")] == [
        True, False, True,
    ]  # fmt: skip


def test_a_passage_stands_around_the_first_word_on_one_line() -> None:
    text = "word " * 40 + "the\ncrooked roof " + "later " * 60
    shown = marked(folding.passage(text, folding.terms_of("roof crooked")))
    assert shown.startswith("… word word")
    assert " the [crooked] [roof] later" in shown
    assert shown.endswith("later …")
    assert (len(shown) < 260, folding.passage("short", folding.terms_of("other"))) == (True, [])
    assert marked(folding.passage("the roof", folding.terms_of("roof"))) == "the [roof]"
    assert marked(folding.passage("x" * 900 + "roof" + "y" * 900, folding.terms_of("roof"))).startswith("… [roof]yyy")


LETTERS = st.text(st.characters(max_codepoint=0xFF))


@given(LETTERS)
def test_the_quick_way_to_fold_is_the_slow_one(text: str) -> None:
    """Broken once by leaving `½` out of what is typed otherwise: the table has one letter for each."""
    slow = folding._folded("".join(folding.TYPED.get(letter, letter) for letter in text))
    assert folding.fold(text) == slow


MIXED = st.text(st.sampled_from("aAbBäÄßﬁ½…’ \n\u0301\u0323\u200d\u05d0\u05b8がか\u3099각\u1100\u1161"), max_size=30)


@given(MIXED | st.text(max_size=40), MIXED.filter(str.strip) | st.text(min_size=1, max_size=5))
def test_every_character_stays_and_what_is_marked_was_looked_for(text: str, said: str) -> None:
    terms = folding.terms_of(said)
    made = folding.pieces(text, terms)
    assert "".join(piece.text for piece in made) == text
    marks = [folding.fold(piece.text) for piece in made if piece.found]
    assert all(any(term.pattern.search(mark) for term in terms) for mark in marks)
    assert bool(marks) == any(term.stands_in(folding.fold(text)) for term in terms)


@given(MIXED)
def test_texts_that_read_alike_fold_alike(text: str) -> None:
    forms = {folding.fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {folding.fold(text)}
