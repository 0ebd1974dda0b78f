"""A new data key for one person or everybody, and everything they wrote sealed anew under it, while they write."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from vault import batches, opening, rotating
from vault.keyring import KeyNotInRing
from vault.masterkeys import MasterKeyError


class Command(BaseCommand):
    help = "Seal what people wrote anew under a new key of theirs. Safe while they write, to stop, and to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--all", action="store_true", help="everyone; run again after it was stopped, it goes on")
        whose.add_argument("--person", type=UUID, metavar="UUID", help="one person")
        whose.add_argument("--unfinished", action="store_true", help="no new key: only finish what was begun")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        counts: Counter[rotating.Outcome] = Counter()
        begun = 0
        try:
            for person, anew in _wanted(**options):
                begun += anew and _begun(person, of_all=options["all"])
                counts += rotating.finish(person)
        except (MasterKeyError, KeyNotInRing) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"new keys: {begun}")
        for outcome in rotating.Outcome:
            self.stdout.write(f"{outcome}: {counts[outcome]}")
        self.stdout.write(f"people whose older key rests until nothing needs it: {len(list(rotating.unfinished()))}")
        if counts[rotating.Outcome.REFUSED]:
            raise CommandError("Some of what is kept does not open, and stays as it is, with its key.")


def _begun(person: UUID, *, of_all: bool) -> bool:
    """Whether there was somebody to give a new key: among all, one may have been erased a moment ago."""
    try:
        rotating.begin(person)
    except KeyNotInRing:
        if not of_all:
            raise
        return False
    return True


def _wanted(**options: Any) -> Iterator[tuple[UUID, bool]]:
    """Whom to look at, and whether they get a new key. Whom a run before has finished is asked for nothing."""
    if options["unfinished"]:
        yield from ((person, False) for person in rotating.unfinished())
    elif options["all"]:
        for some in batched(opening.everyone(), batches.SIZE):
            behind = rotating.behind(some)
            yield from ((person, due) for person in some if (due := rotating.is_due(person)) or person in behind)
    else:
        yield options["person"], True
