"""What stands in the record, kind by kind: everything that happened once, and nothing that did not (trust R49)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts import ledger
from accounts.models import SecurityEvent, User
from journal.export.forms import KINDS
from journal.models import Entry
from tests import factories
from tests.accounts.conftest import SIGN_UP, Box, sign_in
from tests.accounts.steps import STEP, WRONG, at_the_step, give_app, give_codes, give_passkey, proved, shown_by
from tests.accounts.test_mail import next_code, verified
from tests.client import StrictClient
from tests.factories import PASSWORD
from tests.journal.importing import archives
from vault import keyring, rewrapping, rotating

pytestmark = pytest.mark.django_db(transaction=True)
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"
NEW = "kettle moss quilt"
APP, PAPER = "/settings/second-step/app/", "/settings/second-step/codes/"
DAYONE = archives.zipped({"Journal.json": archives.dayone(archives.entry("The pier"))})

type Told = list[tuple[str, dict[str, Any]]]
type Act = Iterator[None]  # what leads there, a `yield`, and then what is told


def client_of(me: User) -> StrictClient:
    """Signed in, and who they are shown a moment ago."""
    client = StrictClient(headers={"user-agent": FIREFOX})
    assert sign_in(client, me.email).status_code == 302
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def try_at_the_door(email: str, password: str = "not this one") -> int:
    return StrictClient().post("/accounts/login/", {"login": email, "password": password}).status_code


def signing_in(me: User, _box: Box) -> Act:
    yield
    sign_in(StrictClient(headers={"user-agent": FIREFOX}), me.email)


def a_wrong_password(me: User, _box: Box) -> Act:
    yield
    assert try_at_the_door(me.email.upper()) == 422


def an_address_of_nobody(me: User, _box: Box) -> Act:
    yield
    assert try_at_the_door(f"not-{me.email}") == 422


def many_tries(me: User, _box: Box) -> Act:
    assert [try_at_the_door(me.email) for _ in range(5)] == [422] * 5
    yield
    assert [try_at_the_door(me.email, PASSWORD) for _ in range(3)] == [429] * 3


def a_wrong_password_inside(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    assert client.post("/accounts/reauthenticate/", {"password": "no"}).status_code == 422


def many_tries_inside(me: User, _box: Box) -> Act:
    client = client_of(me)
    for _ in range(5):
        client.post("/accounts/password/change/", {"oldpassword": "no", "password1": NEW})
    yield
    answers = [client.post("/accounts/password/change/", {"oldpassword": "no"}).status_code for _ in range(2)]
    assert answers == [429, 429]


def a_code(me: User, box: Box) -> Act:
    client = StrictClient()
    client.post("/accounts/login/code/", {"email": me.email})
    yield
    assert client.post("/accounts/login/code/confirm/", {"code": next_code(box)})["Location"] == "/home/"


def a_wrong_code(me: User, box: Box) -> Act:
    client = StrictClient()
    client.post("/accounts/login/code/", {"email": me.email})
    next_code(box)
    yield
    assert client.post("/accounts/login/code/confirm/", {"code": "nope"}).status_code == 422


def a_forgotten_password(me: User, box: Box) -> Act:
    client = StrictClient()
    client.post("/accounts/password/reset/", {"email": me.email})
    code = next_code(box)
    yield
    assert client.post("/accounts/password/reset/confirm/", {"code": "nope"}).status_code == 422
    client.post("/accounts/password/reset/confirm/", {"code": code})
    assert client.post("/accounts/password/reset/complete/", {"password1": NEW}).status_code == 302


def another_address(me: User, box: Box) -> Act:
    client = StrictClient()
    client.force_login(me)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "bea@example.org", "action_add": "1"})
    yield
    client.post("/accounts/confirm-email/", {"code": next_code(box)})
    me.refresh_from_db()
    assert me.email == "bea@example.org"


def another_password(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    said = {"oldpassword": PASSWORD, "password1": NEW}
    assert client.post("/accounts/password/change/", said).status_code == 302


def a_password_by_whoever_runs_this(me: User, _box: Box) -> Act:
    yield
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("getpass.getpass", lambda prompt: NEW)
        call_command("changepassword", me.email, stdout=StringIO())


def signing_out(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    client.post("/accounts/logout/")
    client.get("/home/")


def leaving(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    assert client.post("/leave/").status_code == 303


def a_session_that_rested(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    with time_machine.travel(timezone.now() + timedelta(minutes=40), tick=True):
        assert [client.get("/home/").status_code for _ in range(2)] == [302, 302]


def ending_another_session(me: User, _box: Box) -> Act:
    elsewhere, client = client_of(me), client_of(me)
    yield
    client.post("/settings/devices/", {"end": "others"})
    assert elsewhere.get("/home/").status_code == 302


def ending_this_session(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    client.post("/settings/devices/", {"end": str(me.devices.get().pk)})


def taking_along(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    said = {"form": "book", "kinds": list(KINDS), "since": "", "until": ""}
    b"".join(client.post("/settings/export/", said).streaming_content)  # type: ignore[attr-defined]


def bringing_in_and_taking_out(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    archives.send(client, DAYONE)
    archives.send(client, DAYONE)  # all of it is here already
    client.post(f"/settings/import/{me.imports.get().pk}/out/")


def app_code(client: StrictClient, path: str, secret: str) -> None:
    """The clock stands meanwhile: what an app shows changes while a busy machine sends it."""
    with time_machine.travel(timezone.now(), tick=False):
        assert client.post(path, {"code": shown_by(secret)}).status_code == 302


def an_app_for_codes(me: User, _box: Box) -> Act:
    client = client_of(me)
    client.get(APP)
    yield
    assert client.post(APP, {"code": WRONG}).status_code == 422
    app_code(client, APP, client.session["mfa.totp.secret"])


def an_app_taken_away(me: User, _box: Box) -> Act:
    give_app(me)
    give_codes(me)
    client = proved(me)
    yield
    assert [client.post(f"{APP}remove/").status_code for _ in range(2)] == [302, 404]


def codes_on_paper_made_anew(me: User, _box: Box) -> Act:
    give_app(me)
    give_codes(me)
    client = proved(me)
    yield
    client.post(PAPER)  # shown
    assert client.post(f"{PAPER}new/").status_code == 302


def a_code_from_an_app(me: User, _box: Box) -> Act:
    secret = give_app(me)
    client = at_the_step(me)
    yield
    app_code(client, STEP, secret)


def a_code_on_paper(me: User, _box: Box) -> Act:
    give_app(me)
    code, *_rest = give_codes(me)
    client = at_the_step(me)
    yield
    assert client.post(STEP, {"code": code}).status_code == 302


def a_wrong_second_step(me: User, _box: Box) -> Act:
    give_app(me)
    client = at_the_step(me)
    yield
    assert client.post(STEP, {"code": WRONG}).status_code == 422


def a_passkey_taken_away(me: User, _box: Box) -> Act:
    """One that is made needs a browser: see `test_passkeys_browser.py`."""
    row = give_passkey(me, "canary")
    client = proved(me)
    yield
    assert client.post(f"/settings/passkeys/{row.pk}/rename/", {"name": "canary two"}).status_code == 302
    assert client.post(f"/settings/passkeys/{row.pk}/remove/").status_code == 302


def resting(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    client.post("/settings/close/", {"way": "rest"})


def closing_and_having_back(me: User, _box: Box) -> Act:
    client = client_of(me)
    yield
    client.post("/settings/close/", {"way": "close"})
    client = StrictClient()
    sign_in(client, me.email)
    for _ in range(2):
        client.post("/settings/close/back/")


def a_further_key(me: User, _box: Box) -> Act:
    factories.entry(me, "words")
    yield
    rotating.begin([me.pk])
    rotating.finish([me.pk])


def another_master_key(_me: User, _box: Box) -> Act:
    yield
    rewrapping.rewrap_all()


def what_does_not_open(me: User, _box: Box) -> Act:
    client, row = client_of(me), factories.entry(me, "words")
    Entry.objects.filter(pk=row.pk).update(body_sealed=bytes(100))
    yield
    for _ in range(2):
        assert client.get(f"/kept/{row.pk}/").status_code == 200


def what_somebody_else_asks_for(me: User, _box: Box) -> Act:
    row = factories.entry(me, "words")
    yield
    with keyring.opened_for(factories.person().pk, purpose="a test"), pytest.raises(keyring.KeyNotInRing):
        row.body  # noqa: B018 - it opens


BY_MAIL = (a_code, a_wrong_code, a_forgotten_password, another_address)
CASES: list[tuple[Callable[[User, Box], Act], Told]] = [
    (signing_in, [("signed-in", {"way": "password"})]),
    (a_wrong_password, [("sign-in-failed", {})]),
    (an_address_of_nobody, []),
    (many_tries, [("too-often", {})]),
    (a_wrong_password_inside, [("sign-in-failed", {})]),
    (many_tries_inside, [("too-often", {})]),
    (a_code, [("signed-in", {"way": "code"})]),
    (a_wrong_code, [("sign-in-failed", {"way": "code"})]),
    (a_forgotten_password, [("sign-in-failed", {"way": "reset-code"}), ("password-reset", {})]),
    (another_address, [("email-changed", {})]),
    (another_password, [("password-changed", {})]),
    (a_password_by_whoever_runs_this, [("password-changed", {"by": "operator"})]),
    (signing_out, [("signed-out", {})]),
    (leaving, [("signed-out", {})]),
    (a_session_that_rested, [("session-ended", {})]),
    (ending_another_session, [("session-ended", {"by": "list", "count": 1})]),
    (ending_this_session, [("session-ended", {"by": "list", "count": 1})]),
    (taking_along, [("exported", {"form": "book"})]),
    (bringing_in_and_taking_out, [("brought-in", {"format": "dayone"}), ("taken-out", {"format": "dayone"})]),
    (
        an_app_for_codes,
        [("second-step-added", {"step": "totp"}), ("recovery-codes-made", {"step": "recovery_codes"})],
    ),
    (
        an_app_taken_away,
        [("second-step-removed", {"step": "totp"}), ("second-step-removed", {"step": "recovery_codes"})],
    ),
    (codes_on_paper_made_anew, [("recovery-codes-made", {"step": "recovery_codes"})]),
    (a_code_from_an_app, [("signed-in", {"way": "totp"})]),
    (a_code_on_paper, [("signed-in", {"way": "recovery_codes"})]),
    (a_wrong_second_step, [("sign-in-failed", {"way": "second-step"})]),
    (a_passkey_taken_away, [("second-step-removed", {"step": "webauthn"})]),
    (resting, [("resting", {})]),
    (closing_and_having_back, [("closed", {}), ("signed-in", {"way": "password"}), ("had-back", {})]),
    (a_further_key, [("key-changed", {})]),
    (another_master_key, []),
    (what_does_not_open, [("decrypt-failed", {"count": 1})]),
    (what_somebody_else_asks_for, [("denied", {"count": 1})]),
]


def settled(me: User) -> Told:
    """Everything so far, once nothing waits beside."""
    ledger._beside.submit(int).result()
    return list(me.events.order_by("number").values_list("kind", "details"))


@pytest.mark.parametrize(("case", "expected"), CASES, ids=[case.__name__ for case, _ in CASES])
def test_what_happens_once_is_told_once(
    request: pytest.FixtureRequest, box: Box, case: Callable[[User, Box], Act], expected: Told
) -> None:
    if case in BY_MAIL:
        request.getfixturevalue("mail")
    me = verified()
    act = case(me, box)
    next(act)
    before = settled(me)
    assert next(act, "over") == "over"
    assert settled(me)[len(before) :] == expected
    assert ledger.verify(me.pk) == ledger.Verdict(len(before) + len(expected), whole=True)


def test_a_new_account_begins_its_record_and_every_kind_has_words(client: StrictClient) -> None:
    client.post("/accounts/signup/", SIGN_UP)
    me = User.objects.get()
    assert [kind for kind, _ in settled(me)] == ["signed-up", "signed-in"]
    assert SecurityEvent.objects.exclude(owner=me).count() == 0


def test_no_word_of_anybody_and_no_address_stands_in_it() -> None:
    me, client = factories.person("canary@example.org"), StrictClient(headers={"user-agent": FIREFOX})
    try_at_the_door(me.email, "canary kettle")
    sign_in(client, me.email)
    archives.send(client, DAYONE, "canary.zip")
    assert len(settled(me)) == 3
    told = " ".join(
        str(bytes(said) if isinstance(said, memoryview) else said)
        for row in SecurityEvent.objects.values_list()
        for said in row
    )
    assert [word for word in ("canary", "kettle", "Firefox", "Android", "127.0.0.1", "pier") if word in told] == []
