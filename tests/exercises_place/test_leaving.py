"""Leave this page, pressed where a form holds more than writing boxes: its words stay, the session does not."""

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError

from accounts.models import User
from exercises import places
from tests import factories
from tests.client import StrictClient
from tests.exercises_place.conftest import box_of
from vault import keyring

COVER = next(iter(settings.COVER_SITES.values()))
BUILDER = "/steps/place/scene/"


def left(response: Any) -> bool:
    return bool(response.status_code == 303 and response["Location"] == COVER)


def draft_of(person: User) -> dict[str, object]:
    with keyring.opened_for(person.pk, purpose="a test"):
        said = person.visits.get(step="place").choices["scene"]
    return dict(said["drafts"][said["place"]])


def test_leaving_the_builder_holds_what_was_typed(signed_in: StrictClient, person: User) -> None:
    answer = signed_in.post(f"{BUILDER}?leave", {"name.text": "the low end", "word_1.text": "bees", "light": "night"})
    assert left(answer)
    assert (draft_of(person)["name"], draft_of(person)["words"]) == ("the low end", ["bees"])
    assert signed_in.get("/home/").status_code == 302


def test_leaving_the_builder_puts_a_line_in_the_box(signed_in: StrictClient, person: User) -> None:
    assert left(signed_in.post(f"{BUILDER}?leave", {"line.text": "not here"}))
    with keyring.opened_for(person.pk, purpose="a test"):
        place = places.current(person)
    assert place is not None
    assert box_of(place) == "not here"


@pytest.mark.parametrize("typed", [{"name.text": "x" * 61}, {"go": "nonsense", "light": "none"}])
def test_leaving_with_what_cannot_be_kept_leaves_all_the_same(signed_in: StrictClient, typed: dict[str, str]) -> None:
    assert left(signed_in.post(f"{BUILDER}?leave", typed))
    assert signed_in.get("/home/").status_code == 302


def test_leaving_while_the_database_is_away_leaves(signed_in: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(places.PlaceForm, "is_valid", away)
    answer = signed_in.post(f"{BUILDER}?leave", {"name.text": "the low end"})
    assert left(answer)
    assert answer["Clear-Site-Data"] == '"cache", "cookies"'


def test_leaving_without_a_session_or_a_token_leaves(person: User) -> None:
    assert left(StrictClient().post(f"{BUILDER}?leave", {"box": "name", "name.text": "x"}))
    careful = StrictClient(enforce_csrf_checks=True)
    careful.force_login(person)
    assert left(careful.post(f"{BUILDER}?leave", {"box": "name", "name.text": "x"}))
    assert careful.get("/home/").status_code == 302


def test_leaving_the_open_box_keeps_it(signed_in: StrictClient, person: User) -> None:
    signed_in.post(BUILDER, {"line.text": "one", "go": "box"})
    with keyring.opened_for(person.pk, purpose="a test"):
        place = places.current(person)
    assert place is not None
    assert left(signed_in.post(f"/place/{place.pk}/box/?leave", {"inside.text": "one and two"}))
    place.refresh_from_db()
    assert box_of(place) == "one and two"


@pytest.mark.parametrize("pressed", ["stop", "skip", "leave"])
def test_a_name_typed_for_a_letter_stays_whatever_is_pressed(
    signed_in: StrictClient, person: User, pressed: str
) -> None:
    letter = factories.entry(
        person, "dear you", kind="letter", step="letter", question_key="letter-adult", voice="adult"
    )
    visit = person.visits.model(owner=person, step="letter", pack=1, screen="becomes")
    visit.opened_at = visit.touched_at = letter.created_at
    with keyring.opened_for(person.pk, purpose="a test"):
        visit.choices = {"write": {"letter": str(letter.pk)}}
    visit.save()
    address = "/steps/letter/becomes/" + ("?leave" if pressed == "leave" else "")
    signed_in.post(
        address, {"go": pressed, "title.text": "The oak"} if pressed != "leave" else {"title.text": "The oak"}
    )
    letter.refresh_from_db()
    with keyring.opened_for(person.pk, purpose="a test"):
        assert letter.title == "The oak"
