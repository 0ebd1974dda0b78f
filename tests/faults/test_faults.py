"""The fast set of faults as tests: one real house for all of them, each named after its row in trust §5."""

from collections.abc import Iterator

import pytest

from tests.faults.__main__ import DRIVERS
from tests.faults.scene import Scene, opened

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with opened() as scene:
        yield scene


@pytest.mark.parametrize("fault", [name for name in DRIVERS if name != "F9"])  # which starts browsers
def test_fault_loses_nothing(scene: Scene, fault: str) -> None:
    tally = DRIVERS[fault](scene)
    print(tally.line())
    if tally.skipped:
        pytest.skip(tally.line())
    assert tally.acknowledged > 0
    assert tally.lost == 0, tally.line()
