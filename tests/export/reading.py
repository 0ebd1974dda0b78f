"""What a test does with an export: makes one, reads it, and says what a person has."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

from django.utils import timezone

from accounts.models import User
from journal import export, rows
from journal.export import Wanted, archive
from journal.export.forms import KINDS
from journal.export.zipped import zipped
from journal.importing.bundle import Bundle
from journal.models import Import
from vault import keyring

AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def everything(**changed: Any) -> Wanted:
    return Wanted(**{"kinds": frozenset(KINDS), "began": datetime(2100, 1, 1, tzinfo=UTC), "binned": True, **changed})


def packed(person: User, wanted: Wanted | None = None) -> io.BytesIO:
    return io.BytesIO(b"".join(zipped(archive.files(person, wanted or everything()), AT)))


def unpacked(file: io.BytesIO) -> dict[str, bytes]:
    with ZipFile(file) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def rezipped(files: dict[str, bytes]) -> Bundle:
    return Bundle(io.BytesIO(b"".join(zipped(iter(files.items()), AT))), "notes.zip")


def owned(person: User) -> dict[str, list[dict[str, Any]]]:
    """Everything of theirs that an archive brings in again, field by field, opened."""
    with keyring.opened_for(person.pk, purpose="a test"):
        found = {
            section.key: [rows.told(row) for row in section.model._default_manager.filter(owner=person)]
            for section in export.SECTIONS
            if section.comes_in
        }
    return {key: sorted(said, key=lambda row: str(row["id"])) for key, said in found.items()}


@contextmanager
def batch_for(person: User) -> Iterator[Import]:
    with keyring.opened_for(person.pk, purpose="a test"):
        yield Import.objects.create(owner=person, format="innerchild", made_at=timezone.now())
