from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from innerchild import keyfiles
from tests.up.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.clear()


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One `up` for all tests of a module that only look."""
    house = House(tmp_path_factory.mktemp("open"))
    house.home.chmod(0o751)
    house.up()
    yield house
    house.clear()


@pytest.fixture(scope="module")
def closed_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One made but never opened, for all tests of a module that are refused anyway."""
    house = House(tmp_path_factory.mktemp("closed"))
    house.cluster.initialise()
    keyfiles.keep_master(house.keys, today=date(2026, 11, 23))
    return house
