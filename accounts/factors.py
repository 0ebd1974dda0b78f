"""Second factors: whether somebody has one, and whether this session was proved with it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from vault import seeds
from vault.envelope import Refused

log = logging.getLogger(__name__)

Type = Authenticator.Type
# Recovery codes stand in for one of these, and are none by themselves.
FACTORS = (Type.TOTP, Type.WEBAUTHN)
# The template by which an app above leads back to what this person needed a factor for, or "". Filled in ready().
ONWARD: list[Callable[[User], str]] = []


def has_second_factor(person: User | AnonymousUser | None) -> bool:
    """Whether an app or a passkey stands beside their password."""
    return isinstance(person, User) and Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def proved(request: HttpRequest) -> bool:
    """Whether this session was signed in, or proved again, with an app’s code, a passkey or a recovery code."""
    person = request.user if isinstance(request.user, User) else None
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, person))


def fresh(request: HttpRequest) -> bool:
    """Whether somebody proved who they are within the last five minutes, with the password or a second factor."""
    return bool(did_recently_reauthenticate(request))


@dataclass(frozen=True, slots=True)
class Passkey:
    """One that is set up, as its owner calls it."""

    pk: int
    name: str
    made: datetime
    used: datetime | None


def has_app(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type=Type.TOTP).exists())


def passkeys(person: User) -> list[Passkey]:
    """The oldest first."""
    rows = Authenticator.objects.filter(user=person, type=Type.WEBAUTHN).order_by("created_at", "pk")
    return [Passkey(row.pk, name_of(row), row.created_at, row.last_used_at) for row in rows]


def name_of(passkey: Authenticator) -> str:
    """No page fails over a name that cannot be opened."""
    try:
        return seeds.open_sealed(passkey.data["name"]) or _("A passkey")
    except Refused:
        log.warning("decrypt_failed passkey %s", passkey.pk)
        return _("A passkey")


def has_codes(person: User) -> bool:
    return _codes(person) is not None


def codes_left(person: User) -> int:
    """How many codes on paper still work."""
    row = _codes(person)
    return app_settings.RECOVERY_CODE_COUNT - row.data["used_mask"].bit_count() if row else 0


def codes_unseen(person: User) -> bool:
    """Whether there are some that were not shown yet."""
    row = _codes(person)
    return row is not None and "viewed_at" not in row.data


def _codes(person: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
