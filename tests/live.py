"""A browser that is signed in, and a server that is done before the tables are emptied."""

import time

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

BUSY = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database() AND state <> 'idle'"
)


def enter(context: BrowserContext, live_server: LiveServer, person: User) -> Page:
    """A page of somebody's own browser."""
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return context.new_page()


def close(context: BrowserContext) -> None:
    """The last request of a page that was closed may still be at work."""
    context.close()
    end = time.monotonic() + 5
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(BUSY)
            if cursor.fetchone() == (0,):
                return
