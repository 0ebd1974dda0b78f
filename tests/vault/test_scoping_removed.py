"""The second barrier (R20): with the owner filter taken away, views still show nobody else's words."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Entry
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = "a sentence that is not yours"


@pytest.fixture
def ada(client: Client) -> User:
    person = factories.person()
    assert client.login(email=person.email, password=factories.PASSWORD)
    return person


@pytest.fixture
def theirs() -> Entry:
    return factories.entry(factories.person(), WORDS)


@pytest.fixture
def unscoped(monkeypatch: pytest.MonkeyPatch) -> None:
    """`request.user.entries` gives everybody's: the mistake that a review may miss."""

    def everything(_manager: object) -> "QuerySet[Entry]":
        return Entry._default_manager.all()

    related = User.entries.related_manager_cls
    monkeypatch.setattr(related, "get_queryset", everything)


def address(name: str, entry: Entry) -> str:
    return reverse(name, args=[entry.pk])


PAGES: dict[str, Callable[[Entry], str]] = {
    "entry": lambda entry: address("entry", entry),
    "entry_read": lambda entry: address("entry_read", entry),
    "entry_edit": lambda entry: address("entry_edit", entry),
    "kept": lambda _entry: reverse("kept"),
    "home": lambda _entry: reverse("home"),
}


@pytest.mark.parametrize("view", PAGES)
def test_view_without_its_owner_filter_shows_no_words_of_others(
    client: Client, ada: User, theirs: Entry, unscoped: None, view: str
) -> None:
    response = client.get(PAGES[view](theirs), follow=True)
    assert (WORDS in response.text, response.status_code, response.context["user"]) == (False, 200, ada)


@pytest.mark.usefixtures("unscoped")
def test_unscoped_page_really_reaches_the_row(client: Client, ada: User, theirs: Entry) -> None:
    """Otherwise the tests above prove nothing: the stranger's page is there, with its words shut."""
    assert client.get(address("entry", theirs)).context["entry"] == theirs


def test_scoped_page_does_not(client: Client, ada: User, theirs: Entry) -> None:
    assert client.get(address("entry", theirs)).status_code == 404
