"""Model attributes that seal on set and open on get, over a visible `BinaryField`.

    body_sealed = models.BinaryField()
    body = SealedText("body_sealed", table=numbers.ENTRY, field=numbers.ENTRY_BODY)

Nothing is cached. The row's id and owner have to be set before the attribute is, and stay: a row
copied under a new id, or handed to somebody else, does not open.
"""

import json
from collections.abc import Callable
from typing import Any, Self, overload
from uuid import UUID

from django.db import models

from vault import envelope, keyring


class Sealed(property):  # Django accepts a keyword argument for a real property only
    def __init__(self, column: str, *, table: int, field: int, owner: str = "owner_id") -> None:
        self.column, self.table, self.field, self.owner = column, table, field, owner

    def slot(self, row: models.Model) -> envelope.Slot:
        """Where this attribute of this row belongs."""
        owner = getattr(row, self.owner)
        if not isinstance(owner, UUID) or not isinstance(row.pk, UUID):
            raise TypeError(f"{type(row).__name__} needs its id and owner before {self.column} is set")
        return envelope.Slot(owner, self.table, row.pk, self.field)

    def opener(self, owner: UUID) -> Callable[[UUID, bytes], bytes]:
        """For many rows of one owner whose columns were read past the model: takes a row's id and the sealed value.

        It asks the database nothing, so it may stand within a query that is being read. It uses the ring that is open
        now, so let it go with the request or task it was made in.
        """
        ring = keyring.current()
        ring.hold(owner)
        open_row = envelope.opener(
            lambda generation: ring.key(owner, generation), person=owner, table=self.table, field=self.field
        )

        def opened(row: UUID, sealed: bytes) -> bytes:
            try:
                return open_row(row, sealed)
            except (envelope.Refused, keyring.KeyNotInRing):
                ring.refuse(owner)
                raise

        return opened

    def _open(self, row: models.Model) -> bytes | None:
        sealed = getattr(row, self.column)
        if sealed is None:
            return None
        return self._opened(row, bytes(sealed))

    def _seal(self, row: models.Model, text: bytes | None) -> None:
        setattr(row, self.column, None if text is None else self._sealed(row, text))

    def _opened(self, row: models.Model, sealed: bytes) -> bytes:
        return open_value(self.slot(row), sealed)

    def _sealed(self, row: models.Model, text: bytes) -> bytes:
        return seal_value(self.slot(row), text)


class SealedText(Sealed):
    """Text; a NULL column reads as an empty string."""

    @overload
    def __get__(self, row: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, row: models.Model, kind: type | None = None) -> str: ...
    def __get__(self, row: models.Model | None, kind: type | None = None) -> Self | str:
        if row is None:
            return self
        return (self._open(row) or b"").decode()

    def __set__(self, row: models.Model, text: str | None) -> None:
        self._seal(row, None if text is None else text.encode())


class SealedJSON(Sealed):
    """Anything JSON can say; a NULL column reads as an empty dictionary."""

    @overload
    def __get__(self, row: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, row: models.Model, kind: type | None = None) -> dict[str, Any]: ...
    def __get__(self, row: models.Model | None, kind: type | None = None) -> Self | dict[str, Any]:
        if row is None:
            return self
        opened = json.loads(self._open(row) or b"{}")
        assert isinstance(opened, dict)
        return opened

    def __set__(self, row: models.Model, value: dict[str, Any] | None) -> None:
        self._seal(
            row, None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        )


class Shared(Sealed):
    """A copy for somebody else's eyes: under the key of one share, never under the person's own.

    `share` names the attribute that holds the share's id. Generation 0 stands in the value, which no data key has.
    """

    def __init__(self, column: str, *, share: str, table: int, field: int, owner: str = "owner_id") -> None:
        super().__init__(column, table=table, field=field, owner=owner)
        self.share = share

    def _opened(self, row: models.Model, sealed: bytes) -> bytes:
        return envelope.open_sealed(keyring.current().share(getattr(row, self.share)), sealed, slot=self.slot(row))

    def _sealed(self, row: models.Model, text: bytes) -> bytes:
        key = keyring.current().share(getattr(row, self.share))
        return envelope.seal(key, text, generation=0, slot=self.slot(row))


class SharedText(Shared, SealedText):
    """Text under a share's key; a NULL column reads as an empty string."""


class SharedJSON(Shared, SealedJSON):
    """Anything JSON can say, under a share's key; a NULL column reads as an empty dictionary."""


def seal_value(slot: envelope.Slot, text: bytes) -> bytes:
    """Seal with the newest key of the slot's person, taken from the ring that is open."""
    generation, key = keyring.current().newest(slot.person)
    return envelope.seal(key, text, generation=generation, slot=slot)


def open_value(slot: envelope.Slot, sealed: bytes) -> bytes:
    """Open with the key that the value names, taken from the ring that is open."""
    ring = keyring.current()
    try:
        key = ring.key(slot.person, envelope.generation_of(sealed))
        return envelope.open_sealed(key, sealed, slot=slot)
    except (envelope.Refused, keyring.KeyNotInRing):
        ring.refuse(slot.person)
        raise


def keyed_hashes(person: UUID, purpose: bytes, text: bytes) -> set[bytes]:
    """What `keyed_hash` gives for that text, or gave under an older key that is still there."""
    return {envelope.keyed_hash(key, purpose, text) for key in keyring.current().all(person).values()}


def keyed_hash(person: UUID, purpose: bytes, text: bytes) -> bytes:
    """HMAC-SHA256 under the person's newest key: tells equal texts of one person apart from others."""
    return envelope.keyed_hash(keyring.current().newest(person)[1], purpose, text)
