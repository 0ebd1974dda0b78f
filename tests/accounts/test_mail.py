"""With a mail server: codes to sign up, to come back, to change the address. Mail goes over real SMTP."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.accounts.conftest import SIGN_UP, Box, sign_in
from tests.client import StrictClient
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.usefixtures("mail")
NEW = "kettle moss quilt"


def next_code(box: Box) -> str:
    found = re.match(r"[A-Z0-9-]{6,}", box.get(timeout=10).get_content())
    assert found
    return found.group()


def page_of(response: object) -> str:
    """A page without what differs each time."""
    text = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r'(csrfmiddlewaretoken"|name="csrf-token") (value|content)="[^"]+"', "", text)


def verified(**fields: object) -> User:
    somebody = person(**fields)  # type: ignore[arg-type]
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    return somebody


def test_signing_up_waits_for_the_code_and_then_leads_to_the_welcome(client: Client, box: Box) -> None:
    response = client.post("/accounts/signup/", {**SIGN_UP, "name": "Canary Addie"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/confirm-email/")
    assert client.get("/signed-in/").status_code == 302
    mail = box.get(timeout=10)
    assert (mail["To"], mail["Subject"], mail["From"]) == ("ada@example.org", "Your code", "no-reply@localhost")
    text = mail.get_content()
    assert not re.search(
        r"canary|innerchild|inner child|younger|journal|letter|kettle", text + str(mail), re.IGNORECASE
    )
    wrong = client.post("/accounts/confirm-email/", {"code": "nope"})
    assert wrong.status_code == 422
    assert "That code doesn’t match." in wrong.content.decode()
    done = client.post("/accounts/confirm-email/", {"code": text.split()[0]})
    assert (done.status_code, done["Location"]) == (302, "/welcome/")
    assert EmailAddress.objects.get().verified
    assert client.get("/signed-in/").status_code == 200


def test_a_forgotten_password_is_changed_with_a_code(client: Client, box: Box) -> None:
    somebody, elsewhere = verified(), Client()
    elsewhere.force_login(somebody)
    assert client.post("/accounts/password/reset/", {"email": somebody.email})["Location"].endswith("/reset/confirm/")
    client.post("/accounts/password/reset/confirm/", {"code": next_code(box)})
    refused = client.post("/accounts/password/reset/complete/", {"password1": "short"})
    assert refused.status_code == 422
    done = client.post("/accounts/password/reset/complete/", {"password1": NEW}, follow=True)
    assert "Your new password works" in done.content.decode()
    assert box.get(timeout=10)["Subject"] == "About your account"
    assert client.get("/signed-in/").status_code == 302
    assert elsewhere.get("/signed-in/").status_code == 302
    assert sign_in(client, somebody.email, NEW)["Location"] == "/accounts/login/code/confirm/"


def test_a_code_signs_in_and_carries_the_device(client: Client, box: Box) -> None:
    somebody = verified()
    client.post("/accounts/login/code/", {"email": somebody.email})
    done = client.post("/accounts/login/code/confirm/", {"code": next_code(box), "device": "own"})
    assert done["Location"] == "/home/"
    assert client.session["icj_device"] == "own"


def test_a_password_in_an_unknown_browser_gets_a_code_and_the_browser_may_be_known_from_then_on(box: Box) -> None:
    """Trust R08, for whoever has no second step."""
    somebody = verified()
    at_home = StrictClient()
    asked = sign_in(at_home, somebody.email, device="own", next="/kept/")
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/login/code/confirm/")
    assert at_home.get("/home/").status_code == 302
    page = at_home.get("/accounts/login/code/confirm/").text
    assert ('name="known"' in page, 'name="device"' in page) == (True, False)
    assert at_home.post("/accounts/login/code/confirm/", {"code": "nope"}).status_code == 422
    done = at_home.post("/accounts/login/code/confirm/", {"code": next_code(box), "known": "on"})
    assert (done["Location"], at_home.session["icj_device"]) == ("/kept/", "own")
    at_home.cookies.pop("sid")
    assert sign_in(at_home, somebody.email)["Location"] == "/home/"
    other = verified()
    at_home.cookies.pop("sid")
    assert sign_in(at_home, other.email)["Location"] == "/accounts/login/code/confirm/"
    assert box.get(timeout=10)["To"] == other.email
    somebody.set_password(NEW)
    somebody.save()
    at_home.cookies.pop("sid")
    assert sign_in(at_home, somebody.email, NEW)["Location"] == "/accounts/login/code/confirm/"


def test_a_shared_device_is_never_known(client: Client, box: Box) -> None:
    somebody = verified()
    sign_in(client, somebody.email, device="shared")
    assert 'name="known"' not in client.get("/accounts/login/code/confirm/").content.decode()
    client.post("/accounts/login/code/confirm/", {"code": next_code(box)})
    assert client.session["icj_device"] == "shared"
    client.cookies.pop("sid")
    assert sign_in(client, somebody.email)["Location"] == "/accounts/login/code/confirm/"


def test_a_code_still_signs_in_after_somebody_elses_failures(client: Client, box: Box) -> None:
    somebody = verified()
    hostile = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(6):
        hostile.post("/accounts/login/", {"login": somebody.email, "password": "guess"})
    assert sign_in(client, somebody.email).status_code == 429
    client.post("/accounts/login/code/", {"email": somebody.email})
    client.post("/accounts/login/code/confirm/", {"code": next_code(box)})
    assert client.get("/signed-in/").status_code == 200


@pytest.mark.parametrize(
    ("begin", "confirm", "life"),
    [
        ("/accounts/login/code/", "/accounts/login/code/confirm/", timedelta(minutes=3)),
        ("/accounts/password/reset/", "/accounts/password/reset/confirm/", timedelta(minutes=3)),
        ("/accounts/signup/", "/accounts/confirm-email/", timedelta(minutes=10)),
    ],
)
def test_a_code_that_has_run_out_says_so(client: Client, box: Box, begin: str, confirm: str, life: timedelta) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        if begin != "/accounts/signup/":
            verified(email="ada@example.org")
        client.post(begin, SIGN_UP)
        code = next_code(box)
        clock.shift(life + timedelta(seconds=2))
        late = client.post(confirm, {"code": code}, follow=True)
    assert "That code has run out. You can ask for a new one." in late.content.decode()
    assert client.get("/signed-in/").status_code == 302


def test_three_wrong_codes_end_the_try(client: Client, box: Box) -> None:
    verified(email="ada@example.org")
    client.post("/accounts/login/code/", {"email": "ada@example.org"})
    code = next_code(box)
    statuses = [client.post("/accounts/login/code/confirm/", {"code": "nope"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 302]
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert client.get("/signed-in/").status_code == 302


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/accounts/login/", {"password": "not this one"}, 422),
        ("/accounts/signup/", {}, 302),
        ("/accounts/password/reset/", {}, 302),
        ("/accounts/login/code/", {}, 302),
    ],
)
@pytest.mark.usefixtures("box")
def test_nobody_learns_whether_an_address_is_known(path: str, fields: dict[str, str], status: int) -> None:
    verified(email="ada@example.org")
    answers = []
    for email in ("ada@example.org", "bea@example.org"):
        client = Client()
        first = client.post(path, {**SIGN_UP, "email": email, "login": email, **fields})
        where = first.get("Location", path)
        shown = page_of(client.get(where)) + page_of(client.post(where, {"code": "nope"}))
        answers.append((first.status_code, where, page_of(first).replace(email, "@"), shown.replace(email, "@")))
    assert answers[0][0] == status
    assert answers[0] == answers[1]


def test_a_known_address_at_sign_up_gets_a_mail_that_says_so(client: Client, box: Box) -> None:
    verified(email="ada@example.org")
    client.post("/accounts/signup/", SIGN_UP)
    mail = box.get(timeout=10)
    assert mail["Subject"] == "About your account"
    assert "It has one already." in mail.get_content()
    assert User.objects.count() == 1


def test_an_unknown_address_gets_no_mail(client: Client, box: Box) -> None:
    client.post("/accounts/password/reset/", {"email": "bea@example.org"})
    verified(email="ada@example.org")
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert box.get(timeout=10)["To"] == "ada@example.org"
    assert box.empty()


def test_the_address_is_changed_with_a_code_sent_to_the_new_one(client: Client, box: Box) -> None:
    somebody = verified()
    client.force_login(somebody)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/email/", {"email": "no", "action_add": "1"}).status_code == 422
    client.post("/accounts/email/", {"email": "bea@example.org", "action_add": "1"})
    mail = box.get(timeout=10)
    assert mail["To"] == "bea@example.org"
    client.post("/accounts/confirm-email/", {"code": mail.get_content().split()[0]})
    somebody.refresh_from_db()
    assert somebody.email == "bea@example.org"
    notice = box.get(timeout=10)
    assert (notice["To"], notice["Subject"]) != ("bea@example.org", "Your code")


def test_a_mail_server_that_is_away_loses_no_page(client: Client, settings: Settings) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 8139},
        }
    }
    assert client.post("/accounts/signup/", SIGN_UP)["Location"] == "/accounts/confirm-email/"


def test_a_second_code_within_ten_seconds_is_asked_to_wait(client: Client, box: Box) -> None:
    client.post("/accounts/signup/", SIGN_UP)
    box.get(timeout=10)
    again = client.post("/accounts/confirm-email/", {"action": "resend"}, follow=True)
    assert again.status_code in {200, 429}
    assert box.empty()


LEAVING = ["login_code", "password_reset_code", "email_confirmation", "email_confirmation_signup", "account_already_exists",
           "password_changed", "password_reset", "email_changed", "account_closed", "new_browser"]  # fmt: skip


@pytest.mark.parametrize("name", LEAVING)
def test_no_mail_carries_words_of_the_person_or_of_these_pages(name: str) -> None:
    canary = "canary-7f3a"
    somebody = person(child_word=canary)
    told = {
        "user": somebody,
        "code": "ABC-DEF",
        "until": timezone.now(),
        "email": "ada@example.org",
        "words": canary,
        "name": canary,
        "user_agent": canary,
        "ip": canary,
    }
    subject = render_to_string(f"account/email/{name}_subject.txt", told).strip()
    text = render_to_string(f"account/email/{name}_message.txt", told)
    assert subject in {"Your code", "About your account"}
    assert not re.search(
        r"canary|inner|child|younger|journal|letter|write|writing|http|sign-?in code", subject + text, re.IGNORECASE
    )
    assert ("ABC-DEF" in text) == ("code" in name or "confirmation" in name)
    assert "&" not in text
    assert len(text.split()) <= 45
