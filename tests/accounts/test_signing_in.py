"""Coming in, going out, and where one may be sent."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.accounts.conftest import sign_in
from tests.factories import PASSWORD, person

URL = "/accounts/login/"


def test_signing_in_leads_home_under_a_new_session_id(client: Client) -> None:
    somebody = person()
    client.post(URL, {"login": "x@example.org", "password": "no"})
    client.get("/accounts/login/?next=/kept/")
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    response = sign_in(client, somebody.email.upper())
    assert (response.status_code, response["Location"]) == (302, "/home/")
    assert client.session.session_key != before
    assert Session.objects.filter(pk=before).count() == 0


def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(client: Client) -> None:
    somebody = person()
    pages = [
        client.post(URL, {"login": email, "password": "not this one"})
        for email in (somebody.email, "nobody@example.org")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    for page in pages:
        assert "That address and password don’t go together." in page.content.decode()
        assert "not this one" not in page.content.decode()


def test_too_many_tries_are_answered_429_even_with_the_right_password(client: Client) -> None:
    somebody = person()
    for _ in range(5):
        assert client.post(URL, {"login": somebody.email, "password": "wrong"}).status_code == 422
    response = sign_in(client, somebody.email)
    assert response.status_code == 429
    assert "This rests for a few minutes" in response.content.decode()


def test_an_account_at_rest_is_told_so(client: Client) -> None:
    somebody = person(is_active=False)
    response = client.post(URL, {"login": somebody.email, "password": PASSWORD}, follow=True)
    assert "This account is resting" in response.content.decode()


def test_a_spoofed_address_does_not_lift_the_limit(client: Client) -> None:
    statuses = [
        client.post(
            URL, {"login": f"p{n}@example.org", "password": "x"}, headers={"x-forwarded-for": f"10.0.0.{n}"}
        ).status_code
        for n in range(12)
    ]
    assert statuses[-1] == 429


PAYLOADS = [
    *(f"{start}evil.example{end}" for start in ("//", "///", "////", "https://", "http://", "\\\\", "/\\", "\\/", "https:///", "http:\\\\", "//\t", "\t//", " //", "/\t//", "https://testserver@", "https://testserver.", "ftp://", "//testserver@", "/\t/", "http:///") for end in ("", "/kept/")),
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "http:evil.example", "https:evil.example",
    "//localhost:9999/", "http://localhost:9999/", "http://127.0.0.1/", "//evil.example#@testserver",
]  # fmt: skip


def test_next_never_leads_to_another_host(client: Client) -> None:
    somebody = person()
    led = {}
    for payload in PAYLOADS:
        away = client.post("/accounts/logout/", {"next": payload})["Location"]
        client.force_login(somebody)
        home = client.get(URL, {"next": payload})["Location"]
        led[payload] = (home, away)
    assert {payload: ways for payload, ways in led.items() if ways != ("/home/", "/")} == {}


@pytest.mark.parametrize("payload", PAYLOADS[::13])
def test_next_is_weighed_at_the_sign_in_itself(client: Client, payload: str) -> None:
    assert sign_in(client, person().email, next=payload)["Location"] == "/home/"


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 50


def test_next_leads_to_a_page_of_ours(client: Client) -> None:
    response = sign_in(client, person().email, next="/kept/?page=2")
    assert response["Location"] == "/kept/?page=2"


def test_next_never_goes_from_https_down_to_http(client: Client) -> None:
    response = client.post(
        URL, {"login": person().email, "password": PASSWORD, "next": "http://testserver/kept/"}, secure=True
    )
    assert response["Location"] == "/home/"


def test_signing_out_is_a_post_that_leaves_nothing_behind(client: Client) -> None:
    client.force_login(person())
    key = client.session.session_key
    asked = client.get("/accounts/logout/")
    assert (asked.status_code, Session.objects.filter(pk=key).count()) == (200, 1)
    assert not asked.has_header("Clear-Site-Data")
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert Session.objects.filter(pk=key).count() == 0


def test_an_old_cookie_is_worth_nothing_after_signing_out(client: Client) -> None:
    client.force_login(person())
    cookie = client.cookies["sid"].value
    client.post("/accounts/logout/")
    client.cookies["sid"] = cookie
    assert client.get("/signed-in/").status_code == 302


def test_the_page_in_the_new_tab_names_the_writer_and_nobody_else_sees_it(client: Client) -> None:
    somebody = person()
    assert client.get("/signed-in/")["Location"] == "/accounts/login/?next=/signed-in/"
    client.force_login(somebody)
    page = client.get("/signed-in/")
    assert page.status_code == 200
    assert f'data-writer="{somebody.pk}"' in page.content.decode()
    assert "You can close this tab and go on where you were." in page.content.decode()
    assert client.post("/signed-in/").status_code == 405


def test_a_password_change_ends_every_other_session(client: Client) -> None:
    somebody = person()
    other = Client()
    for each in (client, other):
        each.force_login(somebody)
    before = client.session.session_key
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "kettle moss quilt"})
    assert (response.status_code, response["Location"]) == (302, "/settings/privacy/?kept=password#password")
    assert client.get("/signed-in/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/signed-in/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "field"), [("wrong", "kettle moss quilt", "oldpassword"), (PASSWORD, "short", "password1")]
)
def test_a_password_change_refused_says_where(client: Client, old: str, new: str, field: str) -> None:
    somebody = person()
    client.force_login(somebody)
    response = client.post("/accounts/password/change/", {"oldpassword": old, "password1": new})
    assert response.status_code == 422
    assert f'<a href="#id_{field}">' in response.content.decode()
    somebody.refresh_from_db()
    assert somebody.check_password(PASSWORD)


def test_a_password_change_needs_sign_in(client: Client) -> None:
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/login/?next=/accounts/password/change/"
    assert client.post("/accounts/password/change/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/",
        "/accounts/login/code/",
        "/accounts/login/code/confirm/",
        "/accounts/confirm-email/",
        "/accounts/password/reset/confirm/",
        "/accounts/password/reset/complete/",
    ],
)
def test_without_mail_the_page_says_who_can_help(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "ask the person who runs this" in page.content.decode()
    assert client.post(path, {"email": "a@example.org"}).status_code == 405


def test_without_mail_changing_the_address_needs_sign_in_all_the_same(client: Client) -> None:
    assert client.get("/accounts/email/").status_code == 302
