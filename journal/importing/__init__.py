"""Bringing in what was written elsewhere: what a format has to do, and what it tells before anything is written.

The formats themselves are listed in `journal/importing/known.py`; docs/bringing-in.md says what each takes and leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from accounts.models import User
from journal.models import Import

if TYPE_CHECKING:
    from journal.importing.bundle import Bundle

FIRST_LINES = 20
LINE = 80  # characters


class Refused(Exception):
    """Nothing of it was written. `where` names file, entry and field, `why` is the sentence for the person.

    Where it stands may be a name of their own, so that neither is told to whoever prints the exception.
    """

    def __init__(self, where: str, why: Promise | str) -> None:
        super().__init__("an archive was refused")
        self.where, self.why = where, why


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that stays where it was: so many of what, and why. `names` has the first of them that are called something."""

    what: Promise | str
    why: Promise | str
    count: int
    names: Sequence[str] = field(default=(), repr=False)

    @property
    def more(self) -> int:
        return self.count - len(self.names)


@dataclass(slots=True, kw_only=True)
class Preview:
    """What comes in, or came in. `counts` by kind, in keys of `pieces.KINDS`.

    `labels` are words of the archive whose meaning only the person knows; `Bundle.told` brings the answers back.
    `remarks` are sentences about what comes in otherwise than one might think.
    """

    counts: dict[str, int] = field(default_factory=dict)
    first_lines: list[str] = field(default_factory=list, repr=False)
    skipped: list[Skip] = field(default_factory=list)
    span: tuple[date, date] | None = None
    labels: list[str] = field(default_factory=list, repr=False)
    remarks: list[Promise | str] = field(default_factory=list)

    def found(self, kind: str, day: date, line: str) -> None:
        """One more of that kind, on that day; the first few lines are shown."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        first, last = self.span or (day, day)
        self.span = (min(first, day), max(last, day))
        if len(self.first_lines) < FIRST_LINES and line:
            self.first_lines.append(line if len(line) <= LINE else f"{line[: LINE - 2].rsplit(' ', 1)[0]} …")

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Format(Protocol):
    """One way in. `fits` may raise `Refused` where a file is surely of this kind and cannot be read."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> Promise | str: ...

    def fits(self, bundle: "Bundle") -> bool: ...

    def preview(self, person: User, bundle: "Bundle") -> Preview:
        """Tell what would come in. Writes nothing."""
        ...

    def bring_in(self, person: User, bundle: "Bundle", batch: Import) -> Preview:
        """Write it; the caller holds one transaction, and every row carries `batch`."""
        ...
