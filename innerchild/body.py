"""What a browser sends arrives whole, or it is an error.

The web server ends the body of a request where its connection broke, as if that were all; Django takes it so.
Half a letter would be stored for the whole one, under an operation that the whole one then may not use.

It also closes the connection of whoever was answered before their body was read, now and then before the answer
is through: a page that was to hear "signed out" hears of a dead network. So the rest is read, and forgotten.
"""

from contextlib import suppress
from typing import Protocol

MOST = 16 << 20  # bytes that are read for nothing
PIECE = 1 << 16


class Input(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


class Whole:
    """`wsgi.input` of a request that promised so many bytes. Django asks for a size each time, never past the end."""

    def __init__(self, stream: Input, promised: int) -> None:
        self._stream, self._left = stream, promised

    def read(self, size: int, /) -> bytes:
        wanted, pieces = min(size, self._left), []
        while wanted:
            pieces.append(self._came(self._stream.read(wanted)))
            wanted -= len(pieces[-1])
        return b"".join(pieces)

    def readline(self, size: int, /) -> bytes:
        wanted = min(size, self._left)
        return self._came(self._stream.readline(wanted)) if wanted else b""

    def finish(self) -> None:
        """Read what nobody asked for."""
        if self._left <= MOST:
            with suppress(ConnectionResetError):
                while self._left:
                    self.read(PIECE)

    def _came(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionResetError("the request broke off")
        self._left -= len(data)
        return data
