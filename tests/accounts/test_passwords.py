"""What a password may be: long, and not what a guesser tries first."""

from io import StringIO

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from pytest_django import Settings

from accounts import guessable
from accounts.models import User
from tests.factories import person


def refusals(password: str, email: str = "ada@example.org") -> set[str | None]:
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


def test_the_list_is_long_enough_to_count() -> None:
    assert len(guessable.entries()) >= 3_000
    assert min(map(len, guessable.entries())) >= 12


def test_entries_of_the_list_are_refused_in_any_case() -> None:
    some = sorted(guessable.entries())[:: len(guessable.entries()) // 100]
    assert len(some) >= 100
    for entry in some:
        assert "password_too_common" in refusals(entry)
        assert "password_too_common" in refusals(entry.upper())


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "password2024",
        "Sunshine1234",
        "qwertyuiopas",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaa",
        "iloveyou2026",
        "123456123456",
    ],
)
def test_what_people_lengthen_words_to_is_refused(password: str) -> None:
    assert "password_too_common" in refusals(password)


@pytest.mark.parametrize(
    "password", ["innerchild-2026", "inner child ok!", "Younger Self 99", "littlemelittleme", "Lamplight.Lamplight"]
)
def test_words_of_these_pages_are_refused(password: str) -> None:
    assert refusals(password) & {"password_of_ours", "password_too_common"}


@pytest.mark.parametrize("password", ["", "short", "elevenchars"])
def test_fewer_than_twelve_are_refused(password: str) -> None:
    assert "password_too_short" in refusals(password)


def test_what_resembles_the_address_is_refused() -> None:
    assert refusals("ada.lovelace.1", email="ada.lovelace@example.org") == {"password_too_similar"}


@pytest.mark.parametrize(
    "password",
    [
        "kettle moss quilt",
        "lowercaseonlywords",
        "884193027465",
        "💛" * 12,
        "x1" + "ü ñ" * 42,
        " begins with a space",
        "ends with a space ",
        "my innerchild likes rain and boats",
    ],
)
def test_any_long_password_is_taken_as_it_stands(password: str) -> None:
    somebody = User(email="ada@example.org")
    assert refusals(password) == set()
    somebody.set_password(password)
    assert somebody.check_password(password)
    assert not somebody.check_password(password.strip() + "x")
    assert identify_hasher(somebody.password).algorithm == "argon2"


def test_the_hash_is_as_strong_as_we_say(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [each for each in settings.PASSWORD_HASHERS if not each.startswith("tests.")]
    somebody = User()
    somebody.set_password("kettle moss quilt")
    assert somebody.password.startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")
    assert identify_hasher(somebody.password).must_update(somebody.password.replace("t=3", "t=2"))


@pytest.mark.django_db
def test_changepassword_gives_somebody_a_new_password(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = person("ada@example.org")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "kettle moss quilt")
    call_command("changepassword", "ada@example.org", stdout=StringIO())
    somebody.refresh_from_db()
    assert somebody.check_password("kettle moss quilt")
