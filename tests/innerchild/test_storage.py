"""What `collectstatic` leaves: one sheet, names with hashes, module imports among them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection

from innerchild.storage import HashedStatic, joined


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small tree as `static/` is laid out."""
    files = {
        "css/app.css": '@layer a, b;\n@import url("base.css");\n@import url("parts/bar.css") layer(b);\n',
        "css/base.css": '/* why */\n@layer a { @font-face { src: url("../fonts/x.woff2"); } }\n',
        "css/parts/bar.css": '.bar { background: url("../../img/y.png"), url(data:image/png;base64,AA==); }\n',
        "fonts/x.woff2": "font",
        "img/y.png": "picture",
        "js/autosave.js": '// why\n  /** @type {string} so\n that */\nimport { hash } from "./hash.js";\nhash("// said /* so */"); // after\n',
        "js/hash.js": "export function hash() {}\n",
    }
    for name, text in files.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "source"


def collected(source: Path, root: Path) -> HashedStatic:
    """Copy and post-process as the command does."""
    storage, origin = HashedStatic(location=str(root), base_url="/static/"), FileSystemStorage(str(source))
    names = [str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
    for name in names:
        with origin.open(name) as file:
            storage.delete(name)
            storage.save(name, file)
    faults = [
        result
        for *_, result in storage.post_process({name: (origin, name) for name in names})
        if isinstance(result, Exception)
    ]
    assert faults == []
    return storage


def text_of(storage: HashedStatic, name: str) -> str:
    return Path(storage.path(storage.stored_name(name))).read_text()


def test_sheets_are_joined_into_one_with_addresses_that_still_lead_somewhere(source: Path, tmp_path: Path) -> None:
    storage = collected(source, tmp_path / "root")
    sheet = text_of(storage, "css/app.css")
    assert "@import" not in sheet
    assert "why" not in sheet
    assert sheet.index("@layer a, b;") < sheet.index("@font-face") < sheet.index("@layer b {")
    for address in re.findall(r'url\("(\.\.[^"]+)"\)', sheet):
        assert re.search(r"\.[0-9a-f]{12}\.", address)
        assert (tmp_path / "root" / "css" / address).resolve().exists()
    assert "url(data:image/png;base64,AA==)" in sheet


def test_module_imports_carry_the_hash(source: Path, tmp_path: Path) -> None:
    storage = collected(source, tmp_path / "root")
    name = Path(storage.stored_name("js/hash.js")).name
    assert f'from "./{name}"' in text_of(storage, "js/autosave.js")


def test_what_engineers_tell_each_other_is_not_sent(source: Path, tmp_path: Path) -> None:
    said = text_of(collected(source, tmp_path / "root"), "js/autosave.js")
    assert ("why" in said, "@type" in said) == (False, False)
    assert 'hash("// said /* so */");' in said


def test_a_changed_part_changes_the_sheet_and_its_name(source: Path, tmp_path: Path) -> None:
    before = collected(source, tmp_path / "root").stored_name("css/app.css")
    (source / "css/base.css").write_text("@layer a { b { color: red } }")
    storage = collected(source, tmp_path / "root")
    assert storage.stored_name("css/app.css") != before
    assert "color: red" in text_of(storage, "css/app.css")


def test_our_own_sheet_joins_every_part() -> None:
    paths = {name: (storage, name) for finder in finders.get_finders() for name, storage in finder.list([])}
    sheet = joined(paths, "css/app.css")
    assert "@import" not in sheet
    imported = re.findall(r'@import url\("([^"]+)"\)', Path(str(finders.find("css/app.css"))).read_text())
    for name in imported:
        first = next(line for line in Path(str(finders.find(f"css/{name}"))).read_text().splitlines() if "{" in line)
        assert first in sheet


@pytest.mark.django_db
def test_the_cache_has_the_table_that_django_would_make(capsys: pytest.CaptureFixture[str]) -> None:
    cache.set("word", {"a": 1}, 60)
    assert cache.get("word") == {"a": 1}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name = 'django_cache' ORDER BY ordinal_position"
        )
        columns = cursor.fetchall()
    assert columns == [
        ("cache_key", "character varying", "NO"),
        ("value", "text", "NO"),
        ("expires", "timestamp with time zone", "NO"),
    ]
    call_command("createcachetable", verbosity=2)
    assert "already exists" in capsys.readouterr().out
