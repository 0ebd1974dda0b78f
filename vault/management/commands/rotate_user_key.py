"""A new data key for one person or everybody, and everything they wrote sealed anew under it, while they write."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from vault import opening, rotating
from vault.keyring import KeyNotInRing
from vault.masterkeys import MasterKeyError
from vault.resealing import Outcome


class Command(BaseCommand):
    help = "Seal what people wrote anew under a new key of theirs. Safe while they write, to stop, and to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--all", action="store_true", help="everyone; run again after it was stopped, it goes on")
        whose.add_argument("--person", type=UUID, metavar="UUID", help="one person")
        whose.add_argument("--unfinished", action="store_true", help="no new key: only finish what was begun")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        counts: Counter[Outcome] = Counter()
        begun = 0
        try:
            for people, anew in _wanted(**options):
                begun += len(rotating.begin(anew)) if anew else 0
                counts += rotating.finish(people)
        except (MasterKeyError, KeyNotInRing) as error:
            raise CommandError(str(error)) from None
        if options["person"] and not begun:
            raise CommandError("this person has no key")
        self.stdout.write(f"new keys: {begun}")
        for outcome in Outcome:
            self.stdout.write(f"{outcome}: {counts[outcome]}")
        self.stdout.write(f"people whose older key rests until nothing needs it: {len(list(rotating.unfinished()))}")
        if counts[Outcome.REFUSED]:
            raise CommandError("Some of what is kept does not open, and stays as it is, with its key.")


def _wanted(**options: Any) -> Iterator[tuple[Collection[UUID], set[UUID]]]:
    """Whom to look at, and who of them gets a new key. Whom a run before has finished is asked for nothing."""
    if options["unfinished"]:
        yield from ((people, set()) for people in batched(rotating.unfinished(), opening.PEOPLE))
    elif options["all"]:
        for people in batched(opening.everyone(), opening.PEOPLE):
            anew = rotating.due(people)
            yield anew | rotating.behind([person for person in people if person not in anew]), anew
    else:
        yield [options["person"]], {options["person"]}
