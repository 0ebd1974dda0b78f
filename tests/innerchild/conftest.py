"""Fixtures of the platform's tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.client import StrictClient

WRITING = {
    "box": "words",
    "words.text": "Dear small one,\r\n<b>I</b> remember the tree.",
    "words.entry": "0b0e0f8a-6a0e-4b57-8a3f-0f6f8a1c2d3e",
    "words.op": "6f1c9f0e-2b51-4e0a-9d0c-6f1f0a2b3c4d",
    "words.base_rev": "3",
    "words.about": "token",
    "writer": "f3f9c4d2-7c1a-4a51-8a35-3b1c0a7d9e11",
}


@pytest.fixture
def routes(settings: LazySettings) -> None:
    """Routes that fail on purpose."""
    settings.ROOT_URLCONF = "tests.innerchild.routes"


@pytest.fixture
def failing() -> StrictClient:
    """A client that sees the answer to an exception, as a browser does."""
    client = StrictClient()
    client.raise_request_exception = False
    return client


@pytest.fixture
def dead_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database at an address where nothing listens; every new connection is refused."""
    connection: Any = connections["default"]
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    before = (connection.settings_dict["HOST"], connection.settings_dict["PORT"], options.get("pool"))
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        options["pool"] = {"min_size": 0, "max_size": 2, "timeout": 0.5, "reconnect_timeout": 3}
        connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()
            options["pool"] = before[2]
            connection.settings_dict.update(HOST=before[0], PORT=before[1])
