"""What a browser sends arrives whole, or it is an error.

The web server ends the body of a request where its connection broke, as if that were all; Django takes it so.
Half a letter would be stored for the whole one, under an operation that the whole one then may not use.
"""

from typing import Protocol


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

    def _came(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionResetError("the request broke off")
        self._left -= len(data)
        return data
