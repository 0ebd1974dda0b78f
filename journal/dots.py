"""The picture of nearness: unjoined dots, drawn here and coloured by the page's own style sheet.

Columns stand side by side however far apart their days are: a gap in time takes no room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal import nearness
from journal.lookback import Column

FIRST, LAST, BOTTOM, RISE = 130, 346, 196, 40  # in the units of the view box, 0 8 362 228
RADIUS, SMALLEST = 5.5, 0.4  # of a dot that was said most often; the least part of it
LABELS = 4
HOLDS: Mapping[int, tuple[Promise, Promise]] = {  # by the months of a column: what it is, and what a table of them is
    0: (_("Each column is a day on which you said how near."), _("As a table, day by day")),
    1: (_("Each column is a month in which you said how near."), _("As a table, month by month")),
    3: (_("Each column is three months in which you said how near."), _("As a table, by three months")),
    12: (_("Each column is a year in which you said how near."), _("As a table, year by year")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dot:
    """Numbers as the picture holds them, and the same in words."""

    x: str
    y: int
    radius: str
    halo: str
    label: str
    words: str
    times: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`column` says what a column is, `table` what the table holds; `larger`: whether dots differ in size.

    `levels`: where the rule below a level runs, where its words stand, and the words.
    """

    dots: list[Dot]
    below: list[tuple[str, str]]
    levels: list[tuple[int, int, str]]
    column: Promise
    table: Promise
    larger: bool


def picture(columns: Sequence[Column]) -> Picture:
    """Every column's dots; one said more often in its column is larger, and none has a colour of its own."""
    apart = (LAST - FIRST) / max(1, len(columns) - 1)
    most = max((times for column in columns for times in column.counts.values()), default=1)
    radius = min(RADIUS, apart * 0.45)
    column, table = HOLDS[columns[0].months if columns else 0]
    places = [FIRST + apart * place if len(columns) > 1 else (FIRST + LAST) / 2 for place in range(len(columns))]
    return Picture(
        dots=[
            _dot(x, level, radius * max(SMALLEST, sqrt(times / most)), column, times)
            for x, column in zip(places, columns, strict=True)
            for level, times in column.counts.items()
        ],
        below=[(f"{places[place]:.1f}", columns[place].short) for place in _named(columns)],
        levels=[(_height(level) + RISE // 2, _height(level) + 4, str(words)) for level, words in _levels()],
        column=column,
        table=table,
        larger=most > 1,
    )


def _dot(x: float, level: int, radius: float, column: Column, times: int) -> Dot:
    words = str(nearness.NEARNESS[level])
    return Dot(f"{x:.1f}", _height(level), f"{radius:.1f}", f"{radius * 2:.1f}", column.label, words, times)


def _levels() -> list[tuple[int, object]]:
    return [(level, words) for level, words in nearness.NEARNESS.items() if isinstance(level, int)]


def _height(level: int) -> int:
    return BOTTOM - RISE * level


def _named(columns: Sequence[Column]) -> list[int]:
    """Which columns are named below: a few, the first and the last among them, and none twice."""
    last = len(columns) - 1
    places = sorted({round(last * part / (LABELS - 1)) for part in range(LABELS)}) if columns else []
    return [place for at, place in enumerate(places) if not at or columns[place].short != columns[places[at - 1]].short]
