"""Where allauth asks this house: who is made, which words are said, how mail leaves, where one may be sent."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import stagekit
from allauth.core import context as current
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import closing, events, guesses
from accounts.models import SecurityEvent, User
from innerchild.http import safe_next
from vault import keyring

logger = logging.getLogger(__name__)

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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """More tries than the limits allow stand in the record of whoever has that address, and are told to nobody else."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            events.turned_away(credentials.get("email", ""), SecurityEvent.Kind.TOO_OFTEN)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - allauth's signature
        events.turned_away(credentials.get("email", ""), SecurityEvent.Kind.SIGN_IN_FAILED)

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
        return super().post_login(request, user, **state)  # type: ignore[no-any-return]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        return f"{resolve_url('settings_privacy')}?kept=password#password"


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # every error of smtplib is one
        logger.error("a mail was not sent: %s", type(error).__name__)  # noqa: TRY400 - a traceback would name the address
