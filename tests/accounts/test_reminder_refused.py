"""A reminder that is refused for good: by a mailbox that is gone, which is believed, or for what we are, which is not."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts import reminder_mail, reminders
from accounts.models import Reminder, User
from tests import factories
from tests.accounts.conftest import Postman
from tests.accounts.reminding import DUE, MINUTE, WEEK, at, is_last, now
from tests.client import StrictClient

# The worker lets go of its connection now and then, and what is committed is what counts here.
pytestmark = [pytest.mark.usefixtures("mail"), pytest.mark.django_db(transaction=True)]
GONE = "550 5.1.1 no such user"


@pytest.fixture
def mine(db: None) -> Reminder:
    person = factories.person(time_zone="Europe/Vienna")
    return Reminder.objects.create(owner=person, time_zone="Europe/Vienna", next_at=DUE)


def here(client: StrictClient, moment: datetime) -> str:
    """Sign in, and look at the page about reminders."""
    with time_machine.travel(moment, tick=False):
        client.force_login(User.objects.get())
        return client.get("/settings/reminders/").text


def say(postman: Postman, when: str, answer: str) -> None:
    if when == "DATA":
        postman.answer = answer
    else:
        postman.answers[when] = answer


@pytest.mark.parametrize(("when", "answer"), [("RCPT", GONE), ("RCPT", "552 full"), ("DATA", GONE)])
def test_a_mailbox_that_is_gone_is_tried_three_times_a_rhythm_apart_and_then_they_rest(
    mine: Reminder, postman: Postman, client: StrictClient, when: str, answer: str
) -> None:
    """Also of somebody who is here every week: that is no answer to a mail they never had."""
    say(postman, when, answer)
    for week in range(6):
        came = DUE + week * WEEK
        at(came)
        reminder_mail.send(mine.pk, now=came + MINUTE)  # were a queue to hand it on once more
        at(came + timedelta(days=1))
        tried = min(week + 1, 3)
        assert now(mine)[0] == (came + WEEK if week < 3 else None)
        assert (mine.unanswered, mine.refused, mine.tries, len(postman.tried)) == (0, tried, 0, tried)
        page = here(client, came + timedelta(days=2))
        assert ("Your mailbox didn’t take the last one." in page) == (week < 3)
        assert ("Your reminders rest: your mailbox didn’t take the last one" in page) == (week >= 3)
        assert "three went by" not in page
    assert reminders.way(mine) == "resting"
    with time_machine.travel(DUE + 6 * WEEK, tick=False):
        client.force_login(mine.owner)
        client.post("/settings/reminders/again/")
    assert (now(mine)[0], mine.refused) == (DUE + 7 * WEEK, 0)


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("RCPT", "451 4.2.0 later"), ("RCPT", "554 5.7.1 relay access denied"), ("RCPT", "550 5.7.1 not from you"),
        ("RCPT", "550 5.1.8 no such sender"), ("MAIL", "550 5.1.8 no such sender"), ("DATA", "554 rejected"),
    ],
)  # fmt: skip
def test_what_is_refused_for_what_we_are_is_tried_again_and_counts_for_nobody(
    mine: Reminder, postman: Postman, client: StrictClient, when: str, answer: str
) -> None:
    say(postman, when, answer)
    at(DUE)
    assert (*now(mine), mine.refused) == (DUE + reminder_mail.AGAIN_AFTER[0], None, 0, 1, 0)
    assert "didn’t take the last one" not in here(client, DUE)


def test_one_that_arrives_forgets_those_that_did_not_and_both_kinds_add_up_to_three(
    mine: Reminder, postman: Postman
) -> None:
    postman.answers["RCPT"] = GONE
    for week in range(2):
        at(DUE + week * WEEK)
    del postman.answers["RCPT"]
    for week in range(2, 4):
        at(DUE + week * WEEK)
        assert (now(mine)[2], mine.refused, is_last(postman.box.get())) == (week - 1, 0, False)
    postman.answers["RCPT"] = GONE
    at(DUE + 4 * WEEK)
    assert (now(mine)[2], mine.refused) == (2, 1)
    at(DUE + 5 * WEEK)
    assert (now(mine)[0], len(postman.tried)) == (None, 5)
