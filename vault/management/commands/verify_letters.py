"""Open every sealed value and count: what a backup, a rotation or a restore has to prove."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault import opening
from vault.masterkeys import MasterKeyError


class Command(BaseCommand):
    help = "Open every sealed value of everyone, or of one person, and count. Prints no text."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--all", action="store_true", help="everyone")
        whose.add_argument("--person", type=UUID, metavar="UUID", help="one person")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        people: Iterator[UUID] = opening.everyone() if options["all"] else iter([options["person"]])
        counts: Counter[bool] = Counter()
        try:
            for person in people:
                for tried in opening.try_all(person):
                    counts[tried.opened] += 1
                    if not tried.opened:
                        self.stderr.write(f"refused: {tried.where}")
        except MasterKeyError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"opened: {counts[True]}, refused: {counts[False]}")
        if counts[False]:
            raise CommandError("Some of what is kept does not open.")
