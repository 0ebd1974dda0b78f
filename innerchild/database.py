"""One entry of Django's DATABASES from connection parameters of libpq."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

HERE = {"", "localhost", "127.0.0.1", "::1"}
# A person waits for no statement longer than this, and nobody holds a lock while thinking.
LIMITS = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"


def entry(parameters: Mapping[str, object], *, pool_size: int) -> dict[str, object]:
    """Settings with a pool of at most that many connections; with none for a `pool_size` of 0."""
    rest = proven(parameters)
    host = rest.pop("host", "")
    named = {name: rest.pop(name, "") for name in ("dbname", "user", "password", "port")}
    pool = {
        "min_size": min(2, pool_size),
        "max_size": pool_size,
        "timeout": 2,
        "reconnect_timeout": 3,
        "check": checked,
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"] or "innerchild",
        "USER": named["user"],
        "PASSWORD": named["password"],
        "HOST": host,
        "PORT": named["port"],
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **rest,
            # A page that cannot have a connection in two seconds says so: leaving never waits longer.
            # Left alone the pool doubles its waits, so that an outage of a minute lasts two.
            "pool": pool if pool_size else False,
            "options": f"{LIMITS} {rest.get('options', '')}".strip(),
        },
    }


def checked(connection: "Connection[Any]") -> None:
    """Ask a connection that was just taken from its pool whether it lives; if not, the idle ones go with it.

    They are as old as the server that is gone. Asked one after the other, with the pool's pauses between two, three
    dead ones would take longer than a person may wait. Raises `psycopg.Error`, and the pool takes another.
    """
    pool: Any = vars(connection)["_pool"]  # no public name tells a check whose connection it was given
    try:
        pool.check_connection(connection)
    except BaseException:
        if vars(connection)["_created_at"] > vars(pool)["_drained_at"]:  # else somebody found out before
            pool.drain()
        raise


def proven(parameters: Mapping[str, object]) -> dict[str, str]:
    """The parameters again; a server elsewhere has to prove who it is unless they say otherwise."""
    given = {name: str(value) for name, value in parameters.items()}
    host = given.get("host", "")
    if host in HERE or host.startswith("/") or "sslmode" in given:
        return given
    return {"sslmode": "verify-full", "sslrootcert": "system", **given}


def of_libpq(parameters: Mapping[str, object]) -> dict[str, str]:
    """What Django's connection is made with, without what is psycopg's or Django's own: for a connection beside it."""
    ours = {"pool", "cursor_factory", "context", "prepare_threshold", "server_side_binding", "autocommit"}
    return {name: str(value) for name, value in parameters.items() if name not in ours and value is not None}
