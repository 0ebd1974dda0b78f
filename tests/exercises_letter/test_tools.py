"""What can be done with a turn, by buttons of the form its composer stands in: nothing waiting there is lost."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, data_for, get
from tests.exercises_letter.conftest import press

WHO, TURNS = "/steps/letter/who/", "/steps/letter/voices/"
Said = Callable[[], list[tuple[str, str]]]
TALK = [("adult", "I found the drawing."), ("child", "It’s meant to be crooked."), ("adult", "Then it stays.")]


@pytest.fixture
def talk(signed_in: StrictClient) -> None:
    press(signed_in, WHO, "keep", picked="both")
    for voice, text in TALK:
        press(signed_in, TURNS, "add", turn=text, voice=voice)


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize(("tool", "order"), [("up", [1, 0, 2]), ("down", [0, 2, 1])])
def test_moving_a_turn_keeps_what_waits_in_the_composer(
    signed_in: StrictClient, person: User, said: Said, tool: str, order: list[int]
) -> None:
    second = person.entries.get(voice="both").children.get(position=1)
    leads = press(signed_in, TURNS, f"{tool}:{second.pk}", turn="half a thought", voice="child")
    assert leads == f"{TURNS}#turn-{second.pk}"
    page = get(signed_in, TURNS)
    assert (page.fields["turn.text"], page.fields["voice"]) == (["half a thought"], ["child"])
    assert [turn for turn in said() if turn in TALK] == [TALK[place] for place in order]
    assert person.entries.get(pk=page.fields["turn.entry"][0]).kept_at is None


@pytest.mark.usefixtures("talk")
def test_editing_a_turn_opens_it_in_place_and_keeps_the_composer(
    signed_in: StrictClient, person: User, said: Said
) -> None:
    first = person.entries.get(voice="both").children.get(position=0)
    leads = press(signed_in, TURNS, f"edit:{first.pk}", turn="half a thought", voice="child")
    assert leads == f"{TURNS}?edit={first.pk}#box-edited"
    opened = get(signed_in, leads)
    assert (opened.fields["edited.text"], opened.fields["turn.text"]) == (["I found the drawing."], ["half a thought"])
    typed = {"edited": "I found it.", "turn": "half a thought more"}
    data = data_for(opened, "edited", typed)
    assert signed_in.post(leads, data)["Location"] == f"{TURNS}#edit-{first.pk}"
    page = get(signed_in, TURNS)
    assert page.fields["turn.text"] == ["half a thought more"]
    assert page.text.count("I found it.") == 1
    assert [said()[place] for place in (0, 1, 2)] == [("adult", "I found it."), *TALK[1:]]


@pytest.mark.usefixtures("talk")
def test_adding_while_a_turn_is_open_keeps_both_in_their_own_voices(
    signed_in: StrictClient, person: User, said: Said
) -> None:
    second = person.entries.get(voice="both").children.get(position=1)
    page = get(signed_in, f"{TURNS}?edit={second.pk}")
    data = {**data_for(page, "add", {"edited": "Crooked it is.", "turn": "Agreed."}), "voice": "adult"}
    assert signed_in.post(TURNS, data)["Location"] == f"{TURNS}?added=adult#box-turn"
    assert said() == [TALK[0], ("child", "Crooked it is."), TALK[2], ("adult", "Agreed.")]


@pytest.mark.usefixtures("talk")
def test_an_open_turn_that_cannot_be_kept_gives_every_word_back(signed_in: StrictClient, person: User) -> None:
    second = person.entries.get(voice="both").children.get(position=1)
    page = get(signed_in, f"{TURNS}?edit={second.pk}")
    response = signed_in.post(TURNS, data_for(page, "edited", {"edited": "x" * 200_001, "turn": "mine"}))
    again = Page(response)
    assert (response.status_code, again.fields["edited.text"], again.fields["turn.text"]) == (
        422, ["x" * 200_001], ["mine"],
    )  # fmt: skip


@pytest.mark.usefixtures("talk")
def test_the_pen_is_handed_over_without_a_script_and_the_words_stay(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, TURNS, "pen:adult", turn="half a thought") == f"{TURNS}?pen=adult#box-turn"
    page = get(signed_in, f"{TURNS}?pen=adult")
    assert (page.fields["turn.text"], page.fields["voice"]) == (["half a thought"], ["adult"])
    assert person.entries.get(pk=page.fields["turn.entry"][0]).voice == "adult"
    assert get(signed_in, f"{TURNS}?pen=nobody").fields["voice"] == ["adult"]
    assert signed_in.post(TURNS, data_for(page, "pen:nobody")).status_code == 422


@pytest.mark.usefixtures("talk")
def test_one_letter_says_what_it_is_and_can_be_edited(signed_in: StrictClient, person: User) -> None:
    press(signed_in, TURNS, "one")
    page = get(signed_in, TURNS)
    assert (page.heading, "Either of you can go next" in page.text) == ("It’s one letter now", False)
    thread = person.entries.get(voice="both")
    leads = press(signed_in, TURNS, f"edit:{thread.pk}", turn="half a thought", voice="child")
    assert leads == f"/kept/{thread.pk}/edit/?next={TURNS}"
    assert get(signed_in, TURNS).fields["turn.text"] == ["half a thought"]
    press(signed_in, TURNS, "add", turn="and more", voice="child")
    assert get(signed_in, TURNS).heading == "Either of you can go next"


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("tool", ["up", "down", "edit"])
def test_a_turn_of_somebody_else_is_like_none_and_the_words_come_back(
    signed_in: StrictClient, person: User, tool: str
) -> None:
    theirs = factories.entry(factories.person(), "theirs", kind=Entry.Kind.LETTER)
    thread = person.entries.get(voice="both")
    page = get(signed_in, TURNS)
    for named in (theirs.pk, uuid4(), "x", *([thread.pk] if tool != "edit" else [])):
        response = signed_in.post(TURNS, data_for(page, f"{tool}:{named}", {"turn": "mine"}))
        assert (response.status_code, Page(response).fields["turn.text"]) == (422, ["mine"])
    assert person.entries.count() == 4
