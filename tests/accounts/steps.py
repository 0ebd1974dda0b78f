"""Somebody with a second step, and the codes their app would show."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from accounts.models import User
from tests.accounts.conftest import sign_in
from tests.client import StrictClient
from tests.factories import PASSWORD
from vault import seeds

STEP = "/accounts/second-step/"
WRONG = "000 000 000"  # too long to be one


def shown_by(secret: str) -> str:
    """What an app with that secret shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def give_app(person: User) -> str:
    """The secret of an app that is set up for them from here on."""
    secret: str = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def give_codes(person: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    return codes


def give_passkey(person: User, name: str = "") -> Authenticator:
    """A row as one leaves it; no browser holds its other half."""
    row: Authenticator = Authenticator.objects.create(
        user=person, type="webauthn", data={"name": seeds.seal(name), "credential": {}}
    )
    return row


def at_the_step(person: User, **fields: str) -> StrictClient:
    """Their password was right, and the second step is asked for."""
    client = StrictClient()
    assert sign_in(client, person.email, **fields)["Location"] == STEP
    return client


def proved(person: User) -> StrictClient:
    """Signed in, and just now shown that it is them, with the password."""
    client = StrictClient()
    client.force_login(person)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client
