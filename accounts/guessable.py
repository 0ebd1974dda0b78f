"""Passwords of twelve or more characters that a guesser tries first.

Django's own list has 20,000 entries, nearly all of them too short to pass here. People who are
asked for twelve characters lengthen such a word: they write it twice, add a year or a row of
digits, or walk along the keyboard. Those are the entries made here, in the order of the list.
"""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation

SHORTEST = 12
MOST_USED = 2_000
ENDINGS = (
    *("!", "!!", "1", "1!", "12", "123", "123!", "1234", "1234!", "12345", "123456", "1234567", "12345678"),
    *(str(year) for year in range(1970, 2031)),
)
WALKS = ("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
WORDS_OF_OURS = ("innerchild", "inner child", "youngerself", "younger self", "littleme", "little me", "lamplight")


@cache
def entries() -> frozenset[str]:
    """All entries, in small letters; each has at least twelve characters. Made once per process."""
    found = (*_from_the_list(), *_walks(), *_repeats())
    return frozenset(word for word in found if len(word) >= SHORTEST)


def _from_the_list() -> Iterator[str]:
    for rank, word in enumerate(_in_order()):
        yield word
        yield word * 2
        if rank < MOST_USED:
            yield word * 3
            yield from (word + ending for ending in ENDINGS if len(word) + len(ending) >= SHORTEST)
    for word in WORDS_OF_OURS:
        yield from (word, word * 2, *(word + ending for ending in ENDINGS))


def _walks() -> Iterator[str]:
    for walk in WALKS:
        for way in (walk, walk[::-1]):
            row = way * 3
            yield from (row[start : start + length] for start in range(len(way)) for length in range(SHORTEST, 21))
    for first in WALKS:
        yield from ((first + second)[:length] for second in WALKS for length in range(SHORTEST, 21))


def _repeats() -> Iterator[str]:
    for sign in "0123456789abcdefghijklmnopqrstuvwxyz.!*":
        yield from (sign * length for length in range(SHORTEST, 33))


def _in_order() -> list[str]:
    """Django's list as its file has it, most used first."""
    where = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(where, "rt", encoding="utf-8") as file:
        return [line.strip() for line in file]
