"""With a mail server: one plain mail for each change of a second step, and for a browser that was not seen (R18)."""

import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts import factors
from accounts.models import User
from tests.accounts.conftest import Box, sign_in
from tests.accounts.steps import STEP, at_the_step, give_app, give_codes, give_passkey, proved, shown_by
from tests.client import StrictClient
from tests.factories import person

pytestmark = [pytest.mark.usefixtures("mail", "one_moment"), pytest.mark.django_db(transaction=True)]
HOME = "/home/"


@pytest.fixture
def me() -> User:
    somebody = person("ada@example.org")
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    return somebody


def told(box: Box) -> str:
    """What the one mail that came says."""
    mail = box.get(timeout=10)
    assert (mail["To"], mail["Subject"], box.empty()) == ("ada@example.org", "About your account", True)
    said: str = mail.get_content()
    assert re.search("innerchild|inner child|journal|letter|canary|kettle", said, re.IGNORECASE) is None
    return said


def test_each_change_is_told_once_and_ends_the_other_sessions(me: User, box: Box) -> None:
    """Trust R16 and R18."""
    client = proved(me)
    client.get("/settings/second-step/app/")
    passkey = give_passkey(me, "Canary kettle")
    code = shown_by(client.session["mfa.totp.secret"])
    changes: tuple[tuple[str, dict[str, str], str], ...] = (
        ("/settings/second-step/app/", {"code": code}, "codes from an app"),
        ("/settings/second-step/codes/new/", {}, "New codes on paper"),
        (f"/settings/passkeys/{passkey.pk}/remove/", {}, "A passkey was taken"),
        ("/settings/second-step/app/remove/", {}, "are asked for no more"),
    )
    for path, said, sentence in changes:
        other = StrictClient()
        other.force_login(me)
        assert other.get(HOME).status_code == 200
        assert client.post(path, said).status_code == 302
        assert sentence in told(box)
        assert (other.get(HOME).status_code, client.get(HOME).status_code, box.empty()) == (302, 200, True)


def test_a_browser_that_was_not_seen_is_told_of_once(me: User, box: Box) -> None:
    secret = give_app(me)
    codes = give_codes(me)
    client = at_the_step(me)
    assert client.post(STEP, {"code": shown_by(secret)})["Location"] == HOME
    assert "with a browser that was not used for it lately" in told(box)
    client.cookies.pop("sid")
    assert sign_in(client, me.email)["Location"] == STEP  # seen, and asked all the same
    assert client.post(STEP, {"code": codes[0]})["Location"] == HOME
    shared = at_the_step(me, device="shared")
    shared.post(STEP, {"code": codes[1]})
    told(box)
    assert ("seen" in shared.cookies, "seen" in client.cookies) == (False, True)
    client.cookies.pop("sid")
    client.cookies["seen"] = client.cookies["seen"].value[:-1] + "x"
    sign_in(client, me.email)
    client.post(STEP, {"code": codes[2]})
    told(box)


def test_the_host_takes_a_second_step_away_and_the_person_is_told(me: User, box: Box) -> None:
    give_app(me)
    give_codes(me)
    give_passkey(me)
    client, out = proved(me), StringIO()
    call_command("forget_second_factor", "ADA@example.org", stdout=out)
    assert "The second step is gone" in out.getvalue()
    assert "by the person who runs the site" in told(box)
    assert (Authenticator.objects.count(), factors.has_second_factor(me)) == (0, False)
    assert client.get(HOME).status_code == 302
    assert sign_in(StrictClient(), me.email)["Location"] == "/accounts/login/code/confirm/"
    with pytest.raises(CommandError, match="has no second step"):
        call_command("forget_second_factor", me.email)
    with pytest.raises(CommandError, match="no account with that address"):
        call_command("forget_second_factor", "bea@example.org")
