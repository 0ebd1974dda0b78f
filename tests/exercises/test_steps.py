"""Every screen of *hello* and *kindness*: skipped, stopped at, resumed; and what is no screen."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from exercises import packs
from exercises.models import Visit
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages

SCREENS = [
    (step.key, screen.key)
    for step in packs.load().values()
    for screen in step.screens
    if step.key in {"hello", "kindness"} and screen.kind != "close"
]
ENDS = ["/steps/hello/close/", "/steps/kindness/close/"]
everywhere = pytest.mark.parametrize(("step", "screen"), SCREENS)


def address(step: str, screen: str) -> str:
    return f"/steps/{step}/{screen}/"


@everywhere
def test_a_screen_opens_by_itself_and_writes_nothing(signed_in: StrictClient, step: str, screen: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = pages.get(signed_in, address(step, screen))
    assert page.status == 200
    assert page.heading == packs.load()[step].screen(screen).title  # type: ignore[union-attr]
    assert page.title not in {"", "Innerchild"}
    assert [
        query["sql"]
        for query in queries
        if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE", 'UPDATE "django_session"'))
    ] == []
    assert Visit.objects.count() == 0


@everywhere
def test_a_screen_can_be_skipped_and_stopped_at(signed_in: StrictClient, step: str, screen: str) -> None:
    page = pages.get(signed_in, address(step, screen))
    assert {"keep", "skip", "stop"} <= set(page.buttons)


@everywhere
def test_stop_rests_here_and_the_step_carries_on_from_here(
    signed_in: StrictClient, person: User, step: str, screen: str
) -> None:
    assert pages.press(signed_in, address(step, screen), "stop") == address(step, "close")
    visit = person.visits.get()
    assert (visit.step, visit.screen, visit.closed_at) == (step, screen, None)
    assert signed_in.get(f"/steps/{step}/")["Location"] == address(step, screen)


@everywhere
def test_skip_leads_on_and_rests_there(signed_in: StrictClient, person: User, step: str, screen: str) -> None:
    following = pages.press(signed_in, address(step, screen), "skip")
    assert following != address(step, screen)
    visit = person.visits.get()
    assert address(step, visit.screen) == following
    assert (visit.closed_at is None) == (following not in ENDS)
    assert person.entries.count() == 0


@pytest.mark.parametrize("button", ["keep", "skip"])
@pytest.mark.parametrize("step", ["hello", "kindness"])
def test_a_step_is_walked_without_a_character(signed_in: StrictClient, person: User, step: str, button: str) -> None:
    at, seen = signed_in.get(f"/steps/{step}/")["Location"], 0
    while at not in ENDS:
        at, seen = pages.press(signed_in, at, button), seen + 1
    assert seen == len([one for one, _ in SCREENS if one == step])
    assert person.entries.count() == 0
    visit = person.visits.get()
    assert (visit.screen, visit.closed_at is None) == ("close", False)
    page = pages.get(signed_in, at)
    assert page.heading in {"That’s plenty for today.", "That was kindly done."}
    assert "was kept" not in page.text


def test_a_step_begins_anew_after_its_end(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, "/steps/hello/read-back/", "keep")
    assert signed_in.get("/steps/hello/")["Location"] == "/steps/hello/intro/"
    pages.press(signed_in, "/steps/hello/intro/", "keep")
    assert person.visits.count() == 2


def test_only_one_visit_of_a_step_is_open(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, "/steps/hello/hopes/", "skip")
    pages.press(signed_in, "/steps/hello/first-words/", "skip")
    assert person.visits.get().screen == "feelings"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/steps/nowhere/"),
        ("get", "/steps/hello/nowhere/"),
        ("get", "/steps/nowhere/intro/"),
        ("post", "/steps/hello/nowhere/"),
        ("post", "/steps/nowhere/intro/"),
    ],
)
def test_an_unknown_step_or_screen_is_not_found(signed_in: StrictClient, path: str, method: str) -> None:
    response = getattr(signed_in, method)(path)
    assert response.status_code == 404
    assert response.text == signed_in.get("/steps/another/intro/").text


@pytest.mark.parametrize("path", ["/home/", "/steps/hello/", "/steps/hello/first-words/"])
def test_signed_out_nobody_gets_in(client: StrictClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "/home/"), ("post", "/steps/hello/"), ("put", "/steps/hello/hopes/"), ("delete", "/steps/hello/hopes/")],
)
def test_a_wrong_method_is_refused(signed_in: StrictClient, method: str, path: str) -> None:
    assert getattr(signed_in, method)(path).status_code == 405


@everywhere
def test_a_button_that_is_not_there_keeps_nothing_and_gives_the_text_back(
    signed_in: StrictClient, person: User, step: str, screen: str
) -> None:
    at = address(step, screen)
    page = pages.get(signed_in, at)
    boxes = [name for name in page.fields if name.endswith(".text")]
    answer = pages.Page(
        signed_in.post(at, {**pages.data_for(page, "burn"), **dict.fromkeys(boxes, "still <b>here</b>")})
    )
    assert answer.status == 422
    assert {name: answer.fields[name] for name in boxes} == {name: ["still <b>here</b>"] for name in boxes}
    assert "That choice isn’t on this page any more." in answer.text
    assert (person.visits.count(), person.entries.count()) == (0, 0)


def test_text_too_long_comes_back_whole(signed_in: StrictClient, person: User) -> None:
    at = "/steps/hello/hopes/"
    text = "a hope " * 30_000
    page = pages.get(signed_in, at)
    answer = pages.Page(signed_in.post(at, pages.data_for(page, "keep", {"hopes": text})))
    assert answer.status == 422
    assert answer.fields["hopes.text"] == [text]
    assert answer.fields["hopes.op"] == page.fields["hopes.op"]
    assert person.visits.count() == 0


def test_another_persons_box_is_not_written_to(signed_in: StrictClient) -> None:
    stranger = factories.person()
    theirs = factories.entry(stranger, "theirs", question_key="hopes")
    page = pages.get(signed_in, "/steps/hello/hopes/")
    data = {**pages.data_for(page, "keep", {"hopes": "mine"}), "hopes.entry": str(theirs.pk), "hopes.base_rev": "1"}
    answer = signed_in.post("/steps/hello/hopes/", data)
    theirs.refresh_from_db()
    assert answer.status_code == 422
    assert theirs.rev == 1


def test_nobody_sees_anothers_answers(signed_in: StrictClient) -> None:
    stranger = factories.person()
    factories.entry(stranger, "a lighthouse", question_key="hopes")
    Visit.objects.create(
        owner=stranger,
        step="hello",
        pack=1,
        screen="hopes",
        opened_at=stranger.created_at,
        touched_at=stranger.created_at,
    )
    assert signed_in.get("/steps/hello/")["Location"] == "/steps/hello/intro/"
    for at in ("/home/", "/steps/hello/hopes/", "/steps/hello/read-back/", "/steps/kindness/wish/"):
        assert "lighthouse" not in signed_in.get(at).text


def test_a_form_opened_by_another_account_is_not_kept(signed_in: StrictClient, person: User) -> None:
    page = pages.get(signed_in, "/steps/hello/hopes/")
    data = {**pages.data_for(page, "keep", {"hopes": "mine"}), "writer": str(factories.person().pk)}
    answer = pages.Page(signed_in.post("/steps/hello/hopes/", data))
    assert (answer.status, answer.fields["hopes.text"]) == (422, ["mine"])
    assert person.entries.count() == 0


def test_the_close_says_when_words_were_kept(signed_in: StrictClient) -> None:
    with time_machine.travel("2026-11-23T14:09:00Z"):
        pages.press(signed_in, "/steps/hello/hopes/", "keep", {"hopes": "a boat"})
        page = pages.get(signed_in, "/steps/hello/close/")
    assert "What you wrote was kept at 14:09." in page.text
    assert page.links[:3] == ["/steps/hello/read-back/", "/steady/?back=%2Fsteps%2Fhello%2Fclose%2F", "/home/"]


def test_the_close_says_nothing_of_another_day(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a boat", question_key="hopes", updated_at=person.created_at - timedelta(days=1))
    assert "was kept" not in pages.get(signed_in, "/steps/hello/close/").text
