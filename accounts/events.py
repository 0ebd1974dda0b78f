"""What is written into somebody's record, and when: signing in and out, how one gets in, and what happens to keys.

What an app above does (an export, an import, a share) it notes itself, with `ledger.note`.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from uuid import UUID

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from django.apps import apps
from django.http import HttpRequest

from accounts import devices, ledger
from accounts.models import SecurityEvent, User
from vault import signals as keys

Kind = SecurityEvent.Kind

CODES = {account.login_code_rejected: "code", account.password_reset_code_rejected: "reset-code"}
CHANGES = {
    account.user_signed_up: Kind.SIGNED_UP,
    account.password_changed: Kind.PASSWORD_CHANGED,
    account.password_reset: Kind.PASSWORD_RESET,
    account.email_changed: Kind.EMAIL_CHANGED,
}


def listen() -> None:
    """Be told of what nobody has to call for."""
    for signal, kind in CHANGES.items():
        signal.connect(_noting(kind), weak=False)
    for signal, way in CODES.items():
        signal.connect(_turning_away(way), weak=False)
    keys.key_changed.connect(_key_changed)
    keys.master_key_changed.connect(_master_key_changed)
    keys.not_opened.connect(_not_opened)
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals as steps  # noqa: PLC0415 - its models are there only where it is installed

        for changed, kind in (
            (steps.authenticator_added, Kind.SECOND_STEP_ADDED),
            (steps.authenticator_reset, Kind.SECOND_STEP_ADDED),
            (steps.authenticator_removed, Kind.SECOND_STEP_REMOVED),
        ):
            changed.connect(_noting_step(kind), weak=False)
        steps.authentication_failed.connect(_turning_away("second-step"), weak=False)


def signed_in(request: HttpRequest, person: User) -> None:
    """With the browser it was, and by which way: `password`, `code`, or the second step, as allauth calls them."""
    proofs = get_authentication_records(request, person)
    way = str(proofs[-1].get("type") or proofs[-1]["method"]) if proofs else "signed-up"
    ledger.note_from(person.pk, Kind.SIGNED_IN, devices.recognised(request.headers.get("User-Agent", "")), way=way)


def signed_out(person: User, *, rested: bool) -> None:
    ledger.note(person.pk, Kind.SESSION_ENDED if rested else Kind.SIGNED_OUT)


def turned_away(address: str, kind: SecurityEvent.Kind) -> None:
    """Somebody at the door, with an address that may be anybody's or nobody's: that, too, is found out beside."""
    ledger.beside(partial(_note_for, address, kind))


def too_often(request: HttpRequest) -> None:
    """One of the limits at the door, or one of those inside, which count by person."""
    if isinstance(request.user, User):
        ledger.note_beside(request.user.pk, Kind.TOO_OFTEN)
    else:
        turned_away(request.POST.get("email") or request.POST.get("login", ""), Kind.TOO_OFTEN)


def _note_for(address: str, kind: SecurityEvent.Kind) -> None:
    for pk in User.objects.filter(email__iexact=address.replace("\0", "")).values_list("pk", flat=True):
        ledger.note(pk, kind)


def _noting(kind: SecurityEvent.Kind) -> Callable[..., None]:
    def receiver(user: User, **_signal: object) -> None:
        ledger.note(user.pk, kind)

    return receiver


def _noting_step(kind: SecurityEvent.Kind) -> Callable[..., None]:
    """Codes on paper are told as what they are: they come with a second step, and can be made anew."""

    def receiver(user: User, authenticator: Any, **_signal: object) -> None:
        codes = authenticator.type == "recovery_codes" and kind != Kind.SECOND_STEP_REMOVED
        ledger.note(user.pk, Kind.RECOVERY_CODES_MADE if codes else kind, step=authenticator.type)

    return receiver


def _turning_away(way: str) -> Callable[..., None]:
    def receiver(user: User, **_signal: object) -> None:
        ledger.note_beside(user.pk, Kind.SIGN_IN_FAILED, way=way)

    return receiver


def _key_changed(people: Collection[UUID], **_signal: object) -> None:
    ledger.note_all(people, Kind.KEY_CHANGED)


def _master_key_changed(**_signal: object) -> None:
    ledger.vouch_anew()


def _not_opened(person: UUID, count: int, *, own: bool, **_signal: object) -> None:
    ledger.note_beside(person, Kind.DECRYPT_FAILED if own else Kind.DENIED, count=count)
