"""Letting an account rest, closing it, having it back: two ways side by side, and nobody asks why."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import closing, reminder_mail, reminders, sessions
from accounts.models import Reminder, User
from tests import factories
from tests.accounts.conftest import SIGN_UP, Box, sign_in
from tests.client import StrictClient
from tests.factories import PASSWORD, person

PAGE, BACK = "/settings/close/", "/settings/close/back/"
CLOSED = "2026-11-23T09:00:00Z"
DAY = timedelta(days=1)


@pytest.fixture
def me(db: None) -> User:
    return person("ada@example.org", time_zone="Europe/Vienna")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(CLOSED, tick=False) as clock:
        yield clock


def proved(somebody: User) -> StrictClient:
    """Signed in, and who they are shown just now."""
    client = StrictClient()
    client.force_login(somebody)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})
    return client


def closed(somebody: User) -> StrictClient:
    client = proved(somebody)
    assert client.post(PAGE, {"way": "close"})["Location"] == "/settings/close/closed/"
    return client


def is_signed_in(client: StrictClient) -> bool:
    return client.get("/session/left/").status_code == 200


def reminded(somebody: User, **fields: object) -> Reminder:
    values = {"time_zone": "UTC", "next_at": timezone.now() + timedelta(minutes=1), **fields}
    return Reminder.objects.create(owner=somebody, **values)


def test_the_page_asks_who_it_is_and_shows_two_equal_ways(me: User, clock: time_machine.Traveller) -> None:
    client = StrictClient()
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    sign_in(client, me.email)
    assert client.get(PAGE)["Location"] == f"/accounts/reauthenticate/?next={PAGE}"
    assert client.post(PAGE, {"way": "close"})["Location"] == f"/accounts/reauthenticate/?next={PAGE}"
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})["Location"] == PAGE
    text = client.get(PAGE).text
    pressed = re.findall(r'<button class="([^"]+)" name="way" value="(\w+)">', text)
    assert pressed == [("button is-quiet", "rest"), ("button is-quiet", "close")]
    assert "For 7 days, until 30 November 2026, 10:00, signing in" in text  # on their own clock
    form = text.partition("isisnt")[2].partition("</form>")[0]
    assert re.findall(r"<(?:textarea|select|input)[^>]*>", form)[1:] == []  # the token, and nothing to type
    assert "autofocus" not in text
    assert text.count('href="/settings/export/"') == 1  # a copy is offered once
    clock.shift(timedelta(seconds=301))
    assert client.post(PAGE, {"way": "close"})["Location"] == f"/accounts/reauthenticate/?next={PAGE}"
    me.refresh_from_db()
    assert me.closed_at is None


def test_closing_takes_no_more_presses_than_beginning(db: None) -> None:
    """From the page that offers it to its end (experience R25)."""
    began = StrictClient()
    assert 'href="/accounts/signup/"' in began.get("/").text
    address, beginning = began.post("/accounts/signup/", SIGN_UP)["Location"], ["Begin", "Begin"]
    while onward := re.findall(r'class="button" href="([^"]+)"|<button class="button"()', began.get(address).text):
        beginning.append(address)
        if not (address := onward[0][0]) or address in beginning:
            break
    assert f'href="{PAGE}"' in began.get("/settings/privacy/").text
    ending = ["Look at both"]
    began.get(PAGE)
    began.post("/accounts/reauthenticate/", {"password": SIGN_UP["password1"], "next": PAGE})
    ending.append("It’s me")
    assert began.post(PAGE, {"way": "close"}).status_code == 302
    ending.append("Close it")
    assert len(ending) <= len(beginning)


def test_resting_keeps_everything_switches_reminders_off_and_ends_every_session(me: User) -> None:
    reminded(me)
    kept, phone, client = factories.entry(me, "stays here"), proved(me), proved(me)
    answer = client.post(PAGE, {"way": "rest"})
    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/settings/close/resting/", '"cache", "cookies"')
    assert '<h1 tabindex="-1">It rests</h1>' in client.get("/settings/close/resting/").text
    assert (is_signed_in(client), is_signed_in(phone), Session.objects.count()) == (False, False, 0)
    assert reminders.way(me.reminder) == reminders.Way.OFF
    me.refresh_from_db()
    assert (me.closed_at, sign_in(client, me.email)["Location"]) == (None, "/home/")
    assert "stays here" in client.get(f"/kept/{kept.pk}/").text


def test_closing_hides_it_at_once_and_ends_every_session(me: User) -> None:
    phone, unnoted = proved(me), proved(me)
    me.devices.filter(session_key=unnoted.session.session_key).delete()
    client = closed(me)
    assert "It is closed" in client.get("/settings/close/closed/").text
    for each in (client, phone, unnoted):
        assert each.get("/kept/")["Location"] == "/accounts/login/?next=/kept/"
    assert me.devices.count() == 0
    assert phone.post(PAGE, {"way": "close"}).status_code == 302


def test_signed_in_again_only_one_page_opens_and_it_gives_everything_back(me: User) -> None:
    reminder = reminded(me, feed_hashed=reminders.hashed("token"))
    kept, other = factories.entry(me, "canary in here"), factories.entry(person(), "theirs")
    closed(me)
    client = StrictClient()
    assert client.get("/reminders/token.ics").status_code == 404
    sign_in(client, me.email)
    for address in ("/home/", "/kept/", f"/kept/{kept.pk}/", "/settings/", PAGE, "/signed-in/"):
        assert client.get(address)["Location"] == BACK
    assert (client.get("/steady/").status_code, client.get("/help/").status_code) == (200, 200)
    text = client.get(BACK).text
    assert ("Have it back" in text, "Leave it closed" in text, "canary" in text) == (True, True, False)
    assert client.post(BACK)["Location"] == "/home/"
    assert "Everything is here again, as it was." in client.get("/home/").text
    assert "canary in here" in client.get(f"/kept/{kept.pk}/").text
    assert client.get(f"/kept/{other.pk}/").status_code == 404
    assert client.get(BACK)["Location"] == "/home/"
    reminder.refresh_from_db()
    assert client.get("/reminders/token.ics").status_code == 200


def test_left_closed_it_stays_closed(me: User) -> None:
    closed(me)
    client = StrictClient()
    sign_in(client, me.email)
    assert client.post("/accounts/logout/")["Location"] == "/"
    me.refresh_from_db()
    assert (me.closed_at is None, is_signed_in(client)) == (False, False)


@pytest.mark.parametrize("again", [False, True])
def test_a_save_from_another_tab_is_answered_as_signed_out(me: User, again: bool) -> None:
    """Its words stay sealed on the device; signed in again or not, a closed account takes none and gives no key."""
    tab, entry = proved(me), uuid4()
    closed(me)
    if again:
        sign_in(tab, me.email)
    ours = {"X-Requested-With": "journal"}
    save = {"op": str(uuid4()), "base": 0, "text": "a late word", "step": "hello", "question_key": "first-words"}
    saved = tab.put(f"/kept/{entry}/text/", save, content_type="application/json", headers=ours)
    assert (saved.status_code, saved.json()) == (401, {"error": "session"})
    posted = tab.post("/steps/hello/first-words/", {"box": "words", "words.text": "a late word"})
    assert (posted.status_code, "a late word" in posted.text) == (401, True)
    assert tab.get("/session/", headers=ours).status_code == 401
    assert me.entries.count() == 0


def test_what_goes_wrong_leaves_the_account_as_it_was_and_says_so(me: User) -> None:
    client = proved(me)
    reminded(me)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER no BEFORE DELETE ON accounts_device FOR EACH ROW EXECUTE FUNCTION no();"
        )
    for way in ("close", "rest"):
        answer = client.post(PAGE, {"way": way})
        assert answer.status_code == 503
        assert "Your account is as it was: nothing is closed, and nothing is lost." in answer.text
    me.refresh_from_db()
    assert (me.closed_at, reminders.of(me).next_at is None) == (None, False)  # type: ignore[union-attr]
    assert is_signed_in(client)
    assert client.post(PAGE, {"way": "elsewhere"}).status_code == 404


@pytest.mark.usefixtures("mail")
def test_one_plain_mail_tells_it_and_how_to_undo_it(me: User, box: Box, clock: time_machine.Traveller) -> None:
    EmailAddress.objects.create(user=me, email=me.email, verified=True, primary=True)
    reminder = reminded(me)
    closed(me)
    mail = box.get(timeout=10)
    assert (mail["To"], mail["Subject"]) == (me.email, "About your account")
    assert "Until 30 November 2026, 10:00 you can have it back: sign in as always." in mail.get_content()
    reminder_mail.send(reminder.pk, now=timezone.now() + timedelta(minutes=2))
    assert box.empty()  # no reminder while it is closed, and nobody is asked to come back
    me.refresh_from_db()
    assert closing.have_back(me)
    reminder_mail.send(reminder.pk, now=timezone.now() + timedelta(minutes=2))
    assert box.get(timeout=10)["Subject"] == "A note"


@pytest.mark.parametrize(("later", "gives_back"), [(7 * DAY - timedelta(minutes=1), True), (7 * DAY, False)])
def test_had_back_on_the_seventh_day_and_not_on_the_eighth(
    me: User,
    clock: time_machine.Traveller,
    later: timedelta,
    gives_back: bool,
) -> None:
    """Not even where nobody has tidied up yet."""
    closed(me)
    clock.shift(later - timedelta(minutes=2))
    early = StrictClient()
    sign_in(early, me.email)
    clock.shift(timedelta(minutes=2))
    client = StrictClient()
    said = sign_in(client, me.email)["Location"]
    assert said == ("/home/" if gives_back else "/settings/close/over/")
    assert early.post(BACK)["Location"] == ("/home/" if gives_back else "/accounts/login/?next=/home/")
    assert is_signed_in(client) == gives_back
    me.refresh_from_db()
    assert (me.closed_at is None) == gives_back
    if not gives_back:
        assert "can’t be had back" in client.get(said).text
        assert not closing.have_back(me)  # nor by a press that was on its way


@pytest.mark.parametrize("how", ["resting", "closed", "over"])
def test_the_last_page_is_for_everybody_and_about_nobody(client: StrictClient, db: None, how: str) -> None:
    answer = client.get(f"/settings/close/{how}/")
    assert (answer.status_code, client.post(f"/settings/close/{how}/").status_code) == (200, 405)
    assert not re.search(r"miss you|sorry to|sad|come back soon|!", answer.text.partition("<main")[2])


def test_consents_have_their_day_and_lead_to_taking_them_back(me: User) -> None:
    User.objects.filter(pk=me.pk).update(consent_at="2026-03-04T12:00:00Z")
    text = proved(me).get("/settings/privacy/").text
    assert "You said yes on 4 March 2026." in text
    assert f'<a href="{PAGE}">Take it back, or let it rest</a>' in text


def test_a_session_of_before_ends_even_where_it_was_not_noted(me: User, clock: time_machine.Traveller) -> None:
    client = proved(me)
    clock.shift(timedelta(minutes=1))
    User.objects.filter(pk=me.pk).update(closed_at=timezone.now())
    assert client.session[sessions.BEGAN] < timezone.now().timestamp()
    assert client.get(BACK)["Location"] == f"/accounts/login/?next={BACK}"
    call_command("prune", verbosity=0)
    assert User.objects.filter(pk=me.pk).exists()  # its days are not over
