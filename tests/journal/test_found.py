"""Whoever has written for years waits no longer: what a page shows is found, and the rest is not read for it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from journal.models import Entry

MANY = 3000
MOST = 100  # rows that one question to the database looks at
START = datetime(2016, 1, 1, 12, tzinfo=UTC)


def written(person: User) -> None:
    """Years of it, all kept, to other questions than the page's own."""
    rows = []
    for number in range(MANY):
        at = START + timedelta(hours=number)
        row = Entry(id=uuid4(), owner=person, kind="answer", step="hello", question_key=f"key-{number % 9}", rev=1)
        row.local_date, row.time_zone, row.body = date(2016, 1, 1) + timedelta(days=number // 3), "UTC", "a few words"
        row.created_at = row.updated_at = row.kept_at = at
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE journal_entry")


def most_read(statement: str) -> int:
    """The most rows that any part of its plan looks at, those among them that it leaves out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.replace('%', '%%')}")
        (told,) = cursor.fetchone()
    plan = json.loads(told) if isinstance(told, str) else told
    return _most(plan[0]["Plan"])


def _most(part: dict[str, Any]) -> int:
    here = part["Actual Rows"] + part.get("Rows Removed by Filter", 0)
    return max(int(here * part["Actual Loops"]), *map(_most, part.get("Plans", [])), 0)


@pytest.mark.parametrize("address", ["/home/", "/kept/", "/steps/hello/first-words/"])
@pytest.mark.django_db
def test_page_of_somebody_who_wrote_much_reads_what_it_shows(ada: User, signed_in: Client, address: str) -> None:
    written(ada)
    with CaptureQueriesContext(connection) as queries:
        assert signed_in.get(address).status_code == 200
    asked = [query["sql"] for query in queries.captured_queries if 'FROM "journal_entry"' in query["sql"]]
    assert asked
    assert [most_read(sql) for sql in asked if most_read(sql) > MOST] == []
