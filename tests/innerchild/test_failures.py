"""What a person sees when something fails, and that their text comes back."""

import html
import json
import logging
import re
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import RequestFactory

from innerchild import failures, logs
from tests import factories
from tests.client import StrictClient
from tests.innerchild.conftest import WRITING
from tests.innerchild.routes import CANARY

AUTOSAVE = {"X-Requested-With": "journal"}


def fields(page: Any) -> dict[str, str]:
    """What the form on the page would send, read as a browser does."""
    text = page.text
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL))
    return {name: html.unescape(value) for name, value in found.items()}


@pytest.mark.usefixtures("routes")
def test_server_error_is_told_in_our_words(failing: StrictClient) -> None:
    response = failing.get("/-/breaks/")
    assert response.status_code == 500
    assert "Something went wrong on our side, not yours." in response.text
    assert CANARY not in response.text


def test_unknown_page_says_that_the_writing_is_still_there(client: StrictClient) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "That page has wandered off. Your writing hasn’t." in response.text


def test_unknown_pages_have_the_same_body(client: StrictClient) -> None:
    assert client.get("/nowhere/").content == client.get("/no/where/else/").content


@pytest.mark.parametrize("status", failures.PAGES)
def test_every_failure_leads_to_steady_help_and_home(status: int) -> None:
    page = failures._page(failures.PAGES[status], status, {}).text
    for address in ("/steady/", "/help/", "/home/"):
        assert f'href="{address}"' in page
    assert page.count('<h1 tabindex="-1">') == 1


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize("address", ["/-/away/", "/-/gone/", "/-/shut/"])
def test_database_away_is_a_pause_and_not_an_error(failing: StrictClient, address: str) -> None:
    response = failing.get(address)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert "The house is closed for a moment." in response.text


@pytest.mark.usefixtures("routes")
def test_full_disk_keeps_nobody_from_what_was_kept(failing: StrictClient) -> None:
    response = failing.get("/-/full/")
    assert (response.status_code, response["Retry-After"]) == (507, "30")
    assert "What you kept before is safe, and can be read." in response.text
    left = failing.post("/-/full/?leave", WRITING)
    assert (left.status_code, left.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) == (303, 0)


@pytest.mark.usefixtures("routes")
def test_request_that_broke_off_is_nobodys_fault(failing: StrictClient, caplog: pytest.LogCaptureFixture) -> None:
    assert failing.post("/-/broken-off/", WRITING, headers=AUTOSAVE).json() == {"error": "bad"}
    assert failing.post("/-/broken-off/").status_code == 400
    assert {record.levelname for record in caplog.records} == {"WARNING"}


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize(
    ("address", "status", "error"),
    [
        ("/-/away/", 503, "away"),
        ("/-/full/", 507, "full"),
        ("/-/shut/", 503, "away"),
        ("/-/breaks/", 500, "server"),
        ("/nowhere/", 404, "missing"),
        ("/-/private/", 401, "session"),
    ],
)
def test_autosave_gets_json(failing: StrictClient, address: str, status: int, error: str) -> None:
    response = failing.post(address, WRITING, headers=AUTOSAVE)
    assert response.status_code == status
    assert response.json() == {"error": error}


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize(
    ("address", "status"), [("/-/away/", 503), ("/-/full/", 507), ("/-/breaks/", 500), ("/-/private/", 401)]
)
def test_a_writing_form_comes_back_as_it_was(failing: StrictClient, address: str, status: int) -> None:
    response = failing.post(f"{address}?from=here", WRITING)
    assert response.status_code == status
    assert f'action="{address}?from=here"' in response.text
    sent = fields(response)
    assert sent.pop("csrfmiddlewaretoken")
    assert sent == WRITING


@pytest.mark.usefixtures("routes")
def test_two_boxes_come_back_each_in_its_own(failing: StrictClient) -> None:
    two = {**WRITING, "box": ["words", "answer"], "answer.text": "A kite.", "finish": "1"}
    page = failing.post("/-/private/", two).text
    assert page.count("<textarea") == 2
    assert re.findall(r'name="box" value="(\w+)"', page) == ["words", "answer"]
    assert 'name="finish" value="1"' in page


@pytest.mark.usefixtures("routes")
def test_markup_in_a_text_stays_text(failing: StrictClient) -> None:
    page = failing.post("/-/private/", {**WRITING, "words.text": "</textarea><script>alert(1)</script>"}).text
    assert "<script>alert" not in page


@pytest.mark.usefixtures("routes")
def test_text_given_back_is_nowhere_else(failing: StrictClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = failing.post("/-/breaks/", WRITING)
    told = "\n".join(logs.JsonLines().format(record) for record in caplog.records)
    assert "remember the tree" in response.text
    assert "remember the tree" not in told
    assert "remember the tree" not in str(response.headers)
    assert settings.SESSION_COOKIE_NAME not in response.cookies


@pytest.mark.usefixtures("routes")
def test_an_aged_token_gives_the_text_back_with_a_new_one() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    response = client.post("/-/reads/", {**WRITING, "csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    again = client.post("/-/reads/", fields(response))
    assert (again.status_code, again.text) == (200, WRITING["words.text"])


@pytest.mark.usefixtures("routes")
def test_another_sites_form_gets_nothing_back() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    response = client.post("/-/takes/", WRITING, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert "remember the tree" not in response.text


@pytest.mark.usefixtures("routes")
def test_autosave_with_an_aged_token_gets_json() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    response = client.post("/-/takes/", WRITING, headers=AUTOSAVE)
    assert (response.status_code, response.json()) == (403, {"error": "csrf"})


def test_leaving_works_signed_out_and_with_an_aged_token() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = ""
    response = client.post(failures.LEAVE, WRITING)
    assert (response.status_code, response["Location"]) == (303, next(iter(settings.COVER_SITES.values())))
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Clear-Site-Data"] == '"cache", "cookies"'
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_another_site_cannot_make_anyone_leave() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    response = client.post(failures.LEAVE, {}, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert settings.SESSION_COOKIE_NAME not in response.cookies


@pytest.mark.usefixtures("routes", "dead_database")
def test_with_the_database_down_pages_and_text_still_come(failing: StrictClient) -> None:
    assert failing.get("/-/asks/").status_code == 503
    response = failing.post("/-/asks/", WRITING)
    assert response.status_code == 503
    assert fields(response)["words.text"] == WRITING["words.text"]
    assert failing.get("/nowhere/").status_code == 404
    assert failing.get("/healthz").status_code == 200


@pytest.mark.usefixtures("dead_database")
def test_with_the_database_down_a_signed_in_person_gets_the_text_back_and_can_leave(failing: StrictClient) -> None:
    failing.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    response = failing.post("/home/", WRITING)
    assert (response.status_code, fields(response)["words.text"]) == (503, WRITING["words.text"])
    left = failing.post(failures.LEAVE, WRITING)
    assert left.status_code == 303
    assert left.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


@pytest.mark.usefixtures("dead_database")
@pytest.mark.parametrize("address", ["/steady/", "/help/", "/about/", "/"])
def test_with_the_database_down_steady_and_help_are_open_to_whoever_is_signed_in(
    failing: StrictClient, address: str
) -> None:
    failing.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    response = failing.get(address)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store, private")
    assert response.content == StrictClient().get(address).content
    assert failing.get("/home/").status_code == 503


@pytest.mark.usefixtures("routes")
def test_a_log_line_tells_type_and_place_and_nothing_else(
    failing: StrictClient, caplog: pytest.LogCaptureFixture
) -> None:
    failing.post("/-/breaks/", {"email": "ada@example.org\r\nFAKE LINE"})
    record = next(record for record in caplog.records if record.name == "django.request")
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert CANARY not in line
    assert "ada@" not in line
    told = json.loads(line)
    assert (told["status"], told["route"], told["raised"][0]["type"]) == (500, "-/breaks/", "RuntimeError")
    assert told["raised"][0]["at"][-1].endswith(" breaks")
    assert told["at"].endswith("+00:00")


@pytest.mark.usefixtures("routes")
@pytest.mark.parametrize(
    ("address", "body", "status", "raised"),
    [
        ("/-/takes/", b"a" * 2000, 413, "RequestDataTooBig"),
        ("/-/reads/", "&".join(f"f{n}=1" for n in range(201)).encode(), 400, "TooManyFieldsSent"),
        ("/-/reads/?a=%00", b"", 400, "BadRequest"),
    ],
)
def test_what_a_client_sent_wrongly_is_a_warning_without_places(
    failing: StrictClient,
    caplog: pytest.LogCaptureFixture,
    settings: LazySettings,
    address: str,
    body: bytes,
    status: int,
    raised: str,
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1900
    failing.post(address, body, content_type="application/x-www-form-urlencoded")
    said = [record for record in caplog.records if record.name.startswith("django.")]
    (told,) = [json.loads(logs.JsonLines().format(record)) for record in said]
    assert (told["level"], told["status"], told["raised"]) == ("WARNING", status, raised)


@pytest.mark.django_db
def test_a_person_has_a_pseudonym_in_the_log(client: StrictClient, caplog: pytest.LogCaptureFixture) -> None:
    person = factories.person()
    client.force_login(person)
    client.get("/kept/00000000-0000-0000-0000-000000000000/")
    said = [record for record in caplog.records if record.name == "django.request"]  # not what is noted beside
    (line,) = [logs.JsonLines().format(record) for record in said]
    assert re.fullmatch(r"[0-9a-f]{12}", json.loads(line)["person"])
    assert str(person.pk) not in line


def test_line_breaks_in_a_message_stay_inside_the_line() -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "one\r\ntwo \u2028 three", None, None)
    line = logs.JsonLines().format(record)
    assert line.splitlines() == [line]
    assert json.loads(line)["says"] == "one\r\ntwo \u2028 three"


def test_give_back_uses_the_settings_of_sign_in(rf: RequestFactory, settings: LazySettings) -> None:
    settings.LOGIN_URL = "/door/"
    page = failures.give_back(rf.post("/x/", WRITING), 401).text
    assert 'href="/door/?next=/signed-in/" target="_blank"' in page
