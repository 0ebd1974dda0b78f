"""How fast the product is, as one JSON object: `python -m benchmarks` within two minutes, `--full` for all of it.

It starts its own servers on loopback, fills them, and measures both in rounds that take turns. The ratios to the floor
are what can be compared from machine to machine; what runs beside it shows in the milliseconds.
"""

import argparse
import json
import os
import platform
import signal
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import jobs, servers
from benchmarks.jobs import FloorSaves, Page
from benchmarks.measuring import Cell, measure, told
from benchmarks.servers import Pair
from tests.faults.writer import PAGE, Writer

WRITERS = 40  # enough people that nobody saves faster than the pace that is kept
LOOKS = 27  # for words, by one person: thirty at once are answered (journal/views/search.py), three of them warm up
LOGIN, KEPT = "/accounts/login/", "/kept/"
OURS, FLOOR = "innerchild", "floor"
BEGAN = time.monotonic()


@dataclass(frozen=True)
class Size:
    """How much is asked. `times` is for one round of one connection; what takes long is asked a tenth as often."""

    rounds: int
    times: int
    texts: int
    long: int
    starts: int
    several: int = 8
    crew: int = 32

    @property
    def few(self) -> int:
        return max(self.times // 10, 1)

    @property
    def looks(self) -> int:
        return max(min(self.few, LOOKS // self.rounds), 1)


SHORT = Size(rounds=5, times=60, texts=10_000, long=20_000, starts=1)
FULL = Size(rounds=12, times=200, texts=10_000, long=100_000, starts=5)
TINY = Size(rounds=1, times=1, texts=30, long=30, starts=0, several=2, crew=2)


@dataclass(frozen=True)
class Place:
    """Both servers, filled: people who are signed in, by name, and addresses, "" where there is no such page."""

    pair: Pair
    people: dict[str, Writer]
    urls: dict[str, str]

    @property
    def writers(self) -> list[Writer]:
        return [writer for name, writer in self.people.items() if name.startswith("writer")]

    def page(self, name: str, path: str) -> Page:
        return Page(self.pair.house.port, path, cookie=jobs.cookies(self.people[name]))

    def floor(self, path: str) -> Page:
        return Page(self.pair.floor_port, path, cookie=f"sessionid={self.pair.floor_told['session']}")

    def floor_saves(self, among: int) -> list[FloorSaves]:
        told = self.pair.floor_told
        return [
            FloorSaves(self.pair.floor_port, told["session"], told["notes"][number::among]) for number in range(among)
        ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all of it, with 100,000 entries: some minutes")
    parser.add_argument("--tiny", action="store_true", help="once each, to see that it runs; its figures say nothing")
    asked = parser.parse_args()
    size = FULL if asked.full else TINY if asked.tiny else SHORT
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # asked to stop, it leaves nothing running either
    before = os.getloadavg()[0]
    with servers.opened() as pair:
        found = _measured(pair, size)
    found["machine"] = {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(before, 2),
        "took_s": round(time.monotonic() - BEGAN),
    }
    print(json.dumps(found, indent=2))
    cells = [*found["pages"].values(), *found["at_once"].values()]
    return int(any(cell["wrong"] for cell in cells))


def _measured(pair: Pair, size: Size) -> dict[str, Any]:
    _say("filling")
    made = pair.inside("fill", writers=WRITERS, texts=size.texts, long=size.long)
    pair.begin_floor()
    _say("starting anew")
    cold = pair.cold(times=size.starts) if size.starts else {}
    port = pair.house.port
    people = {name: jobs.signed_in(port, one["email"], one["session"]) for name, one in made["people"].items()}
    place = Place(pair, people, made["urls"])
    pages, left_out = _pages(place, size)
    measure(pair, pages, rounds=size.rounds, say=_say)
    at_once = _at_once(place, size)
    measure(pair, at_once, rounds=max(size.rounds // 2, 1), say=_say)
    memory = {which: pair.memory(which) for which in (OURS, FLOOR)}
    _say("counting statements")
    paths = {
        "kept": KEPT,
        "writing": PAGE,
        "sign_in": LOGIN,
        **{name: path for name, path in made["urls"].items() if path},
    }
    return {
        "size": asdict(size),
        "pages": told(pages),
        "at_once": told(at_once),
        "statements": pair.inside("count", paths=paths),
        "memory_mib": memory,
        "cold_start": cold,
        "left_out": left_out,
    }


def _pages(place: Place, size: Size) -> tuple[list[Cell], list[str]]:
    """One connection each; and what could not be measured, in words."""
    port, times = place.pair.house.port, size.times
    shelf = place.people["shelf"]
    cells = [
        Cell("floor_bare", FLOOR, [place.floor("/bare/")], times),
        Cell("floor_page", FLOOR, [place.floor("/page/")], times),
        Cell("floor_autosave", FLOOR, place.floor_saves(1), times),
        Cell(f"kept_{size.texts}", OURS, [place.page("shelf", KEPT)], times, "floor_page"),
        Cell(f"kept_{size.long}_short", OURS, [place.page("long", KEPT)], times, "floor_page"),
        Cell("writing", OURS, [jobs.writing_screen(shelf)], times, "floor_page"),
        Cell("autosave", OURS, jobs.split(place.writers, 1), times, "floor_autosave"),
        Cell("sign_in", OURS, [Page(port, LOGIN)], times, "floor_page"),
    ]
    left_out = [f"{name}: there is no such page yet" for name, path in place.urls.items() if not path]
    if path := place.urls["look_back"]:
        cells.append(Cell("look_back", OURS, [place.page("shelf", path)], size.few))
    if path := place.urls["kept_search"]:
        asked = jobs.search(shelf, path, jobs.WORD)
        if asked:
            cells.append(Cell("search", OURS, [asked], size.looks))
        else:
            left_out.append("kept_search: its page has no field to type in")
    return cells, left_out


def _at_once(place: Place, size: Size) -> list[Cell]:
    """Several connections: readers, and writers of whom none is faster than somebody who types."""
    some, times = range(size.several), size.times
    return [
        Cell("floor_page", FLOOR, [place.floor("/page/") for _ in some], times),
        Cell("floor_autosave", FLOOR, place.floor_saves(size.several), times),
        Cell("kept", OURS, [place.page("shelf", KEPT) for _ in some], times, "floor_page"),
        Cell("autosave", OURS, jobs.split(place.writers, size.several), times, "floor_autosave"),
        Cell("floor_writers", FLOOR, place.floor_saves(size.crew), size.few),
        Cell("writers", OURS, jobs.split(place.writers, size.crew), size.few, "floor_writers"),
    ]


def _say(words: str) -> None:
    print(f"{time.monotonic() - BEGAN:4.0f} s: {words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
