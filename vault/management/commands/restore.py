"""A backup into an empty database, and then the proof that everything in it opens."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from innerchild.processes import CannotStart
from vault import backups, masterkeys


class Command(BaseCommand):
    help = "Put a backup into an empty database and open everything in it. The master keys have to be there already."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, help="the data dump")
        parser.add_argument("keys", type=Path, nargs="?", help="the key dump of the same moment")
        parser.add_argument(
            "--without-erased",
            action="store_true",
            help="leave out people who have no key in a key dump that is newer than the data dump",
        )

    def handle(self, *, data: Path, keys: Path | None, without_erased: bool, **_options: Any) -> None:
        if keys is None:
            raise CannotStart(f"The key dump is missing: nothing in {data} opens without it. Nothing was changed.")
        if not masterkeys.in_file(settings.KEYS_DIR):
            raise CannotStart(f"There is no master key in {settings.KEYS_DIR}: put it back first. Nothing was changed.")
        backups.read(backups.Pair(data, keys), without_erased=without_erased)
        connection.close()
        call_command("migrate", interactive=False, verbosity=0)
        if without_erased:
            left_out, _ = get_user_model()._default_manager.filter(keys=None).delete()
            self.stdout.write(f"rows of people who were erased since, left out: {left_out}")
        call_command("verify_letters", all=True, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write("Restored, and everything opens.")
