"""Where two texts differ: every word of both is there, and what is marked is what only one has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import differences
from journal.differences import Run


def marked(runs: list[Run] | None) -> str:
    assert runs is not None
    return "".join(f"[{run.text}]" if run.only else run.text for run in runs)


def both(first: str, other: str) -> tuple[str, str]:
    found = differences.compare(first, other)
    return marked(found.first), marked(found.other)


@pytest.mark.parametrize(
    ("first", "other", "shown"),
    [
        ("the wind lives there", "the rain lives here, too", ("the [wind] lives [there]", "the [rain] lives [here, too]")),
        ("", "all new", ("", "[all new]")),
        ("red apples.\n\nPears.", "green plums.\n\nPears.", ("[red apples].\n\nPears.", "[green plums].\n\nPears.")),
        ("हिन्दी में लिखा", "हिन्दी में पढ़ा", ("हिन्दी में [लिखा]", "हिन्दी में [पढ़ा]")),
        ("私は猫が好き", "私は犬が好き", ("私は[猫]が好き", "私は[犬]が好き")),
    ],
)  # fmt: skip
def test_differences_are_marked_by_words(first: str, other: str, shown: tuple[str, str]) -> None:
    assert both(first, other) == shown


def test_differences_of_the_same_text_are_none() -> None:
    assert (differences.compare("one, two", "one, two").same, differences.compare("one", "two").same) == (True, False)


def test_differences_with_a_text_that_is_shut_show_the_other_unmarked() -> None:
    found = differences.side_by_side(None, "readable")
    assert (found.first, found.other, found.comparable, found.same) == (None, [Run("readable", False)], False, False)


WORDS = st.lists(
    st.sampled_from(["a", "b", "wind", "rain", " ", " ", "\n", "\n\n", ",", "猫", "\u202e", "\r"]), max_size=60
)


@given(WORDS.map("".join) | st.text(), WORDS.map("".join) | st.text())
def test_differences_hold_every_character_of_both_and_mark_none_that_agree(first: str, other: str) -> None:
    found = differences.compare(first, other)
    assert found.first is not None
    assert found.other is not None
    assert ("".join(run.text for run in found.first), "".join(run.text for run in found.other)) == (first, other)
    assert [run.text for run in found.first if not run.only] == [run.text for run in found.other if not run.only] or (
        "".join(run.text for run in found.first if not run.only)
        == "".join(run.text for run in found.other if not run.only)
    )
    assert found.same == (first == other)


def longest(kind: str) -> tuple[str, str]:
    unique = [f"w{number} " for number in range(28_000)]
    swapped = [unique[number ^ 1] for number in range(28_000)]
    return {
        "one word": ("".join(unique), "".join(unique).replace("w9000 ", "wind ")),
        "every second word": ("".join(unique), "".join(swapped)),
        "one letter": ("a " * 100_000, "b a " * 50_000),
        "lines": ("a\n" * 100_000, "b\na\n" * 50_000),
        "between anchors": ("".join(f"u{n} a b a b " for n in range(13_000)), "".join(f"u{n} b a b a " for n in range(13_000))),
        "one paragraph": ("".join(f"{w}\n\n" for w in unique[:20_000]), "".join(f"{w}\n\n" for w in swapped[:20_000])),
    }[kind]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "coarse"),
    [("one word", False), ("every second word", True), ("one letter", True), ("lines", True), ("between anchors", True), ("one paragraph", True)],
)  # fmt: skip
def test_differences_of_the_longest_texts_are_whole_and_few_enough_to_show(kind: str, coarse: bool) -> None:
    first, other = longest(kind)
    found = differences.compare(first, other)
    assert ("".join(run.text for run in found.first or ()), "".join(run.text for run in found.other or ())) == (
        first,
        other,
    )
    assert found.coarse is coarse
    assert max(len(found.first or ()), len(found.other or ())) <= 2 * differences.RUNS + 1
