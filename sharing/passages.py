"""Passages of a text: where each of them stands in it, in the order in which one reads them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

type Span = tuple[int, int]


def typed(passage: str) -> str:
    """A passage as it is looked for: a space is like any other, and none stands around it."""
    return " ".join(passage.split())


def spans(texts: Sequence[str], passages: Iterable[str]) -> list[list[Span]] | None:
    """For each text what is shown of it, from its beginning on. None where a passage stands in none of them.

    Passages that overlap, or have no word between them, are one.
    """
    flat = [_flat(text) for text in texts]
    found: list[list[Span]] = [[] for _text in texts]
    for passage in passages:
        words = typed(passage)
        which = next((number for number, (line, _places) in enumerate(flat) if words and words in line), None)
        if which is None:
            return None
        line, places = flat[which]
        first = line.index(words)
        found[which].append((places[first][0], places[first + len(words) - 1][1]))
    return [_joined(text, sorted(there)) for text, there in zip(texts, found, strict=True)]


def wordless(text: str) -> bool:
    """Whether it is but space and full stops and the like: a selection ends with its last word."""
    return all(letter.isspace() or unicodedata.category(letter).startswith("P") for letter in text)


def _flat(text: str) -> tuple[str, list[Span]]:
    """The text with every run of space as one, and where each letter of that stands."""
    places = [letter.span() for letter in re.finditer(r"\s+|\S", text)]
    return "".join(" " if text[start].isspace() else text[start] for start, _end in places), places


def _joined(text: str, there: Iterable[Span]) -> list[Span]:
    made: list[Span] = []
    for start, end in there:
        if made and wordless(text[made[-1][1] : start]):
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made
