"""What somebody said when they looked in, handed back: points, counts, lines and a sentence or two.

Only `read` touches the database. Nothing here measures: no sum, no mean, no trend, and no day on which nothing was
said. Where there are many looks the picture's columns hold a month, a quarter or a year instead of a day.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from psycopg import Cursor

from accounts.models import User
from journal import nearness
from journal.models import CheckIn
from journal.nearness import UNSURE, Scale, Told
from vault import envelope
from vault.keyring import KeyNotInRing

ENOUGH = 4  # looks, from which on there is something to hand back
COLUMNS = 40
MOST_WORDS, MOST_LINES = 12, 12
NO_NEEDS = ("nothing", "else")  # they are counted, and make no sentence
SQL = """
    SELECT id, local_date, answers_sealed FROM journal_checkin
    WHERE owner_id = %s AND binned_at IS NULL AND local_date BETWEEN %s AND %s ORDER BY local_date, at, id
"""
SEASONS: Mapping[int, Promise] = {  # by the quarter that begins with December, in the north
    0: pgettext_lazy("season", "In winter"),
    1: pgettext_lazy("season", "In spring"),
    2: pgettext_lazy("season", "In summer"),
    3: pgettext_lazy("season", "In autumn"),
}
SOUTH = {"AR", "AU", "BO", "BR", "BW", "CL", "LS", "MZ", "NA", "NZ", "PE", "PY", "SZ", "UY", "ZA", "ZM", "ZW"}
SOUTHERN_ZONES = ("Australia/", "Antarctica/", "Pacific/Auckland", "America/Argentina/", "America/Santiago", "America/Sao_Paulo", "America/Montevideo", "Africa/Johannesburg")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: its day, and what was said."""

    day: date
    told: Told


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or as much time as one column holds, and how often each nearness was said in it."""

    label: str
    short: str
    counts: Mapping[int, int]

    @property
    def words(self) -> str:
        """What the table says: “Close by”, or “Close by 2, Faint 1” where there is more than one."""
        said = [(str(nearness.NEARNESS[level]), times) for level, times in self.counts.items()]
        if len(said) == 1 and said[0][1] == 1:
            return said[0][0]
        return ", ".join(f"{words} {times}" for words, times in said)


@dataclass(frozen=True, slots=True)
class Count:
    """How often one word was said. `own`: the person made it themselves."""

    words: str = field(repr=False)
    times: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    day: date
    words: str = field(repr=False)


def read(person: User, since: date, until: date) -> tuple[list[Looked], int]:
    """Every look between two days, the earliest first, and how many could not be opened."""
    open_answers = CheckIn.answers.opener(person.pk)
    days, opened, shut = [], [], 0
    for key, day, sealed in _rows(person, since, until):
        try:
            opened.append(open_answers(key, sealed))
        except (envelope.Refused, KeyNotInRing):
            shut += 1
        else:
            days.append(day)
    said = json.loads(b"[%s]" % b",".join(opened))  # all at once takes a quarter of the time
    return [Looked(day, nearness.told(answers)) for day, answers in zip(days, said, strict=True)], shut


def _rows(person: User, since: date, until: date) -> list[tuple[UUID, date, bytes]]:
    """Over the binary protocol, which Django’s own cursors do not speak: bytes arrive as they are."""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(SQL, (person.pk, since, until), binary=True)
        return [(key, day, bytes(sealed)) for key, day, sealed in cursor]


def columns(looks: Sequence[Looked]) -> list[Column]:
    """The looks that told a nearness, in order of their days. A day without one has no column, and leaves no room."""
    near = [look for look in looks if isinstance(look.told.nearness, int)]
    grain = _grain([look.day for look in near])
    several = len({look.day.year for look in near}) > 1
    made = []
    for first, held in groupby(near, key=lambda look: grain.first(look.day)):
        counts = Counter(look.told.nearness for look in held)
        ordered = {level: counts[level] for level in nearness.NEARNESS if isinstance(level, int) and counts[level]}
        made.append(Column(grain.label(first, several=several), grain.short(first, several=several), ordered))
    return made


@dataclass(frozen=True, slots=True)
class Grain:
    """How much time one column holds: so many months, or a single day where it is 0."""

    months: int

    def first(self, day: date) -> date:
        """The day a column begins with."""
        if not self.months:
            return day
        return day.replace(month=day.month - (day.month - 1) % self.months, day=1)

    def label(self, first: date, *, several: bool) -> str:
        """As the table says it; the year is named where there are several, or where a column is long."""
        if self.months == 12:
            return str(first.year)
        if self.months > 1:
            last = first.replace(month=first.month + self.months - 1)
            return _("%(first)s to %(last)s") % {"first": date_format(first, "F"), "last": date_format(last, "F Y")}
        if self.months:
            return date_format(first, "F Y")
        return date_format(first, "j F Y" if several else "j F")

    def short(self, first: date, *, several: bool) -> str:
        """Below the picture."""
        if self.months == 12:
            return str(first.year)
        if self.months:
            return date_format(first, "M Y" if several else "M")
        return date_format(first, "M Y" if several else "j M")


def _grain(days: Sequence[date]) -> Grain:
    """The finest of which a picture holds all. Each is found in what the finer one before it begins with."""
    grain, begins = Grain(0), set(days)
    for coarser in (Grain(1), Grain(3), Grain(12)):
        if len(begins) <= COLUMNS:
            break
        grain, begins = coarser, {coarser.first(day) for day in begins}
    return grain


def unsure(looks: Iterable[Looked]) -> int:
    """How often “can’t tell” was said: it is told beside the picture, because it has no place in it."""
    return sum(look.told.nearness == UNSURE for look in looks)


def words(looks: Iterable[Looked]) -> list[Count]:
    """How they seemed: offered words and own ones, the most used first; as often used, in the order offered."""
    looks = list(looks)
    offered = _counted((word for look in looks for word in look.told.seems), nearness.SEEMS)
    own: Counter[str] = Counter(look.told.own.casefold() for look in looks if look.told.own)
    written = {look.told.own.casefold(): look.told.own for look in looks}
    counts = [*offered, *(Count(written[word], times, own=True) for word, times in own.items())]
    return sorted(counts, key=lambda count: -count.times)[:MOST_WORDS]


def needs(looks: Iterable[Looked]) -> list[Count]:
    return _counted((need for look in looks for need in look.told.needs), nearness.NEEDS)


def tones(looks: Iterable[Looked]) -> list[Count]:
    return _counted((look.told.tone for look in looks if look.told.tone is not None), nearness.TONES)


def lines(looks: Sequence[Looked]) -> list[Line]:
    """The newest of them first, and no more than a page can give room."""
    said = [Line(look.day, look.told.line) for look in reversed(looks) if look.told.line]
    return said[:MOST_LINES]


def _counted[Said: Scale](said: Iterable[Said], offered: Mapping[Said, Promise]) -> list[Count]:
    counts = Counter(said)
    found = [Count(str(name).lower(), counts[value]) for value, name in offered.items() if counts[value]]
    return sorted(found, key=lambda count: -count.times)


def sentences(looks: Sequence[Looked], *, south: bool) -> list[str]:
    """One of the newest season, one of the newest month: what was chosen more than once, and more than anything else."""
    said = (_of_season(looks, south=south), _of_month(looks))
    return [sentence for sentence in said if sentence]


def _of_season(looks: Sequence[Looked], *, south: bool) -> str:
    for (year, quarter), held in _newest_first(looks, _season):
        near = _mostly(look.told.nearness for look in held if isinstance(look.told.nearness, int))
        word = _mostly(word for look in held for word in look.told.seems)
        chosen = [str(nearness.NEARNESS[near]).lower()] if near is not None else []
        chosen += [str(nearness.SEEMS[word]).lower()] if word is not None else []
        if not chosen:
            continue
        season = str(SEASONS[(quarter + 2 * south) % 4])
        if year != _season(looks[-1].day)[0]:
            season = f"{season} {year}"
        names = {"season": season, "one": chosen[0], "other": chosen[-1]}
        if len(chosen) > 1:
            return _("%(season)s you mostly wrote “%(one)s” and “%(other)s”.") % names
        return _("%(season)s you mostly wrote “%(one)s”.") % names
    return ""


def _of_month(looks: Sequence[Looked]) -> str:
    for month, held in _newest_first(looks, lambda day: day.replace(day=1)):
        told = [need for look in held for need in look.told.needs if need not in NO_NEEDS]
        need = _mostly(told)
        if need is None:
            continue
        when = date_format(month, "F" if month.year == looks[-1].day.year else "F Y")
        names = {"month": when, "need": str(nearness.NEEDS[need]).lower(), "times": told.count(need)}
        if told.count(need) == 2:
            return _("In %(month)s “%(need)s” came up twice.") % names
        return _("In %(month)s “%(need)s” came up %(times)s times.") % names
    return ""


def _newest_first[Part](looks: Sequence[Looked], part: Callable[[date], Part]) -> Iterator[tuple[Part, list[Looked]]]:
    for first, held in groupby(reversed(looks), key=lambda look: part(look.day)):
        yield first, list(held)


def _season(day: date) -> tuple[int, int]:
    """Year and quarter; December stands at the head of the next one."""
    return day.year + (day.month == 12), day.month % 12 // 3


def _mostly[Said](said: Iterable[Said]) -> Said | None:
    """What was said more than once, and more often than anything else."""
    first, second = [*Counter(said).most_common(2), (None, 0), (None, 0)][:2]
    return first[0] if first[1] > max(1, second[1]) else None


def is_south(person: User) -> bool:
    """Whether spring comes in September where this person is, as far as their country or zone tells."""
    return person.country in SOUTH if person.country else person.time_zone.startswith(SOUTHERN_ZONES)
