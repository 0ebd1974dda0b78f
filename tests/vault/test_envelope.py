"""The format, frozen: vectors byte for byte, and everything that must be refused."""

import hmac
import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from vault import envelope
from vault.envelope import Refused, Slot

MASTER, KEY = bytes(range(32)), bytes(range(0x20, 0x40))
NONCE = bytes(range(12))
PERSON = UUID("00000000-0000-4000-8000-000000000001")
ROW = UUID("00000000-0000-4000-8000-0000000000aa")
SLOT = Slot(PERSON, 1, ROW, 1)
TEXT = "Dear little me, 💛".encode()

WRAP = bytes.fromhex(
    "0101066b3230323661000102030405060708090a0b6723f438e1c0e43ca568bda09dc45642b3e7b507c44e694b005edf"
    "be21543e8dc5dad44fb559fe4dc68281d090e39c33"
)
BOUND_TO = bytes.fromhex(
    "69636a3a66310100000001000000000000400080000000000000010001000000000000400080000000000000aa0001"
)
SEAL = bytes.fromhex(
    "0100000001000102030405060708090a0b18373cd56a598298c895ace64b16721ce3ef7bffea11a611240dd3babb81cb"
    "982cde123d1b1f44e5ea7bfaf8cccb2ab13209edfe5a53f785a63d0ca925bd63af919a45bce7db61c7ee8d4aa72f271423"
)


def sealed(text: bytes = TEXT, *, slot: Slot = SLOT) -> bytes:
    return envelope.seal(KEY, text, generation=1, slot=slot)


def opened(value: bytes, *, key: bytes = KEY, slot: Slot = SLOT) -> bytes:
    """By both ways there are: one value by itself, and as one of many."""
    many = envelope.opener(lambda _generation: key, person=slot.person, table=slot.table, field=slot.field)
    try:
        text = envelope.open_sealed(key, value, slot=slot)
    except Refused:
        with pytest.raises(Refused):
            many(slot.row, value)
        raise
    assert [many(slot.row, value), many(slot.row, value)] == [text, text]
    return text


def wrapped() -> bytes:
    return envelope.wrap(MASTER, KEY, key_id="k2026a", person=PERSON, generation=1)


def unwrapped(blob: bytes, **changed: object) -> bytes:
    whose: dict[str, object] = {"key_id": "k2026a", "person": PERSON, "generation": 1, **changed}
    return envelope.unwrap(MASTER, blob, **whose)  # type: ignore[arg-type]


def refuses(value: bytes, *, key: bytes = KEY, slot: Slot = SLOT) -> bool:
    try:
        opened(value, key=key, slot=slot)
    except Refused:
        return True
    return False


@pytest.fixture
def fixed_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vectors were made with one nonce; the code itself takes none from a caller."""
    monkeypatch.setattr(os, "urandom", lambda size: NONCE[:size])


def test_seal_vector(fixed_nonce: None) -> None:
    assert sealed() == SEAL


def test_seal_vector_opens() -> None:
    assert opened(SEAL) == TEXT


def test_additional_data_vector() -> None:
    assert envelope._slot_data(1, SLOT) == BOUND_TO


def test_wrap_vector(fixed_nonce: None) -> None:
    assert wrapped() == WRAP


def test_wrap_vector_opens() -> None:
    assert unwrapped(WRAP) == KEY


def test_every_flipped_bit_of_a_sealed_value_is_refused() -> None:
    flips = [bytearray(SEAL) for _ in range(len(SEAL) * 8)]
    for bit, value in enumerate(flips):
        value[bit // 8] ^= 1 << bit % 8
    assert (len(flips), [bit for bit, value in enumerate(flips) if not refuses(bytes(value))]) == (776, [])


def test_every_flipped_bit_of_a_wrap_is_refused() -> None:
    for bit in range(len(WRAP) * 8):
        value = bytearray(WRAP)
        value[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused):
            unwrapped(bytes(value))


@pytest.mark.parametrize(
    "slot",
    [Slot(ROW, 1, ROW, 1), Slot(PERSON, 2, ROW, 1), Slot(PERSON, 1, PERSON, 1), Slot(PERSON, 1, ROW, 2)],
    ids=["person", "table", "row", "field"],
)
def test_value_moved_elsewhere_is_refused(slot: Slot) -> None:
    assert refuses(sealed(), slot=slot)


def test_value_under_another_key_is_refused() -> None:
    assert refuses(sealed(), key=MASTER)


@pytest.mark.parametrize(
    "changed",
    [{"person": ROW}, {"generation": 2}, {"key_id": "k2026b"}, {"key_id": "k2026"}],
    ids=["person", "generation", "key id", "shorter key id"],
)
def test_wrap_moved_elsewhere_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Refused):
        unwrapped(wrapped(), **changed)


def test_wrap_renamed_to_another_key_is_refused() -> None:
    """The name in front is bound too: rewriting it and asking under the new name does not help."""
    with pytest.raises(Refused):
        unwrapped(wrapped().replace(b"k2026a", b"k2026b"), key_id="k2026b")


@pytest.mark.parametrize("length", range(len(SEAL)))
def test_truncated_value_is_refused(length: int) -> None:
    assert refuses(SEAL[:length])


@pytest.mark.parametrize("tail", [b"\x00", b"\x80", bytes(16), bytes(64), SEAL])
def test_extended_value_is_refused(tail: bytes) -> None:
    assert refuses(SEAL + tail)


@pytest.mark.parametrize("value", [b"", b"plain words that somebody planted", TEXT * 9, bytes(97)])
def test_planted_plain_text_is_refused(value: bytes) -> None:
    assert refuses(value)


@pytest.mark.parametrize("blob", [b"", WRAP[:-1], WRAP + b"\x00", bytes(69)])
def test_wrap_of_another_shape_is_refused(blob: bytes) -> None:
    with pytest.raises(Refused):
        unwrapped(blob)


@pytest.mark.parametrize("key_id", ["", "k" * 17])
def test_master_key_id_of_another_length_is_refused(key_id: str) -> None:
    with pytest.raises(Refused):
        envelope.wrap(MASTER, KEY, key_id=key_id, person=PERSON, generation=1)


@pytest.mark.parametrize(
    ("length", "blocks"), [(0, 1), (1, 1), (62, 1), (63, 1), (64, 2), (65, 2), (127, 2), (128, 3), (5000, 79)]
)
def test_size_tells_no_more_than_blocks_of_64(length: int, blocks: int) -> None:
    value = sealed(b"a" * length)
    assert (len(value), opened(value)) == (17 + 64 * blocks + 16, b"a" * length)


@pytest.mark.parametrize(
    "text",
    [b"", b"\x80", b"\x80\x00", b"a\x80\x00\x00", b"\x00" * 64, b"\x80" * 64, b"a" * 62 + b"\x80\x00", b"\x00"],
)
def test_text_that_looks_like_padding_comes_back_whole(text: bytes) -> None:
    assert opened(sealed(text)) == text


@given(st.text())
def test_any_text_comes_back_whole(text: str) -> None:
    assert opened(sealed(text.encode("utf-8"))) == text.encode("utf-8")


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(value: bytes) -> None:
    assert refuses(value)


def test_nonces_do_not_repeat() -> None:
    """Twenty thousand here, to stay quick; a million is a matter for benchmarks."""
    nonces = {sealed(b"same")[5:17] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_same_text_sealed_twice_looks_different() -> None:
    assert sealed() != sealed()


def test_padding_that_is_not_ours_is_refused() -> None:
    """Whoever holds the key could still write rubbish: it is refused, not shown."""
    nonce = os.urandom(12)
    rubbish = AESGCM(KEY).encrypt(nonce, b"a" * 64, envelope._slot_data(1, SLOT))
    assert refuses(envelope.HEADER.pack(b"\x01", 1, nonce) + rubbish)


def test_keyed_hash_differs_by_key_purpose_and_text() -> None:
    hashes = {
        envelope.keyed_hash(key, purpose, text)
        for key in (KEY, MASTER)
        for purpose in (b"icj:a", b"icj:b")
        for text in (b"x", b"y")
    }
    assert len(hashes) == 8


def test_keyed_hash_vector() -> None:
    """HKDF (no salt, info = purpose) and then HMAC, both over SHA-256: worked out with the standard library."""
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    derived = hmac.digest(extracted, b"icj:a\x01", "sha256")
    assert envelope.keyed_hash(KEY, b"icj:a", TEXT) == hmac.digest(derived, TEXT, "sha256")


BLOB = envelope.seal_blob(MASTER, b"icj:session:v1", TEXT, place=b"a session")


def blob_opens(blob: bytes = BLOB, *, key: bytes = MASTER, purpose: bytes = b"icj:session:v1", place: bytes) -> bool:
    try:
        return envelope.open_blob(key, purpose, blob, place=place) == TEXT
    except Refused:
        return False


def test_blob_opens_in_its_place_alone() -> None:
    assert blob_opens(place=b"a session")
    assert not blob_opens(place=b"another")
    assert not blob_opens(place=b"a session", purpose=b"icj:mfa:v1")
    assert not blob_opens(place=b"a session", key=KEY)


def test_blob_with_purpose_and_place_run_together_is_refused() -> None:
    """The border between the two is part of what is bound."""
    assert not blob_opens(purpose=b"icj:session:v1\x00a", place=b" session")


def test_every_flipped_bit_of_a_blob_is_refused() -> None:
    for bit in range(len(BLOB) * 8):
        value = bytearray(BLOB)
        value[bit // 8] ^= 1 << bit % 8
        assert not blob_opens(bytes(value), place=b"a session")


@pytest.mark.parametrize(
    "blob", [b"", BLOB[:-1], BLOB[:28], BLOB + b"\x00"], ids=["empty", "shorter", "nonce", "longer"]
)
def test_blob_of_another_length_is_refused(blob: bytes) -> None:
    assert not blob_opens(blob, place=b"a session")
