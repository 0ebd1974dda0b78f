"""What is measured, in rounds that take turns, and what is made of it: medians, p95, CPU and ratios to the floor."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import servers
from benchmarks.load import Heard, Job, ask
from benchmarks.servers import Pair

STALL = 2.0  # seconds after which somebody would think that it hangs


@dataclass
class Cell:
    """One thing that is asked for. `beside` names the cell of the floor it is held against."""

    name: str
    which: str
    jobs: Sequence[Job]
    times: int
    beside: str = ""
    heard: list[Heard] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def requests(self) -> int:
        return sum(len(one.seconds) for one in self.heard)

    @property
    def cpu_ms(self) -> float:
        return self.cpu * 1000 / self.requests

    def percentile(self, percent: int) -> float:
        """Milliseconds, over all rounds."""
        seconds = sorted(took for one in self.heard for took in one.seconds)
        return seconds[min(len(seconds) * percent // 100, len(seconds) - 1)] * 1000

    def medians(self) -> list[float]:
        return [statistics.median(one.seconds) for one in self.heard]

    def per_second(self) -> float:
        return self.requests / sum(one.took for one in self.heard)

    def p95s(self) -> list[float]:
        return [sorted(one.seconds)[len(one.seconds) * 95 // 100] for one in self.heard]


def measure(pair: Pair, cells: Sequence[Cell], *, rounds: int, say: Callable[[str], None]) -> None:
    """Every cell once a round, each round beginning with another: what disturbs one disturbs all."""
    for cell in cells:  # nobody's first request counts
        ask(_port(pair, cell), cell.jobs, 3)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        shift = number % len(cells)
        for cell in (*cells[shift:], *cells[:shift]):
            roots = pair.roots(cell.which)
            before = servers.cpu(roots)
            cell.heard.append(ask(_port(pair, cell), cell.jobs, cell.times))
            cell.cpu += servers.cpu(roots) - before
            time.sleep(0.05)  # what a server still tidies up is not the next one's


def told(cells: Sequence[Cell]) -> dict[str, dict[str, Any]]:
    """Every cell in numbers."""
    known = {cell.name: cell for cell in cells}
    return {cell.name: _numbers(cell, known.get(cell.beside)) for cell in cells}


def _numbers(cell: Cell, floor: Cell | None) -> dict[str, Any]:
    seconds = [took for one in cell.heard for took in one.seconds]
    found: dict[str, Any] = {
        "p50_ms": round(cell.percentile(50), 2),
        "p95_ms": round(cell.percentile(95), 2),
        "cpu_ms": round(cell.cpu_ms, 2),
        "requests": cell.requests,
        "connections": len(cell.jobs),
        "bytes": cell.heard[-1].size,
        "wrong": sum(one.wrong for one in cell.heard),
    }
    if len(cell.jobs) > 1:
        found |= {"per_second": round(cell.per_second()), "stalls": sum(took > STALL for took in seconds)}
    if floor:
        found["of_floor"] = {
            "p50": _ratio(cell.medians(), floor.medians()),
            "p95": _ratio(cell.p95s(), floor.p95s()),
            "cpu": round(cell.cpu_ms / floor.cpu_ms, 2) if floor.cpu else None,
        }
    return found


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each round: both were measured within the same seconds."""
    return round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 2)


def _port(pair: Pair, cell: Cell) -> int:
    return pair.house.port if cell.which == "innerchild" else pair.floor_port
