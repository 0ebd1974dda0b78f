from collections.abc import Callable

import pytest

from accounts.models import User
from journal.models import Entry
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


@pytest.fixture
def said(person: User) -> Callable[[], list[tuple[str, str]]]:
    """Every turn of the one letter by turns, as (voice, text)."""

    def turns() -> list[tuple[str, str]]:
        thread = person.entries.get(voice=Entry.Voice.BOTH)
        with keyring.opened_for(person.pk, purpose="a test"):
            return [(row.voice, row.body) for row in thread.children.filter(binned_at=None).order_by("position")]

    return turns


def press(client: StrictClient, address: str, button: str, **typed: str) -> str:
    """Open a page, choose and type, press; returns where it leads."""
    return pages.press(client, address, button, dict(typed))


def text_of(entry: Entry) -> str:
    with keyring.opened_for(entry.owner_id, purpose="a test"):
        return entry.body
