"""The key of what a device keeps sealed while words are on their way to the server.

Only the server can make it, and only for who is signed in. The salt is the device's own: a key that got out
opens nothing that lies on another device.
"""

from uuid import UUID

from vault import envelope, keyring

PURPOSE = b"icj:draft:v1"
SALT_BYTES = 16


def keys(person: UUID, salt: bytes) -> dict[int, bytes]:
    """The draft keys of that person on that device by generation, from the ring that is open."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a device's salt has 16 bytes")
    ring = keyring.current().all(person)
    return {generation: envelope.derive(key, PURPOSE + person.bytes, salt=salt) for generation, key in ring.items()}
