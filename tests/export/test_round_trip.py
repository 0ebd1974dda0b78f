"""The proof with 20,000, run with some hundreds: it compares every field, and says what took more than it may."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.export import round_trip

ROW = {"body": "a", "title": "b"}


def test_the_proof_runs_to_its_end_and_says_every_trouble(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(round_trip, "LIMIT_MB", -1)  # so that each of its ways takes more
    assert round_trip.main(["300", "--one-house"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if "more than" in line] == [
        f"{way} with more than -1 MB" for way in ("taken along", "looked at", "brought in")
    ]
    assert said[-1] == "Every field is as it was."
    counts = {name: int(count) for count, name in (each.split() for each in said[0].split(", "))}
    assert counts["entries"] > 250
    assert {"revisions", "check_ins", "wishes", "places", "visits"} <= {name for name in counts if counts[name]}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"1": ROW, "2": ROW}, []),
        ({"1": ROW}, ["entries: 1 missing, 0 new"]),
        ({"1": ROW, "3": ROW}, ["entries: 1 missing, 1 new"]),
        ({"1": ROW, "2": {**ROW, "body": "c"}}, ["entries: 1 differ in body"]),
    ],
)
def test_what_is_not_as_it_was_is_named(after: Mapping[str, Any], said: list[str]) -> None:
    before = {"sheets": {}, "entries": {"1": ROW, "2": ROW}}
    assert round_trip._differences(before, {"sheets": {}, "entries": after}) == said
