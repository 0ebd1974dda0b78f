"""Static files under names that carry their hash, and the style sheet joined into one."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/app.css"
IMPORT = re.compile(r"""@import\s+url\(["']?([^"')]+)["']?\)(?:\s+layer\(([\w-]+)\))?\s*;""")
ADDRESS = re.compile(r"""url\((["']?)(?!data:|/|#|[a-z]+:)([^"')]+)\1\)""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")

Sources = Mapping[str, tuple[Storage, str]]


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Module imports are hashed too, so that no old script lives on beside new ones."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        if SHEET in paths and not dry_run:
            sheet = lean(joined(paths, SHEET))
            self.delete(SHEET)
            self._save(SHEET, ContentFile(sheet.encode()))
            paths = {**paths, SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def joined(paths: Sources, name: str) -> str:
    """The sheet `name` with every `@import` replaced by what it names, addresses seen from `name`.

    Read from the sources, so a changed part is never missed because its copy is newer.
    """
    here = posixpath.dirname(name)

    def paste(found: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(here, found[1]))
        text = ADDRESS.sub(lambda address: _moved(address, part, here), joined(paths, part))
        return f"@layer {found[2]} {{\n{text}}}\n" if found[2] else text

    storage, path = paths[name]
    with storage.open(path) as file:
        return IMPORT.sub(paste, file.read().decode())


def lean(sheet: str) -> str:
    """What engineers tell each other stays in the sources: without it the sheet travels a sixth lighter."""
    return INDENT.sub("\n", COMMENT.sub("", sheet))


def _moved(address: re.Match[str], part: str, here: str) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(part), address[2]))
    return f'url("{posixpath.relpath(target, here)}")'
