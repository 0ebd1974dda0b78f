"""The pool of connections over a database that was away."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from innerchild import database

IDLE = 6


@pytest.fixture
def pool() -> Iterator[ConnectionPool[psycopg.Connection[Any]]]:
    """As a web server has it, full."""
    here = settings.DATABASES["default"]
    entry: Any = database.entry({"host": here["HOST"], "port": here["PORT"]}, pool_size=IDLE)
    options = {**entry["OPTIONS"]["pool"], "min_size": IDLE}
    where = {"dbname": "postgres", "host": here["HOST"], "user": here["USER"], "password": here["PASSWORD"]}
    with ConnectionPool(kwargs={**where, "autocommit": True}, **options) as pool:
        pool.wait()
        yield pool


def test_who_asks_first_after_a_fail_over_does_not_go_through_every_dead_connection(
    pool: ConnectionPool[psycopg.Connection[Any]],
) -> None:
    taken = [pool.getconn() for _ in range(IDLE)]
    ended = [connection.info.backend_pid for connection in taken]
    for connection in taken:
        pool.putconn(connection)
    where = make_conninfo(taken[0].info.dsn, password=taken[0].info.password)
    with psycopg.connect(where, autocommit=True) as beside:
        beside.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) pid", [ended])
    with pool.connection() as connection:  # within two seconds, or `PoolTimeout`
        assert connection.info.backend_pid not in ended
    assert pool.get_stats()["connections_lost"] == 1  # the others were let go unasked
