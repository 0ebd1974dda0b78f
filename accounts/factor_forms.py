"""The forms of a second step: a code from an app or from paper, and passkeys, whose names lie sealed."""

import logging
import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import factors
from innerchild.fields import Words
from vault import seeds
from vault.envelope import Refused

log = logging.getLogger(__name__)

NAME_MAX, TOO_MANY = 60, "too_many_login_attempts"
# What the library raises over an answer that no browser gives.
GARBLED = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class ByCode(forms.Form):
    """A few digits, from wherever they come."""

    label = _("Code")
    hint: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.help_text = self.label, self.hint
        code.error_messages["required"] = _("The code goes here.")
        code.widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """A secret that does not open lets nobody in, and is no error of theirs that ends in a page of ours failing."""
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except Refused:
            log.warning("decrypt_failed second factor")
            raise get_adapter().validation_error("incorrect_code") from None
        except ValidationError as error:
            if error.code == "rate_limited":  # allauth's name for it here; our sentence of that name is about mail
                raise get_account_adapter().validation_error(TOO_MANY) from None
            raise


class SecondStep(ByCode, base.AuthenticateForm):
    hint = _("From your app, or one of those you put on paper.")


class ProveBySecondStep(ByCode, base.ReauthenticateForm):
    hint = SecondStep.hint


class ConnectApp(ByCode, totp.ActivateTOTPForm):
    label = _("The code it shows now")


class ByPasskey(forms.Form):
    """What a browser answers with. A script puts it in; without one there is nothing to send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = _("Your browser gave no passkey.")


class UsesPasskey(ByPasskey):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except GARBLED:
            raise _no_match() from None
        except ValidationError as error:
            if error.code == TOO_MANY:
                raise
            raise _no_match() from None  # allauth says of a passkey what it says of a code


class UsePasskey(UsesPasskey, webauthn.AuthenticateWebAuthnForm):
    pass


class ComeInByPasskey(UsesPasskey, webauthn.LoginWebAuthnForm):
    pass


class ProveByPasskey(UsesPasskey, webauthn.ReauthenticateWebAuthnForm):
    pass


class Named(forms.Form):
    """What somebody calls a passkey. It is their own word, so it lies sealed."""

    name = Words(NAME_MAX, label=_("What you call it"), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_name(self) -> str:
        return seeds.seal(self.cleaned_data["name"].strip())


class AddPasskey(ByPasskey, Named, webauthn.AddWebAuthnForm):
    """Always one that signs in by itself: its server-side rule, a finger, face or PIN, is set for all."""

    passwordless = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean() or {}
        except (*GARBLED, ValidationError):
            raise _no_match() from None


class RenamePasskey(Named, webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = factors.name_of(self.instance)


def _no_match() -> ValidationError:
    return get_adapter().validation_error("passkey_refused")  # type: ignore[no-any-return]
