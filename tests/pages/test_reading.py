"""How hard a prompt is to read (experience R26): short sentences, plain words, by the formula of Flesch and Kincaid."""

import re
from collections.abc import Iterator

import pytest

from exercises import packs, wording
from exercises.packs import Screen

GRADE = 6.0
ENOUGH = 20  # words; the formula says nothing about a line of three
SILENT = re.compile(r"(?:[^laeiouycsgxz]es|[^aeiouytd]ed|[^laeiouy]e)$")
VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Groups of vowels, silent endings left out: right for nine words in ten, which is what the formula needs."""
    plain = re.sub(r"[^a-z]", "", word.lower().replace("’s", "s"))
    return max(1, len(VOWELS.findall(SILENT.sub("", plain))))


def grade(text: str) -> float:
    """Years of school: .39 words a sentence + 11.8 syllables a word less 15.59 (Kincaid and others 1975)."""
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    sentences = max(1, len([part for part in wording.SENTENCE.split(text) if part.strip()]))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def prompts() -> Iterator[tuple[str, str]]:
    """What each screen says above and in its boxes, sentence by sentence, where it is long enough to weigh."""
    for step in packs.load().values():
        for screen in step.screens:
            text = " ".join(ended(part) for part in asked(screen) if part)
            if len(text.split()) >= ENOUGH:
                yield f"{step.key}/{screen.key}", text


def asked(screen: Screen) -> Iterator[str]:
    yield from (screen.title, screen.lead, screen.note, screen.hint)
    for ask in screen.asks:
        if ask.words != screen.title:
            yield from (ask.words, ask.hint)
    yield from (text for door in screen.doors for text in (door.words, door.hint))


def ended(part: str) -> str:
    return part if wording.SENTENCE.search(part[-1]) else f"{part}."


def test_every_prompt_can_be_read_at_eleven() -> None:
    graded = sorted(((round(grade(text), 1), name) for name, text in prompts()), reverse=True)
    assert len(graded) > 15
    assert [f"{name}: {hard}" for hard, name in graded if hard > GRADE] == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("little", 2), ("picture", 2), ("hoped", 1), ("wanted", 2), ("remember", 3), ("place", 1),
     ("places", 2), ("here", 1), ("afternoon", 3), ("imagining", 4), ("table", 2), ("you’d", 1)],
)  # fmt: skip
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("The cat sat on the mat.", -1.45),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11.3),
    ],
)
def test_grade_of_the_sentences_everybody_quotes(text: str, years: float) -> None:
    assert grade(text) == pytest.approx(years, abs=2.2)


def test_a_hard_prompt_is_found() -> None:
    hard = "Consider the developmental circumstances surrounding your emotional experiences, and characterise them exhaustively."
    assert grade(hard) > GRADE
