"""docs/saving.md tells which test holds each requirement about saving: each is there once, and each test exists."""

import re

from tests.faults.__main__ import DRIVERS
from tests.pages.test_rules import ROOT, ROW, defined_in

PAGE = (ROOT / "docs/saving.md").read_text("utf-8")
ROWS = ROW.findall(PAGE)


def test_every_requirement_names_tests_that_exist() -> None:
    assert [name for name, _ in ROWS] == [f"R{number}" for number in (*range(57, 71), 74, 75, 77, 78)]
    named = [(name, *test.split("::")) for name, held in ROWS for test in re.findall(r"`([^`]+::[^`]+)`", held)]
    assert {name for name, *_ in named} == {name for name, _ in ROWS}
    assert [f"{name}: {file}::{test}" for name, file, test in named if test not in defined_in(file)] == []


def test_every_fault_that_is_tried_is_told_of() -> None:
    told = {fault for row in re.findall(r"^\| ((?:[FB]\d+ ?)+) \|", PAGE, re.MULTILINE) for fault in row.split()}
    assert told == {*DRIVERS, "F6"}
