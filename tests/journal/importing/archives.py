"""Archives as other journals write them, made here from what their formats say, and sent as a form sends them."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from journal.importing import Preview, batches, known
from journal.importing.bundle import Bundle
from journal.models import Import

START, LOOK, BRING = "/settings/import/", "/settings/import/look/", "/settings/import/bring/"


def zipped(files: Mapping[str, object], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of those files: text and bytes as they are, anything else as JSON."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", packed) as archive:
        for name, said in files.items():
            archive.writestr(name, said if isinstance(said, str | bytes) else json.dumps(said))
    return sink.getvalue()


def bundle(data: bytes, name: str = "mine.zip") -> Bundle:
    return Bundle(io.BytesIO(data), name)


def preview(person: User, data: bytes, name: str = "mine.zip") -> Preview:
    made = bundle(data, name)
    return known.format_of(made).preview(person, made)


def bring(person: User, data: bytes, name: str = "mine.zip", told: Mapping[str, str] | None = None) -> Import:
    made = bundle(data, name)
    made.told = told or {}
    return batches.bring_in(person, known.format_of(made), made)[0]


def look(client: Client, data: bytes, name: str = "mine.zip") -> Any:
    return client.post(LOOK, {"file": SimpleUploadedFile(name, data)})


def send(client: Client, data: bytes, name: str = "mine.zip", **fields: str) -> Any:
    """Looked at and brought in, as somebody without a script does it."""
    sha256 = look(client, data, name).context["sha256"]
    return client.post(BRING, {"sha256": sha256, **fields, "file": SimpleUploadedFile(name, data)})


def dayone(*entries: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"metadata": {"version": "1.0"}, "entries": list(entries), **more}


def entry(text: str = "A few words.", /, **said: object) -> dict[str, object]:
    """An entry of Day One."""
    return {
        "uuid": f"{abs(hash(text)):032X}"[:32],
        "creationDate": "2024-03-03T12:00:00Z",
        "timeZone": "Europe/Vienna",
        "text": text,
        **said,
    }
