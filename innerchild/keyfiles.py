"""Secrets as files: one folder, mode 0700, one secret a file, mode 0400.

The folder never lies inside the data directory of PostgreSQL and is never part of a backup.
"""

import base64
import contextlib
import os
import secrets
from datetime import date
from pathlib import Path

MASTER, SECRET = "master", "secret_key"


def read(folder: Path, name: str) -> str:
    """The secret of that name without surrounding space, or "" when there is no such file."""
    try:
        return (folder / name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def keep(folder: Path, name: str, secret: str) -> str:
    """Write a secret once, whole or not at all. An existing file is never overwritten: its content is returned."""
    if known := read(folder, name):
        return known  # also where the folder may only be read, as systemd gives credentials
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, folder / name)
    draft.unlink()
    _settle(folder)
    return read(folder, name)


def keep_master(folder: Path, *, today: date) -> None:
    """Make the first master key unless one is there. The caller knows that no data wants an older one."""
    keep(folder, MASTER, f"k{today:%Y%m}:{base64.b64encode(os.urandom(32)).decode()}")


def _settle(folder: Path) -> None:
    """The name itself survives a power cut: data without its key would be lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
