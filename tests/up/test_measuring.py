"""`python -m benchmarks` starts, asks and tells. What it finds is nobody's business here: no test asserts a time."""

import json
import subprocess
import sys

from tests.up.house import ROOT


def test_the_benchmarks_run_in_their_smallest_form() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    cells = {**found["pages"], **found["at_once"]}
    assert {name: cell["wrong"] for name, cell in cells.items() if cell["wrong"]} == {}
    assert {"kept_30", "writing", "autosave", "sign_in", "floor_page", "writers"} <= set(cells)
    assert found["statements"]["kept"] > 0
    assert set(found["memory_mib"]) == {"innerchild", "floor"}
