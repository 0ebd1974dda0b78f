"""The master keys: one line a key, `id:BASE64(32 bytes)`, the first one active for new wraps."""

import base64
import binascii
from functools import cache
from pathlib import Path

from django.conf import settings

from innerchild import keyfiles

FILE = keyfiles.MASTER


class MasterKeyError(Exception):
    """The master keys are missing or not readable; says so in one sentence."""


def active() -> tuple[str, bytes]:
    """Id and bytes of the key that wraps new data keys."""
    keys = _known(settings.KEYS_DIR) or _known_anew(settings.KEYS_DIR)
    if not keys:
        raise MasterKeyError(f"There is no master key in {settings.KEYS_DIR}.")
    return next(iter(keys.items()))


def by_id(key_id: str) -> bytes:
    """The master key of that id. Raises `MasterKeyError` when it is not in the file."""
    keys = _known(settings.KEYS_DIR)
    if key_id not in keys:
        keys = _known_anew(settings.KEYS_DIR)
    if key_id not in keys:
        raise MasterKeyError(f"The master key {key_id!r} is not in {settings.KEYS_DIR}.")
    return keys[key_id]


def in_file(folder: Path) -> dict[str, bytes]:
    """All master keys by id as the file has them just now, the active one first."""
    keys: dict[str, bytes] = {}
    for line in _lines(folder):
        key_id, _, encoded = line.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if key_id in keys:
            raise MasterKeyError(f"The file {folder / keyfiles.MASTER} names two keys {key_id!r}; a name is used once.")
        if len(key) != 32 or not 1 <= len(key_id) <= 16:
            raise MasterKeyError(f"The file {folder / keyfiles.MASTER} holds a line that is not id:BASE64 of 32 bytes.")
        keys[key_id] = key
    return keys


@cache
def _known(folder: Path) -> dict[str, bytes]:
    """The file is read once a process, and again when it lacks what is asked for: a key added while we run."""
    return in_file(folder)


def _known_anew(folder: Path) -> dict[str, bytes]:
    _known.cache_clear()
    return _known(folder)


def _lines(folder: Path) -> list[str]:
    try:
        return keyfiles.read(folder, keyfiles.MASTER).splitlines()
    except (OSError, UnicodeDecodeError):
        raise MasterKeyError(f"The file {folder / keyfiles.MASTER} cannot be read.") from None
