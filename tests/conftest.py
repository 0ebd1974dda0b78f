"""One real PostgreSQL for the whole run, and the few fixtures every test may use."""

import base64
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from playwright.sync_api import BrowserType

from innerchild import embedded, storage
from tests import canary
from tests.client import StrictClient
from tests.up.house import leave_nothing

_started: dict[str, Any] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the cluster; workers find its address in the environment."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop would block the ORM
    settings.PASSWORD_HASHERS.insert(0, "tests.hashers.Quick")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # On a busy machine a connection takes longer than a person waits; what is tested here is something else.
    database: dict[str, Any] = settings.DATABASES["default"]
    database["OPTIONS"]["pool"]["timeout"] = 15
    if hasattr(config, "workerinput") or "INNERCHILD_TEST_HOME" in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="ic-test-"))
    cluster = embedded.Cluster(home, home / "keys")
    cluster.initialise()
    server = cluster.start(extra={"fsync": "off", "max_connections": "200"})
    cluster.allow_test_databases()
    _started.update(home=home, server=server, guard=leave_nothing(server.pid, home))
    os.environ["INNERCHILD_TEST_HOME"] = str(home)
    os.environ["INNERCHILD_DATA"] = str(home)
    os.environ["INNERCHILD_KEYS_DIR"] = str(home / "keys")
    os.environ["INNERCHILD_POOL"] = "8"
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
    (home / "keys" / "master").write_text("k2026a:" + base64.b64encode(bytes(range(32))).decode())
    for name in ("DATABASE_URL", "EMAIL_URL", "INNERCHILD_URL"):
        os.environ.pop(name, None)
    _use(cluster)


def _use(cluster: embedded.Cluster) -> None:
    """pytest-django has read the settings before any conftest: point them at the cluster."""
    where = cluster.conninfo()
    settings.DATABASES["default"].update(
        HOST=where["host"], USER=where["user"], PASSWORD=where["password"], NAME=where["dbname"]
    )
    settings.DATA_DIR, settings.KEYS_DIR = cluster.home, cluster.keys
    settings.STATIC_ROOT = cluster.home / "static"
    settings.STATIC_ROOT.mkdir()  # whitenoise warns where there is none
    settings.SECRET_KEY = os.environ["SECRET_KEY"]


def pytest_unconfigure(config: pytest.Config) -> None:
    server = _started.get("server")
    if server is not None:
        _started["guard"].kill()
        _started["guard"].communicate()
        embedded.stop(server)
        shutil.rmtree(str(_started["home"]), ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object], browser_type: BrowserType
) -> dict[str, object]:
    """The Chromium that is there: Playwright's own, else the system's. With none, say so."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not Path(browser_type.executable_path).exists() and not found:
        message = "no Chromium: install Debian's `chromium`, or run `playwright install chromium`"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    own = {} if Path(browser_type.executable_path).exists() else {"executable_path": found}
    return {**browser_type_launch_args, **own, "args": arguments}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What is noted beside a request, or saved by a page that was closed, may be at work when its database is to go."""
    yield
    from accounts import ledger  # noqa: PLC0415 - no app is there yet when this file is read

    with suppress(FutureTimeout):
        ledger._beside.submit(lambda: None).result(timeout=30)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


def _emptied(
    self: DatabaseOperations,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """A dozen rows are deleted in a fifth of the time in which PostgreSQL makes new files for every table and index.

    As with TRUNCATE nobody else is at these tables meanwhile, and who was before is done.
    """
    names = [self.quote_name(table) for table in tables]
    return [f"LOCK TABLE {', '.join(names)}", *(f"DELETE FROM {name}" for name in names)]


@pytest.fixture(scope="session", autouse=True)
def _patient_flush() -> Iterator[None]:
    """The last save of a page that was closed may hold its row while the tables are emptied: then once more.

    What Django does after a migration (permissions, content types) is not done again after each test:
    nothing here uses either, and it costs three times the emptying itself.
    """
    once = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        options["inhibit_post_migrate"] = True
        for _ in range(3):
            with suppress(CommandError):
                once(self, **options)
                return
        once(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        patch.setattr(DatabaseOperations, "sql_flush", _emptied)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_as_it_travels() -> Iterator[None]:
    """The live server gives the sheet joined, and nothing that has to be asked for again, as `up` does.

    Every test has a browser whose cache is empty: it asked for sixty parts of the sheet, and on each page again.
    """
    once = StaticFilesHandler.serve
    paths = {name: (place, name) for finder in get_finders() for name, place in finder.list([])}
    sheet = storage.joined(paths, storage.SHEET)

    def serve(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        is_sheet = self.file_path(request.path) == storage.SHEET
        answer = HttpResponse(sheet, content_type="text/css") if is_sheet else once(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve)
        yield


@pytest.fixture(scope="session", autouse=True)
def _log_file() -> Iterator[None]:
    """What production would log lies in a file of the run, where `canary.places_holding` looks."""
    file = Path(os.environ["INNERCHILD_TEST_HOME"]) / "run" / f"app-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.log"
    handler = canary.log_to(file)
    yield
    logging.getLogger().removeHandler(handler)
    handler.close()


@pytest.fixture
def client() -> StrictClient:
    """Django's client, refusing inline scripts, unrendered marks and missing headers on any page."""
    return StrictClient()
