"""Secrets of second factors: sealed as text under a key derived from the master key (trust R09).

    "m1." id of the master key "." BASE64URL(nonce 12 | ciphertext and tag)

They lie among other things in JSON columns of tables that are not ours. An app that has one names it in `KEPT`.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from vault import batches, envelope, masterkeys

PURPOSE = b"icj:mfa:v1"
VERSION = "m1."


@dataclass(frozen=True, slots=True)
class Kept:
    """A JSON column that holds an object, some of whose values are sealed here."""

    model: type[Model]
    column: str

    def rows(self) -> QuerySet[Model]:
        return self.model._base_manager.only("pk", self.column)

    def values(self, row: Model) -> dict[str, Any]:
        return dict(getattr(row, self.column))

    def is_under_another(self, row: Model, key_id: str) -> bool:
        """Whether another master key than that sealed something in this row."""
        return any(key_of(sealed) != key_id for _, sealed in sealed_in(self.values(row)))


KEPT: list[Kept] = []


def seal(text: str) -> str:
    """Seal under the active master key."""
    key_id, master = masterkeys.active()
    return _sealed(text, key_id, master)


def open_sealed(sealed: str) -> str:
    """The text again. Raises `Refused` for whatever was not sealed here: nothing planted is taken for a secret."""
    key_id, _, encoded = sealed.removeprefix(VERSION).rpartition(".")
    if not sealed.startswith(VERSION):
        raise envelope.Refused("the secret has an unknown version")
    try:
        blob, master = base64.b64decode(encoded, altchars=b"-_", validate=True), masterkeys.by_id(key_id)
    except (ValueError, binascii.Error):
        raise envelope.Refused("the secret has another shape") from None
    except masterkeys.MasterKeyError as error:
        raise envelope.Refused(str(error)) from None
    return envelope.open_secret(master, PURPOSE, blob).decode()


def not_under(key_id: str) -> int:
    """How many rows hold something that another master key sealed."""
    return sum(
        kept.is_under_another(row, key_id) for kept in KEPT for batch in batches.by_key(kept.rows()) for row in batch
    )


def key_of(sealed: str) -> str:
    """The id of the master key that a sealed text names."""
    return sealed.removeprefix(VERSION).rpartition(".")[0]


def sealed_in(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and text of each value that is sealed."""
    for name, value in values.items():
        if isinstance(value, str) and value.startswith(VERSION):
            yield name, value


def sealed_anew(values: dict[str, Any], key_id: str, master: bytes) -> dict[str, Any]:
    """The same values, each sealed one under this key, opened and compared before it is handed back."""
    anew = dict(values)
    for name, sealed in sealed_in(values):
        text = open_sealed(sealed)
        anew[name] = _sealed(text, key_id, master)
        if open_sealed(anew[name]) != text:
            raise envelope.Refused("the new seal does not open")
    return anew


def _sealed(text: str, key_id: str, master: bytes) -> str:
    blob = envelope.seal_secret(master, PURPOSE, text.encode())
    return f"{VERSION}{key_id}.{base64.urlsafe_b64encode(blob).decode()}"
