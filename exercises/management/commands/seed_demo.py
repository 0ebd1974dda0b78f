"""One invented person with eighteen months of life in here, to look at the pages with."""

import secrets
import sys
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from exercises import demo

MADE = {
    "looks": "looks in",
    "written": "answers and letters",
    "wishes": "wishes",
    "gifts": "gifts",
    "notes": "notes",
    "places": "places",
    "visits": "walks through a step",
}


class Command(BaseCommand):
    help = "Make one invented person with eighteen months of life in here. An address that is known is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address to sign in with; nobody may have it yet")
        parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day (default: today)")
        parser.add_argument(
            "--password-from-stdin", action="store_true", help="read one line; without it a password is made and shown"
        )

    def handle(self, *, email: str, until: date | None, password_from_stdin: bool, **_options: Any) -> None:
        today = timezone.localdate(timezone=ZoneInfo(demo.home_zone()))
        last = until or today
        if last > today:
            raise CommandError(f"{last} has not come yet. Any day up to {today} will do. Nothing was made.")
        email = _free(email)
        password = sys.stdin.readline().rstrip("\r\n") if password_from_stdin else secrets.token_urlsafe(12)
        _hold(lambda: validate_password(password, User(email=email)))
        made = demo.live(email, password, last)
        listed = ", ".join(f"{made[name]} {words}" for name, words in MADE.items())
        self.stdout.write(f"Made {email}, who lived here until {last}: {listed}.")
        if not password_from_stdin:
            self.stdout.write(f"The password, shown this once: {password}")


def _free(email: str) -> str:
    """The address as it is stored. Raises `CommandError` where it is none, or somebody has it."""
    email = User.objects.normalize_email(email).lower()
    _hold(lambda: validate_email(email))
    if User.objects.filter(email__iexact=email).exists():
        raise CommandError("Somebody has this address already. Nothing was changed.")
    return email


def _hold(check: Any) -> None:
    """Run one of Django's checks, and say what it says in one sentence."""
    try:
        check()
    except ValidationError as error:
        raise CommandError(f"{' '.join(error.messages)} Nothing was made.") from None
