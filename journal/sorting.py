"""Which of what was kept somebody wants to see: some kinds, voices or steps, or what is no younger than a month."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal import words
from journal.models import EntryQuerySet

GROUPS: Mapping[str, Mapping[str, Promise]] = {"kind": words.MANY, "voice": words.VOICES, "step": words.STEPS}
LEGENDS: Mapping[str, Promise] = {"kind": _("What it is"), "voice": _("Whose voice"), "step": _("From which step")}
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tick."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Things to tick that belong together; `name` is what an address calls them."""

    name: str
    legend: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for. `strange`: something of it is on no list of ours, and counts as not asked for."""

    groups: Mapping[str, tuple[str, ...]]
    month: date | None
    strange: bool

    @classmethod
    def of(cls, asked: QueryDict) -> Self:
        known = {group: tuple(one for one in names if one in asked.getlist(group)) for group, names in GROUPS.items()}
        month, said = _month(asked.get("month", "")), bool(asked.get("month"))
        strange = any(set(asked.getlist(group)) - set(names) for group, names in GROUPS.items())
        return cls(known, month, strange or (said and month is None))

    @property
    def some(self) -> bool:
        """Whether only some of it is asked for, by what it is."""
        return any(self.groups.values())

    @property
    def query(self) -> str:
        """The same again, as an address says it."""
        month = {"month": f"{self.month:%Y-%m}"} if self.month else {}
        return urlencode({**{group: values for group, values in self.groups.items() if values}, **month}, doseq=True)

    def among(self, entries: EntryQuerySet) -> EntryQuerySet:
        asked = {f"{group}__in": values for group, values in self.groups.items() if values}
        entries = entries.filter(**asked)
        return entries.filter(local_date__lt=_after(self.month)) if self.month else entries

    def offered(self, person: User) -> list[Group]:
        """Everything there is to tick, the younger voice by the person's own word."""
        said: dict[str, Mapping[str, Promise | str]] = {
            "kind": words.MANY,
            "voice": {**words.VOICES, **words.names(person)},
            "step": words.STEPS,
        }
        return [
            Group(
                name,
                str(legend),
                [Choice(value, str(said[name][value]), value in self.groups[name]) for value in GROUPS[name]],
            )
            for name, legend in LEGENDS.items()
        ]


def _month(said: str) -> date | None:
    """The first day of a month that was named like 2024-03."""
    try:
        first = date.fromisoformat(f"{said}-01") if MONTH.fullmatch(said) else None
    except ValueError:
        return None
    return first if first and first.year < date.max.year else None


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
