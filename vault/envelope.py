"""Sealing and wrapping: bytes in, bytes out. The only lines in the house that call a cipher.

Sealed value (big-endian): version 0x01 | generation u32 | nonce 12 | ciphertext and tag.
AES-256-GCM; the text is padded with 0x80 0x00… to a multiple of 64 bytes, so that a one-word
answer does not tell its length. The additional data binds a value to one person, table, row
and field. Wrapped key: 0x01 | slot u8 | len u8 | key id | nonce 12 | ciphertext 32 | tag 16.
`docs/security.md` holds the format; `tests/vault/test_envelope.py` freezes it with vectors.
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
KEY_BYTES, NONCE_BYTES, TAG_BYTES, BLOCK = 32, 12, 16, 64
HEADER = struct.Struct(">cI12s")
SLOT_MASTER = 1


class Refused(Exception):
    """A sealed value or wrapped key that cannot be opened: altered, moved, or under another key."""


@dataclass(frozen=True, slots=True)
class Share:
    """What was shared, by whom, and for whose eyes: a wrap made for one of them opens for no other."""

    id: UUID
    owner: UUID
    reader: UUID


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a sealed value belongs; opening it anywhere else is refused."""

    person: UUID
    table: int
    row: UUID
    field: int


def seal(key: bytes, text: bytes, *, generation: int, slot: Slot) -> bytes:
    """Seal `text` under a person's data key of that generation. No caller chooses a nonce."""
    nonce = os.urandom(NONCE_BYTES)
    padded = text + b"\x80" + bytes(-(len(text) + 1) % BLOCK)
    return HEADER.pack(VERSION, generation, nonce) + AESGCM(key).encrypt(nonce, padded, _slot_data(generation, slot))


def open_sealed(key: bytes, sealed: bytes, *, slot: Slot) -> bytes:
    """The text of a sealed value. Raises `Refused` for anything that was not sealed for this slot."""
    generation = generation_of(sealed)
    nonce = sealed[5 : HEADER.size]
    try:
        padded = AESGCM(key).decrypt(nonce, sealed[HEADER.size :], _slot_data(generation, slot))
    except InvalidTag:
        raise Refused("the value does not belong here or was altered") from None
    return _unpadded(padded)


def opener(key_of: Callable[[int], bytes], *, person: UUID, table: int, field: int) -> Callable[[UUID, bytes], bytes]:
    """What `open_sealed` does, for many rows of one person: a cipher is made once for each generation.

    `key_of` gives the data key of a generation. What comes back takes a row's id and its value.
    """
    ciphers: dict[int, tuple[AESGCM, bytes]] = {}
    end = struct.pack(">H", field)

    def open_row(row: UUID, sealed: bytes) -> bytes:
        generation = generation_of(sealed)
        if generation not in ciphers:
            whole = _slot_data(generation, Slot(person, table, row, field))
            ciphers[generation] = AESGCM(key_of(generation)), whole[: -len(row.bytes + end)]
        cipher, start = ciphers[generation]
        try:
            return _unpadded(cipher.decrypt(sealed[5 : HEADER.size], sealed[HEADER.size :], start + row.bytes + end))
        except InvalidTag:
            raise Refused("the value does not belong here or was altered") from None

    return open_row


def _unpadded(padded: bytes) -> bytes:
    text, mark, rest = padded.rpartition(b"\x80")
    if not mark or rest.strip(b"\x00"):
        raise Refused("the padding is not ours")
    return text


def generation_of(sealed: bytes) -> int:
    """The generation of the data key that a value was sealed under."""
    if len(sealed) < HEADER.size + BLOCK + TAG_BYTES:
        raise Refused("the value is too short")
    version, generation, _ = HEADER.unpack_from(sealed)
    if version != VERSION:
        raise Refused("the value has an unknown version")
    return int(generation)


def wrap(master: bytes, key: bytes, *, key_id: str, person: UUID, generation: int) -> bytes:
    """Wrap a person's data key under the master key of that id (1 to 16 ASCII characters)."""
    return _wrap(master, key, _name(key_id), _wrap_data(person, generation, _name(key_id)))


def unwrap(master: bytes, blob: bytes, *, key_id: str, person: UUID, generation: int) -> bytes:
    """The data key inside a wrap. Raises `Refused` when it was made for anyone or anything else."""
    return _unwrap(master, blob, _name(key_id), _wrap_data(person, generation, _name(key_id)))


def wrap_share(master: bytes, key: bytes, *, key_id: str, share: Share) -> bytes:
    """Wrap the key of one share. Neither its owner nor its reader can be exchanged afterwards."""
    return _wrap(master, key, _name(key_id), _share_data(share, _name(key_id)))


def unwrap_share(master: bytes, blob: bytes, *, key_id: str, share: Share) -> bytes:
    """The key of a share. Raises `Refused` when the wrap was made for another share, owner or reader."""
    return _unwrap(master, blob, _name(key_id), _share_data(share, _name(key_id)))


def seal_blob(key: bytes, purpose: bytes, data: bytes, *, place: bytes) -> bytes:
    """Seal bytes of the house's own (a session), bound to one purpose and place.

    0x01 | nonce 12 | ciphertext and tag. Purpose and `place` (the row it belongs to) are additional
    data, and part of the derived key: however often a session moves, no key sees 2**32 nonces.
    """
    nonce, bound = os.urandom(NONCE_BYTES), purpose + b"\x00" + place
    return VERSION + nonce + AESGCM(derive(key, bound)).encrypt(nonce, data, VERSION + bound)


def open_blob(key: bytes, purpose: bytes, blob: bytes, *, place: bytes) -> bytes:
    """The bytes of a blob. Raises `Refused` for another purpose, place or key, or when it was altered."""
    if blob[:1] != VERSION or len(blob) < 1 + NONCE_BYTES + TAG_BYTES:
        raise Refused("the blob has another shape")
    nonce, rest, bound = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], purpose + b"\x00" + place
    try:
        return AESGCM(derive(key, bound)).decrypt(nonce, rest, VERSION + bound)
    except InvalidTag:
        raise Refused("the blob does not belong here or was altered") from None


def seal_secret(key: bytes, purpose: bytes, data: bytes) -> bytes:
    """Seal what belongs to no row of ours (a second factor's secret), bound to its purpose: nonce 12 | ciphertext, tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(derive(key, purpose)).encrypt(nonce, data, purpose)


def open_secret(key: bytes, purpose: bytes, blob: bytes) -> bytes:
    """The bytes of a secret. Raises `Refused` for another purpose or key, or when it was altered."""
    if len(blob) < NONCE_BYTES + TAG_BYTES:
        raise Refused("the secret is too short")
    try:
        return AESGCM(derive(key, purpose)).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], purpose)
    except InvalidTag:
        raise Refused("the secret does not belong here or was altered") from None


def keyed_hash(key: bytes, purpose: bytes, text: bytes) -> bytes:
    """HMAC-SHA256 under a key derived for one purpose: tells equal texts apart without telling the text."""
    mac = HMAC(derive(key, purpose), SHA256())
    mac.update(text)
    return mac.finalize()


def derive(key: bytes, purpose: bytes, *, salt: bytes | None = None) -> bytes:
    """HKDF-SHA256: a key of 32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(key)


def _wrap(master: bytes, key: bytes, name: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + bytes([SLOT_MASTER]) + name + nonce + AESGCM(master).encrypt(nonce, key, bound)


def _unwrap(master: bytes, blob: bytes, name: bytes, bound: bytes) -> bytes:
    head = VERSION + bytes([SLOT_MASTER]) + name
    if not blob.startswith(head) or len(blob) != len(head) + NONCE_BYTES + KEY_BYTES + TAG_BYTES:
        raise Refused("the wrap has another shape or another key's name")
    nonce, wrapped = blob[len(head) :][:NONCE_BYTES], blob[len(head) + NONCE_BYTES :]
    try:
        return AESGCM(master).decrypt(nonce, wrapped, bound)
    except InvalidTag:
        raise Refused("the wrap does not open with this master key") from None


def _slot_data(generation: int, slot: Slot) -> bytes:
    return (
        b"icj:f1"
        + VERSION
        + struct.pack(">I16sH16sH", generation, slot.person.bytes, slot.table, slot.row.bytes, slot.field)
    )


def _wrap_data(person: UUID, generation: int, name: bytes) -> bytes:
    return b"icj:k1" + person.bytes + struct.pack(">I", generation) + name


def _share_data(share: Share, name: bytes) -> bytes:
    return b"icj:s1" + share.id.bytes + share.owner.bytes + share.reader.bytes + name


def _name(key_id: str) -> bytes:
    raw = key_id.encode("ascii")
    if not 1 <= len(raw) <= 16:
        raise Refused("a master key's id has 1 to 16 ASCII characters")
    return bytes([len(raw)]) + raw
