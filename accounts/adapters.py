"""Where allauth asks this house: who is made, which words are said, how mail leaves, where one may be sent."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import stagekit
from allauth.account.models import Login
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.internal.flows import trust
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import closing, devices, factors, guesses, seen
from accounts.models import User
from innerchild.http import safe_next
from vault import keyring, seeds

logger = logging.getLogger(__name__)

NEUTRAL = "Notes"  # as on a telephone's first screen, which others see
# How somebody may show that it is them, by allauth's name.
WAYS = {
    "reauthenticate": _("With your password"),
    "mfa_reauthenticate": _("With a code from your app, or from paper"),
    "mfa_reauthenticate:webauthn": _("With a passkey"),
}

# Mail leaves beside the request: how long a page takes then tells nobody whether an address is known.
# What is still waiting when the process ends is sent first.
_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


class Account(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is resting. The person who runs this site can wake it."),
        "email_password_mismatch": _("That address and password don’t go together."),
        "email_taken": _("This address already has an account here. You can sign in with it."),
        "enter_current_password": _("That isn’t the password you have now."),
        "incorrect_code": _("That code doesn’t match. The newest mail has the one that works."),
        "incorrect_password": _("That isn’t the password of this account."),
        "too_many_login_attempts": _("That was a good many tries. This rests for a few minutes; then it works again."),
        "rate_limited": _("A moment ago a code was sent. In ten seconds you can ask for another."),
        "same_as_current": _("That is the address you have now."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's signature
        """Make the person, their key and what they said of themselves, in one transaction."""
        said = form.cleaned_data
        user.adult_at = user.consent_at = timezone.now()
        user.time_zone = guesses.time_zone(said["time_zone"])
        user.country = guesses.country(request.headers.get("Accept-Language", ""))
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            with keyring.opened_for(user.pk, purpose="signing up"):
                user.name = said["name"] or None
                user.save(update_fields=["name_sealed"])
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        _post.submit(_send, message)

    def is_safe_url(self, url: str) -> bool:
        """Our host alone, and never from https down to http."""
        return bool(url) and url.isprintable() and safe_next(current.request, url, otherwise="") == url

    def pre_login(self, request: HttpRequest, user: User, **state: Any) -> HttpResponse | None:
        """Whoever closed their account longer ago than it can be had back is told so, and not let in."""
        if not closing.is_over(user):
            return super().pre_login(request, user, **state)  # type: ignore[no-any-return]
        stagekit.clear_login(request)
        return redirect("close_over")

    def post_login(self, request: HttpRequest, user: User, **state: Any) -> HttpResponse:
        """Whoever is new is welcomed first, wherever they were going: how to leave is told before anything is written."""
        if state["signup"]:
            state["redirect_url"] = resolve_url("welcome")
        response: HttpResponse = super().post_login(request, user, **state)
        if settings.MAIL and factors.has_second_factor(user):
            seen.greet(request, user, response)
        elif settings.MAIL and "known" in request.POST:
            trust.trust_browser(request, user, response)
        return response

    def get_login_stages(self) -> list[str]:
        """Whether a browser is to be known is a tick beside the code, and no page of its own."""
        return [stage for stage in super().get_login_stages() if not stage.endswith(".TrustStage")]

    def get_reauthentication_methods(self, user: User) -> list[dict[str, object]]:
        """In words of ours; the order is allauth's, and the first is the one that is asked for."""
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def is_login_by_code_required(self, login: Login) -> bool:
        """Not where a second step of their own comes next, or the code that confirms a new address."""
        if login.signup or factors.has_second_factor(login.user):
            return False
        return super().is_login_by_code_required(login)  # type: ignore[no-any-return]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        return f"{resolve_url('settings_privacy')}?kept=password#password"


class MFA(DefaultMFAAdapter):
    """Second steps: their secrets are sealed, and what others may read of them on a telephone tells nothing."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Codes on paper go with an app or a passkey. One of those comes first."),
        "incorrect_code": _("That didn’t match. An app’s code changes every thirty seconds, and works once."),
        "passkey_refused": _("That passkey didn’t fit. You can try again, or take another way."),
        "unverified_email": _("Your address comes first: it is confirmed with a code by mail."),
    }

    def encrypt(self, text: str) -> str:
        return seeds.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `Refused` for anything that was not sealed here: a planted secret lets nobody in."""
        return seeds.open_sealed(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002, ARG002 - allauth's signature
        """What a passkey is called at first: by the browser it is made in."""
        return devices.recognised(current.request.headers.get("User-Agent", ""))

    def get_totp_issuer(self) -> str:
        return NEUTRAL

    def build_totp_svg(self, url: str) -> str:
        """Black on white by day and by night, with the quiet edge around it that a camera wants."""
        out = io.BytesIO()
        segno.make(url, error="m", micro=False).save(out, kind="svg", xmldecl=False, omitsize=True, light="#fff")
        return out.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": NEUTRAL}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.email}


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # every error of smtplib is one
        logger.error("a mail was not sent: %s", type(error).__name__)  # noqa: TRY400 - a traceback would name the address
