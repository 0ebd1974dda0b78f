"""docs/rules.md tells which test holds each rule: every rule is there once, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| ([RT]\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/rules.md").read_text("utf-8"))


@cache
def defined_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8")) if (ROOT / file).is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_rule_is_there_once_in_order() -> None:
    assert [rule for rule, _ in ROWS] == [
        *(f"R{number}" for number in range(1, 48)),
        *(f"T{number}" for number in range(1, 13)),
    ]


def test_every_test_that_is_named_exists() -> None:
    named = [(rule, *name.split("::")) for rule, held in ROWS for name in re.findall(r"`([^`]+)`", held)]
    assert len(named) > 40
    assert [f"{rule}: {file}::{name}" for rule, file, name in named if name not in defined_in(file)] == []


def test_a_rule_without_a_test_says_why() -> None:
    silent = [rule for rule, held in ROWS if "`" not in held and not re.match(r"none: \S+", held)]
    assert silent == []
