"""A second step: set up, asked for, proved, and sealed where it is kept (trust R08–R11, R14, R16)."""

import json
import re
from threading import Barrier, Thread

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import factors
from accounts.models import User
from tests.accounts.conftest import Box, sign_in
from tests.accounts.steps import STEP, WRONG, at_the_step, give_app, give_codes, give_passkey, proved, shown_by
from tests.client import StrictClient
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.usefixtures("one_moment")
SET_UP, CODES, HOME = "/settings/second-step/app/", "/settings/second-step/codes/", "/home/"


@pytest.fixture
def me() -> User:
    return person("ada@example.org")


def is_proved(client: Client) -> bool:
    """What another app is told of this session."""
    return factors.proved(client.get("/signed-in/").wsgi_request)


def kept(somebody: User, kind: str) -> dict[str, object]:
    data: dict[str, object] = Authenticator.objects.get(user=somebody, type=kind).data
    return data


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_and_its_secret_and_the_seed_of_the_codes_lie_sealed(me: User) -> None:
    """Trust R09. Setting up is a proof, renews the session's id and ends the other sessions."""
    elsewhere, client = StrictClient(), proved(me)
    elsewhere.force_login(me)
    assert (factors.has_second_factor(me), is_proved(client)) == (False, False)
    page = client.get(SET_UP).text
    secret = client.session["mfa.totp.secret"]
    assert " ".join(re.findall("....", secret)) in page
    assert 'src="data:image/svg+xml;base64,' in page
    refused = client.post(SET_UP, {"code": WRONG})
    assert (refused.status_code, "That didn’t match." in refused.text) == (422, True)
    before = client.session.session_key
    done = client.post(SET_UP, {"code": shown_by(secret)})
    assert (done.status_code, done["Location"]) == (302, CODES)
    assert (factors.has_second_factor(me), is_proved(client)) == (True, True)
    assert client.session.session_key != before
    assert (elsewhere.get(HOME).status_code, client.get(HOME).status_code) == (302, 200)
    assert Session.objects.filter(pk=before).count() == 0
    assert me.devices.get().session_key == client.session.session_key
    app, codes = kept(me, "totp"), kept(me, "recovery_codes")
    assert (set(app), set(codes)) == ({"secret"}, {"seed", "used_mask"})
    seen = client.post(CODES).text
    written = re.findall(r"<li>(\d{4} \d{4} \d{4})</li>", seen)
    assert len(set(written)) == 10
    held = json.dumps([app, kept(me, "recovery_codes")])
    assert re.findall(r"m1\.k2026a\.", held) == ["m1.k2026a."] * 2
    assert [
        word for word in (secret, secret.lower(), *written, *[w.replace(" ", "") for w in written]) if word in held
    ] == []


def test_the_codes_are_shown_once_and_to_a_press_alone(me: User) -> None:
    give_app(me)
    first = give_codes(me)
    client = proved(me)
    page = client.get(CODES)
    assert ("Show them" in page.text, first[0][:4] in page.text) == (True, False)
    assert first[0][:4] in client.post(CODES).text
    again = client.post(CODES)
    assert ("10 still work." in again.text, first[0][:4] in again.text) == (True, False)
    assert client.post(f"{CODES}new/")["Location"] == CODES
    assert "Show them" in client.get(CODES).text
    assert client.get(f"{CODES}new/").status_code == 405


def test_password_and_code_sign_in_and_the_device_is_asked_once(me: User) -> None:
    secret = give_app(me)
    client = at_the_step(me, device="own", next="/kept/")
    before = client.session.session_key
    assert client.get(HOME)["Location"] == f"/accounts/login/?next={HOME}"
    asked = client.get(STEP).text
    assert ("One more step" in asked, "Use a passkey" in asked) == (True, False)
    wrong = client.post(STEP, {"code": WRONG})
    assert (wrong.status_code, '<a href="#id_code">' in wrong.text) == (422, True)
    done = client.post(STEP, {"code": shown_by(secret)})
    assert (done["Location"], client.session["icj_device"]) == ("/kept/", "own")
    assert client.session.session_key != before
    assert is_proved(client)
    by_password = StrictClient()
    by_password.force_login(me)
    assert not is_proved(by_password)


def test_a_code_works_once_whoever_answers(me: User) -> None:
    """Trust R10: the mark lies in the database, which every worker reads."""
    secret = give_app(me)
    with time_machine.travel("2026-11-23T09:00:01Z", tick=False) as clock:
        first, second = at_the_step(me), at_the_step(me)
        assert first.post(STEP, {"code": shown_by(secret)}).status_code == 302
        assert second.post(STEP, {"code": shown_by(secret)}).status_code == 422
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_cache WHERE cache_key LIKE %s", [f"%totp.used?user={me.pk}%"])
            assert cursor.fetchone() == (1,)
        clock.shift(30)
        assert second.post(STEP, {"code": shown_by(secret)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_code_on_paper_lets_one_of_ten_in(me: User, settings: Settings) -> None:
    """Trust R10, all ten at once. It is a proof, and no factor by itself."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "100/m/ip", "login": "100/m/ip"}
    codes = give_codes(me)
    assert not factors.has_second_factor(me)
    give_app(me)
    waiting, gate, answers = [at_the_step(me) for _ in range(10)], Barrier(10), []

    def press(client: StrictClient) -> None:
        gate.wait(timeout=60)
        answers.append((client.post(STEP, {"code": codes[3]}).status_code, client))
        connection.close()

    threads = [Thread(target=press, args=[client]) for client in waiting]
    connection.close()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(status for status, _ in answers) == [302, *[422] * 9]
    assert is_proved(next(client for status, client in answers if status == 302))
    assert factors.codes_left(me) == 9


def test_wrong_codes_have_a_limit(me: User) -> None:
    secret = give_app(me)
    client = at_the_step(me)
    assert [client.post(STEP, {"code": WRONG}).status_code for _ in range(6)] == [422] * 5 + [429]
    late = client.post(STEP, {"code": shown_by(secret)})
    assert (late.status_code, "This rests for a few minutes" in late.text) == (429, True)
    cache.clear()
    other = proved(person())
    other.get(SET_UP)
    assert [other.post(SET_UP, {"code": WRONG}).status_code for _ in range(6)] == [422] * 5 + [429]


@pytest.mark.parametrize("planted", ["in clear", "altered", "of another key", "nonsense"])
def test_a_secret_that_was_not_sealed_here_lets_nobody_in(me: User, planted: str) -> None:
    secret = give_app(me)
    row = Authenticator.objects.get(user=me)
    sealed = row.data["secret"]
    row.data["secret"] = {
        "in clear": secret, "altered": sealed[:-6] + "AAAAAA", "of another key": sealed.replace("k2026a", "k1999a"),
        "nonsense": "m1.",
    }[planted]  # fmt: skip
    row.save()
    client = at_the_step(me)
    assert client.post(STEP, {"code": shown_by(secret)}).status_code == 422
    assert client.get(HOME).status_code == 302


def test_a_code_is_a_fresh_proof_and_renews_the_session(me: User) -> None:
    secret = give_app(me)
    client = StrictClient()
    client.force_login(me)
    before = client.session.session_key
    asked = client.get("/settings/devices/")
    assert "/accounts/reauthenticate/code/?next=/settings/devices/" in client.get(asked["Location"]).text.replace(
        "%2F", "/"
    )
    assert client.post("/accounts/reauthenticate/code/", {"code": WRONG}).status_code == 422
    done = client.post("/accounts/reauthenticate/code/", {"code": shown_by(secret), "next": "/settings/devices/"})
    assert done["Location"] == "/settings/devices/"
    assert client.session.session_key != before
    assert (client.get("/settings/devices/").status_code, is_proved(client)) == (200, True)


@pytest.mark.parametrize("path", [SET_UP, f"{SET_UP}remove/", CODES, f"{CODES}new/", "/settings/passkeys/add/"])
def test_nothing_about_it_changes_without_a_fresh_proof(me: User, path: str) -> None:
    give_app(me)
    give_codes(me)
    assert StrictClient().post(path)["Location"].startswith("/accounts/login/")
    client = StrictClient()
    client.force_login(me)
    assert client.post(path)["Location"] == f"/accounts/reauthenticate/?next={path}"
    assert Authenticator.objects.filter(user=me).count() == 2


def test_what_hangs_on_it_goes_with_it(me: User) -> None:
    """Without the app no codes on paper; the pages say what there is, and offer nothing that is not."""
    give_app(me)
    give_codes(me)
    client = proved(me)
    page = client.get("/settings/second-step/").text
    assert ("10 still work" in page, "Take away" in page) == (True, True)
    assert "Codes from an app" in client.get("/settings/privacy/").text
    assert client.get(f"{SET_UP}remove/").status_code == 200
    elsewhere = StrictClient()
    elsewhere.force_login(me)
    assert client.post(f"{SET_UP}remove/")["Location"] == "/settings/second-step/"
    assert (Authenticator.objects.count(), elsewhere.get(HOME).status_code) == (0, 302)
    assert "Codes on paper" not in client.get("/settings/second-step/").text
    assert [client.get(path).status_code for path in (CODES, f"{SET_UP}remove/")] == [404, 404]
    assert client.post(f"{CODES}new/").status_code == 404
    assert sign_in(StrictClient(), me.email)["Location"] == HOME


def test_a_passkey_keeps_its_name_sealed_and_is_its_owners_alone(me: User) -> None:
    theirs = give_passkey(person(), "Canary phone")
    mine = give_passkey(me, "Kettle")
    client = proved(me)
    page = client.get("/settings/passkeys/").text
    assert ("Kettle" in page, "Canary" in page) == (True, False)
    rename = f"/settings/passkeys/{mine.pk}/rename/"
    assert 'value="Kettle"' in client.get(rename).text
    assert client.post(rename, {"name": "x" * 61}).status_code == 422
    assert client.post(rename, {"name": "Canary tablet\x00"})["Location"] == "/settings/passkeys/"
    mine.refresh_from_db()
    assert (factors.name_of(mine), "Canary" in json.dumps(mine.data)) == ("Canary tablet", False)
    for way in ("rename", "remove"):
        assert client.get(f"/settings/passkeys/{theirs.pk}/{way}/").status_code == 404
        assert client.post(f"/settings/passkeys/{theirs.pk}/{way}/", {"name": "x"}).status_code == 404
    assert client.get(f"/settings/passkeys/{mine.pk}/remove/").status_code == 200
    assert client.post(f"/settings/passkeys/{mine.pk}/remove/")["Location"] == "/settings/passkeys/"
    assert list(Authenticator.objects.all()) == [theirs]
    Authenticator.objects.filter(pk=theirs.pk).update(data={**theirs.data, "name": "Canary in clear"})
    assert factors.name_of(Authenticator.objects.get()) == "A passkey"


GARBAGE = [
    "", "null", "5", "[1]", "{", '{"a": 1}', '{"id":"x","rawId":"x","response":{}}',
    '{"id":"aGk","rawId":"aGk","type":"public-key","response":{"clientDataJSON":"aGk","attestationObject":"aGk","authenticatorData":"aGk","signature":"aGk"}}',
    '{"id":"aGk","rawId":"aGk","type":"public-key","response":5,"clientExtensionResults":[]}',
]  # fmt: skip


@pytest.mark.parametrize("said", GARBAGE)
def test_what_no_browser_answers_is_refused_and_breaks_nothing(me: User, said: str) -> None:
    client = proved(me)
    client.get("/settings/passkeys/add/")
    assert client.post("/settings/passkeys/add/", {"name": "x", "credential": said}).status_code == 422
    give_app(me)
    outside = at_the_step(me)
    outside.get(STEP)
    assert outside.post(STEP, {"credential": said}).status_code == 422
    stranger = StrictClient()
    stranger.get("/accounts/passkey/", headers={"accept": "application/json"})
    assert stranger.post("/accounts/passkey/", {"credential": said})["Location"] == "/accounts/login/"
    assert stranger.get(HOME).status_code == 302


@pytest.mark.usefixtures("mail")
def test_a_new_password_does_not_spare_the_second_step_and_no_code_by_mail_stands_in_for_it(me: User, box: Box) -> None:
    """Trust R11, and R08: whoever has a second step is asked for it in every browser."""
    secret = give_app(me)
    EmailAddress.objects.create(user=me, email=me.email, verified=True, primary=True)
    client = StrictClient()
    client.post("/accounts/password/reset/", {"email": me.email})
    code = box.get(timeout=10).get_content().split()[0]
    client.post("/accounts/password/reset/confirm/", {"code": code})
    client.post("/accounts/password/reset/complete/", {"password1": "kettle moss quilt"})
    assert client.get(HOME).status_code == 302
    assert sign_in(client, me.email, "kettle moss quilt")["Location"] == STEP
    assert client.post(STEP, {"code": shown_by(secret), "known": "on"})["Location"] == HOME
    assert "known" not in client.cookies
    # the new password, and a browser that was not seen
    assert [box.get(timeout=10)["Subject"] for _ in range(2)] == ["About your account"] * 2
    by_code = StrictClient()
    by_code.post("/accounts/login/code/", {"email": me.email})
    mailed = box.get(timeout=10).get_content().split()[0]
    assert by_code.post("/accounts/login/code/confirm/", {"code": mailed, "known": "on"})["Location"] == STEP
    assert by_code.get(HOME).status_code == 302


def test_it_is_offered_beside_the_password(me: User) -> None:
    client = StrictClient()
    client.force_login(me)
    page = client.get("/settings/privacy/").text
    for key, title in (("second-step", "A second step when you sign in"), ("passkeys", "Passkeys")):
        assert f'<a id="{key}" href="/settings/{key}/">' in page
        assert title in client.get(f"/settings/{key}/").text
    assert client.post("/settings/second-step/").status_code == 405
    assert PASSWORD not in page
