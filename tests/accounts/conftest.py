"""The door's own fixtures: limits start empty, mail can be on, and a real server takes it."""

import runpy
from asyncio import WriteTransport
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from queue import Queue

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD
from tests.up.house import free_port

SIGN_UP = {"email": "ada@example.org", "password1": "kettle moss quilt", "adult": "on", "consent": "on"}
type Box = Queue[EmailMessage]


class Postman:
    """Takes every mail, and answers as it is told: "" hangs up without a word."""

    def __init__(self) -> None:
        self.box: Box = Queue()
        self.raw = b""  # the last one, as it came
        self.answer = "250 OK"
        self.answers: dict[str, str] = {}  # before the mail itself: to MAIL, and to RCPT
        self.tried: list[str] = []  # whom somebody wanted to bring one

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.tried.append(address)
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self.raw = envelope.content
        self.box.put(message_from_bytes(envelope.content, policy=policy.default))
        if not self.answer:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return self.answer or "250 OK"


@pytest.fixture(autouse=True)
def _no_tries_yet(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def one_moment() -> Iterator[None]:
    """The clock stands: an app's code would change while a busy machine sends it."""
    with time_machine.travel("2026-11-23T09:00:01Z", tick=False):
        yield


@pytest.fixture
def mail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings as they are with EMAIL_URL set, read from the same file."""
    monkeypatch.setenv("EMAIL_URL", "smtp://localhost:8130")
    with_mail = runpy.run_path(str(Path(settings.BASE_DIR) / "innerchild/settings.py"))
    for name, value in with_mail.items():
        if name == "MAIL" or name.startswith(("ACCOUNT_", "MFA_")):
            setattr(settings, name, value)


@pytest.fixture
def postman(settings: Settings) -> Iterator[Postman]:
    """A mail server on loopback, and whoever stands in it."""
    postman = Postman()
    server = Controller(postman, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.MAILERS = smtp(server.port)
    yield postman
    server.stop()


@pytest.fixture
def box(postman: Postman) -> Box:
    """Every mail that came over the wire, in order."""
    return postman.box


def smtp(port: int) -> dict[str, object]:
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port},
        }
    }


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> HttpResponse:
    response = client.post("/accounts/login/", {"login": email, "password": password, **fields})
    assert isinstance(response, HttpResponse)
    return response
