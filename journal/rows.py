"""Rows as plain data, and plain data as rows: what an archive says of each table, and how it is read again.

Columns are found, not listed, so that none is forgotten: everything a model has, but its owner, the batch it
came in with, and bytes, which are keyed to one person. Sealed attributes stand opened under their own names.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from journal.importing.records import EARLIEST, LATEST
from journal.saving import LIMIT
from vault import opening
from vault.envelope import Refused
from vault.keyring import KeyNotInRing
from vault.sealed import Sealed, SealedJSON

STAYS = frozenset({"owner", "batch"})
UNREADABLE = "unreadable"  # names what could not be opened when it was taken along
JSON_LIMIT = 400_000

log = logging.getLogger(__name__)


class BadField(Exception):
    """Something that is no row of ours. `field` is its name; what stood in it is never told."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@cache
def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that are told in clear."""
    found = model._meta.concrete_fields
    return [each for each in found if each.name not in STAYS and not isinstance(each, models.BinaryField)]


@cache
def sealed(model: type[models.Model]) -> dict[str, Sealed]:
    """The attributes that are told opened. A copy for somebody else isn’t, where the owner's own lies beside it."""
    found = opening.attributes(model)
    return {name: attribute for name, attribute in found.items() if f"own_{name}" not in found}


def told(row: models.Model) -> dict[str, Any]:
    """The row as JSON can say it. A value that does not open is named under `unreadable`, and the row goes on."""
    said = {each.name: _said(getattr(row, each.attname)) for each in columns(type(row))}
    shut = []
    for name, attribute in sealed(type(row)).items():
        try:
            said[name] = None if getattr(row, attribute.column) is None else getattr(row, name)
        except (Refused, KeyNotInRing):
            log.warning("decrypt_failed %s=%s", row._meta.model_name, row.pk)
            shut.append(name)
    return {**said, UNREADABLE: shut} if shut else said


def made(model: type[models.Model], said: Mapping[str, Any], owner: models.Model) -> models.Model:
    """A row of that owner, not saved. Raises `BadField`. What it points at is as it was said: see `point`."""
    given = {each.attname: _read(each, said) for each in columns(model)}
    row = model(owner=owner, **given)
    for name, attribute in sealed(model).items():
        setattr(row, name, _opened(model, name, attribute, said))
    return row


def _said(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(field: models.Field[Any, Any], said: Mapping[str, Any]) -> object:
    value = said.get(field.name)
    if value is None:
        if field.null:
            return None
        raise BadField(field.name)
    try:
        parsed = _parsed(field, value)
        field.run_validators(parsed)
    except (ValueError, OverflowError, ValidationError):
        raise BadField(field.name) from None
    return parsed


def _parsed(field: models.Field[Any, Any], value: object) -> object:
    """The value in its column's own type. Raises `ValueError`."""
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return UUID(_text(value))
    if isinstance(field, models.DateTimeField):
        at = datetime.fromisoformat(_text(value))
        if at.tzinfo is None or not EARLIEST - 1 <= at.year <= LATEST + 1:  # their first day began elsewhere
            raise ValueError
        return at.astimezone(UTC)
    if isinstance(field, models.DateField):
        day = date.fromisoformat(_text(value))
        if day.year < EARLIEST or (day.year > LATEST and not field.null):  # one may wait for as long as one likes
            raise ValueError
        return day
    if isinstance(field, models.CharField):
        text = _text(value)
        if "\x00" in text or (field.choices and text not in dict(field.flatchoices)):
            raise ValueError
        return text
    wanted = bool if isinstance(field, models.BooleanField) else int
    if type(value) is not wanted:
        raise ValueError
    return value


def _text(value: object) -> str:
    """Raises `ValueError` for what is no text: half a surrogate pair is none either."""
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - whoever reads the archive is told the field, whatever was wrong with it
    value.encode()
    return value


def _opened(model: type[models.Model], name: str, attribute: Sealed, said: Mapping[str, Any]) -> object:
    value = said.get(name)
    column = model._meta.get_field(attribute.column)
    if value is None and getattr(column, "null", False):
        return None
    if isinstance(attribute, SealedJSON):
        if not isinstance(value, dict) or not _fits(value):
            raise BadField(name)
        return value
    try:
        text = _text(value)
    except ValueError:
        raise BadField(name) from None
    if len(text) > LIMIT or "\x00" in text:
        raise BadField(name)
    return text


def _fits(value: dict[str, object]) -> bool:
    """Whether it is neither too long nor too deep, and every character in it is whole."""
    try:
        return len(json.dumps(value, ensure_ascii=False).encode()) <= JSON_LIMIT
    except (ValueError, RecursionError):
        return False
