"""Open every sealed value and count: what a backup, a rotation or a restore has to prove."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault import opening
from vault.masterkeys import MasterKeyError


class Command(BaseCommand):
    help = "Open every sealed value and every key of everyone, or of one person, and count. Prints no text."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--all", action="store_true", help="everyone")
        whose.add_argument("--person", type=UUID, metavar="UUID", help="one person")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        keys: Counter[bool] = Counter()
        values: Counter[bool] = Counter()
        people: Iterator[UUID] = opening.everyone() if options["all"] else iter([options["person"]])
        try:
            self._count(opening.try_checks(), keys)
            if options["all"]:
                self._count(opening.try_seeds(), keys)
            for some in batched(people, opening.PEOPLE):
                self._count(opening.try_keys(*some), keys)
                self._count(opening.try_all(*some), values)
        except MasterKeyError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"keys opened: {keys[True]}, refused: {keys[False]}")
        self.stdout.write(f"opened: {values[True]}, refused: {values[False]}")
        if keys[False] or values[False]:
            raise CommandError("Some of what is kept does not open.")

    def _count(self, results: Iterable[opening.Tried], counts: Counter[bool]) -> None:
        for tried in results:
            counts[tried.opened] += 1
            if not tried.opened:
                self.stderr.write(f"refused: {tried.where}")
