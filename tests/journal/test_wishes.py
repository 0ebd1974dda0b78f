"""Wishes: set down once, in words of their own; waiting, given something, put away and had back."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.about import About
from journal.models import Entry, Wish
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, get
from vault import keyring

WISHES = "/wishes/"
HOPES = "A den with a door.\nSomeone to wait. A <b>dog</b>!"


@pytest.fixture
def person(db: None) -> User:
    return factories.person()


@pytest.fixture
def signed_in(client: StrictClient, person: User) -> StrictClient:
    client.force_login(person)
    client.typed.append("A <b>dog</b>!")
    return client


@pytest.fixture
def hopes(person: User) -> Entry:
    return factories.entry(person, HOPES, question_key="hopes", local_date=date(2026, 5, 3))


def wish(person: User, text: str = "a den", **fields: Any) -> Wish:
    with keyring.opened_for(person.pk, purpose="a test"):
        made = Wish(owner=person, made_at=timezone.now(), **fields)
        made.text = text
        made.save()
    return made


def gift(person: User, to: Wish, text: str = "an hour in the den", **fields: Any) -> Entry:
    values = {"kind": "gift", "step": "kindness", "question_key": "time", "local_date": date(2026, 6, 1), **fields}
    return factories.entry(person, text, wish=to, **values)


def said(person: User) -> list[str]:
    with keyring.opened_for(person.pk, purpose="a test"):
        return sorted(row.text for row in person.wishes.all())


def send(client: StrictClient, address: str, **changed: object) -> Any:
    return client.post(address, {**get(client, address).fields, **changed})


def test_lines_of_a_hope_become_wishes_once_however_often_sent(
    signed_in: StrictClient, person: User, hopes: Entry
) -> None:
    address = f"/kept/{hopes.pk}/wish/"
    assert address in get(signed_in, f"/kept/{hopes.pk}/").links
    assert f"{address}?next=/steps/hello/read-back/" in get(signed_in, "/steps/hello/read-back/").links
    page = get(signed_in, address)
    chosen = {**page.fields, "line": ["A den with a door.", "A <b>dog</b>!"], "wish.text": " Somebody\r\nwho waits "}
    for _ in range(2):
        assert signed_in.post(address, chosen)["Location"] == WISHES
    assert said(person) == ["A <b>dog</b>!", "A den with a door.", "Somebody\nwho waits"]
    assert set(person.wishes.values_list("source", flat=True)) == {hopes.pk}
    assert get(signed_in, address).text.count("A wish already") == 2
    signed_in.post(f"/wishes/{person.wishes.order_by('pk')[0].pk}/withdraw/")
    assert signed_in.post(f"{address}?next=/home/", chosen)["Location"] == "/home/"
    assert (person.wishes.count(), person.wishes.filter(withdrawn_at=None).count()) == (3, 3)


def test_a_wish_outlives_rewording_and_loss_of_its_source(signed_in: StrictClient, person: User, hopes: Entry) -> None:
    send(signed_in, f"/kept/{hopes.pk}/wish/", line="A den with a door.")
    source = f"/kept/{hopes.pk}/"
    assert (source in get(signed_in, WISHES).links, "on 3 May 2026" in get(signed_in, WISHES).text) == (True, True)
    send(signed_in, f"/kept/{hopes.pk}/edit/", **{"words.text": "nothing of the kind"})
    assert "A den with a door." in get(signed_in, WISHES).text
    signed_in.post(f"{source}bin/")
    page = get(signed_in, WISHES)
    assert ("A den with a door." in page.text, source in page.links) == (True, False)
    signed_in.post(f"{source}for-good/")
    assert not person.entries.exists()
    assert "A den with a door." in get(signed_in, WISHES).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "Nothing is chosen so far."),
        ({"line": ["A castle."], "wish.text": "my words"}, "isn’t in that answer any more"),
        ({"wish.text": "x" * 601}, "Up to 600 characters find room."),
        ({"wish.text": "my words", "writer": str(uuid4())}, "opened for another account"),
    ],
)
def test_what_cannot_be_set_down_comes_back_with_every_word(
    signed_in: StrictClient, person: User, hopes: Entry, changed: dict[str, Any], says: str
) -> None:
    answer = send(signed_in, f"/kept/{hopes.pk}/wish/", **changed)
    page = Page(answer)
    assert (answer.status_code, says in page.text) == (422, True)
    assert page.fields["wish.text"] == [changed.get("wish.text", "")]
    assert not person.wishes.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"question_key": "first-words"},
        {"kept_at": None},
        {"binned_at": timezone.now()},
        {"sealed_until": date(2999, 1, 1)},
    ],
)
def test_only_hopes_that_were_kept_can_be_set_down(
    signed_in: StrictClient, person: User, fields: dict[str, Any]
) -> None:
    row = factories.entry(person, HOPES, **{"question_key": "hopes", **fields})
    address = f"/kept/{row.pk}/wish/"
    assert (address in get(signed_in, f"/kept/{row.pk}/").links) == ("sealed_until" in fields)
    assert (signed_in.get(address).status_code, signed_in.post(address).status_code) == (404, 404)


def test_a_wish_is_written_by_itself_and_never_twice(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, WISHES)
    sent = {**page.fields, "wish.text": "to be picked first"}
    for _ in range(2):
        assert signed_in.post(WISHES, sent)["Location"] == WISHES
    assert said(person) == ["to be picked first"]
    signed_in.post(WISHES, {**sent, "wish.text": "and a boat"})
    assert said(person) == ["and a boat", "to be picked first"]
    theirs = wish(factories.person())
    signed_in.post(WISHES, {**sent, "wish.text": "mine", "key": str(theirs.pk)})
    assert said(person) == ["and a boat", "mine", "to be picked first"]
    for text, says in (("  ", "The words are still open."), ("x" * 601, "Up to 600 characters")):
        answer = signed_in.post(WISHES, {**get(signed_in, WISHES).fields, "wish.text": text})
        assert (answer.status_code, says in answer.text, text.strip() in answer.text) == (422, True, True)
    other = signed_in.post(
        WISHES, {**get(signed_in, WISHES).fields, "wish.text": "whose", "writer": str(theirs.owner_id)}
    )
    assert (other.status_code, Page(other).fields["wish.text"]) == (422, ["whose"])
    assert signed_in.post(WISHES, {**sent, "key": "none"}).status_code == 400
    assert (person.wishes.count(), theirs.owner.wishes.count()) == (3, 1)


def test_the_script_waits_for_an_answer_that_names_what_came(
    signed_in: StrictClient, person: User, hopes: Entry
) -> None:
    """Each form twice, as a press whose answer was lost sends it; what does not fit is held of none."""
    row = wish(person)
    headers = {"X-Requested-With": "journal", "X-Writer": str(person.pk), "Idempotency-Key": str(uuid4())}
    for address in (WISHES, f"/wishes/{row.pk}/", f"/kept/{hopes.pk}/wish/"):
        fields = get(signed_in, address).fields
        for text, status in (("x" * 601, 422), ("", 422), (f"a boat at {address}", 200), (f"a boat at {address}", 200)):
            body = urlencode({**fields, "wish.text": text}, doseq=True)
            answer = signed_in.post(address, body, content_type="application/x-www-form-urlencoded", headers=headers)
            assert (address, text[:9], answer.status_code) == (address, text[:9], status)
        assert answer.json()["op"] == headers["Idempotency-Key"]
        assert signed_in.get(address, headers=headers).status_code == 200
        stranger = {**headers, "X-Writer": str(uuid4())}
        assert signed_in.post(address, {**fields, "wish.text": "theirs"}, headers=stranger).status_code == 409
    assert said(person) == [f"a boat at {a}" for a in (f"/kept/{hopes.pk}/wish/", WISHES, f"/wishes/{row.pk}/")]


def test_leaving_keeps_a_wish_that_was_typed(signed_in: StrictClient, person: User) -> None:
    signed_in.post(f"{WISHES}?leave", {**get(signed_in, WISHES).fields, "wish.text": "a quick one"})
    hope = factories.entry(person, HOPES, question_key="hopes")
    for address in (WISHES, f"/kept/{hope.pk}/wish/"):
        signed_in.force_login(person)
        left = signed_in.post(f"{address}?leave", get(signed_in, address).fields)
        assert left["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert said(person) == ["a quick one"]


def test_other_words_replace_those_that_were_seen_and_no_others(signed_in: StrictClient, person: User) -> None:
    row = wish(person)
    address = f"/wishes/{row.pk}/"
    page = get(signed_in, address)
    assert page.fields["wish.text"] == ["a den"]
    assert send(signed_in, address, **{"wish.text": "a den with a door"})["Location"] == WISHES
    late = signed_in.post(address, {**page.fields, "wish.text": "a tent"})
    again = Page(late)
    assert (late.status_code, "a den with a door" in again.text, again.fields["wish.text"]) == (422, True, ["a tent"])
    assert said(person) == ["a den with a door"]
    assert signed_in.post(address, again.fields)["Location"] == WISHES
    assert said(person) == ["a tent"]
    empty = send(signed_in, address, **{"wish.text": " "})
    assert (empty.status_code, said(person)) == (422, ["a tent"])


def test_a_wish_is_put_away_by_one_press_and_back_by_one(signed_in: StrictClient, person: User) -> None:
    row = wish(person)
    for _ in range(2):
        assert signed_in.post(f"/wishes/{row.pk}/withdraw/")["Location"] == WISHES
    text = get(signed_in, WISHES).text
    assert ("Still waiting" in text, "Put away" in text, "a den" in text) == (False, True, True)
    assert signed_in.post(f"/wishes/{row.pk}/have-back/")["Location"] == WISHES
    text = get(signed_in, WISHES).text
    assert ("Still waiting a den" in text, "Put away" in text.replace("Put it away", "")) == (True, False)


def test_what_a_wish_was_given_stands_beneath_it(signed_in: StrictClient, person: User) -> None:
    row = wish(person, given_at=timezone.now())
    wish(person, "a boat")
    first, hidden = gift(person, row), gift(person, row, "not to be shown", drawer=True)
    gift(person, row, "let go", binned_at=timezone.now())
    gift(person, row, "begun", kept_at=None)
    page = get(signed_in, WISHES)
    assert "Given something a den an hour in the den 1 June 2026 A gift 1 June 2026" in page.text
    assert {f"/kept/{one.pk}/" for one in (first, hidden)} <= set(page.links)
    assert f"/wishes/#wish-{row.pk}" in get(signed_in, f"/kept/{first.pk}/").links
    assert [words in page.text for words in ("not to be shown", "let go", "begun")] == [False] * 3


def test_the_last_gift_let_go_has_its_wish_wait_again_and_brought_back_gives_it_again(
    signed_in: StrictClient, person: User
) -> None:
    row = wish(person, given_at=timezone.now())
    one, two = gift(person, row), gift(person, row)
    for pressed, waits in (
        (f"/kept/{one.pk}/bin/", False),
        (f"/kept/{two.pk}/bin/", True),
        (f"/kept/{one.pk}/unbin/", False),
    ):
        signed_in.post(pressed)
        row.refresh_from_db()
        assert ((row.given_at is None), "Still waiting" in get(signed_in, WISHES).text) == (waits, waits)


def test_a_gift_emptied_and_written_again_is_noted(signed_in: StrictClient, person: User) -> None:
    row = wish(person, given_at=timezone.now())
    edit = f"/kept/{gift(person, row).pk}/edit/"
    for text, waits in (("  ", True), ("an hour", False)):
        send(signed_in, edit, **{"words.text": text})
        row.refresh_from_db()
        assert (row.given_at is None) == waits


def test_a_save_repeated_under_another_wish_gives_to_the_one_it_was_kept_for(person: User) -> None:
    one, other, now = wish(person), wish(person, "a lamp"), timezone.now()
    about = About(kind="gift", step="kindness", question_key="time", question="When?", pack=1, wish=one.pk)
    first = saving.Save(entry=uuid4(), operation=uuid4(), base_rev=0, text="an hour", about=about)
    with keyring.opened_for(person.pk, purpose="a test"):
        saving.save(person, first)
        again = saving.save(person, replace(first, about=replace(about, wish=other.pk), finish=True))
    assert again.replay
    assert person.entries.get(pk=first.entry).wish == one
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.given_at is not None
    assert one.given_at >= now
    assert other.given_at is None


@pytest.mark.django_db(transaction=True)
def test_a_gift_goes_on_where_its_wish_was_taken_out_meanwhile(person: User) -> None:
    row = wish(person)
    about = About(kind="gift", step="kindness", question_key="time", question="When?", pack=1, wish=row.pk)
    begun = saving.Save(entry=uuid4(), operation=uuid4(), base_rev=0, text="an hour", about=about)
    with keyring.opened_for(person.pk, purpose="a test"):
        saving.save(person, begun)
        row.delete()  # with an import that was taken out, in another tab
        saved = saving.save(person, replace(begun, operation=uuid4(), base_rev=1, text="an hour, in the den"))
        entry = person.entries.get(pk=begun.entry)
        assert (saved.conflict, entry.body, entry.wish_id) == (None, "an hour, in the den", None)


def test_wishes_take_as_many_queries_for_one_as_for_three_hundred(signed_in: StrictClient, person: User) -> None:
    taken, pages = [], (WISHES, "/steps/kindness/wish/")
    for more in (1, 2, 297):
        rows = [wish(person, source=factories.entry(person, question_key="hopes")) for _ in range(min(more, 2))]
        given = [wish(person, given_at=timezone.now()) for _ in rows]
        gift(person, given[0])
        if more > 2:
            Wish.objects.bulk_create([_like(person, rows[0]) for _ in range(more - 2)])
        counts = []
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                signed_in.get(address)
            counts.append(len(queries))
        taken.append(counts)
    assert person.wishes.count() > 300
    assert taken == [taken[0]] * 3


def _like(person: User, row: Wish) -> Wish:
    made = Wish(owner=person, made_at=row.made_at, source_id=row.source_id)
    with keyring.opened_for(person.pk, purpose="a test"):
        made.text = "one more"
    return made


def test_a_wish_that_cannot_be_opened_leaves_the_others(signed_in: StrictClient, person: User) -> None:
    bad = wish(person, "altered")
    wish(person, "a boat")
    sealed = bytearray(bad.text_sealed)
    sealed[50] ^= 1
    Wish.objects.filter(pk=bad.pk).update(text_sealed=bytes(sealed))
    text = get(signed_in, WISHES).text
    assert ("This one cannot be opened just now" in text, "a boat" in text) == (True, True)
    assert signed_in.get(f"/wishes/{bad.pk}/")["Location"] == WISHES
    assert "a boat" in get(signed_in, "/steps/kindness/wish/").text


def test_nobody_reaches_somebody_elses_wish(signed_in: StrictClient, person: User) -> None:
    theirs = wish(factories.person(), "theirs alone")
    hope = factories.entry(theirs.owner, HOPES, question_key="hopes")
    for address in (f"/wishes/{theirs.pk}/", f"/kept/{hope.pk}/wish/"):
        assert (signed_in.get(address).status_code, signed_in.post(address).status_code) == (404, 404)
        assert signed_in.put(address).status_code == 405
    for action in ("withdraw", "have-back"):
        address = f"/wishes/{theirs.pk}/{action}/"
        assert (signed_in.post(address).status_code, signed_in.get(address).status_code) == (404, 405)
    assert "theirs alone" not in signed_in.get(WISHES).text
    signed_in.logout()
    for address in (WISHES, f"/wishes/{theirs.pk}/", f"/kept/{hope.pk}/wish/"):
        assert signed_in.get(address)["Location"].startswith("/accounts/login/")
