"""What happened here: the record on its page, in plain words, to its owner alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import happened, ledger
from accounts.models import SecurityEvent, User
from journal.export.forms import FORMS
from journal.importing.known import FORMATS
from tests.accounts.conftest import sign_in
from tests.client import StrictClient
from tests.factories import person

pytestmark = pytest.mark.django_db
PAGE = "/settings/ledger/"
WHOLE = "Nothing in this record was taken out or changed."
Kind = SecurityEvent.Kind


@pytest.fixture
def me() -> User:
    return person(time_zone="Europe/Vienna")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def signed_in(client: StrictClient, me: User, clock: time_machine.Traveller) -> StrictClient:
    """On a device of their own, so that the session lasts for days."""
    assert sign_in(client, me.email, device="own").status_code == 302
    clock.move_to("2026-11-22T23:30:00Z")
    return client


def lines(page: Any) -> list[str]:
    """Days and what happened on each, as they are read."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r"<h2>(.*?)</h2>|<dt[^>]*>(.*?)</dt><dd>(.*?)</dd>", main)
    return [" ".join(re.sub(r"<[^>]+>", " ", " ".join(parts)).split()) for parts in found]


def test_the_page_tells_it_in_plain_words_and_says_whether_it_is_whole(signed_in: StrictClient, me: User) -> None:
    ledger.note(person().pk, Kind.PASSWORD_RESET)
    ledger.note_from(me.pk, Kind.SIGNED_IN, "Firefox, Android", way="code")
    ledger.note(me.pk, Kind.EXPORTED, form="book")
    page = signed_in.get(PAGE)
    assert lines(page) == [
        "23 November 2026",
        "00:30 Writing was taken along, as a book to read.",
        "00:30 Signed in, with a code by mail. Firefox, Android",
        "20 November 2026",
        "09:00 Signed in, with the password.",
    ]
    assert (WHOLE in page.text, PAGE in signed_in.get("/settings/privacy/").text) == (True, True)
    me.events.filter(number=2).update(details=["odd"], kind="from-elsewhere", about_sealed=bytes(100))
    changed = signed_in.get(PAGE)
    assert (lines(changed)[2], changed.status_code) == ("00:30 Something this version has no words for.", 200)
    assert (WHOLE in changed.text, "This record is not as it was written." in changed.text) == (False, True)


def test_long_records_go_on_by_number_and_cost_no_more_queries(signed_in: StrictClient, me: User) -> None:
    signed_in.get(PAGE)  # moves the clock of the session
    counts = []
    for times in (1, 59):
        for _ in range(times):
            ledger.note_from(me.pk, Kind.SIGNED_IN, "Firefox, Linux", way="password")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            first = signed_in.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    earlier = re.findall(r'href="\?before=(\d+)"', first.text)
    second = signed_in.get(PAGE, {"before": earlier[0]})
    third = signed_in.get(PAGE, {"before": "2"})
    assert (earlier, WHOLE in first.text, WHOLE in second.text) == (["32"], True, False)
    assert [len(re.findall("<dt", page.text)) for page in (first, second, third)] == [30, 30, 1]
    for odd in ("x", "-1", "²", "9" * 40, "9" * 5000):
        assert signed_in.get(PAGE, {"before": odd}).status_code == 200


def test_nobody_else_reads_it_and_an_empty_one_says_what_comes(client: StrictClient, me: User) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    client.force_login(me)
    me.events.all().delete()
    me.ledger_end.delete()
    page = client.get(PAGE)
    assert ("From your next sign-in on" in page.text, WHOLE in page.text) == (True, False)
    assert (client.post(PAGE).status_code, client.head(PAGE).status_code) == (405, 200)


def test_every_kind_has_a_sentence_and_so_has_every_form_and_format() -> None:
    assert set(happened.PLAIN) == set(Kind)
    told = {happened.sentence(SecurityEvent(kind=kind, details={})) for kind in Kind}
    assert len(told) == len(Kind)
    forms = {happened.sentence(SecurityEvent(kind=Kind.EXPORTED, details={"form": form})) for form in FORMS}
    formats = {happened.sentence(SecurityEvent(kind=Kind.BROUGHT_IN, details={"format": f.key})) for f in FORMATS}
    assert (len(forms | told), len(formats)) == (len(told) + len(FORMS), len(FORMATS))
