"""A zip that is made while it is sent: nothing of it lies on a disk, and little of it in memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CHUNK = 65_536


class _Sink:
    """What was written since it was last emptied. It cannot be sought in, so sizes follow their members."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.held = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.held += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts, self.held = [], 0
        return data


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """The bytes of a zip. Chunks that follow each other under one name make one file.

    Where it breaks off there is no directory at its end, and no program takes it for whole.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload] # it asks for no more than write()
        for name, chunks in groupby(files, key=itemgetter(0)):
            info = ZipInfo(name, date_time=at.timetuple()[:6])
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            with archive.open(info, "w") as member:
                for _, chunk in chunks:
                    member.write(chunk)
                    if sink.held >= CHUNK:
                        yield sink.taken()
    yield sink.taken()


def gathered(chunks: Iterable[str]) -> Iterator[bytes]:
    """Text in pieces of a size worth sending."""
    held: list[str] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
