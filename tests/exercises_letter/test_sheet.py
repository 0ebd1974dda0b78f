"""Who writes, and the sheet: found again, never dropped, and ready to be answered."""

from collections.abc import Callable

import pytest

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, data_for, get
from tests.exercises_letter.conftest import press, text_of

WHO, SHEET, TURNS = "/steps/letter/who/", "/steps/letter/write/", "/steps/letter/voices/"
BECOMES, CLOSE = "/steps/letter/becomes/", "/steps/letter/close/"
Said = Callable[[], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("picked", "leads", "key", "voice"),
    [
        ("adult", SHEET, "letter-adult", "adult"),
        ("child", SHEET, "letter-child", "child"),
        ("open", SHEET, "letter-open", "none"),
        ("both", TURNS, "letter-both", "adult"),
    ],
)
def test_a_letter_of_each_kind_is_kept(
    signed_in: StrictClient, person: User, picked: str, leads: str, key: str, voice: str
) -> None:
    assert press(signed_in, WHO, "keep", picked=picked) == leads
    box = "turn" if leads == TURNS else "letter"
    assert press(signed_in, leads, "keep", **{box: "Dear you.\n\nThat is all."}) == BECOMES
    assert press(signed_in, BECOMES, "keep", picked="keep", title="First") == CLOSE
    entry = person.entries.get(body_sealed__isnull=False, rev__gt=0)
    assert (entry.kind, entry.question_key, entry.voice, entry.kept_at is None) == ("letter", key, voice, False)
    assert text_of(entry) == "Dear you.\n\nThat is all."
    root = entry.parent or entry
    assert root.kept_at is not None
    assert signed_in.get(f"/kept/{root.pk}/read/").text.count("That is all.") == 1


def test_walk_without_a_character_reaches_the_close(signed_in: StrictClient, person: User) -> None:
    assert signed_in.get("/steps/letter/")["Location"] == WHO
    assert press(signed_in, WHO, "keep") == SHEET
    assert press(signed_in, SHEET, "keep") == CLOSE
    assert press(signed_in, WHO, "keep", picked="both") == TURNS
    assert press(signed_in, TURNS, "skip") == CLOSE
    assert get(signed_in, CLOSE).heading == "You showed up for someone small."
    assert person.entries.count() == 0


def test_who_remembers_nothing_before_it_was_said(signed_in: StrictClient) -> None:
    page = get(signed_in, WHO)
    assert "picked" not in page.fields
    assert page.text.count("One sentence is a letter.") == 1
    assert page.text.count("warm water on cold hands") == 1


def test_may_sting_is_said_the_first_time_alone(signed_in: StrictClient) -> None:
    press(signed_in, WHO, "keep", picked="adult")
    assert get(signed_in, WHO).text.count("warm water on cold hands") == 1
    press(signed_in, SHEET, "keep", letter="Dear you.")
    assert get(signed_in, WHO).text.count("warm water on cold hands") == 0


def test_who_of_something_else_is_answered_422(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, WHO)
    assert signed_in.post(WHO, {**page.fields, "picked": "ghost", "go": "keep"}).status_code == 422
    assert person.visits.count() == 0


def test_a_letter_in_progress_is_found_again(signed_in: StrictClient, person: User) -> None:
    press(signed_in, WHO, "keep", picked="child")
    assert press(signed_in, SHEET, "stop", letter="I want to tell you") == CLOSE
    assert signed_in.get("/steps/letter/")["Location"] == SHEET
    again = get(signed_in, SHEET)
    assert again.fields["letter.text"] == ["I want to tell you"]
    assert get(signed_in, WHO).text.count("One is open. You can carry on with it.") == 1
    press(signed_in, SHEET, "keep", letter="I want to tell you more")
    assert [text_of(entry) for entry in person.entries.all()] == ["I want to tell you more"]


def test_another_voice_is_another_letter_and_both_wait(signed_in: StrictClient) -> None:
    press(signed_in, WHO, "keep", picked="adult")
    press(signed_in, SHEET, "stop", letter="from the big one")
    press(signed_in, WHO, "keep", picked="child")
    assert get(signed_in, SHEET).fields["letter.text"] == [""]
    press(signed_in, SHEET, "stop", letter="from the small one")
    press(signed_in, WHO, "keep", picked="adult")
    assert get(signed_in, SHEET).fields["letter.text"] == ["from the big one"]


def test_the_sheet_says_whose_hand_it_is(signed_in: StrictClient) -> None:
    said = {"adult": "is-grown", "child": "is-younger", "open": ""}
    hands = {"adult": "Grown-up me, writing", "child": "Little bear, writing", "open": "Whoever comes, writing"}
    for picked, edge in said.items():
        press(signed_in, WHO, "keep", picked=picked)
        page = get(signed_in, SHEET)
        assert page.text.count(hands[picked]) == 1
        assert page.text.count("To little bear,") == (1 if picked == "adult" else 0)
        assert f'class="sheet is-open{" " + edge if edge else ""}"' in page.response.text


def test_starters_are_those_of_the_voice(signed_in: StrictClient) -> None:
    press(signed_in, WHO, "keep", picked="adult")
    adult = get(signed_in, SHEET).text
    press(signed_in, WHO, "keep", picked="child")
    child = get(signed_in, SHEET).text
    press(signed_in, WHO, "keep", picked="open")
    both = get(signed_in, SHEET).text
    for text, big, small in ((adult, 1, 0), (child, 0, 1), (both, 1, 1)):
        assert text.count("It was never your job to") == big
        assert text.count("Please can we") == small


def test_own_kept_lines_are_offered_and_only_those(signed_in: StrictClient, person: User) -> None:
    other = factories.person()
    factories.entry(person, "Muddy. Quick.\nAlways up a tree.")
    factories.entry(person, "not kept yet", question_key="feelings", kept_at=None)
    factories.entry(person, "in the drawer", question_key="afternoons", drawer=True)
    factories.entry(other, "somebody else’s", question_key="hopes")
    text = get(signed_in, SHEET).text
    assert [text.count(line) for line in ("Muddy.", "Quick.", "Lines of your own")] == [1, 1, 1]
    assert [text.count(line) for line in ("not kept yet", "in the drawer", "somebody else’s")] == [0, 0, 0]


def test_without_reflections_there_is_no_empty_group(signed_in: StrictClient) -> None:
    assert "Lines of your own" not in get(signed_in, SHEET).text


@pytest.mark.parametrize(
    ("start", "typed", "becomes"),
    [
        ("It was never your job to", "", "It was never your job to "),
        ("It was never your job to", "I saw it.\r\nYou too.", "I saw it.\nYou too. It was never your job to "),
        ("Muddy.", "You were", "You were Muddy. "),
        ("Hello, you.", "", "Hello, you.\n\n"),
        ("Dear little bear,", "I saw it.", "Dear little bear,\n\nI saw it."),
        ("Hello, you.", "Dear small one,\n\nI saw it.", "Hello, you.\n\nI saw it."),
    ],
)
def test_a_way_in_pressed_without_a_script_keeps_everything_typed(
    signed_in: StrictClient, person: User, start: str, typed: str, becomes: str
) -> None:
    factories.entry(person, "Muddy.")
    press(signed_in, WHO, "keep", picked="adult")
    assert press(signed_in, SHEET, f"start:{start}", letter=typed) == f"{SHEET}#box-letter"
    assert get(signed_in, SHEET).fields["letter.text"] == [becomes]
    assert text_of(person.entries.get(kind="letter")) == becomes
    assert person.entries.get(kind="letter").kept_at is None


def test_a_way_in_that_is_none_gives_the_words_back(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, SHEET)
    response = signed_in.post(SHEET, data_for(page, "start:Buy my book", {"letter": "mine"}))
    assert (response.status_code, Page(response).fields["letter.text"]) == (422, ["mine"])
    assert person.entries.count() == 0


def test_settling_is_beside_the_sheet(signed_in: StrictClient) -> None:
    page = get(signed_in, SHEET)
    assert page.links[-3:] == [f"/steady/{way}/?beside=1" for way in ("light", "room", "hold")]


@pytest.mark.parametrize(
    ("picked", "button", "voice"),
    [("adult", "adult", "adult"), ("child", "child", "child"), ("open", "adult", "adult"), ("open", "child", "child")],
)
def test_let_them_answer_makes_the_sheet_the_first_turn(
    signed_in: StrictClient, person: User, said: Said, picked: str, button: str, voice: str
) -> None:
    press(signed_in, WHO, "keep", picked=picked)
    assert press(signed_in, SHEET, button, letter="I kept the drawing.") == TURNS
    assert said() == [(voice, "I kept the drawing.")]
    page = get(signed_in, TURNS)
    assert page.text.count("I kept the drawing.") == 1
    assert page.fields["voice"] == [{"adult": "child", "child": "adult"}[voice]]
    assert person.entries.count() == 2


def test_let_them_answer_with_an_empty_sheet_leads_to_an_empty_letter(signed_in: StrictClient, person: User) -> None:
    press(signed_in, WHO, "keep", picked="adult")
    assert press(signed_in, SHEET, "adult") == TURNS
    assert get(signed_in, TURNS).text.count("Either can start.") == 1
    assert person.entries.count() == 0


def test_more_than_a_box_can_hold_is_given_back_whole(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, SHEET)
    response = signed_in.post(SHEET, data_for(page, "keep", {"letter": "x" * 200_001}))
    assert response.status_code == 422
    assert Page(response).fields["letter.text"] == ["x" * 200_001]
    assert person.entries.count() == 0


def test_an_unknown_button_gives_the_words_back(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, SHEET)
    response = signed_in.post(SHEET, data_for(page, "publish", {"letter": "mine"}))
    assert response.status_code == 422
    assert Page(response).fields["letter.text"] == ["mine"]


def test_signed_out_while_writing_the_words_come_back(client: StrictClient, signed_in: StrictClient) -> None:
    data = data_for(get(signed_in, SHEET), "keep", {"letter": "half a sentence"})
    client.logout()
    response = client.post(SHEET, data)
    assert response.status_code == 401
    assert response.text.count("half a sentence") == 1


@pytest.mark.parametrize("address", [WHO, SHEET, TURNS, BECOMES])
def test_pages_ask_for_sign_in_and_refuse_other_methods(client: StrictClient, person: User, address: str) -> None:
    assert client.get(address)["Location"].startswith("/accounts/login/")
    client.force_login(person)
    assert client.put(address).status_code == 405


def test_somebody_elses_open_letter_is_not_found(signed_in: StrictClient) -> None:
    other = factories.person()
    factories.entry(other, "theirs", kind=Entry.Kind.LETTER, step="letter", question_key="letter-open", kept_at=None)
    assert get(signed_in, SHEET).fields["letter.text"] == [""]


def test_the_place_is_beside_the_sheet_once_there_is_one(signed_in: StrictClient) -> None:
    assert "scene-frame" not in signed_in.get(SHEET).text
    press(signed_in, "/steps/place/scene/", "keep")
    assert signed_in.get(SHEET).text.count("scene-frame is-small") == 1
