"""Reminder mails over real SMTP: what they say, and that none ever goes twice."""

import os
import re
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accounts import reminder_mail, reminders, sessions
from accounts.models import Reminder, User
from tests import factories
from tests.accounts.conftest import Box, Postman, smtp
from tests.accounts.reminding import DUE, MINUTE, WEEK, at, is_last, now, work
from tests.client import StrictClient
from tests.up.house import free_port

# The worker lets go of its connection now and then, and what is committed is what counts here.
pytestmark = [pytest.mark.usefixtures("mail"), pytest.mark.django_db(transaction=True)]
LINK = re.compile(r"https?://\S+?(?=[\"\s>])")


@pytest.fixture
def me(db: None) -> User:
    somebody = factories.person(child_word="Canary Pip", time_zone="Europe/Vienna")
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    return somebody


@pytest.fixture
def mine(me: User) -> Reminder:
    return Reminder.objects.create(owner=me, time_zone="Europe/Vienna", next_at=DUE)


def arrived(box: Box) -> int:
    """How many mails there are. The server has each before its sender knows."""
    return box.qsize()


def test_a_mail_is_one_sentence_one_link_and_a_way_to_stop_them(
    mine: Reminder, postman: Postman, client: StrictClient, settings: Settings
) -> None:
    """Experience §3, trust R52: nothing of theirs, nothing that tells that it was opened."""
    settings.INNERCHILD_URL = "https://a-rather-long-name-of-a-practice.innerchild.example"
    at(DUE)
    mail = postman.box.get(timeout=10)
    stop = LINK.findall(mail["List-Unsubscribe"])[0]
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "A note",
        mine.owner.email,
        "no-reply@localhost",
    )
    assert f"\r\nList-Unsubscribe: <{stop}>\r\n".encode() in postman.raw  # on one line, and in no encoded words
    assert (mail["List-Unsubscribe-Post"], mail["Auto-Submitted"]) == ("List-Unsubscribe=One-Click", "auto-generated")
    text, html = (part.get_content() for part in mail.iter_parts())
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    pages = [f"{settings.INNERCHILD_URL}{reminder_mail._page()}", stop]
    assert (LINK.findall(text), LINK.findall(html)) == (pages, pages)
    assert re.findall(r"<p>(.*?)</p>", html) == [
        "Here is the note you asked for, now and then.",
        f'<a href="{pages[0]}">Look in, if you like</a>', f'<a href="{stop}">Stop these</a>',
    ]  # fmt: skip
    said = re.sub(LINK, "", text + re.sub(r"<[^>]*>", "", html))
    assert not re.search(r"pip|canary|child|younger|miss|streak|day|week|ago|&|!", said, re.IGNORECASE)
    assert not re.search(r"<img|<style|style=|src=|utm|\?", html)
    assert client.post(stop.partition(".example")[2], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert now(mine)[0] is None


def test_each_goes_at_its_hour_and_after_three_unanswered_they_rest(
    mine: Reminder, box: Box, client: StrictClient
) -> None:
    """Experience R23. The third says so; whoever signs in after it gets the next, and is counted anew."""
    at(DUE - MINUTE)
    assert (arrived(box), now(mine)) == (0, (DUE, None, 0, 0))
    for week in range(8):
        came = DUE + week * WEEK
        at(came + MINUTE)
        at(came + timedelta(hours=3))
        if week < 6:
            assert now(mine) == (came + WEEK, came + MINUTE, week % 3 + 1, 0)
            assert reminders.way(mine) == "mail"
        if week == 2:
            with time_machine.travel(came + timedelta(days=1), tick=False):
                client.force_login(mine.owner)
    assert now(mine)[0] is None
    assert reminders.way(mine) == "resting"
    assert [is_last(box.get()) for _mail in range(arrived(box))] == [False, False, True, False, False, True]


def test_being_here_in_a_session_of_before_is_an_answer(mine: Reminder, box: Box, client: StrictClient) -> None:
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        client.force_login(mine.owner)
        session = client.session
        session[sessions.DEVICE] = sessions.Rule.OWN
        session.save()
    Reminder.objects.update(sent_at=DUE - WEEK, unanswered=2)
    at(DUE)
    assert now(mine)[2] == 1  # they signed in since
    with time_machine.travel(DUE + timedelta(days=2), tick=False):
        client.get("/signed-in/")
    at(DUE + WEEK)
    assert now(mine)[2] == 1  # their session moved since
    at(DUE + 2 * WEEK)
    assert (now(mine)[2], arrived(box)) == (2, 3)


def test_never_two_in_a_week_whatever_is_chosen_meanwhile(mine: Reminder, box: Box) -> None:
    """Experience R23. Somebody changes day, hour, zone and rhythm every day, and turns them off and on."""
    sent: list[datetime] = []
    zones = ("Europe/Vienna", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York")
    for hour in range(0, 24 * 36, 6):
        moment = DUE + timedelta(hours=hour)
        at(moment)
        if arrived(box) > len(sent):
            sent.append(moment)
        if hour % 24 == 12:
            with time_machine.travel(moment, tick=False):
                day = moment + timedelta(days=1)
                chosen = Reminder(
                    rhythm="weekly", weekday=day.weekday(), hour=hour // 24 % 24, time_zone=zones[hour // 24 % 4]
                )
                if hour % 72 == 12:
                    reminders.turn_off(mine.owner)
                reminders.choose(mine.owner, chosen, "mail")
    gaps = [after - before for before, after in pairwise(sent)]
    assert len(sent) >= 4
    assert min(gaps) >= WEEK - reminders.SLACK


def test_a_tick_asked_twice_or_late_sends_nothing_more(mine: Reminder, box: Box) -> None:
    with time_machine.travel(DUE, tick=False):
        call_command("send_reminders", verbosity=0)
        call_command("send_reminders", verbosity=0)
        assert DBTaskResult.objects.count() == 1
        for _time in range(3):  # were a queue to hand it on more than once
            reminder_mail.remind.enqueue(str(mine.pk))
        reminder_mail.remind.enqueue(str(uuid4()))
        work()
    assert arrived(box) == 1
    at(DUE + WEEK + timedelta(days=1, minutes=1))  # nobody ticked for a day: not on a Monday, then
    assert (arrived(box), now(mine)[0]) == (1, DUE + 2 * WEEK)
    Reminder.objects.update(next_at=DUE + 2 * WEEK)
    User.objects.update(is_active=False)
    at(DUE + 2 * WEEK)
    assert arrived(box) == 1
    told = [(row.args_kwargs["args"], row.traceback) for row in DBTaskResult.objects.all()]
    assert {trace for _args, trace in told} == {""}
    assert all(re.fullmatch(r"\['[0-9a-f-]{36}'\]", str(args)) for args, _trace in told)


@pytest.mark.parametrize("away", ["away", "refusing"])
def test_a_server_that_is_down_for_a_day_gets_one_mail_when_it_is_back(
    mine: Reminder, postman: Postman, settings: Settings, caplog: pytest.LogCaptureFixture, away: str
) -> None:
    there, before = settings.MAILERS, (None, 0)
    if away == "away":
        settings.MAILERS = smtp(free_port())
    postman.answer = "451 later"
    moment = DUE
    for tries, pause in enumerate(reminder_mail.AGAIN_AFTER, start=1):
        at(moment)
        moment += pause
        assert now(mine) == (moment, *before, tries)
    at(moment)  # the last of them: it waits for its own time again
    assert now(mine) == (DUE + WEEK, *before, 0)
    at(DUE + WEEK)
    assert now(mine) == (DUE + WEEK + reminder_mail.AGAIN_AFTER[0], *before, 1)
    settings.MAILERS, postman.answer = there, "250 OK"
    while not postman.box.empty():
        postman.box.get()  # what was refused
    for minutes in range(0, 60 * 26, 30):
        at(DUE + WEEK + timedelta(minutes=minutes))
    assert arrived(postman.box) == 1
    assert now(mine)[0] == DUE + 2 * WEEK
    assert now(mine)[2:] == (1, 0)
    assert {re.sub(str(mine.pk), "id", line) for line in caplog.messages if "reminder" in line} == {
        "reminder id: no server took it, it waits for its next time"
    }


def test_what_was_changed_while_a_server_refused_stays(mine: Reminder, postman: Postman) -> None:
    """Somebody presses "Stop these" between the mark and the refusal."""
    marked = reminder_mail._mark_as_sent(mine.pk, DUE)
    assert marked
    reminders.stop_mail(mine)
    reminder_mail._take_back(*marked, DUE)
    assert now(mine)[0] is None


def test_a_server_that_hangs_up_after_the_mail_may_have_it_and_is_not_asked_again(
    mine: Reminder, postman: Postman
) -> None:
    postman.answer = ""
    at(DUE)
    assert now(mine) == (DUE + WEEK, DUE, 1, 0)
    postman.answer = "250 OK"
    for hours in range(0, 24 * 6, 3):
        at(DUE + timedelta(hours=hours))
    assert arrived(postman.box) == 1


@pytest.mark.parametrize("gone", [False, True])
def test_two_ticks_and_two_workers_at_once_send_each_mail_once(postman: Postman, gone: bool) -> None:
    if gone:
        postman.answers["RCPT"] = "550 5.1.1 no such user"
    rows = [Reminder.objects.create(owner=factories.person(), time_zone="UTC", next_at=DUE) for _row in range(12)]
    gate = threading.Barrier(4, timeout=60)
    connections.close_all()  # each of the four needs one of its own

    def one() -> None:
        gate.wait()
        reminder_mail.tick(DUE)
        connections.close_all()
        gate.wait()
        for row in rows:  # each worker tries all of them, with and without its queue
            reminder_mail.send(row.pk, now=DUE)
        work()
        connections.close_all()

    threads = [threading.Thread(target=one) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(postman.tried) == sorted(row.owner.email for row in rows)
    to = sorted(postman.box.get()["To"] for _mail in range(arrived(postman.box)))
    assert to == ([] if gone else sorted(postman.tried))
    assert DBTaskResult.objects.count() == len(rows)
    assert set(Reminder.objects.values_list("sent_at", "unanswered", "refused", "tries")) == {(DUE, not gone, gone, 0)}


def test_a_tick_leaves_what_another_holds(mine: Reminder) -> None:
    other = Reminder.objects.create(owner=factories.person(), time_zone="UTC", next_at=DUE)
    taken: list[int] = []

    def tick() -> None:
        taken.append(reminder_mail.tick(DUE))
        connections.close_all()

    with transaction.atomic():
        Reminder.objects.select_for_update().get(pk=mine.pk)
        thread = threading.Thread(target=tick)
        thread.start()
        thread.join(30)
        assert taken == [1]
    assert [row.args_kwargs["args"] for row in DBTaskResult.objects.all()] == [[str(other.pk)]]
    assert now(mine)[0] == DUE


class Killer(Postman):
    """Ends whoever brings a mail: when they name a sender, or when they have handed it over and not heard so."""

    def __init__(self, when: str) -> None:
        super().__init__()
        self.when, self.ready = when, threading.Event()
        self.victim: subprocess.Popen[bytes]

    def kill(self) -> None:
        assert self.ready.wait(30)
        self.victim.kill()
        self.victim.wait()

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        if self.when == "sender":
            self.kill()
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await super().handle_DATA(server, session, envelope)
        if self.when == "data":
            self.kill()
        return "250 OK"


@pytest.mark.parametrize(("when", "mails"), [("sender", 0), ("data", 1)])
def test_a_crash_between_handing_over_and_noting_it_makes_one_mail_or_none_and_then_the_next(
    mine: Reminder, settings: Settings, when: str, mails: int
) -> None:
    """A process of its own, killed by the mail server it talks to."""
    killer = Killer(when)
    server = Controller(killer, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.MAILERS = smtp(server.port)
    code = f"""
import django; django.setup()
from datetime import datetime
from uuid import UUID
from accounts import reminder_mail, sessions
reminder_mail.send(UUID("{mine.pk}"), now=datetime.fromisoformat("{DUE.isoformat()}"))
"""
    try:
        killer.victim = subprocess.Popen(
            [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=_elsewhere(server.port)
        )
        killer.ready.set()
        assert killer.victim.wait(60) == -9
        killer.when = "never"
        assert (arrived(killer.box), now(mine)) == (mails, (DUE + WEEK, DUE, 1, 0))
        for hours in range(0, 24 * 6, 12):
            at(DUE + timedelta(hours=hours))
        assert arrived(killer.box) == mails
        at(DUE + WEEK)
        assert arrived(killer.box) == mails + 1
    finally:
        server.stop()


def _elsewhere(port: int) -> dict[str, str]:
    """The environment of another process on this test's database and that mail server."""
    at = connection.get_connection_params()
    where = f"postgresql://{at['user']}:{at['password']}@/{at['dbname']}?host={at['host']}"
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "innerchild.settings", "DATABASE_URL": where,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}", "INNERCHILD_COMMAND": "a test", "PYTHONPATH": str(Path(settings.BASE_DIR)),
    }  # fmt: skip
