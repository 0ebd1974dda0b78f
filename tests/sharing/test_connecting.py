"""Coming to know a practice: by code, link or invitation. Looking shares nothing, and only a press connects."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import SecurityEvent, User
from innerchild.pace import Pace
from sharing import connections, practices
from sharing.models import Connection, Invitation, Practice
from sharing.views import connecting
from tests import factories
from tests.client import StrictClient
from tests.sharing import people
from vault import keyring
from vault.models import ShareKey

pytestmark = pytest.mark.django_db
AGREED = {"name": "J. <b>", "seen": "on", "unwatched": "on"}


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with every try it may have."""
    monkeypatch.setattr(connecting, "PACE", Pace(at_once=30, per_second=1 / 10, people=4096))


@pytest.fixture
def practice(db: None) -> Practice:
    return people.practice()


@pytest.fixture
def person(db: None) -> User:
    return factories.person()


@pytest.fixture
def mine(person: User) -> StrictClient:
    client = StrictClient()
    client.force_login(person)
    return client


@pytest.fixture
def ring(person: User) -> Iterator[None]:
    with keyring.opened_for(person.pk, purpose="a test"):
        yield


def rows() -> tuple[int, int, int, int]:
    used = Invitation.objects.exclude(used_at=None).count()
    return (
        Connection.objects.count(),
        ShareKey.objects.count(),
        used,
        SecurityEvent.objects.filter(kind="connected").count(),
    )


def ticked(page: str) -> list[str]:
    return re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', page)


def test_a_code_leads_to_whose_it_is_however_it_is_typed(mine: StrictClient, practice: Practice) -> None:
    page = mine.get("/sharing/connect/").text
    assert "Nothing is shared by it, and they aren’t told." in page
    typed = f" {practice.code[:4].lower()}-{practice.code[4:]} "
    assert mine.post("/sharing/connect/", {"code": typed})["Location"] == f"/sharing/connect/{practice.code}/"
    assert rows() == (0, 0, 0, 0)


@pytest.mark.parametrize(("typed", "said"), [("", "The code goes here."), ("NOPE2345", "No practice has this code.")])
def test_a_code_of_nobody_comes_back_with_what_was_typed(mine: StrictClient, typed: str, said: str) -> None:
    response = mine.post("/sharing/connect/", {"code": typed})
    assert response.status_code == 422
    assert said in response.text
    assert f'value="{typed}"' in response.text or not typed


def test_before_anything_is_agreed_the_page_says_all_of_it_with_nothing_ticked(
    mine: StrictClient, practice: Practice
) -> None:
    Practice.objects.filter(pk=practice.pk).update(name="Robin <i>Vale</i>")
    page = mine.get(f"/sharing/connect/{practice.code}/").text
    for told in (
        "Robin &lt;i&gt;Vale&lt;/i&gt;", "Psychotherapist", "Harbour Practice", "Reg. 4711",
        "Stated by them, not checked by us.", "Nobody is watching.", "the help page has numbers",
        "may go into the record they keep, and the law can ask them to show it", "Copies they made can’t be called back.",
        "Either of you can, at any time", "You can bring one line or nothing at all.", "Initials are fine.",
    ):  # fmt: skip
        assert told in page, told
    assert re.findall(r'<input type="checkbox" name="(\w+)"', page) == ["seen", "unwatched"]
    assert ticked(page) == []
    assert "erified" not in page
    assert rows() == (0, 0, 0, 0)


def test_agreeing_connects_once_however_often_it_is_pressed(
    mine: StrictClient, person: User, practice: Practice, ring: None
) -> None:
    path = f"/sharing/connect/{practice.code}/"
    first = mine.post(path, AGREED)
    row = person.connections.get()
    assert first["Location"] == f"/sharing/{row.pk}/?kept=connected"
    assert mine.post(path, {**AGREED, "name": "Jo"})["Location"] == f"/sharing/{row.pk}/?kept=name"
    assert rows() == (1, 1, 0, 1)
    assert Connection.objects.get().name == "Jo"
    page = mine.get(first["Location"]).text
    assert "You are connected.</strong> Nothing is shared yet." in page
    change = mine.get(path).text
    assert 'value="Jo"' in change
    assert 'type="checkbox"' not in change


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("name", "A name or initials go here, so that they know whose it is."),
        ("seen", "The tick about what they see is still open."),
        ("unwatched", "The tick about nobody watching is still open."),
    ],
)
def test_each_tick_stands_for_itself_and_what_was_typed_stays(
    mine: StrictClient, practice: Practice, missing: str, said: str
) -> None:
    sent = {key: value for key, value in {**AGREED, "name": "Jo"}.items() if key != missing}
    response = mine.post(f"/sharing/connect/{practice.code}/", sent)
    assert response.status_code == 422
    assert said in response.text
    assert ticked(response.text) == [name for name in ("seen", "unwatched") if name in sent]
    assert ('value="Jo"' in response.text) == ("name" in sent)
    assert rows() == (0, 0, 0, 0)


def test_too_long_a_name_is_given_back_whole(mine: StrictClient, practice: Practice) -> None:
    response = mine.post(f"/sharing/connect/{practice.code}/", {**AGREED, "name": "n" * 61})
    assert (response.status_code, "n" * 61 in response.text) == (422, True)


def test_nobody_connects_with_themselves(client: StrictClient, practice: Practice) -> None:
    client.force_login(practice.owner)
    path = f"/sharing/connect/{practice.code}/"
    assert "This is what a client sees of you" in client.get(path).text
    assert client.post(path, AGREED).status_code == 422
    assert rows() == (0, 0, 0, 0)


def test_the_link_of_a_practice_shares_nothing_and_leads_on_signed_out_and_in(
    client: StrictClient, mine: StrictClient, practice: Practice
) -> None:
    response = client.get(f"/start/{practice.code.lower()}/")
    onward = f"/sharing/connect/{practice.code}/"
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies
    assert "Nothing. They aren’t told that you came." in response.text
    assert "Stated by them, not checked by us." in response.text
    for door in ("signup", "login"):
        assert f'href="/accounts/{door}/?next=%2Fsharing%2Fconnect%2F{practice.code}%2F"' in response.text
    assert f'href="{onward}"' in mine.get(f"/start/{practice.code}/").text
    assert rows() == (0, 0, 0, 0)
    assert client.post(f"/start/{practice.code}/").status_code == 405
    assert client.get(onward)["Location"] == f"/accounts/login/?next={onward}"


def test_whoever_signs_in_or_up_from_the_link_comes_to_the_page_it_leads_to(practice: Practice, person: User) -> None:
    onward = f"/sharing/connect/{practice.code}/"
    known, new = StrictClient(), StrictClient()
    said = {"login": person.email, "password": factories.PASSWORD, "next": onward}
    assert known.post("/accounts/login/", said)["Location"] == onward
    signing = {
        "email": "new@example.org",
        "password1": "kettle moss quilt",
        "adult": "on",
        "consent": "on",
        "next": onward,
    }
    assert new.post("/accounts/signup/", signing)["Location"] == "/welcome/"
    for page in ("/welcome/", "/welcome/who/", "/welcome/begin/"):
        assert f'href="{onward}"' in new.get(page).text, page
    assert "You came by a link." in new.get("/welcome/begin/").text
    new.post(onward, AGREED)
    assert onward not in new.get("/welcome/begin/").text
    assert "Skip the tour" in new.get("/welcome/").text


def test_an_invitation_holds_128_bits_is_stored_hashed_and_is_not_used_by_looking(
    client: StrictClient, mine: StrictClient, practice: Practice
) -> None:
    token = practices.invite(practice) or ""
    assert len(token) >= 22  # 128 bits, six a letter
    row = Invitation.objects.get()
    assert token.encode() not in bytes(row.token_hashed)
    assert len(bytes(row.token_hashed)) == 32
    assert row.ends_at - row.made_at == timedelta(hours=72)
    signed_out = client.get(f"/invited/{token}/").text
    assert f"next=%2Finvited%2F{token}%2F" in signed_out
    assert "Psychotherapist" in signed_out
    assert 'name="seen"' in mine.get(f"/invited/{token}/").text
    mine.head(f"/invited/{token}/")
    assert rows() == (0, 0, 0, 0)


def test_an_invitation_counts_once_and_the_second_press_of_it_lands_where_the_first_did(
    mine: StrictClient, person: User, practice: Practice
) -> None:
    path = f"/invited/{practices.invite(practice)}/"
    assert mine.post(path, {"name": "Jo"}).status_code == 422
    assert rows()[2] == 0  # a form that came back uses nothing up
    mine.post(path, AGREED)
    row = person.connections.get()
    assert mine.post(path, AGREED)["Location"] == f"/sharing/{row.pk}/"
    assert rows() == (1, 1, 1, 1)
    somebody = StrictClient()
    somebody.force_login(factories.person())
    assert somebody.post(path, AGREED).status_code == 404
    assert somebody.get(path).status_code == 404
    assert rows() == (1, 1, 1, 1)


def test_signed_out_a_press_on_an_invitation_connects_nobody(practice: Practice) -> None:
    path = f"/invited/{practices.invite(practice)}/"
    assert Client().post(path, AGREED)["Location"] == f"/accounts/login/?next={path}"
    assert rows() == (0, 0, 0, 0)


def test_used_over_closed_and_unknown_are_one_page_without_a_hint(mine: StrictClient, person: User) -> None:
    practice, closed, erased = people.practice(), people.practice(), people.practice()
    used, over, shut = (practices.invite(practice) or "" for _ in range(3))
    Invitation.objects.filter(token_hashed=practices.hashed(used)).update(used_at=timezone.now())
    late = practices.invite(closed)
    practices.close(closed.owner, closed)
    User.objects.filter(pk=erased.owner_id).update(closed_at=timezone.now())
    Invitation.objects.filter(token_hashed=practices.hashed(shut)).update(ends_at=timezone.now())
    paths = [f"/invited/{token}/" for token in (used, shut, late, "A" * 22, "x")]
    paths += [
        f"/{place}/{code}/" for place in ("start", "sharing/connect") for code in (closed.code, erased.code, "AAAA2222")
    ]
    pages = {body(mine.get(path)) for path in paths}
    with time_machine.travel(timezone.now() + timedelta(hours=72)):
        mine.force_login(person)
        pages.add(body(mine.get(f"/invited/{over}/")))
    assert len(pages) == 1
    assert "This link leads nowhere now" in pages.pop()
    assert len({body(StrictClient().get(path)) for path in paths if "connect" not in path}) == 1


def body(response: object) -> str:
    """The page without what is new each time: its token, and the address that the bar and a sign-in lead back to."""
    assert getattr(response, "status_code") == 404  # noqa: B009 - whatever the client gives
    text = re.sub(r'(content|value)="\w{64}"', "", str(getattr(response, "text")))  # noqa: B009
    return re.sub(r'\?(back|next)=[^"]*|content="\d+"', "", text)


def test_who_tries_one_address_after_the_other_is_asked_kindly_to_rest(
    mine: StrictClient, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "PACE", Pace(at_once=2, per_second=1 / 10, people=9))
    paths = [f"/start/{practice.code}/", "/invited/x/", f"/sharing/connect/{practice.code}/"]
    assert [mine.get(path).status_code for path in paths] == [200, 404, 429]
    tried = mine.post("/sharing/connect/", {"code": practice.code})
    assert (tried.status_code, tried["Retry-After"]) == (429, "10")
    assert "In a minute it goes on." in tried.text
    assert [Client().get(paths[0]).status_code for _ in range(3)] == [200, 200, 429]  # by address, signed out


def test_who_parted_can_connect_anew_and_nothing_of_before_opens(person: User, practice: Practice) -> None:
    row = people.connection(person, practice)
    connections.part_on(row, timezone.now(), Connection.Side.CLIENT)
    anew = people.connection(person, practice)
    row.refresh_from_db()
    assert (anew.pk != row.pk, row.ended_at is not None) == (True, True)
    assert [key.pk for key in ShareKey.objects.all()] == [anew.pk]
