"""*Kindness* and wishes that were set down: offered first, chosen, and given something."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from journal.models import Wish
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

WISH, GIFT, TODAY, CLOSE = (f"/steps/kindness/{key}/" for key in ("wish", "gift", "today", "close"))


def wish(person: User, text: str = "a den with a door", **fields: Any) -> Wish:
    with keyring.opened_for(person.pk, purpose="a test"):
        made = Wish(owner=person, made_at=timezone.now(), **fields)
        made.text = text
        made.save()
    return made


def pick(client: StrictClient, row: Wish) -> None:
    assert pages.press(client, WISH, "keep", {"picked": f"wished:{row.pk}"}) == GIFT


def given(row: Wish) -> bool:
    row.refresh_from_db()
    return row.given_at is not None


def test_wishes_are_offered_in_their_own_words_before_quotes_and_needs(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a boat\na den with a door", question_key="hopes")
    wish(person)
    wish(person, "put away", withdrawn_at=timezone.now())
    had = wish(person, "a dog", given_at=timezone.now())
    factories.entry(person, "we walked the neighbour’s", kind="gift", step="kindness", wish=had)
    text = pages.get(signed_in, WISH).text
    said = [
        "Wishes you set down a den with a door",
        "Wishes that were given something",
        "a dog we walked the neighbour’s",
    ]
    said += ["You wrote these under “Secret hopes” a boat Or something", "Rest"]
    assert [text.index(words) for words in said] == sorted(text.index(words) for words in said)
    assert (text.count("a den with a door"), "put away" in text) == (1, False)
    assert WISH.replace("steps/kindness/wish", "wishes") in pages.get(signed_in, WISH).links
    assert "/wishes/" in pages.get(signed_in, CLOSE).links
    assert "/wishes/" in pages.get(signed_in, "/kept/").links


def test_a_gift_kept_for_a_wish_gives_it_something(signed_in: StrictClient, person: User) -> None:
    row = wish(person)
    pick(signed_in, row)
    assert "The wish you chose a den with a door Give it" in pages.get(signed_in, GIFT).text
    assert pages.get(signed_in, WISH).fields["picked"] == [f"wished:{row.pk}"]
    pages.press(signed_in, GIFT, "stop", {"time": "an hour"})
    assert (person.entries.get().wish_id, given(row)) == (row.pk, False)
    pages.press(signed_in, GIFT, "keep", {"words": "   "})
    assert given(row)
    first = row.given_at
    page = pages.get(signed_in, TODAY)
    assert "For this wish a den with a door" in page.text
    pick(signed_in, row)
    pages.press(signed_in, GIFT, "keep", {"words": "you were right"})
    assert (given(row), row.given_at == first, row.gifts.count()) == (True, True, 2)
    text = pages.get(signed_in, "/wishes/").text
    assert ("Given something a den with a door" in text, "you were right" in text, "an hour" in text) == (True,) * 3


def test_a_gift_without_a_wish_is_given_to_none(signed_in: StrictClient, person: User) -> None:
    row = wish(person)
    pages.press(signed_in, WISH, "keep", {"picked": "rest"})
    pages.press(signed_in, GIFT, "keep", {"words": "you were right"})
    assert (person.entries.get().wish_id, given(row)) == (None, False)


def test_a_gift_left_open_goes_to_the_wish_that_stands_above_it_when_it_is_kept(
    signed_in: StrictClient, person: User
) -> None:
    one, two = wish(person), wish(person, "a boat")
    pick(signed_in, one)
    pages.press(signed_in, GIFT, "stop", {"time": "an hour"})
    pick(signed_in, two)
    assert pages.get(signed_in, GIFT).fields["time.text"] == ["an hour"]
    pages.press(signed_in, GIFT, "keep")
    assert (person.entries.get().wish_id, given(one), given(two)) == (two.pk, False, True)
    pick(signed_in, one)
    data = {**pages.get(signed_in, f"/kept/{person.entries.get().pk}/edit/").fields, "words.text": "two hours"}
    signed_in.post(f"/kept/{person.entries.get().pk}/edit/", data)
    assert (person.entries.get().wish_id, given(one)) == (two.pk, False)


def test_a_gift_sent_twice_by_a_script_and_then_kept_by_its_form_is_one_gift(
    signed_in: StrictClient, person: User
) -> None:
    row = wish(person)
    pick(signed_in, row)
    page = pages.get(signed_in, GIFT)
    fields = {name: page.fields[f"time.{name}"][0] for name in ("entry", "op", "about")}
    headers = {
        "If-Match": '"0"',
        "X-Writer": str(person.pk),
        "X-About": fields["about"],
        "Idempotency-Key": fields["op"],
    }
    for _ in range(2):
        assert (
            signed_in.put(f"/kept/{fields['entry']}/text/", "an hour", "text/plain", headers=headers).status_code == 200
        )
    assert not given(row)
    assert signed_in.post(GIFT, pages.data_for(page, "keep", {"time": "an hour"})).status_code == 302
    assert (row.gifts.count(), given(row)) == (1, True)
    beneath = f"/kept/{row.gifts.get().pk}/note/"
    signed_in.post(beneath, {**pages.get(signed_in, beneath).fields, "note.text": "it went well"})
    assert row.gifts.count() == 1


@pytest.mark.parametrize("what", ["put away", "theirs", "nothing", "no key"])
def test_a_wish_that_is_not_offered_is_refused_and_nothing_is_lost(
    signed_in: StrictClient, person: User, what: str
) -> None:
    rows = {"put away": wish(person, withdrawn_at=timezone.now()), "theirs": wish(factories.person())}
    keys = {**{name: str(row.pk) for name, row in rows.items()}, "nothing": str(uuid4()), "no key": "mine"}
    data = pages.data_for(
        pages.get(signed_in, WISH), "keep", {"picked": f"wished:{keys[what]}", "own-wish": "my words"}
    )
    answer = signed_in.post(WISH, data)
    assert (answer.status_code, pages.Page(answer).fields["own-wish.text"]) == (422, ["my words"])
    assert not person.visits.exists()
    assert pages.get(signed_in, f"{WISH}?picked=wished:{keys[what]}").status == 200


def test_a_wish_beyond_the_first_ones_can_be_given_something_from_its_page(
    signed_in: StrictClient, person: User
) -> None:
    oldest = wish(person, "the very first")
    for number in range(12):
        wish(person, f"wish {number}")
    assert "the very first" not in pages.get(signed_in, WISH).text
    link = f"{WISH}?picked=wished:{oldest.pk}"
    assert link in pages.get(signed_in, "/wishes/").links
    assert pages.get(signed_in, link).fields["picked"] == [f"wished:{oldest.pk}"]
    pick(signed_in, oldest)
    assert "the very first" in pages.get(signed_in, GIFT).text
    Wish.objects.filter(pk=oldest.pk).update(withdrawn_at=timezone.now())
    assert "The wish you chose the very first" in pages.get(signed_in, GIFT).text
    assert "the very first" not in pages.get(signed_in, WISH).text


def test_a_wish_chosen_is_noted_by_its_key_alone(signed_in: StrictClient, person: User) -> None:
    row = wish(person)
    pick(signed_in, row)
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"wish": {"picked": "wished", "wish": str(row.pk)}}
    with keyring.opened_for(person.pk, purpose="a test"):
        row.text = "a den with two doors"
        row.save()
    assert "The wish you chose a den with two doors" in pages.get(signed_in, GIFT).text
