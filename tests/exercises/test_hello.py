"""*Hello*: four reflections, borrowed words, what was kept before, reading back."""

import shutil
from pathlib import Path

import pytest
import time_machine

from accounts.models import User
from exercises import packs
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

FIRST, FEELINGS, HOPES, COMES = (f"/steps/hello/{key}/" for key in ("first-words", "feelings", "hopes", "comes"))
BACK = "/steps/hello/read-back/"


def bodies(person: User, key: str) -> list[str]:
    with keyring.opened_for(person.pk, purpose="a test"):
        return [entry.body for entry in person.entries.filter(question_key=key).order_by("created_at")]


def test_the_intro_keeps_the_pace_and_never_the_steadiness(signed_in: StrictClient, person: User) -> None:
    page = pages.get(signed_in, "/steps/hello/intro/")
    assert page.fields["pace"] == ["little"]
    assert pages.press(signed_in, "/steps/hello/intro/", "keep", {"pace": "open", "steady": "flooded"}) == FIRST
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"intro": {"pace": "open"}}
    assert "No end in sight, and none wanted." in pages.get(signed_in, FIRST).text


def test_the_steadiness_stands_outside_the_form(signed_in: StrictClient) -> None:
    text = signed_in.get("/steps/hello/intro/").text
    assert text.count('name="steady"') == 6  # the five of the routing, and “rather not say”
    form = text[text.index('<form class="stack gap-5 fill"') :]
    assert form[: form.index("</form>")].count('name="steady"') == 0


def test_one_question_leads_to_a_question_and_then_to_the_end(signed_in: StrictClient, person: User) -> None:
    """Another one each day, of those that were never answered; then the one answered longest ago."""
    asked = [FIRST, FEELINGS, "/steps/hello/afternoons/", HOPES]
    seen = []
    for day in range(23, 27):
        with time_machine.travel(f"2026-11-{day}T12:00:00Z"):
            signed_in.force_login(person)
            seen.append(pages.press(signed_in, "/steps/hello/intro/", "one"))
            assert pages.press(signed_in, seen[-1], "skip") == "/steps/hello/close/"
    assert sorted(seen) == sorted(asked)
    assert person.visits.exclude(closed_at=None).count() == 4
    signed_in.force_login(person)
    for key in ("hopes", "feelings", "first-words", "afternoons"):
        pages.press(signed_in, f"/steps/hello/{key}/", "keep", {key: "a boat"})
    assert pages.press(signed_in, "/steps/hello/intro/", "one") == HOPES


def test_keep_keeps_the_answer_with_the_questions_words(signed_in: StrictClient, person: User) -> None:
    assert pages.press(signed_in, FIRST, "keep", {"first-words": "muddy & <quick>"}) == FEELINGS
    entry = person.entries.get()
    title = "If you had to introduce your childhood self to a friend, which few words would come first?"
    assert (entry.kind, entry.step, entry.question_key, entry.pack) == ("answer", "hello", "first-words", 1)
    assert (entry.question, entry.kept_at is not None) == (title, True)
    assert bodies(person, "first-words") == ["muddy & <quick>"]
    assert "muddy &amp; &lt;quick&gt;" in signed_in.get(BACK).text


@pytest.mark.parametrize("button", ["skip", "nothing", "stop"])
def test_typed_text_is_kept_open_whatever_is_pressed(signed_in: StrictClient, person: User, button: str) -> None:
    pages.press(signed_in, HOPES, button, {"hopes": "a boat"})
    entry = person.entries.get()
    assert (bodies(person, "hopes"), entry.kept_at) == (["a boat"], None)
    assert pages.get(signed_in, HOPES).fields["hopes.text"] == ["a boat"]


def test_stop_and_carry_on_ends_in_one_entry(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, HOPES, "stop", {"hopes": "a boat"})
    pages.press(signed_in, HOPES, "keep", {"hopes": "a boat, and a river"})
    assert bodies(person, "hopes") == ["a boat, and a river"]


def test_enter_without_a_button_keeps(signed_in: StrictClient, person: User) -> None:
    data = pages.data_for(pages.get(signed_in, HOPES), "keep", {"hopes": "a boat"})
    del data["go"]
    assert signed_in.post(HOPES, data)["Location"] == COMES
    assert person.entries.get().kept_at is not None


def test_nothing_comes_is_an_answer(signed_in: StrictClient, person: User) -> None:
    assert pages.press(signed_in, HOPES, "nothing") == COMES
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"hopes": {"nothing": True}}
    assert "Secret hopes Nothing came, and that’s an answer. Change" in pages.get(signed_in, BACK).text


def test_the_first_words_of_an_answer_travel_to_the_next(signed_in: StrictClient) -> None:
    pages.press(signed_in, FIRST, "keep", {"first-words": "muddy, quick, always up a tree, and late"})
    assert "You brought along muddy, quick, always up a tree, …" in pages.get(signed_in, FEELINGS).text


def test_words_travel_past_a_skip_and_to_the_way_they_come(signed_in: StrictClient) -> None:
    pages.press(signed_in, FIRST, "keep", {"first-words": "muddy"})
    pages.press(signed_in, FEELINGS, "skip")
    assert "You brought along muddy" in pages.get(signed_in, "/steps/hello/afternoons/").text
    pages.press(signed_in, HOPES, "keep", {"hopes": "a boat"})
    assert "You brought along a boat" in pages.get(signed_in, COMES).text


def test_that_nothing_came_travels_too_and_as_kindly(signed_in: StrictClient) -> None:
    pages.press(signed_in, FIRST, "keep", {"first-words": "muddy"})
    pages.press(signed_in, FEELINGS, "nothing")
    text = pages.get(signed_in, "/steps/hello/afternoons/").text
    assert "You brought along nothing, and that’s an answer" in text
    assert "muddy" not in text


def test_a_line_of_what_was_said_is_offered_in_the_letter(signed_in: StrictClient, person: User) -> None:
    assert "line" not in pages.get(signed_in, BACK).buttons
    pages.press(signed_in, HOPES, "keep", {"hopes": "a boat with a red sail"})
    assert pages.press(signed_in, BACK, "line") == "/steps/letter/write/#lines"
    assert person.visits.get(step="hello").closed_at is not None
    letter = signed_in.get("/steps/letter/write/").text
    assert "a boat with a red sail" in letter.partition('id="lines"')[2].partition("</section>")[0]


def test_old_words_do_not_travel_unasked(signed_in: StrictClient, person: User) -> None:
    old = factories.entry(person, "from long ago", question_key="first-words")
    Entry.objects.filter(pk=old.pk).update(updated_at="2026-01-01T00:00:00Z")
    pages.press(signed_in, "/steps/hello/intro/", "keep")
    assert "brought along" not in pages.get(signed_in, FEELINGS).text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", "Curious, on guard"), ("a grey calm", "a grey calm\nBorrowed: curious, on guard")],
)
def test_borrowed_words_are_kept_in_the_answer(signed_in: StrictClient, person: User, typed: str, kept: str) -> None:
    words = ["on guard", "curious", "not on the list"]
    pages.press(signed_in, FEELINGS, "keep", {"feelings": typed, "borrowed": words})
    assert bodies(person, "feelings") == [kept]


def test_borrowed_words_are_ticked_again_when_nothing_could_be_kept(signed_in: StrictClient) -> None:
    data = pages.data_for(pages.get(signed_in, FEELINGS), "burn", {"borrowed": ["sad"]})
    assert pages.Page(signed_in.post(FEELINGS, data)).fields["borrowed"] == ["sad"]


def test_an_earlier_answer_is_folded_above_and_not_overwritten(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a <b>boat</b>", question_key="hopes")
    page = pages.get(signed_in, HOPES)
    assert "What you kept before a <b>boat</b> Add to it" in page.text
    assert page.fields["hopes.text"] == [""]
    pages.press(signed_in, HOPES, "keep", {"hopes": "a dog"})
    assert sorted(bodies(person, "hopes")) == ["a <b>boat</b>", "a dog"]


def test_add_to_it_opens_the_earlier_answer(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a boat", question_key="hopes")
    page = pages.get(signed_in, f"{HOPES}?add=1")
    assert page.fields["hopes.text"] == ["a boat"]
    assert "Start fresh" in page.text
    pages.press(signed_in, f"{HOPES}?add=1", "keep", {"hopes": "a boat and a dog"})
    assert bodies(person, "hopes") == ["a boat and a dog"]


def test_change_leads_back_to_what_was_said(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, HOPES, "keep", {"hopes": "a boat"})
    link = f"{HOPES}?add=1&back=read-back"
    assert link in pages.get(signed_in, BACK).links
    assert pages.press(signed_in, link, "keep", {"hopes": "a bigger boat"}) == BACK
    assert bodies(person, "hopes") == ["a bigger boat"]


def test_change_after_the_end_belongs_to_the_same_visit(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, COMES, "keep", {"picked": "nothing"})
    pages.press(signed_in, BACK, "keep")
    change = f"{COMES}?add=1&back=read-back"
    assert pages.get(signed_in, change).fields["picked"] == ["nothing"]
    pages.press(signed_in, change, "keep", {"picked": "words"})
    assert person.visits.count() == 1
    assert signed_in.get("/steps/hello/")["Location"] == "/steps/hello/intro/"
    assert "How they come Only facts or words Change" in pages.get(signed_in, BACK).text


def test_what_was_left_open_says_so(signed_in: StrictClient) -> None:
    page = pages.get(signed_in, BACK)
    assert page.text.count("left open Change") == 5
    assert "Not provided" not in page.text


@pytest.mark.parametrize("picked", ["picture", "body", "words", "nothing", "not-today"])
def test_every_way_they_come_is_an_equal_answer(signed_in: StrictClient, person: User, picked: str) -> None:
    assert pages.press(signed_in, COMES, "keep", {"picked": picked}) == BACK
    assert pages.get(signed_in, COMES).fields["picked"] == [picked]


@pytest.mark.parametrize("key", ["comes-picture", "comes-body", "comes-words"])
def test_words_in_a_follow_up_are_kept_and_speak_for_their_choice(
    signed_in: StrictClient, person: User, key: str
) -> None:
    pages.press(signed_in, COMES, "keep", {key: "a yellow coat", "called": "Pip"})
    assert bodies(person, key) == ["a yellow coat"]
    assert {entry.kind for entry in person.entries.all()} == {"picture"}
    assert pages.get(signed_in, COMES).fields["picked"] == [key.removeprefix("comes-")]
    page = pages.get(signed_in, BACK)
    assert "a yellow coat" in page.text
    assert "Pip" in page.text


def test_a_choice_that_was_never_offered_is_refused_with_the_text(signed_in: StrictClient, person: User) -> None:
    data = pages.data_for(pages.get(signed_in, COMES), "keep", {"picked": "ghost", "called": "Pip"})
    page = pages.Page(signed_in.post(COMES, data))
    assert (page.status, page.fields["called.text"]) == (422, ["Pip"])
    assert person.visits.count() == 0


def test_a_sixth_reflection_needs_a_file_and_nothing_else(
    signed_in: StrictClient, person: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six questions would do; one more than there are is what matters."""
    shutil.copytree(packs.HOME, tmp_path / "packs")
    file = tmp_path / "packs" / "en" / "hello.toml"
    more = '[[screens]]\nkey = "treasure"\nkind = "question"\ntitle = "What was in the pocket?"\nname = "A pocket"\n\n'
    comes = '[[screens]]\nkey = "comes"\n'
    file.write_text(file.read_text(encoding="utf-8").replace(comes, more + comes), encoding="utf-8")
    monkeypatch.setattr(packs, "HOME", tmp_path / "packs")
    assert pages.press(signed_in, HOPES, "skip") == "/steps/hello/treasure/"
    page = pages.get(signed_in, "/steps/hello/treasure/")
    assert page.heading == "What was in the pocket?"
    assert "A pocket, 5 in any order" in page.text
    assert pages.press(signed_in, "/steps/hello/treasure/", "keep", {"treasure": "a marble"}) == COMES
    assert "A pocket a marble Change" in pages.get(signed_in, BACK).text
    assert person.entries.get().question == "What was in the pocket?"
