"""Static files are collected again only when a source or what works on them has changed."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

PACKAGES = ("django", "whitenoise")


def refresh() -> None:
    """Old files stay for pages that are still open; their names carry their hash."""
    note = Path(settings.DATA_DIR) / "run" / "static.sources"
    now = _fingerprint()
    whole = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if whole and note.exists() and note.read_text(encoding="ascii") == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    note.write_text(now, encoding="ascii")


def _fingerprint() -> str:
    told = hashlib.sha256()
    for package in PACKAGES:
        told.update(f"{package} {version(package)}\n".encode())
    told.update(Path(__file__).with_name("storage.py").read_bytes())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(name) as file:
                told.update(f"{name}\n{hashlib.sha256(file.read()).hexdigest()}\n".encode())
    return told.hexdigest()
