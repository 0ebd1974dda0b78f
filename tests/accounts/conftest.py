"""The door's own fixtures: limits start empty, and mail can be on."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD

SIGN_UP = {"email": "ada@example.org", "password1": "kettle moss quilt", "adult": "on", "consent": "on"}


@pytest.fixture(autouse=True)
def _no_tries_yet(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def mail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings as they are with EMAIL_URL set, read from the same file."""
    monkeypatch.setenv("EMAIL_URL", "smtp://localhost:8130")
    with_mail = runpy.run_path(str(Path(settings.BASE_DIR) / "innerchild/settings.py"))
    for name, value in with_mail.items():
        if name == "MAIL" or name.startswith("ACCOUNT_"):
            setattr(settings, name, value)


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> HttpResponse:
    response = client.post("/accounts/login/", {"login": email, "password": password, **fields})
    assert isinstance(response, HttpResponse)
    return response
