"""A file that a page asked for. Only a view that says `takes_file` gets one; what is sent to any other is dropped.

It goes to a temporary file that never has a name: whatever ends the request, nothing of it stays in a folder.
"""

import tempfile
from collections.abc import Callable
from typing import IO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

FIELD = "file"
READ_FOR_NOTHING = 2 << 30  # bytes: a file that is too large is read to its end, so that its page can say so


def takes_file[View: Callable[..., object]](*, most: int) -> Callable[[View], View]:
    """For a view whose form has one file, called `FIELD`. Of a larger one it gets the size, and no content."""

    def marked(view: View) -> View:
        setattr(view, "takes_file", most)  # noqa: B010  # a function has no such attribute to a type checker
        return view

    return marked


class Unnamed(FileUploadHandler):
    def handle_raw_input(
        self,
        input_data: object,  # noqa: ARG002
        META: dict[str, str],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Raises `RequestDataTooBig` before anything is read."""
        self.most = self._allowed()
        if content_length > (READ_FOR_NOTHING if self.most else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        if not self.most or self.field_name != FIELD:
            raise SkipFile
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  # closed with the request

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= self.most:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        if file_size > self.most:
            self.file.truncate(0)
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size)

    def upload_interrupted(self) -> None:
        """It broke off, or was dropped before it was begun."""
        if hasattr(self, "file"):
            self.file.close()

    def _allowed(self) -> int:
        """How large a file this page takes, from somebody who is signed in; 0 where it takes none."""
        request = self.request
        match = request.resolver_match if request else None
        if request is None or match is None or not request.user.is_authenticated:
            return 0
        return int(getattr(match.func, "takes_file", 0))
