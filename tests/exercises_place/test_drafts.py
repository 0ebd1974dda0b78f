"""What a script holds while somebody chooses and types: answered for exactly what came, and nothing is finished by it."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from accounts.models import User
from exercises import places
from exercises.models import Place
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import get
from tests.exercises_place.conftest import box_of, choices_of, press

BUILDER = "/steps/place/scene/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def place(signed_in: StrictClient, person: User) -> Place:
    press(signed_in, BUILDER, "keep", name="The low end", line="the loud one")
    return person.places.get()


def hold(client: StrictClient, person: User, address: str = BUILDER, **typed: str) -> Any:
    """Post a form as the script does."""
    headers = {"X-Requested-With": "journal", "X-Writer": str(person.pk), "Idempotency-Key": str(uuid4())}
    body = urlencode({f"{name}.text": text for name, text in typed.items()})
    return client.post(address, body, content_type=FORM, headers=headers)


def test_a_draft_is_answered_for_exactly_the_form_that_came(signed_in: StrictClient, person: User) -> None:
    operation, body = str(uuid4()), urlencode({"name.text": "Half a näme", "light": "night"})
    headers = {"X-Requested-With": "journal", "X-Writer": str(person.pk), "Idempotency-Key": operation}
    response = signed_in.post(BUILDER, body, content_type=FORM, headers=headers)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["op"], answer["sha256"]) == (operation, sha256(body.encode()).hexdigest()[:16])
    assert sorted(answer) == ["op", "saved_at", "sha256"]
    page = get(signed_in, BUILDER)
    assert (page.fields["name.text"], page.fields["light"]) == (["Half a näme"], ["night"])
    assert "Kept at" in page.text
    assert person.places.count() == 0


def test_a_line_for_the_box_is_held_sealed_and_not_put_away(
    signed_in: StrictClient, person: User, place: Place
) -> None:
    assert hold(signed_in, person, line="the other one").status_code == 200
    assert get(signed_in, BUILDER).fields["line.text"] == ["the other one"]
    assert box_of(place) == "the loud one"
    assert b"the other one" not in bytes(person.visits.get().choices_sealed or b"")
    press(signed_in, BUILDER, "box")
    place.refresh_from_db()
    assert box_of(place) == "the loud one\nthe other one"
    assert get(signed_in, BUILDER).fields["line.text"] == [""]


@pytest.mark.parametrize("held", [*places.LINES, "word_1", "word_2", "word_3", "line"])
def test_each_line_comes_back_where_it_was_typed(signed_in: StrictClient, person: User, held: str) -> None:
    hold(signed_in, person, **{held: "salt"})
    fields = get(signed_in, BUILDER).fields
    found = {name for name in (*places.LINES, *places.WORDS, "line") if fields[f"{name}.text"] == ["salt"]}
    assert found == {held}


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"X-Writer": str(uuid4())}, 409), ({"X-Writer": ""}, 409), ({"Idempotency-Key": "x"}, 400)],
)
def test_a_draft_of_somebody_else_or_of_no_operation_is_refused(
    signed_in: StrictClient, person: User, changed: dict[str, str], status: int
) -> None:
    headers = {"X-Requested-With": "journal", "X-Writer": str(person.pk), "Idempotency-Key": str(uuid4()), **changed}
    response = signed_in.post(BUILDER, "name.text=mine", content_type=FORM, headers=headers)
    assert response.status_code == status
    assert person.visits.count() == 0


def test_a_draft_of_too_much_is_refused_and_of_nobody_too(signed_in: StrictClient, person: User) -> None:
    assert hold(signed_in, person, name="x" * 61).status_code == 413
    assert person.visits.count() == 0
    signed_in.logout()
    response = hold(signed_in, person, name="mine")
    assert (response.status_code, response.json()) == (401, {"error": "session"})


@pytest.mark.parametrize("address", ["/steps/letter/becomes/", "/steps/place/near/", "/steps/hello/intro/"])
def test_a_screen_without_a_draft_of_its_own_says_so(signed_in: StrictClient, person: User, address: str) -> None:
    assert hold(signed_in, person, address).status_code == 422
    assert person.visits.count() == 0


@pytest.mark.parametrize("address", [BUILDER, "/place/{pk}/box/"])
def test_a_page_opened_for_another_account_keeps_nothing(
    signed_in: StrictClient, person: User, place: Place, address: str
) -> None:
    before = Place.objects.values().get()
    typed = {"writer": str(uuid4()), "name.text": "theirs", "inside.text": "theirs"}
    response = signed_in.post(address.format(pk=place.pk), typed)
    assert response.status_code == 422
    assert response.text.count("theirs") >= 1
    assert Place.objects.values().get() == before


def test_the_open_box_is_held_and_changes_only_when_the_lid_is_closed(
    signed_in: StrictClient, person: User, place: Place
) -> None:
    address = f"/place/{place.pk}/box/"
    assert hold(signed_in, person, address, inside="").status_code == 200
    assert box_of(Place.objects.get()) == "the loud one"
    assert get(signed_in, address).fields["inside.text"] == [""]
    assert "You had begun to change it." in get(signed_in, address).text
    hold(signed_in, person, address, inside="a quiet one")
    press(signed_in, BUILDER, "keep", name="The edge")
    assert get(signed_in, address).fields["inside.text"] == ["a quiet one"]
    assert "a quiet one" not in signed_in.get("/place/").text
    signed_in.post(address, {"inside.text": "a quiet one"})
    kept = Place.objects.get()
    assert (box_of(kept), choices_of(kept).get("inside")) == ("a quiet one", None)


def test_the_open_box_can_be_left_as_it_was(signed_in: StrictClient, person: User, place: Place) -> None:
    address = f"/place/{place.pk}/box/"
    hold(signed_in, person, address, inside="changed")
    assert press(signed_in, address, "as-it-was") == f"/place/{place.pk}/"
    assert get(signed_in, address).fields["inside.text"] == ["the loud one"]


def test_a_draft_of_too_much_for_the_box_or_by_a_stranger_changes_nothing(
    signed_in: StrictClient, person: User, place: Place
) -> None:
    address = f"/place/{place.pk}/box/"
    assert hold(signed_in, person, address, inside="x" * 20_001).status_code == 413
    stranger = factories.person()
    signed_in.force_login(stranger)
    assert hold(signed_in, stranger, address, inside="mine").status_code == 404
    assert choices_of(Place.objects.get()).get("inside") is None


def test_the_name_of_a_letter_is_held_and_the_choice_beside_it(signed_in: StrictClient, person: User) -> None:
    press(signed_in, "/steps/letter/write/", "keep", letter="That is all.")
    becomes = "/steps/letter/becomes/"
    headers = {"X-Requested-With": "journal", "X-Writer": str(person.pk), "Idempotency-Key": str(uuid4())}
    body = urlencode({"title.text": "The oak", "picked": "drawer"})
    assert signed_in.post(becomes, body, content_type=FORM, headers=headers).status_code == 200
    page = get(signed_in, becomes)
    assert (page.fields["title.text"], page.fields["picked"]) == (["The oak"], ["drawer"])
    letter = person.entries.get()
    assert (letter.kept_at, letter.drawer) == (None, False)
    assert hold(signed_in, person, becomes, title="x" * 121).status_code == 413
    assert get(signed_in, becomes).fields["title.text"] == ["The oak"]
