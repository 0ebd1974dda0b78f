"""The whole step with not one character typed, and its doors."""

import pytest

from accounts.models import User
from tests.client import StrictClient
from tests.exercises.pages import Page, get
from tests.exercises_place.conftest import press

STEP = "/steps/place/"
PARTS = ["where", "around", "there", "light", "weather", "key", "words"]


def at(screen: str) -> str:
    return f"{STEP}{screen}/"


def test_doors_are_three_of_one_size_and_a_way_past_them(signed_in: StrictClient) -> None:
    assert get(signed_in, at("doors")).buttons == ["skip", "door:breathe", "door:sense", "door:hold", "skip", "stop"]
    for door in ("breathe", "sense", "hold"):
        assert press(signed_in, at("doors"), f"door:{door}") == at(door)
    assert press(signed_in, at("doors"), "skip") == at("where")


def test_walk_without_a_character_reaches_the_close(signed_in: StrictClient, person: User) -> None:
    assert signed_in.get(STEP)["Location"] == at("doors")
    assert press(signed_in, at("breathe"), "keep") == at("near")
    assert press(signed_in, at("near"), "skip") == at("where")
    for part, following in zip(PARTS, [*PARTS[1:], "card"], strict=True):
        assert press(signed_in, at(part), "skip") == at(following)
    assert press(signed_in, at("card"), "keep") == at("close")
    assert "That’s plenty for today." in get(signed_in, at("close")).heading
    assert person.places.count() == 0
    assert person.entries.count() == 0


@pytest.mark.parametrize("screen", ["doors", "breathe", "sense", "hold", "near", *PARTS, "scene", "card"])
def test_stopping_rests_there_and_leads_to_the_close(signed_in: StrictClient, screen: str) -> None:
    assert press(signed_in, at(screen), "stop") == at("close")
    assert signed_in.get(STEP)["Location"] == at(screen)


def test_the_card_of_a_place_can_be_skipped_or_rested_on(signed_in: StrictClient) -> None:
    press(signed_in, at("scene"), "keep", name="The edge")
    assert press(signed_in, at("card"), "stop") == at("close")
    assert signed_in.get(STEP)["Location"] == at("card")
    assert press(signed_in, at("card"), "skip") == at("close")
    assert {"skip", "stop"} & set(get(signed_in, "/place/").buttons) == set()


@pytest.mark.parametrize("screen", ["sense", "hold"])
def test_settling_leads_to_the_noticing(signed_in: StrictClient, screen: str) -> None:
    assert press(signed_in, at(screen), "keep") == at("near")


def test_breathing_leads_to_the_senses_without_comment(signed_in: StrictClient) -> None:
    page = get(signed_in, at("breathe"))
    assert at("sense") in page.links
    assert page.text.count("This isn’t helping") == 1


def test_what_is_sensed_can_not_be_posted(signed_in: StrictClient) -> None:
    page = get(signed_in, at("sense"))
    assert sorted(page.fields) == ["csrfmiddlewaretoken"]
    assert page.response.text.count('id="sense-') == 5
    assert "We don’t keep these." in page.text


def test_noticing_takes_only_its_four_answers(signed_in: StrictClient) -> None:
    page = get(signed_in, at("near"))
    response = signed_in.post(at("near"), {**page.fields, "picked": "somebody", "go": "keep"})
    assert response.status_code == 422
    assert Page(response).heading == "Is anyone small nearby?"
