"""Words that are not to be read: taken out of every text of a sheet before anything of it is sealed for anybody.

A word is found as search finds it, whatever its case and accents, and stands alone: “Ann” leaves “Anna” as she is.
Where it stood, a mark stands that is always the same, so that its length tells nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from journal import folding
from journal.folding import Term

BLACK = "black"
TEXT = "text"
MARK = "▬▬▬"  # where words were taken out of a line
NEW = "new"  # in a pair of answers: the other one does not have this
GAP = "gap"  # between two passages: something is left out there

type Run = tuple[str, str]  # what it is, and its words; "" where they were taken out


def phrases(typed: str) -> list[str]:
    """One a line, each of them once, in the order they were typed."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def terms(said: Iterable[str]) -> tuple[Term, ...]:
    """What to look for. A phrase is words in a row; a line break between them is a space like any other."""
    found = dict.fromkeys(words for phrase in said if (words := tuple(folding.fold(phrase).split())))
    return tuple(Term(words, re.compile(_alone(r"\s+".join(map(re.escape, words)), words))) for words in found)


def runs(text: str, black: Sequence[Term]) -> list[Run]:
    """The text with what is to be black taken out of it."""
    return [(BLACK, "") if piece.found else (TEXT, piece.text) for piece in folding.pieces(text, black)]


def cut(text: str, start: int, end: int, black: Sequence[Term]) -> list[Run]:
    """That stretch of the text. A phrase of which only some stands in it is black as far as it does."""
    made: list[Run] = []
    here = 0
    for piece in folding.pieces(text, black):
        words = text[max(here, start) : min(here + len(piece.text), end)]
        here += len(piece.text)
        if words:
            made += [(BLACK, "")] if piece.found else runs(words, black)
    return made


def missing(said: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Those phrases that stand in none of the texts: a mistyped name would stay readable."""
    folded = [folding.fold(text) for text in texts]
    return [
        phrase for phrase in said if not any(term.pattern.search(text) for term in terms([phrase]) for text in folded)
    ]


def without(text: str, black: Sequence[Term]) -> str:
    """The text as one line of plain words, for a heading."""
    return "".join(MARK if kind == BLACK else words for kind, words in runs(text, black))


def runs_of(line: str) -> list[Run]:
    """What `without` made, to be shown."""
    parts = [(TEXT, words) for words in line.split(MARK)]
    return [run for part in parts for run in ((BLACK, ""), part)][1:]


def _alone(pattern: str, words: Sequence[str]) -> str:
    """An underscore is no letter: some write _Ann_ to lean on a word."""
    before = r"(?<![^\W_])" if _needs_room(words[0][0]) else ""
    return before + pattern + (r"(?![^\W_])" if _needs_room(words[-1][-1]) else "")


def _needs_room(letter: str) -> bool:
    """Whether letters beside it would make another word: not so where words are written without spaces."""
    return letter.isalnum() and unicodedata.east_asian_width(letter) not in "WF" and not "\u0e00" <= letter <= "\u0eff"
