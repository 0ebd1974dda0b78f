"""An archive somebody sent, opened with care: a zip or one plain file. Nothing of it is unpacked to a disk.

A zip says of itself how large it is; those words are checked before anything is read, and reading stops where they end.
"""

import hashlib
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext_lazy as _

from journal.importing import Refused

WHOLE = 500 << 20  # bytes, unpacked
MEMBER = 64 << 20
MEMBERS = 100_000
DIRECTORY = 16 << 20  # bytes of a zip's own list of its files: read whole before their number is known
SIGNATURES = {b"PK\x03\x04", b"PK\x05\x06"}  # with files in it, and without
# What journals pack with; others may ask for as much memory as they like before the first byte is out.
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
RATIO, SMALL = 500, 32 << 20  # nothing anybody wrote packs better than this; what is small may

TOO_LARGE = _("It unpacks to more than 500 MB, which is more than this page can take. Nothing was brought in.")
TOO_MANY = _("It holds more than 100,000 files, which is more than this page can take. Nothing was brought in.")
MEMBER_TOO_LARGE = _(
    "This file alone is larger than 64 MB, which is more than this page can take. Nothing was brought in."
)
TOO_DENSE = _("It unpacks to far more than any writing would. Nothing was brought in.")
NO_ZIP = _("This zip cannot be opened: it may have been cut short on its way here. Nothing was brought in.")
LOCKED = _("This file is locked with a password. An archive without one can be read. Nothing was brought in.")
OUTSIDE = _("The name of this file points outside its archive, so none of it was opened. Nothing was brought in.")
A_LINK = _("This is no file, but a link to one elsewhere, so none of it was opened. Nothing was brought in.")
TWICE = _("There are two files of this name in the archive, and only one could be right. Nothing was brought in.")
UNREADABLE = _(
    "This file cannot be unpacked: it was changed on its way, or packed in a way not known here. Nothing was brought in."
)
NO_UTF8 = _(
    "The letters in this file are not written as UTF-8, so words could come out wrong. Saved as UTF-8, it can be read. Nothing was brought in."
)
NO_JSON = _(
    "This file breaks off or is mixed up at line %(line)s, so it cannot be read as JSON. Nothing was brought in."
)
TOO_DEEP = _("This file is nested deeper than any journal is. Nothing was brought in.")

type Hook = Callable[[dict[str, object]], object]


@dataclass(slots=True)
class Bundle:
    """`file` may be read from anywhere. `name` is what it was called where it came from."""

    file: IO[bytes]
    name: str
    told: Mapping[str, str] = field(default_factory=dict, repr=False)  # what was answered to `Preview.labels`
    _members: dict[str, zipfile.ZipInfo] = field(init=False, repr=False, default_factory=dict)
    _zip: zipfile.ZipFile | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        """Raises `Refused`."""
        self.file.seek(0)
        if self.file.read(4) not in SIGNATURES:
            return
        try:
            _look_at_directory(self.file, self.name)
            self._zip = zipfile.ZipFile(self.file)
        except (zipfile.BadZipFile, struct.error, ValueError, EOFError, OSError, NotImplementedError):
            raise Refused(self.name, NO_ZIP) from None
        self._members = _checked(self._zip.infolist(), self.name)

    @property
    def is_zip(self) -> bool:
        return self._zip is not None

    @property
    def sha256(self) -> str:
        self.file.seek(0)
        return hashlib.file_digest(self.file, "sha256").hexdigest()  # type: ignore[arg-type]  # any readable will do

    def names(self) -> list[str]:
        """Its files, as they are called, in their order. What a system puts in by itself is left out."""
        return [name for name in self._members if not _is_litter(name)] if self._zip else [self.name]

    def changed(self, name: str, there: tzinfo) -> datetime | None:
        """When that file was last changed, on the clock of whoever packed it; None where nobody noted it."""
        info = self._members.get(name)
        if info is None or info.date_time[0] <= 1980:  # a zip's "no date"
            return None
        try:
            return datetime(*info.date_time, tzinfo=there)
        except ValueError:  # such as its month 15
            return None

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """One file as it unpacks, however large. Raises `Refused` while it is read, too."""
        if self._zip and self._members[name].compress_type not in PACKED:
            raise Refused(name, UNREADABLE)
        try:
            if self._zip is None:
                self.file.seek(0)
                yield self.file
            else:
                with self._zip.open(self._members[name]) as member:
                    yield member
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise Refused(name, UNREADABLE) from None

    def read(self, name: str) -> bytes:
        """One file, whole. Raises `Refused` where it is larger than `MEMBER`."""
        with self.stream(name) as member:
            data = member.read(MEMBER + 1)
        if len(data) > MEMBER:
            raise Refused(name, MEMBER_TOO_LARGE)
        return data

    def text(self, name: str) -> str:
        """One file as text. A byte that is no UTF-8, or a NUL, means another encoding: nothing is guessed."""
        try:
            text = self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused(name, NO_UTF8) from None
        if "\x00" in text:
            raise Refused(name, NO_UTF8)
        return text

    def json(self, name: str, hook: Hook | None = None) -> object:
        """One file as JSON says it. `hook` sees each object once it is whole, and may put something smaller in its place."""
        try:
            return json.loads(self.text(name), object_hook=hook)
        except json.JSONDecodeError as error:
            raise Refused(name, NO_JSON % {"line": error.lineno}) from None
        except RecursionError:
            raise Refused(name, TOO_DEEP) from None
        except ValueError:  # a number of more digits than anybody counts
            raise Refused(name, NO_JSON % {"line": 1}) from None


def _look_at_directory(file: IO[bytes], name: str) -> None:
    """How long a zip's own list is, from its last record (APPNOTE 4.3.16, and 4.3.14 for large ones)."""
    size = file.seek(0, 2)
    file.seek(max(size - (1 << 16) - 22, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    (length,) = struct.unpack_from("<L", tail, at + 12)
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0:
        (offset,) = struct.unpack_from("<Q", tail, locator + 8)
        file.seek(offset)
        (length,) = struct.unpack_from("<Q", file.read(56), 40)
    if length > DIRECTORY:
        raise Refused(name, TOO_MANY)


def _checked(infos: list[zipfile.ZipInfo], archive: str) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > MEMBERS:
        raise Refused(archive, TOO_MANY)
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if unpacked > WHOLE:
        raise Refused(archive, TOO_LARGE)
    if unpacked > SMALL and unpacked > RATIO * max(packed, 1):
        raise Refused(archive, TOO_DENSE)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = _named(info)
        if _is_outside(name):
            raise Refused(name, OUTSIDE)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused(name, A_LINK)
        if name.endswith("/"):
            continue
        if info.flag_bits & 0x1:
            raise Refused(name, LOCKED)
        if name in members:
            raise Refused(name, TWICE)
        members[name] = info
    return members


def _named(info: zipfile.ZipInfo) -> str:
    """Its name with forward slashes. Some packers write UTF-8 without saying so."""
    name = info.orig_filename.replace("\\", "/")
    if info.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _is_outside(name: str) -> bool:
    return "\x00" in name or name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts


def _is_litter(name: str) -> bool:
    """Hidden files and folders: settings of programs, and what a Mac adds to every zip."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts) or name.endswith("Thumbs.db")
