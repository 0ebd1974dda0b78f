import pytest

from accounts.models import User
from tests import factories
from tests.client import StrictClient


@pytest.fixture
def person(db: None) -> User:
    return factories.person()


@pytest.fixture
def signed_in(client: StrictClient, person: User) -> StrictClient:
    """A client without scripts, signed in as `person`."""
    client.force_login(person)
    return client
