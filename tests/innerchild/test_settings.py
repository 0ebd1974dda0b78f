"""The address decides; every value here is one that trust.md §6 names."""

import os
import runpy
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils.csp import CSP

from innerchild import checks, database, mail

ROOT = Path(__file__).resolve().parent.parent.parent
HTTPS_ONLY = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_PRELOAD", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
VARIABLES = ("INNERCHILD_URL", "EMAIL_URL", "DATABASE_URL", "INNERCHILD_PROXIES", "SECRET_KEY", "INNERCHILD_POOL")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The settings as they would be with these variables and an empty data folder."""

    def settings_with(**variables: str) -> dict[str, Any]:
        for name in (*VARIABLES, "INNERCHILD_KEYS_DIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("INNERCHILD_DATA", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "innerchild" / "settings.py"))

    return settings_with


def command(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """One of manage.py's, with nothing in its environment but these; an interpreter may lie beside its library."""
    library = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", str(ROOT / "manage.py"), *arguments],
        env={"PATH": "/usr/bin:/bin", **library, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_https_brings_every_guard(read: Any) -> None:
    found = read(INNERCHILD_URL="https://innerchild.example/")
    assert [found[name] for name in HTTPS_ONLY] == [True] * len(HTTPS_ONLY)
    assert found["SECURE_HSTS_SECONDS"] == 63_072_000
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-sid", "__Host-csrf")
    assert found["ALLOWED_HOSTS"] == ["innerchild.example"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://innerchild.example"]
    assert found["SECURE_CSP"]["upgrade-insecure-requests"] is True


def test_http_is_for_this_machine_and_has_none_of_it(read: Any) -> None:
    found = read(INNERCHILD_URL="http://innerchild.example:8001")
    assert [found[name] for name in HTTPS_ONLY] == [False] * len(HTTPS_ONLY)
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("sid", "csrf")
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["SECURE_CSP"]["upgrade-insecure-requests"] is False


def test_policy_allows_our_own_files_and_the_cover_sites_as_form_targets(read: Any) -> None:
    found = read()
    policy = found["SECURE_CSP"]
    assert policy["script-src"] == policy["style-src"] == [CSP.SELF]
    covers = ["/".join(address.split("/")[:3]) for address in found["COVER_SITES"].values()]
    assert policy["form-action"] == [CSP.SELF, *covers]
    assert len(covers) == 3


def test_secret_is_empty_where_nobody_made_one(read: Any) -> None:
    assert read()["SECRET_KEY"] == ""


def test_forwarded_protocol_counts_only_behind_a_proxy_of_ours(read: Any) -> None:
    assert read()["SECURE_PROXY_SSL_HEADER"] is None
    found = read(INNERCHILD_PROXIES="1")
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_without_mail_nothing_asks_for_a_code(read: Any) -> None:
    found = read()
    assert (found["MAIL"], found["ACCOUNT_EMAIL_VERIFICATION"], found["ACCOUNT_LOGIN_BY_CODE_ENABLED"]) == (
        False,
        "none",
        False,
    )
    found = read(EMAIL_URL="smtp://localhost")
    assert (found["MAIL"], found["ACCOUNT_EMAIL_VERIFICATION"], found["ACCOUNT_LOGIN_BY_CODE_ENABLED"]) == (
        True,
        "mandatory",
        True,
    )


def test_sender_comes_from_the_address_or_the_host(read: Any) -> None:
    assert read(INNERCHILD_URL="https://ic.example")["DEFAULT_FROM_EMAIL"] == "no-reply@ic.example"
    assert read(EMAIL_URL="smtp://mx.example?from=post@ic.example")["SERVER_EMAIL"] == "post@ic.example"


def test_mail_with_password_and_starttls() -> None:
    assert mail.mailer("smtp://me%40x.example:p%3Ass@mx.example:587?starttls=1", terminal=True) == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": "mx.example",
            "port": 587,
            "use_ssl": False,
            "use_tls": True,
            "timeout": 10,
            "username": "me@x.example",
            "password": "p:ss",
        },
    }


def test_mail_over_tls_from_the_first_byte() -> None:
    options = mail.mailer("smtps://mx.example", terminal=True)["OPTIONS"]
    assert options == {"host": "mx.example", "port": 465, "use_ssl": True, "use_tls": False, "timeout": 10}


@pytest.mark.parametrize(("terminal", "backend"), [(True, "console"), (False, "dummy")])
def test_mail_without_an_address_goes_to_a_terminal_or_nowhere(terminal: bool, backend: str) -> None:
    assert mail.mailer("", terminal=terminal) == {"BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}


@pytest.mark.parametrize("address", ["http://mx.example", "mx.example:25", "smtp://"])
def test_mail_to_something_else_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL begins with"):
        mail.mailer(address, terminal=True)


def test_a_server_elsewhere_has_to_prove_itself() -> None:
    options: Any = database.entry({"host": "db.example", "dbname": "x"}, pool_size=10)["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "system")


@pytest.mark.parametrize("host", ["/run/postgres", "localhost", "127.0.0.1", ""])
def test_a_server_on_this_machine_needs_no_certificate(host: str) -> None:
    options: Any = database.entry({"host": host}, pool_size=10)["OPTIONS"]
    assert "sslmode" not in options


def test_what_the_database_address_says_stays(read: Any) -> None:
    found = read(DATABASE_URL="postgresql://ada:pw@db.example:6432/words?sslmode=disable&options=-c%20work_mem%3D8MB")
    entry = found["DATABASES"]["default"]
    assert [entry[name] for name in ("HOST", "PORT", "NAME", "USER")] == ["db.example", "6432", "words", "ada"]
    assert entry["OPTIONS"]["sslmode"] == "disable"
    assert entry["OPTIONS"]["options"] == f"{database.LIMITS} -c work_mem=8MB"


def test_empty_clone_passes_its_checks(tmp_path: Path) -> None:
    data = {"INNERCHILD_DATA": str(tmp_path)}
    assert command("check", "--fail-level", "WARNING", **data).returncode == 0
    assert command("makemigrations", "--check", "--dry-run", **data).returncode == 0


def test_production_passes_the_deployment_checks(tmp_path: Path) -> None:
    done = command(
        *("check", "--deploy", "--fail-level", "WARNING"),
        INNERCHILD_DATA=str(tmp_path),
        INNERCHILD_URL="https://innerchild.example",
        EMAIL_URL="smtp://localhost",
        SECRET_KEY=secrets.token_urlsafe(64),
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("https", "host", "found"),
    [(False, "innerchild.example", ["innerchild.E001"]), (False, "localhost", []), (True, "innerchild.example", [])],
)
def test_plain_http_elsewhere_fails_the_check(
    settings: LazySettings, *, https: bool, host: str, found: list[str]
) -> None:
    settings.HTTPS, settings.HOST = https, host
    assert [error.id for error in checks.address()] == found
