import pytest

from accounts.models import User
from exercises.models import Place
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring


@pytest.fixture
def person(db: None) -> User:
    return factories.person(child_word="little bear")


@pytest.fixture
def signed_in(client: StrictClient, person: User) -> StrictClient:
    """A client without scripts, signed in as `person`."""
    client.force_login(person)
    return client


def choices_of(place: Place) -> dict[str, object]:
    with keyring.opened_for(place.owner_id, purpose="a test"):
        return dict(place.choices)


def box_of(place: Place) -> str:
    with keyring.opened_for(place.owner_id, purpose="a test"):
        return place.box


def press(client: StrictClient, address: str, button: str, **typed: str) -> str:
    """Open a page, choose and type, press; returns where it leads."""
    return pages.press(client, address, button, dict(typed))


def data_for(page: pages.Page, button: str, **typed: str) -> dict[str, str | list[str]]:
    """What that page would post."""
    return pages.data_for(page, button, dict(typed))
