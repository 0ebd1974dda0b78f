"""Each thing that keeps the house closed is forced once; without it the house is open again."""

import logging
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from innerchild import checks, health
from tests import factories
from tests.client import StrictClient

pytestmark = pytest.mark.django_db


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own server runs without fsync: look at the two settings it has on."""
    monkeypatch.setattr(checks, "DURABLE", ("full_page_writes", "synchronous_commit"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 << 30, 50 << 30, 50 << 30))


@pytest.fixture
def ask(client: StrictClient) -> Any:
    def answer(**extra: Any) -> tuple[int, str]:
        response = client.get("/readyz", **extra)
        return response.status_code, response.text

    return answer


READY, NOT_READY = (200, "ready\n"), (503, "not ready\n")


def test_alive_asks_no_database(client: StrictClient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


def test_ready_when_all_is_well(ask: Any) -> None:
    assert ask() == READY


def test_not_ready_while_a_commit_may_be_lost(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checks, "DURABLE", ("fsync",))
        assert ask() == NOT_READY
    assert ask() == READY


def test_not_ready_with_asynchronous_commit(ask: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        assert ask() == NOT_READY
        cursor.execute("RESET synchronous_commit")
    assert ask() == READY


def test_not_ready_with_a_migration_to_come(ask: Any) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("innerchild", "0001_cache_table")
    assert ask() == NOT_READY
    recorder.record_applied("innerchild", "0001_cache_table")
    assert ask() == READY


@pytest.mark.parametrize(
    ("usage", "answer"),
    [
        (Usage(100 << 30, 91 << 30, 9 << 30), NOT_READY),
        (Usage(100 << 30, 89 << 30, 11 << 30), READY),
        (Usage(5 << 30, 4 << 30, (1 << 30) - 1), NOT_READY),
        (Usage(5 << 30, 3 << 30, 1 << 30), READY),
    ],
)
def test_not_ready_on_a_full_disk(ask: Any, monkeypatch: pytest.MonkeyPatch, usage: Usage, answer: object) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert ask() == answer


def test_disk_of_a_server_elsewhere_is_not_ours_to_watch(
    ask: Any, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATABASE_URL = "postgresql://db.example/words"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 100, 0))
    assert ask() == READY


def test_not_ready_without_a_secret(ask: Any) -> None:
    with override_settings(SECRET_KEY=""):
        assert ask() == NOT_READY
    assert ask() == READY


def test_not_ready_with_another_master_key(ask: Any, settings: LazySettings, tmp_path: Path) -> None:
    factories.person()
    ours = settings.KEYS_DIR
    settings.KEYS_DIR = tmp_path
    assert ask() == NOT_READY
    settings.KEYS_DIR = ours
    assert ask() == READY


def test_not_ready_on_an_old_server(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checks, "OLDEST_POSTGRESQL", 990_000)
        assert ask() == NOT_READY
    assert ask() == READY


def test_not_ready_while_the_database_is_away(ask: Any) -> None:
    before = {**connection.settings_dict}
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        assert ask() == NOT_READY
    finally:
        connection.settings_dict.update(before)
    assert ask() == READY


def test_reason_goes_to_the_log_and_not_into_the_answer(
    ask: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checks, "DURABLE", ("fsync",))
    with caplog.at_level(logging.WARNING, logger=health.__name__):
        assert ask() == NOT_READY
    assert [record.args for record in caplog.records if record.name == health.__name__] == [
        ("PostgreSQL's fsync is off: what it calls written may be lost.",)
    ]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("10.1.2.3", 200),
        ("", 200),
        ("8.8.8.8", 404),
        ("2001:4860::1", 404),
        ("x", 404),
    ],
)
def test_only_the_near_network_may_ask(ask: Any, address: str, status: int) -> None:
    assert ask(REMOTE_ADDR=address)[0] == status


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"])
def test_a_proxy_may_not_ask_for_somebody_far_away(ask: Any, header: str) -> None:
    assert ask(REMOTE_ADDR="127.0.0.1", **{header: "for=127.0.0.1"})[0] == 404


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_read_only(client: StrictClient, address: str) -> None:
    assert client.post(address).status_code == 405
