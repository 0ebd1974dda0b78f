"""Making an account where no mail is sent."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.conftest import SIGN_UP
from tests.factories import PASSWORD, person
from vault import keyring
from vault.models import UserKey

URL = "/accounts/signup/"


def test_signing_up_makes_a_person_with_a_key_and_leads_to_the_welcome(client: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [each for each in settings.PASSWORD_HASHERS if not each.startswith("tests.")]
    response = client.post(
        URL,
        {**SIGN_UP, "name": "Addie", "time_zone": "Europe/Vienna"},
        headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"},
    )
    assert (response.status_code, response["Location"]) == (302, "/welcome/")
    made = User.objects.get()
    assert (made.email, made.time_zone, made.country) == ("ada@example.org", "Europe/Vienna", "AT")
    assert client.session["_auth_user_id"] == str(made.pk)
    assert UserKey.objects.filter(owner_id=made.pk).count() == 1
    with keyring.opened_for(made.pk, purpose="a test"):
        assert made.name == "Addie"
    assert b"Addie" not in bytes(made.name_sealed or b"")
    assert made.password.startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")


def test_signing_up_with_the_least_leaves_the_rest_empty(client: Client) -> None:
    client.post(URL, SIGN_UP)
    made = User.objects.get()
    assert (made.name_sealed, made.child_word_sealed, made.time_zone, made.country) == (None, None, "UTC", "")


def test_the_page_asks_with_nothing_ticked_and_says_the_truth(client: Client) -> None:
    page = client.get(URL).content.decode()
    assert (
        "Your writing is encrypted on our disks and in our backups with a key of your own. Our running service can open it"
        " – to show it to you, search it, and share what you choose. Staff have no screen to read it."
        " When you delete your account we destroy your key."
    ) in page
    assert 'name="consent" class' not in page
    ticks = [line for line in page.splitlines() if 'type="checkbox"' in line]
    assert (len(ticks), [tick for tick in ticks if "checked" in tick]) == (2, [])
    assert "placeholder" not in page
    assert "style=" not in page


@pytest.mark.parametrize("field", ["email", "password1", "adult", "consent"])
def test_a_missing_answer_sends_the_form_back_with_the_rest(client: Client, field: str) -> None:
    response = client.post(URL, {**SIGN_UP, field: "", "name": "Addie"})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#id_{field}">' in page
    assert "data-focus" in page
    assert 'value="Addie"' in page
    assert User.objects.count() == 0


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "x" * 64, "/etc"])
def test_a_zone_nobody_knows_becomes_utc(client: Client, zone: str) -> None:
    client.post(URL, {**SIGN_UP, "time_zone": zone})
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize("language", ["", "en", "xx-YYYY", ";;;=", "de-" + "x" * 9000, "zh-hans-cn"])
def test_any_language_header_makes_an_account(client: Client, language: str) -> None:
    client.post(URL, SIGN_UP, headers={"accept-language": language})
    assert User.objects.get().country == ("CN" if language == "zh-hans-cn" else "")


def test_a_taken_address_is_said_without_mail_whatever_its_case(client: Client) -> None:
    person("ada@example.org")
    response = client.post(URL, {**SIGN_UP, "email": "Ada@Example.ORG"})
    assert response.status_code == 422
    assert "This address already has an account here." in response.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{"id": "00000000-0000-4000-8000-000000000001"}, {"session_rule": "own"}, {"is_active": ""}]
)
def test_fields_nobody_asked_for_are_not_taken(client: Client, fields: dict[str, str]) -> None:
    client.post(URL, {**SIGN_UP, **fields})
    made = User.objects.get()
    assert (str(made.pk) in fields.values(), made.session_rule, made.is_active) == (False, "plain", True)


def test_somebody_signed_in_is_led_home_from_the_door(client: Client) -> None:
    client.force_login(person())
    for door in (URL, "/accounts/login/"):
        response = client.get(door)
        assert (response.status_code, response["Location"]) == (302, "/home/")


def test_wrong_methods_change_nothing(client: Client) -> None:
    assert [client.delete(URL).status_code, client.patch(URL).status_code] == [405, 405]


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "\x00", ""),
        ("name", "a\x00b", "ab"),
        ("name", "💛" * 80, "💛" * 80),
        ("name", " Ada  ", "Ada"),
    ],
)
def test_an_odd_name_is_kept_without_what_nobody_typed(client: Client, field: str, typed: str, kept: str) -> None:
    assert client.post(URL, {**SIGN_UP, field: typed}).status_code == 302
    made = User.objects.get()
    with keyring.opened_for(made.pk, purpose="a test"):
        assert getattr(made, field) == kept


@pytest.mark.parametrize(("field", "limit"), [("name", 80)])
def test_a_name_longer_than_fits_is_given_back_whole_with_our_words(client: Client, field: str, limit: int) -> None:
    response = client.post(URL, {**SIGN_UP, field: "x" * (limit + 1)})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(f"That’s longer than fits here. Up to {limit} characters find room.") == 2
    assert f'value="{"x" * (limit + 1)}"' in page
    assert f'maxlength="{limit}"' not in page
    assert User.objects.count() == 0


def test_a_household_may_err_more_than_a_few_times(client: Client) -> None:
    for _ in range(19):
        assert client.post(URL, {"email": "no"}).status_code == 422
    assert client.post(URL, SIGN_UP).status_code == 302


def test_too_many_sign_ups_from_one_place_meet_our_words(client: Client) -> None:
    for _ in range(20):
        client.post(URL, {"email": "no"})
    response = client.post(URL, SIGN_UP)
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert "The door rests for a moment" in response.content.decode()
    assert User.objects.count() == 0


def test_changepassword_finds_people_by_address_in_any_case() -> None:
    made = person("ada@example.org")
    assert User.objects.get_by_natural_key("ADA@example.org") == made
    assert made.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "Your e-mail address goes here."),
        ("email", "not one", "This doesn’t look like an e-mail address yet."),
        ("password1", "", "A password goes here."),
        ("password1", "short", "12 characters or more keep the door well"),
        ("consent", "", "Without this we can’t keep your writing."),
        ("adult", "", "made for people of 18 and over"),
    ],
)
def test_an_error_is_said_beside_its_field_and_in_the_summary(
    client: Client, field: str, value: str, words: str
) -> None:
    page = client.post(URL, {**SIGN_UP, field: value}).content.decode()
    assert page.count(words) == 2
    assert f'aria-describedby="id_{field}' in page
    assert f'id="id_{field}_error"' in page
