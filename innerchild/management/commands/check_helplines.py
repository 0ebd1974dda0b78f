"""Name the helplines nobody has looked at for half a year."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from innerchild.help import GROWS_OLD, helplines


class Command(BaseCommand):
    help = f"List helplines checked more than {GROWS_OLD.days} days ago, and emergency numbers still to be confirmed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="count from this day (YYYY-MM-DD)")

    def handle(self, *_: Any, **options: Any) -> None:
        today: date = options["today"] or timezone.localdate()
        for line in helplines().old(today):
            self.stdout.write(f"{line.country}  {line.service}, {line.display}: checked on {line.checked_on}")
        for country in helplines().countries.values():
            if not country.confirmed:
                self.stdout.write(f"{country.code}  emergency number {country.emergency}: to be confirmed")
