"""What a host is told and given fits the code: variables, keys, folders, and tests that exist."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

from innerchild import embedded, environment, keyfiles
from journal.importing import batches
from journal.views import importing
from tests.pages.test_rules import defined_in
from tests.test_architecture import APPS, OURS, ROOT

PAGE = (ROOT / "docs/self-hosting.md").read_text("utf-8")
SERVICE, BACKUP, SCRIPT, IMAGE = (
    (ROOT / "deploy" / name).read_text("utf-8")
    for name in ("innerchild.service", "innerchild-backup.service", "innerchild", "Dockerfile")
)
SECRETS = {keyfiles.MASTER, keyfiles.SECRET, *embedded.PASSWORDS}
NOT_FOR_PEOPLE = {"INNERCHILD_COMMAND", "PATH"}  # manage.py's own note; the system's


def read_by(path: Path) -> set[tuple[str, bool]]:
    """Names of the environment's variables that a module reads, and whether as a host is told of them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("environment"), attr="read"), args=[ast.Constant(name)]):
                found.add((str(name), True))
            case (
                ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[ast.Constant(name), *_]
                )
                | ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(name), ctx=ast.Load())
            ):
                found.add((str(name), False))
    return found


def test_every_variable_that_is_read_is_told() -> None:
    """In innerchild/environment.py and in .env.example, and neither tells of one that nobody reads."""
    read = set().union(*(read_by(path) for path in OURS))
    told = {name for name, is_told in read if is_told}
    example = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert len(told) >= 10
    assert ({*environment.DEFAULTS}, example) == (told, told)
    assert {name for name, is_told in read if not is_told} == NOT_FOR_PEOPLE


def test_table_of_variables_is_what_the_code_prints() -> None:
    """Changed in innerchild/environment.py, printed by `python -m innerchild.environment`, put into the page."""
    table = PAGE.partition("## Every variable")[2].partition("\n\n|")[2]
    assert f"|{table}" == environment.table()


def test_default_holds_where_a_variable_is_not_set_or_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for value in (None, "", "3"):
        monkeypatch.delenv("INNERCHILD_PROXIES", raising=False)
        if value is not None:
            monkeypatch.setenv("INNERCHILD_PROXIES", value)
        found.append(environment.read("INNERCHILD_PROXIES"))
    assert found == ["0", "0", "3"]


def test_page_for_hosts_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 15
    assert [f"{file}::{test}" for file, test in named if test not in defined_in(file)] == []


def test_page_for_hosts_names_commands_and_files_that_exist() -> None:
    commands = {path.stem for app in APPS for path in (ROOT / app).glob("management/commands/[a-z]*.py")}
    named = set(re.findall(r"(?:^|`)(?:innerchild|manage\.py) ([a-z_]+)", PAGE, re.MULTILINE))
    assert named - commands == set()
    files = set(re.findall(r"deploy/([\w.-]*[a-z])", PAGE))
    assert sorted(name for name in files if not (ROOT / "deploy" / name).is_file()) == []


@pytest.mark.parametrize("text", [SERVICE, SCRIPT])
def test_service_is_given_every_key_and_no_other(text: str) -> None:
    assert set(re.findall(r"LoadCredential=(\w+):/etc/innerchild/keys/\1\b", text)) == SECRETS
    assert "INNERCHILD_DATA=/var/lib/innerchild" in text


def test_backup_is_given_no_master_key() -> None:
    assert re.findall(r"LoadCredential=(\w+):", BACKUP) == [f"{embedded.APP}_password"]
    kept = dict(re.findall(r'-name "innerchild-\*-(\w+)\.dump" -mtime \+(\d+) -delete', BACKUP))
    assert kept == {"keys": "29", "data": "89"}  # whole days: what is thirty days old goes


def test_container_runs_as_nobody_special_and_takes_in_no_key() -> None:
    taken = re.findall(r"^COPY (?:--\S+ )?(.+) \S+$", IMAGE, re.MULTILINE)
    assert {name for line in taken for name in line.split()} == {
        "manage.py", "LICENSE", "requirements.txt", "static", "templates", *APPS,
    }  # fmt: skip
    seen = set(re.findall(r"^!(.+)$", (ROOT / "deploy/Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE))
    assert seen == {name for line in taken for name in line.split()}  # what is not seen by the build cannot be taken
    assert not re.search(r"^ADD ", IMAGE, re.MULTILINE)
    order = re.findall(r"^(USER|CMD)\b(.*)$", IMAGE, re.MULTILINE)
    assert [word for word, _ in order] == ["USER", "CMD"]
    assert order[0][1].strip() == "innerchild"
    folders = dict(re.findall(r"(INNERCHILD_DATA|INNERCHILD_KEYS_DIR)=(\S+)", IMAGE))
    compose = (ROOT / "deploy/compose.yaml").read_text("utf-8")
    mounted = set(re.findall(r"^      - \w+:(/\w+)$", compose, re.MULTILINE))
    assert {*folders.values(), "/backups"} <= mounted
    assert folders["INNERCHILD_DATA"] != folders["INNERCHILD_KEYS_DIR"]
    assert not Path(folders["INNERCHILD_KEYS_DIR"]).is_relative_to(folders["INNERCHILD_DATA"])


def test_nginx_lets_an_archive_through_and_waits_until_it_is_read() -> None:
    conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    (place,) = re.findall(r"location (/settings/import/) \{(.*?)\}", conf, re.DOTALL)
    assert place[0] == reverse("imports")
    said = dict(re.findall(r"(\w+) (\S+);", place[1]))
    assert int(said["client_max_body_size"].removesuffix("m")) << 20 > importing.MOST
    assert int(said["proxy_read_timeout"].removesuffix("s")) > int(batches.PATIENCE.removesuffix("s"))
    assert (said["proxy_request_buffering"], said["proxy_pass"]) == ("off", "http://127.0.0.1:8000")
