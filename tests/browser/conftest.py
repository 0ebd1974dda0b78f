import json
from collections.abc import Iterator

import pytest

from tests.browser import practising
from tests.up.house import House

EMAIL = "full@example.org"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole app, as `up` serves it, in a folder of its own."""
    house = House(tmp_path_factory.mktemp("house"))
    house.up()
    yield house
    house.clear()


@pytest.fixture(scope="session")
def origin(house: House) -> str:
    return f"http://localhost:{house.port}"


@pytest.fixture(scope="session")
def made(house: House) -> dict[str, str]:
    """Addresses of what EMAIL wrote: a person with something in every room."""
    done = house.python(f"import json; from tests.browser import world; print(json.dumps(world.furnish({EMAIL!r})))")
    assert done.returncode == 0, done.stderr
    addresses: dict[str, str] = json.loads(done.stdout)
    return addresses


@pytest.fixture(scope="session")
def practice(house: House, made: dict[str, str]) -> dict[str, str]:
    """The session of a therapist whom that person brought something, and addresses of theirs."""
    done = house.python(practising.MAKE)
    assert done.returncode == 0, done.stderr
    begun: dict[str, str] = json.loads(done.stdout)
    return begun
