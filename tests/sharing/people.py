"""A therapist, a client, and what is between them: real rows, made through the functions that the product uses."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows import login as flows
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sharing import connections, drafts, freezing, practices, sheets, windows
from sharing.models import Connection, Practice, Sheet
from tests import factories
from vault import keyring

TOLD = {"name": "Robin Vale", "place": "Harbour Practice", "profession": "Psychotherapist", "registration": "Reg. 4711"}


def practice(owner: User | None = None, **told: str) -> Practice:
    """An open practice. Its owner has no second factor yet: see `with_factor`."""
    owner = owner or factories.person()
    row = Practice(owner=owner, code=practices.new_code(), **{**TOLD, **told})
    row.bounds_at = timezone.now()
    row.save()
    practices.open_for(owner, row)
    return row


def connection(client: User, practice: Practice, name: str = "J.") -> Connection:
    with keyring.opened_for(client.pk, purpose="a test"):
        return connections.connect(client, practice, name)


def draft(connection: Connection, *pieces: dict[str, Any], ask: str = "", black: str = "") -> None:
    client = connection.owner
    with keyring.opened_for(client.pk, purpose="a test"):
        there = drafts.of(connection)
        made = drafts.change(
            client, connection, there.rev if there else 0, pieces=list(pieces), ask=ask, black=black, window={}
        )
    assert made


def sheet(
    connection: Connection,
    *pieces: dict[str, Any],
    ask: str = "",
    black: str = "",
    window: windows.Window | None = None,
) -> Sheet:
    """Shared: put together, looked at, and confirmed. Open from now on, for thirty days, unless a window is given."""
    draft(connection, *pieces, ask=ask, black=black)
    client = connection.owner
    with keyring.opened_for(client.pk, purpose="a test"):
        choices = drafts.choices_of(drafts.of(connection))
        seen = freezing.seen(client, freezing.compose(client, choices), choices["window"])
        return sheets.share(client, connection, window or windows.for_days(30, timezone.now()), seen=seen)


def around(session: datetime) -> windows.Window:
    """Twenty-four hours before that instant to twenty-four after."""
    return windows.Window(Sheet.Rule.WINDOW, session - timedelta(hours=24), session + timedelta(hours=24), session)


def whole(entry: Any) -> dict[str, Any]:
    return {"kind": "entry", "id": str(entry.pk), "how": "whole"}


def passage(entry: Any, words: str) -> dict[str, Any]:
    return {"kind": "entry", "id": str(entry.pk), "how": "passage", "passage": words}


def passages(entry: Any, *words: str) -> dict[str, Any]:
    return {"kind": "entry", "id": str(entry.pk), "how": "passage", "passages": list(words)}


def acquaint(client: User, entry: Any) -> Sheet:
    """A row of everything that there is between a client and a therapist; the sheet, which was read once."""
    row = connection(client, practice())
    brought = sheet(row, whole(entry), ask="read this")
    draft(row, whole(entry), ask="another")
    sheets.read(brought)
    with keyring.opened_for(client.pk, purpose="a test"):
        connections.suggest(row, "letter", "if you like")
    return brought


def with_factor(browser: Client, person: User) -> None:
    """Sign in as that person, who has an app, in a session that was proved with it."""
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    assert browser.login(email=person.email, password=factories.PASSWORD)
    session = browser.session
    session[flows.AUTHENTICATION_METHODS_SESSION_KEY] = [
        *session.get(flows.AUTHENTICATION_METHODS_SESSION_KEY, []),
        {"method": "mfa", "at": timezone.now().timestamp(), "type": "totp"},
    ]
    session[flows._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person)
    session.save()
