"""What a fault did: how often it was tried, what was acknowledged, and what of that was not found again."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`wrong` counts texts found altered, and answers the protocol does not allow."""

    fault: str
    tried: int = 0
    acknowledged: int = 0
    missing: int = 0
    duplicated: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def lost(self) -> int:
        return self.missing + self.duplicated + self.wrong

    def expect(self, what: str, *, holds: bool) -> None:
        """Something that has to be so; when it is not, the line says what."""
        if not holds:
            self.wrong += 1
            self.notes.append(f"NOT SO: {what}")

    def line(self) -> str:
        if self.skipped:
            return f"{self.fault}: not tried ({self.skipped})"
        counted = (
            f"tried {self.tried}, acknowledged {self.acknowledged}, "
            f"missing {self.missing}, duplicated {self.duplicated}, wrong {self.wrong}"
        )
        return f"{self.fault}: {counted}" + "".join(f"; {note}" for note in self.notes)


def spread(seconds: Iterable[float]) -> str:
    """Median and 95th percentile, for a note."""
    values = sorted(seconds)
    if len(values) < 2:
        return "none"
    return f"p50 {statistics.median(values):.2f} s, p95 {values[int(len(values) * 0.95)]:.2f} s"


def counted(statuses: Counter[int]) -> str:
    return " ".join(f"{status or 'none'}×{count}" for status, count in sorted(statuses.items()))
