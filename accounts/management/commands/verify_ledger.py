"""Does everybody's record hold together? What a restore, or a doubt, has to ask."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import ledger
from accounts.models import User
from vault import opening


class Command(BaseCommand):
    help = "Compute the record of what happened anew, for everyone or for one person, and count. Prints ids alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", help="the e-mail address of one person")

    def handle(self, *_arguments: Any, address: str | None, **_options: Any) -> None:
        whole = broken = events = 0
        for person in [_of(address)] if address else opening.everyone():
            verdict = ledger.verify(person)
            events += verdict.count
            whole, broken = whole + verdict.whole, broken + (not verdict.whole)
            if not verdict.whole:
                self.stderr.write(f"does not hold together: {person}, after event {verdict.count}")
        self.stdout.write(f"whole: {whole}, not whole: {broken}, events that hold together: {events}")
        if broken:
            raise CommandError("Some of what happened was changed, taken out, or written under a key that is gone.")


def _of(address: str) -> Any:
    try:
        return User.objects.get_by_natural_key(address).pk
    except User.DoesNotExist:
        raise CommandError("Nobody has that address.") from None
