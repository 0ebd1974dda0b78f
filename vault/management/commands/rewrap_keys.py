"""Wrap every data key under the active master key, the first one in the file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vault import masterkeys, rewrapping
from vault.envelope import Refused


class Command(BaseCommand):
    help = "Wrap every person's key under the first master key in the file. Safe to stop and run again."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        try:
            counts = rewrapping.rewrap_all()
            left = rewrapping.left()
        except (masterkeys.MasterKeyError, Refused) as error:
            raise CommandError(str(error)) from None
        for outcome in rewrapping.Outcome:
            self.stdout.write(f"{outcome}: {counts[outcome]}")
        self.stdout.write(f"still under another master key: {left}")
        if left:
            raise CommandError("Some keys are still under another master key: keep it in the file.")
