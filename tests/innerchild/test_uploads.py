"""Files: only a page that asked for one gets it, and nothing of it stays on the disk."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch

from accounts.models import User
from innerchild import uploads
from innerchild.uploads import takes_file

MOST = 1000

type Send = Callable[..., WSGIRequest]


@takes_file(most=MOST)
def takes(request: HttpRequest) -> None: ...


def drops(request: HttpRequest) -> None: ...


@pytest.fixture
def sent() -> Iterator[Send]:
    """A form with a file, as that view would get it."""
    made: list[WSGIRequest] = []

    def send(view: Callable[..., None], *, size: int = 10, field: str = "file") -> WSGIRequest:
        data = {"before": "1", field: SimpleUploadedFile("a.zip", b"x" * size), "after": "2"}
        request = RequestFactory().post("/-/", data)
        request.resolver_match = ResolverMatch(view, (), {})
        request.user = User()
        made.append(request)
        return request

    yield send
    for request in made:
        request.close()


def only(request: WSGIRequest) -> UploadedFile[bytes]:
    (file,) = request.FILES.values()
    assert isinstance(file, UploadedFile)
    return file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_file_that_was_asked_for_has_no_name_on_the_disk(folder: Path, sent: Send) -> None:
    request = sent(takes, size=MOST)
    file = only(request)
    assert (file.size, file.read(), file.name) == (MOST, b"x" * MOST, "a.zip")
    assert request.POST.dict() == {"before": "1", "after": "2"}
    assert list(folder.iterdir()) == []
    assert file.file is not None
    assert os.fstat(file.file.fileno()).st_nlink == 0
    request.close()
    assert file.closed


def test_of_a_larger_one_only_its_size_comes(folder: Path, sent: Send) -> None:
    file = only(sent(takes, size=MOST + 1))
    assert (file.size, file.read()) == (MOST + 1, b"")


@pytest.mark.parametrize(
    ("view", "field", "signed_in"), [(drops, "file", True), (takes, "other", True), (takes, "file", False)]
)
def test_what_no_page_asked_for_is_dropped(
    folder: Path, sent: Send, view: Callable[..., None], field: str, *, signed_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not signed_in:
        monkeypatch.setattr(User, "is_authenticated", False)
    request = sent(view, field=field)
    assert (request.FILES.dict(), request.POST.dict()) == ({}, {"before": "1", "after": "2"})
    assert list(folder.iterdir()) == []


def test_a_body_that_is_too_large_is_not_begun(sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other pages keep their limit; one that takes a file reads on, so that it can say what was wrong."""
    large = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    assert only(sent(takes, size=large)).size == large
    with pytest.raises(RequestDataTooBig):
        _ = sent(drops, size=large).POST
    monkeypatch.setattr(uploads, "READ_FOR_NOTHING", 2000)
    with pytest.raises(RequestDataTooBig):
        _ = sent(takes, size=2000).POST
