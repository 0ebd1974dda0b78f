"""A turn belongs to whoever holds the pen last, until it is added."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal import boxes, turns
from journal.about import About
from journal.models import Entry
from tests import factories
from tests.journal.browsing import KEPT, TEXT, state
from tests.journal.conftest import ABOUT, Put
from tests.journal.test_boxes import fields
from tests.live import close, enter

COMPOSER = "/steps/letter/voices/"
TURN = turns.next_turn(ABOUT, "adult")


def draft(person: User, **change: object) -> Entry:
    """What lies in the composer."""
    thread = factories.entry(person, "", id=TURN.parent, kind="letter", voice="both", rev=0, kept_at=None)
    said = {"kind": "letter", "voice": "adult", "parent": thread, "question": "", "kept_at": None}
    return factories.entry(person, "half a turn", **said | change)


def voice_of(row: Entry) -> str:
    return Entry.objects.get(pk=row.pk).voice


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["half a turn", "half a turn, and more"])
def test_the_next_save_says_whose_turn_it_is(ada: User, put: Put, text: str) -> None:
    row = draft(ada)
    put(row.pk, text, 1, X_About=replace(TURN, voice="child", position=7).token(ada.pk))
    assert voice_of(row) == "child"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other", [{"parent": uuid4()}, {"question_key": "else"}, {"step": "else"}, {"kind": "answer"}, {"parent": None}]
)
def test_a_word_about_something_else_changes_no_voice(ada: User, put: Put, other: dict[str, Any]) -> None:
    row = draft(ada)
    put(row.pk, "more", 1, X_About=replace(TURN, voice="child", **other).token(ada.pk))
    assert voice_of(row) == "adult"


@pytest.mark.django_db
def test_a_turn_that_was_added_keeps_its_voice(ada: User, put: Put) -> None:
    added = draft(ada, kept_at=timezone.now())
    put(added.pk, "more", 1, X_About=replace(TURN, voice="child").token(ada.pk))
    assert voice_of(added) == "adult"


@pytest.mark.django_db
def test_a_word_signed_for_somebody_else_changes_no_voice(ada: User, bob: User, put: Put) -> None:
    row = draft(ada)
    put(row.pk, "more", 1, X_About=replace(TURN, voice="child").token(bob.pk))
    assert voice_of(row) == "adult"


@pytest.mark.django_db
def test_a_letter_of_its_own_keeps_its_voice(ada: User, put: Put) -> None:
    row = factories.entry(ada, "dear", kind="letter", voice="adult", kept_at=None)
    put(row.pk, "dear you", 1, X_About=replace(About.of(row), voice="child").token(ada.pk))
    assert voice_of(row) == "adult"


@pytest.mark.django_db
def test_a_box_of_a_turn_has_a_word_for_either_hand(ada: User) -> None:
    box = boxes.box_for(ada, TURN, name="turn")
    said = {hand: About.read(token, ada.pk) for hand, token in box.hands.items()}
    assert said == {"adult": TURN, "child": replace(TURN, voice="child")}
    assert (box.about, boxes.box_for(ada, ABOUT, name="words").hands) == (box.hands["adult"], {})


@pytest.mark.django_db
def test_leaving_the_composer_without_a_script_keeps_the_voice(ada: User, signed_in: Client) -> None:
    assert 'formaction="?leave"' in signed_in.get(COMPOSER).content.decode()
    about = replace(TURN, step="letter", question_key="letter-both").token(ada.pk)
    data = {name.replace("words", "turn"): value for name, value in fields(ada, "half a turn", about=about).items()}
    assert signed_in.post(f"{COMPOSER}?leave", data | {"box": "turn", "voice": "child"}).status_code == 303
    assert [(row.voice, row.kept_at) for row in ada.entries.exclude(parent=None)] == [("child", None)]


@pytest.fixture
def composer(context: BrowserContext, live_server: LiveServer, transactional_db: None) -> Iterator[Page]:
    page = enter(context, live_server, factories.person("ada@example.org"))
    page.goto(f"{live_server.url}{COMPOSER}")
    yield page
    close(context)


def said(page: Page) -> list[tuple[str, str]]:
    """After a reload: who holds the pen, and of whom the turn is."""
    page.reload()
    expect(page.locator("#box-turn")).to_have_value("The wind lives there.")
    held = str(page.locator(".hand [aria-pressed='true']").get_attribute("value")).removeprefix("pen:")
    return [(held, row.voice) for row in Entry.objects.exclude(parent=None)]


@pytest.mark.django_db(transaction=True)
def test_the_pen_taken_before_writing_is_kept(composer: Page) -> None:
    composer.get_by_role("button", name="Younger me", exact=True).click()
    composer.locator("#box-turn").fill("The wind lives there.")
    composer.locator("#box-turn").blur()
    state(composer, KEPT)
    assert said(composer) == [("child", "child")]


@pytest.mark.django_db(transaction=True)
def test_the_pen_taken_after_writing_is_kept(composer: Page) -> None:
    composer.locator("#box-turn").fill("The wind lives there.")
    composer.locator("#box-turn").blur()
    state(composer, KEPT)
    for voice, name in [("child", "Younger me"), ("adult", "Grown-up me"), ("child", "Younger me")]:
        with composer.expect_response(TEXT):
            composer.get_by_role("button", name=name, exact=True).click()
        assert said(composer) == [(voice, voice)]
