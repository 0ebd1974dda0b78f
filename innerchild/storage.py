"""Static files under names that carry their hash, and the style sheet joined into one."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/app.css"
IMPORT = re.compile(r"""@import\s+url\(["']?([^"')]+)["']?\)(?:\s+layer\(([\w-]+)\))?\s*;""")
ADDRESS = re.compile(r"""url\((["']?)(?!data:|/|#|[a-z]+:)([^"')]+)\1\)""")
SCRIPTS = "js/"  # ours; those of packages lie in folders of their own
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COMMENT_LINES = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/)", re.DOTALL | re.MULTILINE)
INDENT = re.compile(r"\s*\n\s*")

Sources = Mapping[str, tuple[Storage, str]]


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Module imports are hashed too, so that no old script lives on beside new ones."""

    support_js_module_import_aggregation = True

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002
        """Made once for each file: a page names a dozen, and none moves while the server runs."""
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        if not dry_run:
            paths = {**paths, **{name: self._lean(paths, name) for name in paths if _is_ours(name)}}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _lean(self, paths: Sources, name: str) -> tuple[Storage, str]:
        """What engineers tell each other stays in the sources: without it a page travels a fifth lighter."""
        text = joined(paths, name)
        lean = INDENT.sub("\n", COMMENT.sub("", text)) if name == SHEET else COMMENT_LINES.sub("", text)
        self.delete(name)
        self._save(name, ContentFile(lean.encode()))
        return self, name


def _is_ours(name: str) -> bool:
    return name == SHEET or (name.startswith(SCRIPTS) and name.endswith(".js"))


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


def _moved(address: re.Match[str], part: str, here: str) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(part), address[2]))
    return f'url("{posixpath.relpath(target, here)}")'
