"""Two files: what was written, and what opens it. Neither holds a master key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from vault import backups


class Command(BaseCommand):
    help = "Write a data dump and a key dump of one moment into a folder, while people write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where to; made if it is not there")

    def handle(self, *, folder: Path, **_options: Any) -> None:
        pair = backups.write(folder, timezone.now())
        self.stdout.write(f"{pair.data}, {_size(pair.data)}: everything that is kept, sealed, and no key.")
        self.stdout.write(
            f"{pair.keys}, {_size(pair.keys)}: everybody's keys, wrapped. Keep it apart, and not as long."
        )
        self.stdout.write(
            f"In neither: the master keys in {settings.KEYS_DIR}, without which nothing opens, and open sessions."
        )


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} kB"
