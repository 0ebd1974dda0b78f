"""Do the master keys we hold open the keys in the database? Asked at start (tag `keys`) and by `/readyz` (`ready`)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import Error as DatabaseError
from django.db import connection

from innerchild.checks import READY
from vault import keyring, masterkeys, rewrapping
from vault.envelope import Refused
from vault.models import KeyCheck, KeyWrap, ShareKey

HINT = "Put back the file that was in use when this data was written, then start again. No new key was made."


@register("keys", READY, Tags.database)  # `database` keeps it out of a plain `check`, which runs without one
def master_keys_open_what_is_kept(**_options: Any) -> list[CheckMessage]:
    """One sentence a finding. A database that is away, or still without tables, is for others to report."""
    folder = Path(settings.KEYS_DIR)
    try:
        used, noted = _in_database()
    except DatabaseError:
        return []
    try:
        held = masterkeys.in_file(folder)
    except masterkeys.MasterKeyError as error:
        return [Error(str(error), hint=HINT, id="vault.E001")]
    if used and not held:
        sentence = f"There is no master key in {folder}, but the database holds writing that needs one."
        return [Error(sentence, hint=HINT, id="vault.E002")]
    return [*_unknown(used - held.keys(), folder), *_wrong(noted, held, folder)]


def _in_database() -> tuple[set[str], list[KeyCheck]]:
    """Ids of the master keys that wraps name, and the check values; both empty before the first migration."""
    if not {KeyWrap._meta.db_table, ShareKey._meta.db_table} <= set(connection.introspection.table_names()):
        return set(), []
    return rewrapping.used(), list(KeyCheck.objects.order_by("kek_id"))


def _unknown(missing: Iterable[str], folder: Path) -> list[CheckMessage]:
    return [
        Error(
            f"The master key {key_id!r} is not in {folder}, but the database holds writing under it.",
            hint=HINT,
            id="vault.E003",
        )
        for key_id in sorted(missing)
    ]


def _wrong(noted: list[KeyCheck], held: dict[str, bytes], folder: Path) -> list[CheckMessage]:
    """A check value of a key that is neither held nor used belongs to a retired key: no finding."""
    found: list[CheckMessage] = []
    for check in noted:
        if check.kek_id not in held:
            continue
        try:
            keyring.open_check(check, held[check.kek_id])
        except Refused:
            sentence = f"The master key {check.kek_id!r} in {folder} is not the one that this data was written with."
            found.append(Error(sentence, hint=HINT, id="vault.E004"))
    return found
