"""How words are compared: without case, accents or anything unseen; and where they stand in the text as it was typed.

Compatibility forms fall together (NFKC), marks go that a reader may leave out: accents, and the vowel points of Hebrew
and Arabic. What makes another letter stays, as in か and が.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

TYPED = {
    "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-",  # noqa: RUF001
    "ß": "ss", "ẞ": "ss", "µ": "μ", "¼": "1/4", "½": "1/2", "¾": "3/4", "⁄": "/",  # noqa: RUF001
}  # fmt: skip
ACCENTS = r"\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
POINTS = r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
UNSEEN = r"\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
LEFT_OUT = re.compile(f"[{ACCENTS}{POINTS}{UNSEEN}]+")
SAID = re.compile(r'"([^"]*)"|([^\s"]+)')
# A text may be cut here and its parts folded apart: after a space, and before what never melts into what stands before it.
CUT = re.compile(r".{32,}?(?:(?<=\s)|(?=[0-9A-Za-z\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff])|\Z)", re.DOTALL)
LEAD, PASSAGE = 70, 240  # characters before the first word found, and in all


@dataclass(frozen=True, slots=True)
class Term:
    """One word to be found, or several that stand together, folded."""

    words: tuple[str, ...] = field(repr=False)
    pattern: re.Pattern[str] = field(repr=False)

    def stands_in(self, folded: str) -> bool:
        if len(self.words) == 1:
            return self.words[0] in folded
        return all(word in folded for word in self.words) and self.pattern.search(folded) is not None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `found`: it is what was looked for."""

    text: str = field(repr=False)
    found: bool


def fold(text: str) -> str:
    """Two texts that read alike come out alike. Latin letters go by a table: nearly all texts are made of them."""
    if text.isascii():
        return text.lower()
    for theirs, ours in TYPED.items():
        text = text.replace(theirs, ours)
    try:
        return text.encode("latin-1").translate(LATIN, b"\xad").decode("latin-1")
    except UnicodeEncodeError:
        return _folded(text)


def terms_of(said: str) -> tuple[Term, ...]:
    """Each word for itself, and what stands in quotation marks together, each of them once."""
    whole = (quoted or word for quoted, word in SAID.findall(fold(said)))
    found = dict.fromkeys(words for one in whole if (words := tuple(one.split())))
    return tuple(Term(words, re.compile(r"\s+".join(map(re.escape, words)))) for words in found)


def pieces(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The whole text, what was found in it apart from the rest."""
    made, here = [], 0
    for start, end in _places(text, terms):
        made += [Piece(text[here:start], found=False), Piece(text[start:end], found=True)]
        here = end
    return [piece for piece in (*made, Piece(text[here:], found=False)) if piece.text]


def passage(text: str, terms: Sequence[Term]) -> list[Piece]:
    """What stands around the first word found, on one line; nothing where none is."""
    folded = fold(text)
    starts = [match.start() for term in terms if (match := term.pattern.search(folded))]
    if not starts:
        return []
    first = Lengths(text).typed(min(starts))
    start = 0 if first <= LEAD else _after_a_space(text, first - LEAD, first)
    end = len(text) if len(text) <= start + PASSAGE else _before_a_space(text, start + PASSAGE, first)
    said = pieces(" ".join(text[start:end].split()), terms)
    before = [Piece("… ", found=False)] if text[:start].strip() else []
    return [*before, *said, *([Piece(" …", found=False)] if text[end:].strip() else [])]


def _folded(text: str) -> str:
    seen = LEFT_OUT.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", seen.casefold())


LATIN = bytes(ord(_folded(chr(code)) or "?") if chr(code) not in TYPED else code for code in range(256))


def _places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the words stand in the text as it was typed, in order, none over another."""
    folded = fold(text)
    spans = sorted(match.span() for term in terms for match in term.pattern.finditer(folded))
    lengths = Lengths(text) if spans else None
    places: list[tuple[int, int]] = []
    for start, end in spans:
        assert lengths is not None
        place = lengths.typed(start), lengths.typed(end, ends=True)
        if places and place[0] <= places[-1][1]:
            place = places[-1][0], max(places.pop()[1], place[1])
        places.append(place)
    return places


class Lengths:
    """How long the folded form of each beginning of a text is. Folded in parts, so that many places cost little."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cuts, self._before = [0], [0]
        for part in CUT.finditer(text):
            self._cuts.append(part.end())
            self._before.append(self._before[-1] + len(fold(part.group())))

    def of(self, place: int) -> int:
        part = bisect_right(self._cuts, place) - 1
        return self._before[part] + len(fold(self._text[self._cuts[part] : place]))

    def typed(self, folded: int, *, ends: bool = False) -> int:
        """The place in the text that became that place in its folded form: one letter may have become two, or none."""
        places = range(len(self._text) + 1)
        reached = self.of(bisect_left(places, folded, key=self.of)) if ends else folded
        return bisect_right(places, reached, key=self.of) - 1


def _after_a_space(text: str, start: int, word: int) -> int:
    """Where the next word begins, at the latest where the one that was found does."""
    space = re.search(r"\s", text[start:word])
    return start + space.end() if space else word


def _before_a_space(text: str, end: int, word: int) -> int:
    """Where the last whole word before that place ends; in the middle of one that is longer than a line."""
    space = max(text.rfind(" ", word, end), text.rfind("\n", word, end))
    return space if space > word else end
