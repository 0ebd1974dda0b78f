"""Reminders as they go by themselves: what happens at a moment, and what the row says after it."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import time_machine
from django.core.management import call_command
from django_tasks_db.management.commands.db_worker import Worker

from accounts.models import Reminder

DUE = datetime(2026, 11, 29, 17, tzinfo=UTC)  # a Sunday, six in the evening in Vienna
WEEK, MINUTE = timedelta(weeks=1), timedelta(minutes=1)


def now(row: Reminder) -> tuple[datetime | None, datetime | None, int, int]:
    row.refresh_from_db()
    return row.next_at, row.sent_at, row.unanswered, row.tries


def work() -> None:
    """The task worker, until nothing is left to do."""
    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=uuid4().hex, excluded_queue_names=[],
    ).run()  # fmt: skip


def at(moment: datetime) -> None:
    """What happens at that moment: one tick, and the worker after it."""
    with time_machine.travel(moment, tick=False):
        call_command("send_reminders", verbosity=0)
        work()


def is_last(mail: EmailMessage) -> bool:
    told = ["They rest after this one" in part.get_content() for part in mail.iter_parts()]
    assert told[0] == told[1]
    return bool(told[0])
