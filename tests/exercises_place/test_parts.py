"""The place over short screens: each asks for one thing, and none forgets what another was told."""

import pytest

from accounts.models import User
from exercises import flow, packs, scene
from tests.client import StrictClient
from tests.exercises.pages import Page, get
from tests.exercises_place.conftest import box_of, choices_of, data_for, press
from vault import keyring

STEP = "/steps/place/"
PARTS = [f"{STEP}{part.key}/" for part in flow.beside(packs.load()["place"], "part")]
WHERE, AROUND, THERE, LIGHT, WEATHER, KEY, WORDS = PARTS
BUILDER, CARD = f"{STEP}scene/", f"{STEP}card/"
SAID = (
    (WHERE, {"who": "sight", "somewhere": "past the weir"}),
    (AROUND, {"ground": "shore"}),
    (THERE, {"shelter": "boat", "reach": "a torch"}),
    (LIGHT, {"light": "night"}),
    (WEATHER, {"weather": "snow"}),
    (KEY, {"key": "both", "welcome": "the cat"}),
    (WORDS, {"name": "The edge", "word_2": "salt"}),
)
WHOLE = {
    "who": "sight", "somewhere": "past the weir", "ground": "shore", "shelter": "boat", "reach": "a torch",
    "light": "night", "weather": "snow", "key": "both", "welcome": "the cat", "name": "The edge",
    "words": ["", "salt"],
}  # fmt: skip


def test_seven_short_screens_make_one_place(signed_in: StrictClient, person: User) -> None:
    for (at, said), following in zip(SAID, [*PARTS[1:], CARD], strict=True):
        assert press(signed_in, at, "keep", **said) == following
    assert choices_of(person.places.get()) == WHOLE
    page = get(signed_in, CARD)
    for words in ("The edge", "past the weir", "a torch", "the cat", "salt", "With little bear far off, and in sight."):
        assert page.text.count(words) == 1


@pytest.mark.parametrize("at", PARTS)
def test_a_part_asks_for_its_own_and_shows_the_whole_picture(signed_in: StrictClient, at: str) -> None:
    press(signed_in, WORDS, "keep", name="The edge")
    press(signed_in, BUILDER, "keep", ground="shore", shelter="boat", light="night", weather="snow", who="beside")
    page = get(signed_in, at)
    assert 'aria-label="A boat on a shore, at night. Snow is coming down."' in page.response.text
    own = {name for name in page.fields if name not in {"csrfmiddlewaretoken", "writer", "box", "line.text"}}
    assert len(own) <= 5
    assert page.buttons == ["show", "box", "different", "keep", "skip", "nothing", "stop", "enough", "whole"]
    assert [link for link in page.links if link in PARTS][-7:] == PARTS


def test_what_another_part_was_told_stays(signed_in: StrictClient, person: User) -> None:
    for at, said in SAID:
        press(signed_in, at, "keep", **said)
    press(signed_in, LIGHT, "keep", light="dawn")
    press(signed_in, WORDS, "keep", name="", word_2="rope")
    changed = {**WHOLE, "light": "dawn", "name": "", "words": ["", "rope"]}
    assert choices_of(person.places.get()) == changed


def test_where_draws_until_somebody_chooses(signed_in: StrictClient) -> None:
    press(signed_in, WHERE, "show", who="outdoors")
    assert 'aria-label="A big tree on a low hill, in evening light.' in get(signed_in, WHERE).response.text
    assert get(signed_in, AROUND).fields["ground"] == ["meadow"]
    press(signed_in, AROUND, "keep", ground="wood")
    press(signed_in, WHERE, "keep", who="made-up")
    assert get(signed_in, AROUND).fields["ground"] == ["wood"]


@pytest.mark.parametrize("button", ["keep", "enough"])
def test_nothing_said_makes_no_place(signed_in: StrictClient, person: User, button: str) -> None:
    assert press(signed_in, WHERE, button) == (AROUND if button == "keep" else CARD)
    assert person.places.count() == 0
    assert "A place can come later." in get(signed_in, CARD).text


def test_enough_keeps_what_there_is_and_leads_to_the_card(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, WHERE, "enough", who="arms") == CARD
    assert choices_of(person.places.get()) == {"who": "arms", "somewhere": ""}
    assert "With little bear in your arms." in get(signed_in, CARD).text


def test_nothing_comes_is_an_answer_and_holds_what_was_typed(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, WORDS, "nothing", name="Half a na") == CARD
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices["words"] == {"nothing": True}
    assert person.places.count() == 0
    assert get(signed_in, WORDS).fields["name.text"] == ["Half a na"]
    assert get(signed_in, BUILDER).fields["name.text"] == ["Half a na"]


@pytest.mark.parametrize("button", ["skip", "stop", "whole", "show"])
def test_a_press_that_keeps_nothing_holds_it_for_every_part(signed_in: StrictClient, person: User, button: str) -> None:
    leads = {"skip": THERE, "stop": f"{STEP}close/", "whole": BUILDER, "show": AROUND}
    assert press(signed_in, AROUND, button, ground="shore") == leads[button]
    assert person.places.count() == 0
    assert get(signed_in, BUILDER).fields["ground"] == ["shore"]
    if button == "stop":
        assert signed_in.get(STEP)["Location"] == AROUND


def test_different_place_begins_at_the_first_part(signed_in: StrictClient, person: User) -> None:
    press(signed_in, WORDS, "keep", name="One")
    assert press(signed_in, WORDS, "different", name="One, later") == WHERE
    assert get(signed_in, WORDS).fields["name.text"] == [""]
    press(signed_in, WORDS, "keep", name="Two")
    assert {choices_of(place)["name"] for place in person.places.all()} == {"One, later", "Two"}


def test_a_line_is_put_away_from_any_part(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, WEATHER, "box", line="the loud one") == WEATHER
    assert box_of(person.places.get()) == "the loud one"
    page = get(signed_in, KEY)
    assert "the loud one" not in page.response.text
    assert f"/place/{person.places.get().pk}/box/" in page.links


def test_more_than_fits_comes_back_on_its_own_part(signed_in: StrictClient, person: User) -> None:
    press(signed_in, AROUND, "keep", ground="shore")
    page = get(signed_in, THERE)
    answer = Page(signed_in.post(THERE, data_for(page, "keep", shelter="boat", reach="y" * 201)))
    assert (answer.status, answer.heading) == (422, "What’s there?")
    assert answer.fields["reach.text"] == ["y" * 201]
    assert "Not kept yet." in answer.text
    assert "Kept at" not in answer.text
    assert scene.compose({"ground": "shore", "shelter": "boat"}).sentence in answer.response.text
    assert "shelter" not in choices_of(person.places.get())


def test_a_part_takes_only_its_own_choices(signed_in: StrictClient, person: User) -> None:
    press(signed_in, AROUND, "keep", ground="shore")
    page = get(signed_in, WHERE)
    signed_in.post(WHERE, {**data_for(page, "keep"), "who": "thief", "key": "../../x"})
    assert choices_of(person.places.get()) == {"ground": "shore", "somewhere": ""}
