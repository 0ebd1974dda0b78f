"""What has to be true before anyone writes here: asked at the start and by /readyz.

Each check asks the database or the disk, so a plain `check` leaves them out (tag "database").
"""

import os
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from innerchild import ballast

READY = "ready"
OLDEST_POSTGRESQL = 150_000
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
LEAST_FREE, LEAST_SHARE = 1 << 30, 0.10


def ready[C: Callable[..., Sequence[CheckMessage]]](check: C) -> C:
    """Register a check of what this process needs to take traffic."""
    register(READY, Tags.database)(check)
    return check


@register
def address(**_: Any) -> list[CheckMessage]:
    """Browsers keep drafts safe over https and on localhost only."""
    if settings.HTTPS or settings.HOST in {"localhost", "127.0.0.1", "::1"}:
        return []
    return [Error("INNERCHILD_URL has to begin with https:// for any host but localhost.", id="innerchild.E001")]


@ready
def secret(**_: Any) -> list[CheckMessage]:
    try:
        present = bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        present = False
    return [] if present else [Error("There is no SECRET_KEY and no secret_key file.", id="innerchild.E002")]


@ready
def version(**_: Any) -> list[CheckMessage]:
    if int(_shown("server_version_num")) >= OLDEST_POSTGRESQL:
        return []
    return [Error("PostgreSQL has to be 15 or newer.", id="innerchild.E003")]


@ready
def durability(**_: Any) -> list[CheckMessage]:
    """Words are called kept after COMMIT, so a commit has to be on the disk."""
    return [
        Error(f"PostgreSQL's {name} is off: what it calls written may be lost.", id="innerchild.E004")
        for name in DURABLE
        if _shown(name) == "off"
    ]


@ready
def migrations(**_: Any) -> list[CheckMessage]:
    if os.environ.get("INNERCHILD_COMMAND") == "migrate":  # it asks these checks too, before its work
        return []
    missing = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return [Error(f"{len(missing)} migrations are not applied.", id="innerchild.E005")] if missing else []


@ready
def disk(**_: Any) -> list[CheckMessage]:
    """Only where the database's files are ours; a server elsewhere has its own watch."""
    folder = Path(settings.DATA_DIR)
    if settings.DATABASE_URL or not folder.exists():
        return []
    usage = shutil.disk_usage(folder)
    if usage.free >= max(LEAST_FREE, usage.total * LEAST_SHARE):
        return []
    # /readyz says no; a start is not refused, since a full disk is no reason to keep anyone from their own words
    words = f"Only {usage.free >> 20} MiB are free below {folder}.{ballast.hint(folder)}"
    return [CheckMessage(WARNING, words, id="innerchild.W006")]


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset(loader.graph.nodes)
