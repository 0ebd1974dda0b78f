"""A step is offered with a sentence; invitations are for one person, once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from sharing import connections, practices
from sharing.models import Connection, Invitation, Suggestion
from tests import factories
from tests.client import StrictClient
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(client: StrictClient) -> Connection:
    therapist = factories.person()
    people.with_factor(client, therapist)
    return people.connection(factories.person(), people.practice(therapist), "Bo")


def test_a_step_is_looked_at_and_offered_and_has_no_day(client: StrictClient, connection: Connection) -> None:
    address = reverse("practice_suggest", args=[connection.pk])
    page = client.get(address).text
    assert ('type="date"' in page, "Bo" in page) == (False, True)
    said = {"step": "letter", "sentence.text": "If you feel like it."}
    looked = client.post(address, {**said, "look": "1"})
    assert (looked.status_code, "As they will see it" in looked.text, Suggestion.objects.count()) == (200, True, 0)
    for _press in range(2):
        assert client.post(address, said)["Location"] == reverse("practice")
    row = Suggestion.objects.get()
    assert row.owner == connection.owner
    with keyring.opened_for(connection.owner_id, purpose="a test"):
        assert row.sentence == "If you feel like it."


def test_what_was_typed_stays_where_it_cannot_be_offered(client: StrictClient, connection: Connection) -> None:
    address = reverse("practice_suggest", args=[connection.pk])
    refused = client.post(address, {"step": "nothing", "sentence.text": "a sentence"})
    assert (refused.status_code, "a sentence" in refused.text) == (422, True)
    assert client.post(address, {"step": "hello", "sentence.text": "x" * 301}).status_code == 422
    connections.silence(connection, takes=False)
    silent = client.post(address, {"step": "hello", "sentence.text": "a sentence"})
    assert (silent.status_code, "not taking suggestions" in silent.text, "a sentence" in silent.text) == (
        422,
        True,
        True,
    )
    looked_at = client.get(address).text
    assert ["not taking suggestions" in looked_at, "What you wrote is still below" in looked_at] == [True, False]
    assert Suggestion.objects.count() == 0


def test_what_was_typed_comes_back_where_nobody_is_signed_in_or_nobody_is_there(
    client: StrictClient, connection: Connection
) -> None:
    """The sessions of a practice rest soon, and a client ends it when they like: neither costs a word (trust §4)."""
    address = reverse("practice_suggest", args=[connection.pk])
    assert '<input type="hidden" name="box" value="sentence">' in client.get(address).text
    said = {"step": "letter", "box": "sentence", "sentence.text": "If you feel like it."}
    nobody, unproved = StrictClient(), StrictClient()
    unproved.force_login(connection.practice.owner)
    for browser, status in ((nobody, 401), (unproved, 404)):
        page = browser.post(address, said)
        assert (page.status_code, "Your words are here" in page.text) == (status, True)
        for kept in (
            f'action="{address}"',
            'name="sentence.text"',
            "If you feel like it.",
            'name="step" value="letter"',
        ):
            assert kept in page.text
        assert browser.post(f"{address}?leave", said).status_code == 303  # left by the page that was given back
    assert client.post(address, said)["Location"] == reverse("practice")
    connections.end(connection, Connection.Side.CLIENT)
    ended = client.post(address, said)
    assert (ended.status_code, "If you feel like it." in ended.text) == (404, True)
    assert client.post(f"{address}?leave", said).status_code == 303


def test_to_leave_offers_nothing(client: StrictClient, connection: Connection) -> None:
    address = f"{reverse('practice_suggest', args=[connection.pk])}?leave"
    said = {"step": "letter", "box": "sentence", "sentence.text": "If you feel like it."}
    assert client.post(address, said).status_code == 303
    assert Suggestion.objects.count() == 0


def test_an_invitation_is_shown_once_counted_and_can_be_taken_back(
    client: StrictClient, connection: Connection
) -> None:
    practice, page = connection.practice, reverse("practice_handouts")
    where = reverse("practice_invite")
    assert client.post(where)["Location"] == f"{page}#invite"
    shown, again = client.get(page).text, client.get(page).text
    token = shown.partition("/invited/")[2].partition("/")[0]
    assert (len(token) >= 22, token in again, practices.invited(token) is not None) == (True, False, True)
    row = Invitation.objects.get()
    assert token.encode() not in bytes(row.token_hashed)
    other = people.practice()
    theirs = practices.invite(other)
    assert theirs
    client.post(where, {"take": str(other.invitations.get().pk)})
    client.post(where, {"take": "nothing"})
    assert Invitation.objects.count() == 2
    client.post(where, {"take": str(row.pk)})
    assert (practices.invited(token), practices.invited(theirs) is not None) == (None, True)
    for _number in range(practices.WAITING):
        client.post(where)
    assert (practice.invitations.count(), practices.invite(practice)) == (practices.WAITING, None)


def test_an_invitation_counts_once_within_seventy_two_hours(connection: Connection) -> None:
    token = practices.invite(connection.practice)
    assert token
    row = practices.invited(token)
    assert row is not None
    with time_machine.travel(timezone.now() + timedelta(hours=72, seconds=1)):
        assert practices.invited(token) is None
    ada, bo = factories.person(), factories.person()
    with keyring.opened_for(ada.pk, purpose="a test"):
        connections.connect(ada, connection.practice, "A", row)
    with keyring.opened_for(bo.pk, purpose="a test"), pytest.raises(Invitation.DoesNotExist):
        connections.connect(bo, connection.practice, "B", row)
    assert (practices.invited(token), bo.connections.count()) == (None, 0)


def test_sheets_to_print_carry_the_link_of_the_practice(client: StrictClient, connection: Connection) -> None:
    code = connection.practice.code
    assert f"/start/{code}/" in client.get(f"{reverse('handout', args=['before'])}?p={code}").text
    odd = client.get(f"{reverse('handout', args=['before'])}?p=<script>").text
    assert ("<script>" in odd.partition("<body")[2], "/start/" in odd) == (False, True)
