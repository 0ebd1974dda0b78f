"""The letter by turns: added by either hand, moved, made into one; and what becomes of any letter."""

from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, data_for, get
from tests.exercises_letter.conftest import press, text_of
from vault import keyring

WHO, SHEET, TURNS = "/steps/letter/who/", "/steps/letter/write/", "/steps/letter/voices/"
BECOMES, CLOSE = "/steps/letter/becomes/", "/steps/letter/close/"
Said = Callable[[], list[tuple[str, str]]]
TALK = [("adult", "I found the drawing."), ("child", "It’s meant to be crooked."), ("adult", "Then it stays.")]


@pytest.fixture
def talk(signed_in: StrictClient) -> None:
    press(signed_in, WHO, "keep", picked="both")
    for voice, text in TALK:
        assert press(signed_in, TURNS, "add", turn=text, voice=voice) == f"{TURNS}?added={voice}#box-turn"


@pytest.mark.usefixtures("talk")
def test_turns_stand_in_order_under_their_names(signed_in: StrictClient, said: Said) -> None:
    assert said() == TALK
    page = get(signed_in, TURNS)
    places = [page.text.index(text) for _, text in TALK]
    assert places == sorted(places)
    assert page.fields["voice"] == ["child"]
    assert page.fields["turn.text"] == [""]
    assert page.response.text.count('class="voice is-younger"') == 1


@pytest.mark.usefixtures("talk")
def test_after_adding_the_page_says_as_whom(signed_in: StrictClient) -> None:
    """Broken once by the names as they stand above a turn."""
    assert get(signed_in, f"{TURNS}?added=child").text.count("Added as little bear.") == 1
    assert get(signed_in, f"{TURNS}?added=adult").text.count("Added as grown-up me.") == 1
    assert "Added as" not in get(signed_in, f"{TURNS}?added=<script>").text


def test_adding_nothing_adds_no_turn(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, TURNS, "add", voice="child", turn="  ") == f"{TURNS}#box-turn"
    assert person.entries.count() == 0


def test_a_turn_that_was_paused_waits_in_the_composer(signed_in: StrictClient, said: Said) -> None:
    assert press(signed_in, TURNS, "stop", turn="Also can there be", voice="child") == CLOSE
    page = get(signed_in, TURNS)
    assert page.fields["turn.text"] == ["Also can there be"]
    assert page.fields["voice"] == ["child"]
    assert page.text.count("Either can start.") == 1
    press(signed_in, TURNS, "add", turn="Also can there be biscuits", voice="child")
    assert said() == [("child", "Also can there be biscuits")]


def test_a_hand_that_is_none_is_answered_422_with_the_words(signed_in: StrictClient, person: User) -> None:
    page = get(signed_in, TURNS)
    response = signed_in.post(TURNS, {**data_for(page, "add", {"turn": "mine"}), "voice": "both"})
    assert response.status_code == 422
    assert Page(response).fields["turn.text"] == ["mine"]
    assert person.entries.count() == 0


@pytest.mark.usefixtures("talk")
def test_one_letter_of_all_turns_holds_every_word(signed_in: StrictClient, person: User) -> None:
    assert press(signed_in, TURNS, "one", turn="And biscuits.", voice="child") == BECOMES
    thread = person.entries.get(voice="both")
    text = text_of(thread)
    assert text.startswith("Grown-up me\n\nI found the drawing.\n\nLittle bear\n\nIt’s meant")
    assert [text.count(words) for _, words in (*TALK, ("child", "And biscuits."))] == [1, 1, 1, 1]
    assert thread.children.filter(binned_at=None).count() == 0
    assert press(signed_in, BECOMES, "keep") == CLOSE
    thread.refresh_from_db()
    assert thread.kept_at is not None


@pytest.mark.usefixtures("talk")
def test_one_letter_left_open_is_found_again_with_its_words(signed_in: StrictClient) -> None:
    press(signed_in, TURNS, "one")
    assert press(signed_in, BECOMES, "stop") == CLOSE
    assert get(signed_in, TURNS).text.count("It’s meant to be crooked.") == 1


@pytest.mark.usefixtures("talk")
def test_read_it_back_leads_to_the_reading_page_and_keeps_the_composer(signed_in: StrictClient, person: User) -> None:
    thread = person.entries.get(voice="both")
    assert press(signed_in, TURNS, "read", turn="not done yet") == f"/kept/{thread.pk}/read/"
    assert get(signed_in, TURNS).fields["turn.text"] == ["not done yet"]


def write(client: StrictClient, picked: str) -> None:
    press(client, WHO, "keep", picked=picked)
    if picked == "both":
        press(client, TURNS, "keep", turn="That is all.", voice="child")
    else:
        press(client, SHEET, "keep", letter="That is all.")


@pytest.mark.parametrize("picked", ["adult", "both"])
@pytest.mark.parametrize(("ending", "drawer"), [("keep", False), ("drawer", True), ("print", False)])
def test_endings_that_keep(signed_in: StrictClient, person: User, picked: str, ending: str, *, drawer: bool) -> None:
    write(signed_in, picked)
    leads = press(signed_in, BECOMES, "keep", picked=ending, title="The crooked roof")
    letter = person.entries.get(parent=None)
    assert leads == (f"/kept/{letter.pk}/read/" if ending == "print" else CLOSE)
    assert (letter.kept_at is not None, letter.drawer, letter.binned_at) == (True, drawer, None)
    with keyring.opened_for(person.pk, purpose="a test"):
        assert letter.title == "The crooked roof"
    assert signed_in.get("/kept/").text.count("The crooked roof") == (0 if drawer else 1)
    assert person.visits.get(step="letter").closed_at is not None
    assert get(signed_in, WHO).text.count("One is open.") == 0


@pytest.mark.parametrize("picked", ["adult", "both"])
def test_let_go_can_be_fetched_back(signed_in: StrictClient, person: User, picked: str) -> None:
    write(signed_in, picked)
    assert press(signed_in, BECOMES, "keep", picked="let-go") == BECOMES
    letter = person.entries.get(parent=None)
    assert letter.binned_at is not None
    assert get(signed_in, BECOMES).buttons == ["keep", "undo", "skip", "stop"]
    assert press(signed_in, BECOMES, "undo") == BECOMES
    letter.refresh_from_db()
    assert letter.binned_at is None
    assert press(signed_in, BECOMES, "keep", picked="keep") == CLOSE


def test_let_go_and_go_on_leaves_it_in_the_bin(signed_in: StrictClient, person: User) -> None:
    write(signed_in, "adult")
    press(signed_in, BECOMES, "keep", picked="let-go")
    assert press(signed_in, BECOMES, "keep") == CLOSE
    letter = person.entries.get()
    assert (letter.binned_at is None, letter.kept_at) == (False, None)
    assert "/read/" not in " ".join(get(signed_in, CLOSE).links)


@pytest.mark.parametrize("button", ["skip", "stop"])
def test_deciding_nothing_leaves_the_letter_open(signed_in: StrictClient, person: User, button: str) -> None:
    write(signed_in, "adult")
    assert press(signed_in, BECOMES, button) == CLOSE
    assert person.entries.get().kept_at is None
    assert get(signed_in, SHEET).fields["letter.text"] == ["That is all."]


@pytest.mark.parametrize(("field", "value"), [("picked", "burn"), ("title.text", "x" * 121)])
def test_an_ending_that_does_not_fit_changes_nothing(
    signed_in: StrictClient, person: User, field: str, value: str
) -> None:
    write(signed_in, "adult")
    page = get(signed_in, BECOMES)
    response = signed_in.post(BECOMES, {**data_for(page, "keep", {"title": "Mine"}), field: value})
    assert response.status_code == 422
    assert Page(response).fields["title.text"] == [value if field == "title.text" else "Mine"]
    letter = person.entries.get()
    assert (letter.kept_at, letter.title_sealed, letter.binned_at) == (None, None, None)


def test_a_name_that_is_too_long_is_what_is_marked_and_not_the_day(signed_in: StrictClient) -> None:
    write(signed_in, "adult")
    data = data_for(get(signed_in, BECOMES), "keep", {"title": "x" * 121})
    answer = signed_in.post(BECOMES, {**data, "picked": "seal", "until": "2100-01-01"})
    marked = [field for field in answer.content.decode().split("<input") if 'aria-invalid="true"' in field]
    assert ['name="title.text"' in field for field in marked] == [True]


def test_becomes_with_nothing_written_says_so_and_goes_on(signed_in: StrictClient) -> None:
    page = get(signed_in, BECOMES)
    assert page.buttons == ["keep", "skip", "stop"]
    assert "Nothing on the page, and that’s fine." in page.text
    assert press(signed_in, BECOMES, "keep") == CLOSE


def test_becomes_never_takes_somebody_elses_letter(signed_in: StrictClient, person: User) -> None:
    write(signed_in, "adult")
    letter = person.entries.get()
    Entry.objects.filter(pk=letter.pk).update(owner=factories.person())
    assert get(signed_in, BECOMES).buttons == ["keep", "skip", "stop"]


def test_close_leads_to_reading_the_whole_letter(signed_in: StrictClient, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False):  # another day has another way on
        write(signed_in, "both")
        press(signed_in, BECOMES, "keep", picked="keep")
        assert f"/kept/{person.entries.get(parent=None).pk}/read/" in get(signed_in, CLOSE).links


def test_typed_markup_is_shown_as_text(signed_in: StrictClient) -> None:
    nasty = "<b>\"&'</b><script>x</script>"
    signed_in.typed.append(nasty)
    press(signed_in, TURNS, "add", turn=nasty, voice="adult")
    text = signed_in.get(TURNS).text
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text


@pytest.mark.parametrize("button", ["skip", "stop"])
def test_becomes_with_nothing_written_can_be_skipped_or_rested_on(signed_in: StrictClient, button: str) -> None:
    assert press(signed_in, BECOMES, button) == CLOSE
    assert signed_in.get("/steps/letter/")["Location"] == (BECOMES if button == "stop" else WHO)
