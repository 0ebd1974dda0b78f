"""Archives that are no archives: each is refused with a sentence that names the file, and nothing of it is written."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC

import pytest

from accounts.models import User
from journal.importing import Refused, known
from journal.importing import bundle as bundles
from tests.journal.importing.archives import bundle, dayone, entry, preview, zipped

GOOD = {"Journal.json": dayone(entry())}


def member(name: str, data: bytes = b"x", **said: int) -> bytes:
    """A zip with one member of that name; keywords are written over what its list says of it."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        info = zipfile.ZipInfo("a" * len(name))
        for field, value in said.items():
            setattr(info, field, value)
        archive.writestr(info, data)
    return sink.getvalue().replace(b"a" * len(name), name.encode())


def broken(data: bytes) -> bytes:
    """The same zip with a byte of its first file changed."""
    at = data.index(b"A few words")
    return data[:at] + b"?" + data[at + 1 :]


def twice() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("Journal.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("Journal.json", "[]")
    return sink.getvalue()


def locked() -> bytes:
    data = bytearray(zipped(GOOD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def swollen(size: int) -> bytes:
    """A zip whose list says that its one file unpacks to so many bytes."""
    data = bytearray(zipped(GOOD))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, size)
    return bytes(data)


def crowded() -> bytes:
    """A zip whose last record says that its list is longer than any list here may be."""
    data = bytearray(zipped(GOOD))
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, bundles.DIRECTORY + 1)
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str, object]] = {
    "a bomb": (lambda: zipped({"Journal.json": b"0" * (40 << 20)}), "mine.zip", bundles.TOO_DENSE),
    "more than 500 MB": (lambda: swollen(bundles.WHOLE + 1), "mine.zip", bundles.TOO_LARGE),
    "too many files": (crowded, "mine.zip", bundles.TOO_MANY),
    "up and out": (lambda: member("../etc/passwd.json"), "../etc/passwd.json", bundles.OUTSIDE),
    "up from within": (lambda: member("a/../../x.json"), "a/../../x.json", bundles.OUTSIDE),
    "up as windows does": (lambda: member("..\\x.json"), "../x.json", bundles.OUTSIDE),
    "from the root": (lambda: member("/etc/x.json"), "/etc/x.json", bundles.OUTSIDE),
    "from a drive": (lambda: member("C:\\x.json"), "C:/x.json", bundles.OUTSIDE),
    "a link": (lambda: member("x.json", external_attr=(stat.S_IFLNK | 0o777) << 16), "x.json", bundles.A_LINK),
    "twice the same name": (twice, "Journal.json", bundles.TWICE),
    "locked": (locked, "Journal.json", bundles.LOCKED),
    "cut short": (lambda: zipped(GOOD)[:-30], "mine.zip", bundles.NO_ZIP),
    "no zip at all": (lambda: b"PK\x03\x04 but no more", "mine.zip", bundles.NO_ZIP),
    "altered": (lambda: broken(zipped(GOOD, packed=zipfile.ZIP_STORED)), "Journal.json", bundles.UNREADABLE),
    "packed as no journal packs": (lambda: zipped(GOOD, packed=zipfile.ZIP_LZMA), "Journal.json", bundles.UNREADABLE),
    "half a JSON": (lambda: zipped({"Journal.json": '{"metadata": {},\n"entries": [{"text": "a'}), "Journal.json", bundles.NO_JSON % {"line": 2}),
    "a deep JSON": (lambda: zipped({"Journal.json": "[" * 100_000}), "Journal.json", bundles.TOO_DEEP),
    "an endless number": (lambda: zipped({"Journal.json": "9" * 5000}), "Journal.json", bundles.NO_JSON % {"line": 1}),
    "UTF-16": (lambda: zipped({"Journal.json": '{"entries": []}'.encode("utf-16")}), "Journal.json", bundles.NO_UTF8),
    "UTF-16 unmarked": (lambda: zipped({"Journal.json": '{"entries": []}'.encode("utf-16-le")}), "Journal.json", bundles.NO_UTF8),
    "Latin-1 under a mark of UTF-8": (lambda: zipped({"a.md": b"\xef\xbb\xbfgr\xfcn"}), "a.md", bundles.NO_UTF8),
    "a raw half of a pair": (lambda: zipped({"a.md": b"a \xed\xa0\xbd b"}), "a.md", bundles.NO_UTF8),
    "nothing known": (lambda: zipped({"a.exe": b"MZ", "b/c.bin": b""}), "mine.zip", known.UNKNOWN),
    "an empty zip": (lambda: zipped({}), "mine.zip", known.UNKNOWN),
    "an image": (lambda: b"\x89PNG\r\n", "mine.zip", known.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("trouble", REFUSED)
def test_what_cannot_be_opened_is_refused_by_name(ada: User, trouble: str) -> None:
    made, where, why = REFUSED[trouble]
    with pytest.raises(Refused) as refused:
        preview(ada, made())
    assert (refused.value.where, str(refused.value.why)) == (where, str(why))


def test_a_file_larger_than_it_says_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MEMBER", 1000)
    found = bundle(zipped({"a.md": "x" * 1001, "b.md": "x" * 1000}))
    assert len(found.text("b.md")) == 1000
    with pytest.raises(Refused) as refused:
        found.text("a.md")
    assert (refused.value.where, refused.value.why) == ("a.md", bundles.MEMBER_TOO_LARGE)


def test_a_list_of_a_large_zip_is_measured_where_it_stands() -> None:
    """A zip of more than 4 GB, or 65,535 files, has its numbers in another record before the last."""
    data = zipped(GOOD)
    at = data.rindex(b"PK\x05\x06")
    large = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, bundles.DIRECTORY + 1, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    last = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    with pytest.raises(Refused) as refused:
        bundle(data[:at] + large + locator + last)
    assert refused.value.why == bundles.TOO_MANY


def test_names_are_told_as_they_were_meant() -> None:
    """UTF-8 that does not say so, backslashes, folders, and what a Mac or a program puts beside the files."""
    data = zipped(
        {"Tage/grün.md": "a", "__MACOSX/._a.md": "", ".obsidian/app.json": "{", "Tage/.DS_Store": "", "b/": ""}
    )
    unmarked = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        unmarked[unmarked.index(mark) + offset] &= ~0x08
    assert bundle(data).names() == bundle(bytes(unmarked)).names() == ["Tage/grün.md"]
    assert bundle(member("Tage\\b.md")).names() == ["Tage/b.md"]


def test_a_file_says_when_it_was_changed_where_that_is_a_day() -> None:
    data = bytearray(zipped({"a.md": "words"}))
    at = data.index(b"PK\x01\x02") + 12
    for said, found in (((0x6000, 0x5863), "2024-03-03T12:00:00+00:00"), ((0xFFFF, 0xFFFF), None), ((0, 0x21), None)):
        struct.pack_into("<HH", data, at, *said)
        changed = bundle(bytes(data)).changed("a.md", UTC)
        assert (changed and changed.isoformat()) == found


def test_a_plain_file_is_its_own_archive() -> None:
    found = bundle(b"\xef\xbb\xbfwords", "a.md")
    assert bundle(b"PKs are what I think of.", "a.md").text("a.md") == "PKs are what I think of."
    assert (found.is_zip, found.names(), found.text("a.md")) == (False, ["a.md"], "words")
    assert found.sha256 == bundle(b"\xef\xbb\xbfwords").sha256 != bundle(b"words").sha256
