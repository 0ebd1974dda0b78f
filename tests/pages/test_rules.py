"""docs/rules.md tells which test holds each rule: every rule is there once. A test that any page of ours names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| ([RT]\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]
NAMED = re.compile(r"(tests/[\w/]+\.py)(?:::(\w+))?")
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


def test_every_test_that_any_other_page_names_exists() -> None:
    named = [(page.name, *found) for page in PAGES for found in NAMED.findall(page.read_text("utf-8"))]
    assert len({page for page, *_found in named}) > 4
    lost = [(page, file, name) for page, file, name in named if name and name not in defined_in(file)]
    assert lost == []
    assert [(page, file) for page, file, _name in named if not (ROOT / file).is_file()] == []


def test_a_rule_without_a_test_says_why() -> None:
    silent = [rule for rule, held in ROWS if "`" not in held and not re.match(r"none: \S+", held)]
    assert silent == []
