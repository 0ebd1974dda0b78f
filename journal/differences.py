"""Where two texts differ, word by word, in a time that is bounded for the longest texts there are.

Words that stand once in both texts are anchors (the idea of patience diff); what lies between two of them
is compared in the same way, and a rest without any by difflib, as long as the budget lasts.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

ALONE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana and ideographs: each stands for itself
MARKS = r".,;:!?…“”„\"()\[\]—–"
WORD = re.compile(rf"[{ALONE}{MARKS}]|\s+|[^\s{ALONE}{MARKS}]+")
BUDGET = 4_000_000  # difflib at its worst takes as many steps as its two lengths and the shorter one multiplied
DEEP = 16
RUNS = 2_000  # marks that a page can show, and somebody can read

type Block = tuple[int, int, int]  # from here in the first and from there in the other, so many are the same


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one text. `only`: the other text does not have it."""

    text: str = field(repr=False)
    only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Both texts, whole; None for one that cannot be opened, and then nothing is marked.

    `coarse`: whole paragraphs are marked, because words would have been too many.
    """

    first: list[Run] | None
    other: list[Run] | None
    coarse: bool = False

    @property
    def comparable(self) -> bool:
        return self.first is not None and self.other is not None

    @property
    def same(self) -> bool:
        return self.comparable and not any(run.only for run in (*(self.first or ()), *(self.other or ())))


def side_by_side(first: str | None, other: str | None) -> Difference:
    """Two texts to be read beside each other, either of which may be shut."""
    if first is None or other is None:
        alone = [None if text is None else [Run(text, only=False)] for text in (first, other)]
        return Difference(first=alone[0], other=alone[1])
    return compare(first, other)


def compare(first: str, other: str) -> Difference:
    """By words where somebody can read that, else by paragraphs."""
    these, those = WORD.findall(first), WORD.findall(other)
    same, spent = _blocks(these, those)
    if not spent and len(same) <= RUNS:
        return _difference(these, those, same, coarse=False)
    these, those = first.splitlines(keepends=True), other.splitlines(keepends=True)
    same, _ = _blocks(these, those)
    return _difference(these, those, same if len(same) <= RUNS else [], coarse=True)


def _blocks(first: Sequence[str], other: Sequence[str]) -> tuple[list[Block], bool]:
    """What is the same, in order; and whether the budget went before everything was compared."""
    found: list[Block] = []
    budget, spent = BUDGET, False
    ranges = [(0, len(first), 0, len(other), 0)]
    while ranges:
        a, a_end, b, b_end, depth = ranges.pop()
        start, end = _ends(first[a:a_end], other[b:b_end])
        found += [(a, b, start), (a_end - end, b_end - end, end)]
        a, a_end, b, b_end = a + start, a_end - end, b + start, b_end - end
        if a == a_end or b == b_end:
            continue
        anchors = _anchors(first[a:a_end], other[b:b_end]) if depth < DEEP else []
        steps = (a_end - a) * (b_end - b) * min(a_end - a, b_end - b)
        if anchors:
            here, there = a, b
            for i, j in anchors:
                ranges.append((here, a + i, there, b + j, depth + 1))
                here, there = a + i, b + j
            ranges.append((here, a_end, there, b_end, depth + 1))
        elif steps <= budget:
            budget -= steps
            matcher = SequenceMatcher(None, first[a:a_end], other[b:b_end], autojunk=False)
            found += [(a + i, b + j, size) for i, j, size in matcher.get_matching_blocks()]
        else:
            spent = True
    return _joined(found), spent


def _ends(first: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many both begin with, and how many of the rest both end with."""
    shorter = min(len(first), len(other))
    start = next((n for n in range(shorter) if first[n] != other[n]), shorter)
    rest = shorter - start
    return start, next((n for n in range(rest) if first[-1 - n] != other[-1 - n]), rest)


def _anchors(first: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Places of what stands once in both: as many as keep their order, which is the longest rising run."""
    once = {word for word, count in Counter(first).items() if count == 1}
    once &= {word for word, count in Counter(other).items() if count == 1}
    there = {word: place for place, word in enumerate(other) if word in once}
    pairs = [(place, there[word]) for place, word in enumerate(first) if word in once]
    tails: list[int] = []
    last: list[int] = []  # which pair ends a run of that length
    before = [-1] * len(pairs)
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before[number] = last[length - 1] if length else -1
        tails[length : length + 1] = [place]
        last[length : length + 1] = [number]
    run, number = [], last[-1] if last else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _joined(blocks: list[Block]) -> list[Block]:
    """In order, without empty ones, and those that touch as one."""
    joined: list[Block] = []
    for a, b, size in sorted(blocks):
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (a, b):
            a, b, size = joined[-1][0], joined[-1][1], joined.pop()[2] + size  # noqa: PLW2901
        if size:
            joined.append((a, b, size))
    return joined


def _difference(first: Sequence[str], other: Sequence[str], blocks: list[Block], *, coarse: bool) -> Difference:
    """A space or a comma alone between two changes is not worth a pause in the mark."""
    ends = len(first), len(other)
    blocks = [
        (a, b, size)
        for a, b, size in blocks
        if a == 0 == b
        or (a + size, b + size) == ends
        or re.search(r"[^\s" + MARKS + r"]|\n", "".join(first[a : a + size]))
    ]
    return Difference(
        first=_runs(first, [(a, size) for a, _, size in blocks]),
        other=_runs(other, [(b, size) for _, b, size in blocks]),
        coarse=coarse,
    )


def _runs(words: Sequence[str], same: list[tuple[int, int]]) -> list[Run]:
    runs, here = [], 0
    for place, size in same:
        runs += [Run("".join(words[here:place]), only=True), Run("".join(words[place : place + size]), only=False)]
        here = place + size
    return [run for run in (*runs, Run("".join(words[here:]), only=True)) if run.text]
