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
MOST_WORDS = 12  # in sight; the others are folded beneath them
MOST_LINES, FOLDED_LINES = 12, 48  # the newest; what is older still stands in the list of look-ins
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
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or as many months as one column holds, and how often each nearness was said in it."""

    label: str
    short: str
    months: int
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

    @property
    def often(self) -> str:
        if self.times > 2:
            return _("%(times)s times") % {"times": self.times}
        return _("twice") if self.times == 2 else _("once")


def read(person: User, since: date, until: date) -> tuple[list[Looked], int]:
    """Every look between two days, the earliest first, and how many could not be opened."""
    open_answers = CheckIn.answers.opener(person.pk)
    found, opened, shut = [], [], 0
    for key, day, sealed in _rows(person, since, until):
        try:
            opened.append(open_answers(key, sealed))
        except (envelope.Refused, KeyNotInRing):
            shut += 1
        else:
            found.append((day, key))
    said = json.loads(b"[%s]" % b",".join(opened))  # all at once takes a quarter of the time
    return [Looked(day, nearness.told(answers), key) for (day, key), answers in zip(found, said, strict=True)], shut


def _rows(person: User, since: date, until: date) -> list[tuple[UUID, date, bytes]]:
    """Over the binary protocol, which Django’s own cursors do not speak: bytes arrive as they are."""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(SQL, (person.pk, since, until), binary=True)
        return [(key, day, bytes(sealed)) for key, day, sealed in cursor]


def columns(looks: Sequence[Looked], today: date) -> list[Column]:
    """The looks that told a nearness, in order of their days. A day without one has no column, and leaves no room.

    Their years are named unless all of them are of this year.
    """
    near = [look for look in looks if isinstance(look.told.nearness, int)]
    grain = _grain([look.day for look in near])
    dated = {look.day.year for look in near} != {today.year}
    made = []
    for first, held in groupby(near, key=lambda look: grain.first(look.day)):
        counts = Counter(look.told.nearness for look in held)
        ordered = {level: counts[level] for level in nearness.NEARNESS if isinstance(level, int) and counts[level]}
        made.append(Column(grain.label(first, dated=dated), grain.short(first, dated=dated), grain.months, ordered))
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

    def label(self, first: date, *, dated: bool) -> str:
        """As the table says it; the year is named where it is asked for, or where a column is long."""
        if self.months == 12:
            return str(first.year)
        if self.months > 1:
            last = first.replace(month=first.month + self.months - 1)
            return _("%(first)s to %(last)s") % {"first": date_format(first, "F"), "last": date_format(last, "F Y")}
        if self.months:
            return date_format(first, "F Y")
        return date_format(first, "j F Y" if dated else "j F")

    def short(self, first: date, *, dated: bool) -> str:
        """Below the picture."""
        if self.months == 12:
            return str(first.year)
        if self.months:
            return date_format(first, "M Y" if dated else "M")
        return date_format(first, "M Y" if dated else "j M")


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


def words(looks: Sequence[Looked]) -> list[Count]:
    """How they seemed: offered words and own ones, the most used first; as often used, in the order offered."""
    offered = {str(name).casefold(): str(name).lower() for name in nearness.SEEMS.values()}
    own = {look.told.own.casefold(): look.told.own for look in looks if look.told.own}
    counts = Counter(_seemed(looks))
    named = {**offered, **own, **offered}  # offered ones stand first, and keep their own spelling
    found = [Count(name, counts[word], own=word not in offered) for word, name in named.items() if counts[word]]
    return sorted(found, key=lambda count: -count.times)


def _seemed(looks: Iterable[Looked]) -> Iterator[str]:
    """Every word of every look, case-folded: one that was ticked and typed as well was said once."""
    names = {value: str(name).casefold() for value, name in nearness.SEEMS.items()}
    for look in looks:
        said = [names[word] for word in look.told.seems]
        own = look.told.own.casefold()
        yield from said if not own or own in said else [*said, own]


def parted(counts: list[Count]) -> tuple[list[Count], list[Count]]:
    """Those in sight, and the others. Words that were said as often stay together, however many they are."""
    if len(counts) <= MOST_WORDS:
        return counts, []
    within = min(counts[MOST_WORDS].times, counts[0].times - 1)
    seen = sum(count.times > within for count in counts)
    return counts[:seen], counts[seen:]


def needs(looks: Iterable[Looked]) -> list[Count]:
    return _counted((need for look in looks for need in look.told.needs), nearness.NEEDS)


def tones(looks: Iterable[Looked]) -> list[Count]:
    return _counted((look.told.tone for look in looks if look.told.tone is not None), nearness.TONES)


def lines(looks: Sequence[Looked]) -> list[Looked]:
    """Those in which a line was kept, the newest first."""
    return [look for look in reversed(looks) if look.told.line]


def _counted[Said: Scale](said: Iterable[Said], offered: Mapping[Said, Promise]) -> list[Count]:
    counts = Counter(said)
    found = [Count(str(name).lower(), counts[value]) for value, name in offered.items() if counts[value]]
    return sorted(found, key=lambda count: -count.times)


def sentences(looks: Sequence[Looked], today: date, *, south: bool) -> list[str]:
    """One of the newest season, one of the newest month: what was chosen more than once, and more than anything else."""
    said = (_of_season(looks, today, south=south), _of_month(looks, today))
    return [sentence for sentence in said if sentence]


def _of_season(looks: Sequence[Looked], today: date, *, south: bool) -> str:
    unsure = str(nearness.NEARNESS[UNSURE]).lower()
    for (year, quarter), held in _newest_first(looks, _season):
        near = _counted((look.told.nearness for look in held if look.told.nearness is not None), nearness.NEARNESS)
        leading = [_leading(near), _leading(words(held))]
        chosen = [count.words for count in leading if count and count.words != unsure]
        if not chosen:
            continue
        names = {"season": _named(year, quarter, today, south=south), "one": chosen[0], "other": chosen[-1]}
        if len(chosen) > 1:
            return _("%(season)s you most often wrote “%(one)s” and “%(other)s”.") % names
        return _("%(season)s you most often wrote “%(one)s”.") % names
    return ""


def _named(year: int, quarter: int, today: date, *, south: bool) -> str:
    """“In spring”, with its year where that is over; the season across New Year has two, and belongs to neither."""
    season = str(SEASONS[(quarter + 2 * south) % 4])
    this_year, this_quarter = _season(today)
    if quarter:
        return season if year == this_year else f"{season} {year}"
    return season if (year, quarter) == (this_year, this_quarter) else f"{season} {year - 1}–{year % 100:02}"


def _of_month(looks: Sequence[Looked], today: date) -> str:
    for month, held in _newest_first(looks, lambda day: day.replace(day=1)):
        told = (need for look in held for need in look.told.needs if need not in NO_NEEDS)
        need = _leading(_counted(told, nearness.NEEDS))
        if need is None:
            continue
        when = date_format(month, "F" if month.year == today.year else "F Y")
        names = {"month": when, "need": need.words, "times": need.times}
        if need.times == 2:
            return _("In %(month)s “%(need)s” came up twice.") % names
        return _("In %(month)s “%(need)s” came up %(times)s times.") % names
    return ""


def _newest_first[Part](looks: Sequence[Looked], part: Callable[[date], Part]) -> Iterator[tuple[Part, list[Looked]]]:
    for first, held in groupby(reversed(looks), key=lambda look: part(look.day)):
        yield first, list(held)[::-1]


def _season(day: date) -> tuple[int, int]:
    """Year and quarter; December stands at the head of the next one."""
    return day.year + (day.month == 12), day.month % 12 // 3


def _leading(counts: Sequence[Count]) -> Count | None:
    """What was said more than once, and more often than anything else."""
    next_best = max(1, counts[1].times if len(counts) > 1 else 0)
    return counts[0] if counts and counts[0].times > next_best else None


def is_south(person: User) -> bool:
    """Whether spring comes in September where this person is, as far as their country or zone tells."""
    return person.country in SOUTH if person.country else person.time_zone.startswith(SOUTHERN_ZONES)
