"""Django's own command, which puts into the record of whoever it was done to that somebody else gave a new password."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts import ledger
from accounts.models import SecurityEvent, User


class Command(changepassword.Command):
    help = "Give somebody a new password. It ends their sessions, and they can read in their record that it was done."

    def handle(self, *arguments: Any, **options: Any) -> str | None:
        said: str | None = super().handle(*arguments, **options)
        person = User.objects.get_by_natural_key(options["username"])
        ledger.note(person.pk, SecurityEvent.Kind.PASSWORD_CHANGED, by="operator")
        return said
