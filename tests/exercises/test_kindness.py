"""*Kindness*: hopes come back in somebody's own words, and are answered in any of three ways."""

import pytest

from accounts.models import User
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

WISH, GIFT, TODAY, CLOSE = (f"/steps/kindness/{key}/" for key in ("wish", "gift", "today", "close"))


def bodies(person: User) -> dict[str, str]:
    with keyring.opened_for(person.pk, purpose="a test"):
        return {entry.question_key: entry.body for entry in person.entries.filter(step="kindness")}


@pytest.fixture
def hopes(person: User) -> None:
    factories.entry(person, "A den with a door.\nSomeone to wait. A <b>dog</b>!", question_key="hopes")


@pytest.mark.usefixtures("hopes")
def test_hopes_come_back_as_own_words(signed_in: StrictClient) -> None:
    page = pages.get(signed_in, WISH)
    assert (
        "You wrote these under “Secret hopes” A den with a door. Someone to wait. A <b>dog</b>! Or something"
        in page.text
    )


@pytest.mark.usefixtures("hopes")
def test_a_chosen_hope_travels_to_the_gift(signed_in: StrictClient, person: User) -> None:
    assert pages.press(signed_in, WISH, "keep", {"picked": "quote:A <b>dog</b>!"}) == GIFT
    assert "The wish you chose A <b>dog</b>! Give it" in pages.get(signed_in, GIFT).text
    assert pages.get(signed_in, WISH).fields["picked"] == ["quote:A <b>dog</b>!"]
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"wish": {"picked": "quote", "quote": "A <b>dog</b>!"}}


def test_without_hopes_only_need_words_are_there(signed_in: StrictClient) -> None:
    assert "You wrote these" not in pages.get(signed_in, WISH).text


def test_hopes_that_were_left_open_are_not_quoted(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a boat", question_key="hopes", kept_at=None)
    assert "a boat" not in pages.get(signed_in, WISH).text


def test_a_line_nobody_wrote_is_refused(signed_in: StrictClient, person: User) -> None:
    data = pages.data_for(pages.get(signed_in, WISH), "keep", {"picked": "quote:a castle"})
    assert signed_in.post(WISH, data).status_code == 422
    assert person.visits.count() == 0


@pytest.mark.parametrize(
    ("picked", "shown"),
    [
        ("rest", "The wish you chose Rest"),
        ("someone to stand up for them", "The wish you chose Someone to stand up for them"),
    ],
)
def test_a_need_word_travels_too(signed_in: StrictClient, picked: str, shown: str) -> None:
    pages.press(signed_in, WISH, "keep", {"picked": picked})
    assert shown in pages.get(signed_in, GIFT).text


def test_a_wish_in_own_words_is_kept_and_travels(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, WISH, "keep", {"own-wish": "to be picked first"})
    assert bodies(person) == {"own-wish": "to be picked first"}
    assert "The wish you chose to be picked first" in pages.get(signed_in, GIFT).text


def test_none_of_these_leaves_the_gift_without_a_wish(signed_in: StrictClient) -> None:
    pages.press(signed_in, WISH, "keep", {"picked": "none"})
    assert "The wish you chose" not in pages.get(signed_in, GIFT).text


def test_a_skipped_wish_is_not_chosen(signed_in: StrictClient) -> None:
    pages.press(signed_in, WISH, "skip", {"picked": "rest"})
    assert "The wish you chose" not in pages.get(signed_in, GIFT).text


def test_three_gifts_are_kept_as_gifts_with_their_questions(signed_in: StrictClient, person: User) -> None:
    typed = {"words": "you were right", "time": "puddles on Sunday", "knowing": "it ended"}
    assert pages.press(signed_in, GIFT, "keep", typed) == TODAY
    assert bodies(person) == typed
    assert set(person.entries.values_list("kind", "question_key", "question")) == {
        ("gift", "words", "What can you say to them now?"),
        ("gift", "time", "What could the two of you do this week, even for ten minutes?"),
        ("gift", "knowing", "What do you know today that would have helped?"),
    }


def test_one_gift_is_enough(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, GIFT, "keep", {"time": "puddles"})
    assert bodies(person) == {"time": "puddles"}
    assert "What you gave before puddles" in pages.get(signed_in, GIFT).text


def test_something_for_today_is_chosen_and_never_followed_up(signed_in: StrictClient, person: User) -> None:
    page = pages.get(signed_in, TODAY)
    assert "No one will check." in page.text
    assert pages.press(signed_in, TODAY, "keep", {"picked": "put on that song"}) == CLOSE
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"today": {"picked": "put on that song"}}
    assert "song" not in pages.get(signed_in, "/home/").text


def test_something_of_ones_own_for_today_is_found_again(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, TODAY, "keep", {"own-today": "the long way round"})
    assert bodies(person) == {"own-today": "the long way round"}


def test_stay_a_little_leads_to_what_was_given(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, GIFT, "keep", {"words": "you were right"})
    assert pages.get(signed_in, CLOSE).links[0] == f"/kept/{person.entries.get().pk}/"


def test_stay_a_little_without_words_leads_to_what_is_kept(signed_in: StrictClient) -> None:
    assert pages.get(signed_in, CLOSE).links[0] == "/kept/"


def test_the_intro_has_three_doors_and_one_of_them_opens_the_own_wish(signed_in: StrictClient) -> None:
    intro = "/steps/kindness/intro/"
    doors = [button for button in pages.get(signed_in, intro).buttons if button.startswith("door:")]
    assert [pages.press(signed_in, intro, door, {"pace": "more"}) for door in doors] == [
        WISH,
        f"{WISH}?picked=own",
        GIFT,
    ]
    assert "About eight minutes." in pages.get(signed_in, GIFT).text
    assert pages.get(signed_in, f"{WISH}?picked=own").fields["picked"] == ["own"]


def test_each_gift_of_this_visit_ties_a_ribbon_below_its_wish(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "long ago", kind="gift", step="kindness", question_key="knowing")
    assert "Given today" not in pages.get(signed_in, TODAY).text
    pages.press(signed_in, WISH, "keep", {"picked": "rest"})
    pages.press(signed_in, GIFT, "keep", {"words": "you were right", "time": "puddles on Sunday"})
    page = pages.get(signed_in, TODAY)
    assert "Given today For this wish Rest you were right puddles on Sunday" in page.text
    assert page.response.text.count('--i-moss-2)"/><path d="M26 19') == 2
    pages.press(signed_in, TODAY, "keep")
    assert "Given today" not in pages.get(signed_in, TODAY).text


@pytest.mark.parametrize(
    ("typed", "strip"),
    [
        ({"picked": "put on that song"}, "Put on that song"),
        ({"own-today": "the long way <b>round</b>"}, "the long way <b>round</b>"),
        ({"picked": "nothing"}, None),
        ({}, None),
    ],
)
def test_something_for_today_goes_on_a_strip_of_paper(
    signed_in: StrictClient, person: User, typed: dict[str, str], strip: str | None
) -> None:
    leads = pages.press(signed_in, TODAY, "paper", typed)
    assert leads == (f"{TODAY}?paper#strip" if typed else TODAY)
    page = pages.get(signed_in, leads)
    assert ("To cut out, to fold" in page.text, f"{strip} To cut out" in page.text) == (strip is not None,) * 2
    assert person.visits.get().closed_at is None
    assert pages.press(signed_in, TODAY, "keep", typed) == CLOSE
    assert list(bodies(person).values()) == [text for key, text in typed.items() if key == "own-today"]


def test_the_close_offers_a_short_letter_a_day_and_no_count(signed_in: StrictClient) -> None:
    page = pages.get(signed_in, CLOSE)
    assert "A short letter a day for a week, if you like. The days can lie far apart." in page.text
    assert page.links[-1] == "/steps/letter/"


def test_hopes_in_the_drawer_stay_there(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a boat", question_key="hopes", drawer=True)
    assert "a boat" not in pages.get(signed_in, WISH).text
