"""The card, home, change, the box and the redraw: each its happy path, a stranger, and bad input."""

from uuid import uuid4

import pytest

from accounts.models import User
from exercises import scene
from exercises.models import Place
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import get
from tests.exercises_place.conftest import box_of, choices_of, press

BUILDER, CARD = "/steps/place/scene/", "/steps/place/card/"
HTMX = {"HX-Request": "true", "HX-Target": "frame"}


@pytest.fixture
def place(signed_in: StrictClient, person: User) -> Place:
    press(
        signed_in, BUILDER, "keep",
        ground="wood", shelter="hut", light="dawn", weather="mist", who="beside", key="me",
        name="The low end", somewhere="under the stairs", reach="a torch", welcome="the cat", word_1="warm flagstones", line="the loud one",
    )  # fmt: skip
    return person.places.get()


@pytest.mark.parametrize("address", [CARD, "/place/", "/place/{pk}/"])
def test_card_says_everything_that_was_chosen(signed_in: StrictClient, place: Place, address: str) -> None:
    page = get(signed_in, address.format(pk=place.pk))
    assert page.heading == "Your place"
    for words in (
        "The low end",
        "A small house in a clearing between trees, at first light. There’s a little mist.",
        "With little bear beside you.",
        "You hold the key.",
        "under the stairs",
        "Within reach: a torch",
        "the cat",
        "warm flagstones",
    ):
        assert page.text.count(words) == 1
    assert f'aria-label="{scene.compose(choices_of(place)).sentence}"' in page.response.text


def test_card_without_a_place_says_that_one_can_come_later(signed_in: StrictClient) -> None:
    for address in (CARD, "/place/"):
        page = get(signed_in, address)
        assert page.text.count("A place can come later.") == 1
        assert "/steps/place/where/" in page.links


def test_card_shows_the_words_there_are_and_the_builder_keeps_their_lines(
    signed_in: StrictClient, person: User
) -> None:
    press(signed_in, BUILDER, "keep", word_1="", word_2="salt", word_3="rope")
    assert choices_of(person.places.get())["words"] == ["", "salt", "rope"]
    assert signed_in.get(CARD).text.count('<li dir="auto">') == 2
    fields = get(signed_in, BUILDER).fields
    assert [fields[f"word_{number}.text"] for number in (1, 2, 3)] == [[""], ["salt"], ["rope"]]


def test_set_home_moves_the_home_scene_from_one_place_to_another(
    signed_in: StrictClient, place: Place, person: User
) -> None:
    assert signed_in.post(f"/place/{place.pk}/home/")["Location"] == f"/place/{place.pk}/"
    press(signed_in, BUILDER, "different")
    press(signed_in, BUILDER, "keep", name="Two")
    second = person.places.exclude(pk=place.pk).get()
    signed_in.post(f"/place/{second.pk}/home/")
    assert list(person.places.filter(is_home=True)) == [second]
    assert signed_in.get("/home/").text.count('data-light="') == 1
    assert "This is your home scene." in get(signed_in, "/place/").text


def test_change_brings_that_place_into_the_builder(signed_in: StrictClient, place: Place, person: User) -> None:
    press(signed_in, BUILDER, "different")
    press(signed_in, BUILDER, "keep", name="Two")
    assert signed_in.post(f"/place/{place.pk}/change/")["Location"] == BUILDER
    assert get(signed_in, BUILDER).heading == "The low end"
    press(signed_in, BUILDER, "keep", name="The low end, later")
    assert {choices_of(row)["name"] for row in person.places.all()} == {"The low end, later", "Two"}


def test_box_is_shown_when_asked_for_and_can_be_emptied(signed_in: StrictClient, place: Place) -> None:
    page = get(signed_in, f"/place/{place.pk}/box/")
    assert page.fields["inside.text"] == ["the loud one"]
    done = signed_in.post(f"/place/{place.pk}/box/", {"inside.text": "a quiet one\r\nand more"})
    assert done["Location"] == f"/place/{place.pk}/"
    place.refresh_from_db()
    assert box_of(place) == "a quiet one\nand more"
    signed_in.post(f"/place/{place.pk}/box/", {"inside.text": "  "})
    place.refresh_from_db()
    assert place.box_sealed is None
    assert f"/place/{place.pk}/box/" not in get(signed_in, "/place/").links


def test_box_of_too_much_is_given_back_whole(signed_in: StrictClient, place: Place) -> None:
    response = signed_in.post(f"/place/{place.pk}/box/", {"inside.text": "x" * 20_001})
    assert response.status_code == 422
    assert response.text.count("x" * 20_001) == 1
    place.refresh_from_db()
    assert box_of(place) == "the loud one"


@pytest.mark.parametrize("choices", [{"ground": "shore"}, {"ground": "../../x", "light": "\x00"}, {}])
def test_redraw_answers_with_the_scene_alone(signed_in: StrictClient, choices: dict[str, str]) -> None:
    response = signed_in.post("/place/scene/", choices, headers=HTMX)
    assert response.status_code == 200
    assert response.text.strip().startswith('<div class="scene-frame" id="frame">')
    assert response.text.count("<svg") == 1
    assert f'aria-label="{scene.compose(choices).sentence}"' in response.text


@pytest.mark.usefixtures("place")
def test_redraw_only_draws(signed_in: StrictClient) -> None:
    response = signed_in.post("/place/scene/", {"ground": "shore", "name.text": "Half a na"}, headers=HTMX)
    assert "on a shore" in response.text
    assert get(signed_in, BUILDER).fields["name.text"] == ["The low end"]


def test_redraw_without_htmx_leads_back_to_the_builder(signed_in: StrictClient) -> None:
    assert signed_in.post("/place/scene/", {"ground": "shore"})["Location"] == BUILDER


@pytest.mark.parametrize(
    ("method", "address"),
    [("get", ""), ("post", "home/"), ("post", "change/"), ("get", "box/"), ("post", "box/")],
)
def test_somebody_elses_place_is_answered_like_none(
    client: StrictClient, signed_in: StrictClient, place: Place, method: str, address: str
) -> None:
    before = Place.objects.values().get()
    client.force_login(factories.person())
    theirs = getattr(client, method)(f"/place/{place.pk}/{address}")
    none = getattr(client, method)(f"/place/{uuid4()}/{address}")
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.text == none.text
    assert Place.objects.values().get() == before


@pytest.mark.parametrize("address", ["/place/", "/place/{pk}/", "/place/{pk}/box/", BUILDER])
def test_pages_ask_for_sign_in(client: StrictClient, place: Place, address: str) -> None:
    client.logout()
    response = client.get(address.format(pk=place.pk))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/place/"),
        ("get", "/place/scene/"),
        ("get", "/place/{pk}/home/"),
        ("get", "/place/{pk}/change/"),
        ("put", "/place/{pk}/box/"),
    ],
)
def test_other_methods_are_answered_405(signed_in: StrictClient, place: Place, method: str, address: str) -> None:
    assert getattr(signed_in, method)(address.format(pk=place.pk)).status_code == 405
