"""The builder without scripts: choices are shown, kept, changed, and never dropped."""

from urllib.parse import urlencode

import pytest

from accounts.models import User
from exercises import places, scene
from exercises.models import Place, Visit
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, get
from tests.exercises_place.conftest import box_of, choices_of, data_for, press
from vault import keyring

BUILDER, CARD = "/steps/place/scene/", "/steps/place/card/"
EMPTY = {"somewhere": "", "reach": "", "welcome": "", "name": "", "words": []}
SHORE = {"ground": "shore", "shelter": "boat", "light": "night", "weather": "snow"}


def picture(page: Page) -> str:
    return scene.compose({part: page.fields[part][0] for part in scene.TABLES}).sentence


def test_builder_before_anything_shows_a_scene_that_its_radios_say(signed_in: StrictClient) -> None:
    page = get(signed_in, BUILDER)
    assert page.heading == "Make a good place"
    assert f'aria-label="{picture(page)}"' in page.response.text
    assert picture(page) == scene.compose({}).sentence
    assert "who" not in page.fields
    assert page.buttons == ["show", "box", "different", "keep", "skip", "stop"]


def test_show_me_redraws_keeps_what_is_typed_and_makes_no_place(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, BUILDER, "show", **SHORE, name="The edge", word_2="salt", who="sight") == BUILDER
    page = get(signed_in, BUILDER)
    assert picture(page) == "A boat on a shore, at night. Snow is coming down."
    assert page.fields["name.text"] == ["The edge"]
    assert page.fields["who"] == ["sight"]
    assert (page.fields["word_1.text"], page.fields["word_2.text"]) == ([""], ["salt"])
    assert person.places.count() == 0


def test_keep_makes_one_sealed_place_and_leads_to_its_card(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, BUILDER, "keep", **SHORE, key="both", name="The edge", word_1="salt") == CARD
    place = person.places.get()
    assert choices_of(place) == {**SHORE, "key": "both", **EMPTY, "name": "The edge", "words": ["salt"]}
    assert b"The edge" not in bytes(place.choices_sealed)
    assert (place.is_home, place.pack, place.time_zone) == (False, 1, "UTC")


def test_keep_again_changes_the_same_place(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "keep", name="One")
    press(signed_in, BUILDER, "keep", name="Two", **SHORE)
    assert choices_of(person.places.get())["name"] == "Two"


def test_a_later_visit_begins_with_the_place_there_is(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "keep", name="One", **SHORE)
    press(signed_in, CARD, "keep")
    assert person.visits.get().closed_at is not None
    page = get(signed_in, BUILDER)
    assert page.heading == "One"
    press(signed_in, BUILDER, "keep", name="One, later")
    assert choices_of(person.places.get())["name"] == "One, later"


def test_different_place_starts_afresh_and_the_old_one_stays(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "keep", name="One", **SHORE)
    assert press(signed_in, BUILDER, "different", name="One, changed") == BUILDER
    fresh = get(signed_in, BUILDER)
    assert (fresh.fields["name.text"], fresh.heading) == ([""], "Make a good place")
    press(signed_in, BUILDER, "keep", name="Two")
    names = {choices_of(place)["name"] for place in person.places.all()}
    assert names == {"One, changed", "Two"}
    assert get(signed_in, CARD).text.count("One, changed") == 1


def test_different_place_before_anything_was_said_makes_none(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "different", **SHORE)
    assert person.places.count() == 0
    assert picture(get(signed_in, BUILDER)) == scene.compose({}).sentence


@pytest.mark.parametrize("button", ["skip", "stop"])
def test_leaving_the_builder_holds_what_was_typed_for_later(signed_in: StrictClient, person: User, button: str) -> None:
    press(signed_in, BUILDER, button, name="Half a name", **SHORE)
    assert person.places.count() == 0
    assert get(signed_in, BUILDER).fields["name.text"] == ["Half a name"]


def test_stopping_in_the_builder_is_found_again_there(signed_in: StrictClient) -> None:
    press(signed_in, BUILDER, "stop")
    assert signed_in.get("/steps/place/")["Location"] == BUILDER


def test_unknown_choices_are_left_out_and_never_reach_a_path(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, BUILDER)
    bad = {"ground": "../../../etc/passwd", "shelter": "den\x00", "light": "", "who": "thief", "key": ["me", "nobody"]}
    assert signed_in.post(BUILDER, {**data_for(page, "keep"), **bad}).status_code == 302
    assert choices_of(person.places.get()) == {"weather": "clear", **EMPTY}


def test_a_value_from_a_newer_pack_still_shows_a_scene(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "keep")
    place = person.places.get()
    with_old = Place.objects.get(pk=place.pk)
    from_later(with_old)
    assert "A blanket den at the end of a garden" in signed_in.get("/place/").text


def from_later(place: Place) -> None:
    with keyring.opened_for(place.owner_id, purpose="a test"):
        place.choices = {"ground": "moon", "shelter": 4, "words": [], "name": ""}
    place.save()


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("name", places.NAME_MAX),
        ("welcome", places.WELCOME_MAX),
        ("somewhere", places.WELCOME_MAX),
        ("reach", places.WELCOME_MAX),
        ("word_3", places.WORD_MAX),
        ("line", places.LINE_MAX),
    ],
)
def test_more_than_fits_is_answered_422_with_everything_still_there(
    signed_in: StrictClient, person: User, field: str, limit: int
) -> None:
    page = get(signed_in, BUILDER)
    fits = {f"{field}.text": "x" * limit}
    assert signed_in.post(BUILDER, {**data_for(page, "show"), **fits}).status_code == 302
    Place.objects.all().delete()
    Visit.objects.all().delete()
    typed = {f"{field}.text": "y" * (limit + 1), **SHORE}
    response = signed_in.post(BUILDER, {**data_for(page, "keep"), **typed})
    assert response.status_code == 422
    back = Page(response)
    assert back.fields[f"{field}.text"] == ["y" * (limit + 1)]
    assert f"Up to {limit} characters find room." in back.text
    assert picture(back) == "A boat on a shore, at night. Snow is coming down."
    assert person.places.count() == 0


def test_typed_markup_is_shown_as_text(signed_in: StrictClient) -> None:
    nasty = "<b>\"&'</b><script>x</script>"
    signed_in.typed.append(nasty)
    press(signed_in, BUILDER, "keep", name=nasty, welcome=nasty, word_1=nasty)
    for address in (CARD, BUILDER, "/place/"):
        text = signed_in.get(address).text
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text


def test_a_nul_is_dropped_and_the_rest_kept(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, BUILDER)
    signed_in.post(BUILDER, {**data_for(page, "keep"), "name.text": "a\x00b"})
    assert choices_of(person.places.get())["name"] == "ab"


def test_an_unknown_button_is_answered_422_with_the_words(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, BUILDER)
    response = signed_in.post(BUILDER, {**data_for(page, "keep", name="Mine"), "go": "sell"})
    assert response.status_code == 422
    assert Page(response).fields["name.text"] == ["Mine"]
    assert person.places.count() == 0


def test_signed_out_while_building_the_words_come_back(client: StrictClient, person: User) -> None:
    client.force_login(person)
    data = data_for(get(client, BUILDER), "keep", name="The edge", line="the loud one")
    client.logout()
    response = client.post(BUILDER, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")
    assert response.status_code == 401
    assert "The edge" in response.text
    assert "the loud one" in response.text


def test_put_in_the_box_keeps_the_place_and_hides_the_line(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, BUILDER, "box", line="the loud one", name="The edge") == BUILDER
    assert press(signed_in, BUILDER, "box", line="the other one") == BUILDER
    place = person.places.get()
    assert box_of(place) == "the loud one\nthe other one"
    assert choices_of(place)["name"] == "The edge"
    for address in (BUILDER, CARD, "/place/", f"/place/{place.pk}/"):
        text = signed_in.get(address).text
        assert "the loud one" not in text
        assert f"/place/{place.pk}/box/" in text


@pytest.mark.parametrize("button", ["keep", "show", "skip", "stop", "different"])
def test_a_line_for_the_box_is_put_away_whatever_is_pressed(signed_in: StrictClient, person: User, button: str) -> None:
    press(signed_in, BUILDER, button, line="the loud one")
    assert box_of(person.places.get()) == "the loud one"


def test_a_box_without_room_gives_the_line_back(signed_in: StrictClient, person: User) -> None:
    press(signed_in, BUILDER, "box", line="first")
    place = person.places.get()
    signed_in.post(f"/place/{place.pk}/box/", {"inside.text": "x" * places.BOX_MAX})
    page = get(signed_in, BUILDER)
    response = signed_in.post(BUILDER, data_for(page, "box", line="one more"))
    assert response.status_code == 422
    assert Page(response).fields["line.text"] == ["one more"]
    place.refresh_from_db()
    assert box_of(place) == "x" * places.BOX_MAX


def test_no_in_the_noticing_says_that_this_place_is_for_you(signed_in: StrictClient) -> None:
    where = "/steps/place/where/"
    assert press(signed_in, "/steps/place/near/", "keep", picked="no") == where
    for address in (where, BUILDER):
        assert "Then this place is for you." in get(signed_in, address).text
    press(signed_in, "/steps/place/near/", "keep", picked="maybe")
    for address in (where, BUILDER):
        assert "Then this place is for you." not in get(signed_in, address).text


def test_somebody_elses_place_named_in_a_visit_is_not_shown(signed_in: StrictClient, person: User) -> None:
    other = factories.person()
    press(signed_in, BUILDER, "keep", name="Mine")
    mine = person.places.get()
    Place.objects.filter(pk=mine.pk).update(owner=other)
    assert get(signed_in, BUILDER).heading == "Make a good place"
