"""A body that broke off on its way is never taken for a whole one."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from innerchild.body import MOST, Whole


class Trickling(BytesIO):
    """Gives a few bytes at a time, as a slow line does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 3))


def request(came: bytes, promised: int, kind: str = "text/plain") -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(promised),
            "wsgi.input": Whole(Trickling(came), promised),
        }
    )


def test_whole_body_is_read_however_slowly_it_comes() -> None:
    assert request(b"dear small one", 14).body == b"dear small one"
    assert request(b"a=1&b=2", 7, "application/x-www-form-urlencoded").POST["b"] == "2"
    assert request(b"", 0).body == b""
    assert Whole(BytesIO(b"one\ntwo"), 7).readline(99) == b"one\n"


def test_body_that_broke_off_is_an_error() -> None:
    with pytest.raises(UnreadablePostError):
        _ = request(b"dear small", 14).body
    with pytest.raises(UnreadablePostError):
        _ = request(b"a=1&b=2", 9, "application/x-www-form-urlencoded").POST
    with pytest.raises(ConnectionResetError):
        Whole(BytesIO(), 7).readline(99)


def test_multipart_that_broke_off_is_an_error() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="words.text"\r\n\r\ndear small'
    with pytest.raises(UnreadablePostError):
        _ = request(part, len(part) + 20, "multipart/form-data; boundary=x").POST


def test_what_nobody_asked_for_is_read_to_its_end_and_too_much_is_not() -> None:
    line = Trickling(b"x" * 100_000)
    whole = Whole(line, 100_000)
    whole.read(10)
    whole.finish()
    assert line.tell() == 100_000
    whole.finish()
    Whole(BytesIO(b"half"), 10).finish()  # broke off, and nobody minds

    line = Trickling(b"x")
    Whole(line, MOST + 1).finish()
    assert line.tell() == 0
