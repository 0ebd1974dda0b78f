"""Every column is plain, sealed or hashed: said in vault/columns.toml, told in docs/security.md, true in the database."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from vault import opening

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
LIST, PAGE = ROOT / "vault/columns.toml", ROOT / "docs/security.md"
KINDS = ("plain", "sealed", "hashed")
# Sealed under a master key and not a person's: wrapped keys, and sessions, whose column is Django's and holds Base64.
UNDER_MASTER = {
    ("vault_keywrap", "blob"),
    ("vault_sharekey", "blob"),
    ("vault_keycheck", "blob"),
    ("django_session", "session_data"),
}

type Column = tuple[str, str]


def listed() -> Iterator[tuple[Column, str]]:
    """Table and column with its kind, one for each word in the list."""
    for table, kinds in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        assert set(kinds) <= set(KINDS), f"[{table}] has a kind that is none of {KINDS}"
        yield from (((table, column), kind) for kind, columns in kinds.items() for column in columns)


def of_kind(kind: str) -> set[Column]:
    return {column for column, its in listed() if its == kind}


def stored() -> dict[Column, str]:
    """Table and column with its type, as the migrated database has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
        return {(table, column): kind for table, column, kind in cursor.fetchall()}


def test_every_column_is_classified() -> None:
    new = sorted(stored().keys() - {column for column, _ in listed()})
    advice = [
        f'In vault/columns.toml, below [{table}], add "{column}" to one of: plain (and then to docs/security.md), '
        "sealed (a SealedText or SealedJSON stands over it), hashed."
        for table, column in new
    ]
    assert new == [], "\n".join(advice)


def test_list_names_no_column_that_is_gone() -> None:
    gone = sorted({column for column, _ in listed()} - stored().keys())
    assert gone == [], "\n".join(f'In vault/columns.toml, below [{table}], take out "{name}".' for table, name in gone)


def test_no_column_is_listed_twice() -> None:
    columns = [column for column, _ in listed()]
    assert sorted(columns) == sorted(set(columns))


def test_sealed_columns_are_those_under_a_sealed_attribute() -> None:
    used = {
        (model._meta.db_table, attribute.column)
        for model in opening.sealed_models()
        for attribute in opening.attributes(model).values()
    }
    assert of_kind("sealed") == used | UNDER_MASTER


def test_sealed_columns_are_bytes() -> None:
    types = stored()
    assert {types[column] for column in of_kind("sealed") - {("django_session", "session_data")}} == {"bytea"}


def test_bytes_are_never_plain() -> None:
    """A column of bytes in clear would pass every search for text."""
    assert [column for column in of_kind("plain") if stored()[column] == "bytea"] == []


def test_no_index_covers_what_is_sealed() -> None:
    """No search index over text either: it would tell words (trust R39)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        definitions = "\n".join(definition for (definition,) in cursor.fetchall())
    names = {column for table, column in of_kind("sealed") - UNDER_MASTER}
    assert [name for name in names if re.search(rf"\b{name}\b", definitions)] == []
    assert "tsvector" not in {*stored().values()}


def told(heading: str) -> set[Column]:
    """The columns in the table below that heading of the page: `| table | column, column |` a line."""
    part = PAGE.read_text(encoding="utf-8").partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", part, re.MULTILINE)
    return {(table, column) for table, cells in rows for column in re.findall(r"`(\w+)`", cells)}


@pytest.mark.parametrize(("heading", "kind"), [("Columns in clear", "plain"), ("Columns that are hashed", "hashed")])
def test_page_tells_what_the_list_says(heading: str, kind: str) -> None:
    missing, extra = sorted(of_kind(kind) - told(heading)), sorted(told(heading) - of_kind(kind))
    advice = [f"docs/security.md, {heading}: add `{name}` to the line of `{table}`." for table, name in missing]
    advice += [f"docs/security.md, {heading}: take `{name}` out of the line of `{table}`." for table, name in extra]
    assert (missing, extra) == ([], []), "\n".join(advice)


def test_page_names_tests_that_exist() -> None:
    """A safety sentence is worth the test behind it."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE.read_text(encoding="utf-8"))
    lost = [
        f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert (len(named) > 20, lost) == (True, [])


def test_page_says_what_we_say_in_public() -> None:
    sentence = (
        "Your writing is encrypted on our disks and in our backups with a key of your own. Our running service can "
        "open it – to show it to you, search it, and share what you choose. Staff have no screen to read it. When you "
        "delete your account we destroy your key."
    )
    assert sentence in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("claim", ["zero knowledge", "zero-knowledge", "end-to-end", "end to end", "only you can read"])
def test_no_page_claims_more(claim: str) -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates").rglob("*.html")]
    assert [page.name for page in pages if claim in page.read_text(encoding="utf-8").lower()] == []
