"""The key of what a device keeps sealed: by person, by device, by generation, and by the book (RFC 5869)."""

import hashlib
import hmac
from uuid import UUID

import pytest

from tests import factories
from vault import drafts, envelope, keyring

SALT = bytes(range(16))


def by_the_book(key: bytes, salt: bytes, info: bytes) -> bytes:
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def test_key_is_frozen_by_a_vector() -> None:
    person = UUID("00000000-0000-4000-8000-000000000001")
    info = b"icj:draft:v1" + person.bytes
    derived = envelope.derive(bytes(range(0x20, 0x40)), info, salt=SALT)
    assert derived == by_the_book(bytes(range(0x20, 0x40)), SALT, info)
    assert derived.hex() == "78a07606791e839ae96860876f7c4ab3de4368d95582735484718c02d51439c4"


@pytest.mark.django_db
def test_each_person_and_each_device_has_a_key_of_its_own() -> None:
    ada, bob = factories.person(), factories.person()
    found = []
    for person, salt in ((ada, SALT), (ada, bytes(16)), (bob, SALT)):
        with keyring.opened_for(person.pk, purpose="a test") as ring:
            found.append(drafts.keys(person.pk, salt))
            assert set(found[-1].values()).isdisjoint(ring.all(person.pk).values())
    assert [list(keys) for keys in found] == [[1], [1], [1]]
    assert len({keys[1] for keys in found}) == 3
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(keyring.KeyNotInRing):
        drafts.keys(bob.pk, SALT)
    with keyring.opened_for(ada.pk, purpose="a test"), pytest.raises(ValueError, match="16 bytes"):
        drafts.keys(ada.pk, b"short")
