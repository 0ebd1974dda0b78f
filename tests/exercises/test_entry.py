"""The way into a step, and what is offered when somebody needed steadying twice."""

import pytest
import time_machine

from accounts.models import User
from exercises import packs
from innerchild import steadied
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from vault import keyring

STEPS = list(packs.load().values())
HOPES = "/steps/hello/hopes/"
OFFER = "You reached for something steady twice."
paced = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)


def first(step: packs.Step) -> str:
    return f"/steps/{step.key}/{step.screens[0].key}/"


@paced
def test_a_pace_is_offered_and_a_little_is_chosen(signed_in: StrictClient, step: packs.Step) -> None:
    page = pages.get(signed_in, first(step))
    assert page.fields["pace"] == ["little"]
    for words in ("A little", "A bit more", "As long as I like"):
        assert page.text.count(words) == 1


@paced
def test_a_pace_somebody_likes_is_chosen_for_them(signed_in: StrictClient, person: User, step: packs.Step) -> None:
    for liked, chosen in (("more", "more"), ("for ever", "little"), (3, "little")):
        person.preferences = {"pace": liked}
        person.save()
        assert pages.get(signed_in, first(step)).fields["pace"] == [chosen]


def test_the_pace_goes_along_with_who_writes(signed_in: StrictClient, person: User) -> None:
    pages.press(signed_in, "/steps/letter/who/", "keep", {"picked": "child", "pace": "open"})
    pages.press(signed_in, "/steps/letter/who/", "skip", {"pace": "more"})
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"who": {"picked": "child", "pace": "more"}}
    assert "About eight minutes." in pages.get(signed_in, "/steps/letter/write/").text


@pytest.mark.parametrize("button", ["door:breathe", "door:hold", "skip", "stop"])
def test_the_pace_goes_along_through_every_way_on(signed_in: StrictClient, person: User, button: str) -> None:
    pages.press(signed_in, "/steps/place/doors/", button, {"pace": "more"})
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"doors": {"pace": "more"}}
    assert pages.get(signed_in, "/steps/place/doors/").fields["pace"] == ["more"]
    assert "About eight minutes." in pages.get(signed_in, "/steps/place/where/").text


def test_a_pace_or_a_door_nobody_offered_is_not_taken(signed_in: StrictClient, person: User) -> None:
    page = pages.get(signed_in, "/steps/place/doors/")
    assert signed_in.post("/steps/place/doors/", {**page.fields, "pace": "now", "go": "skip"}).status_code == 302
    with keyring.opened_for(person.pk, purpose="a test"):
        assert person.visits.get().choices == {"doors": {}}
    assert signed_in.post("/steps/place/doors/", {**page.fields, "go": "door:card"}).status_code == 422


def test_steadying_twice_in_a_little_while_offers_to_stop_on_the_next_page(signed_in: StrictClient) -> None:
    signed_in.get("/steady/")
    assert OFFER not in pages.get(signed_in, HOPES).text
    signed_in.get("/steady/room/")
    assert OFFER not in pages.get(signed_in, HOPES).text
    signed_in.get("/steady/")
    assert [type(one) for one in signed_in.session[steadied.KEY]] == [int, int]
    for at in (HOPES, "/steps/hello/intro/", "/steps/place/breathe/", "/steps/place/light/", "/steps/letter/write/"):
        text = signed_in.get(at).text
        assert text.count(OFFER) == 1
        stop = text.partition(OFFER)[2].partition("<button")[2].partition(">")[0]
        assert f'formaction="{at}"' in stop
        assert 'name="go" value="stop"' in stop
    assert OFFER not in signed_in.get("/steps/hello/close/").text
    assert pages.press(signed_in, HOPES, "stop", {"hopes": "a boat"}) == "/steps/hello/close/"
    assert OFFER not in pages.get(signed_in, HOPES).text


def test_steadying_long_ago_or_as_a_stranger_offers_nothing(client: StrictClient, person: User) -> None:
    client.get("/steady/")
    assert "sessionid" not in " ".join(client.cookies)
    client.force_login(person)
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        client.get("/steady/")
    with time_machine.travel("2026-11-23T12:10:00Z", tick=False):
        client.get("/steady/")
        assert OFFER not in pages.get(client, HOPES).text


def test_steadying_leads_to_ones_own_place_and_a_strangers_page_knows_of_none(
    client: StrictClient, person: User
) -> None:
    ways = ("/steady/", "/steady/light/", "/steady/room/", "/steady/hold/")
    assert ["/place/" in pages.get(client, way).links for way in ways] == [False] * 4
    client.force_login(person)
    assert ["/place/" in pages.get(client, way).links for way in ways] == [True] * 4


@pytest.mark.parametrize("button", ["stop", "keep"])
def test_the_lamp_stays_a_shade_warmer_after_an_end_until_tomorrow(signed_in: StrictClient, button: str) -> None:
    at = {"stop": HOPES, "keep": "/steps/hello/read-back/"}[button]
    with time_machine.travel("2026-11-23T23:50:00Z"):
        signed_in.force_login(factories.person())
        pages.press(signed_in, HOPES, "skip")
        assert "mark is-warm" not in signed_in.get("/home/").text
        pages.press(signed_in, at, button)
        assert "mark is-warm" in signed_in.get("/home/").text
    with time_machine.travel("2026-11-24T00:05:00Z"):
        page = signed_in.get("/home/")
        assert (page.status_code, "mark is-warm" in page.text) == (200, False)


@pytest.mark.parametrize("step", ["hello", "place"])
def test_a_step_where_nothing_comes_is_met_as_warmly_and_asks_nobody_why(
    signed_in: StrictClient, person: User, step: str
) -> None:
    at, answered = signed_in.get(f"/steps/{step}/")["Location"], set()
    while not at.endswith("/close/"):
        page = pages.get(signed_in, at)
        assert "why" not in page.text.lower().split()
        button = "nothing" if "nothing" in page.buttons else "skip"
        answered |= {at.split("/")[-2]} if button == "nothing" else set()
        at = pages.press(signed_in, at, button)
    with keyring.opened_for(person.pk, purpose="a test"):
        choices = person.visits.get().choices
    assert {key for key, said in choices.items() if said.get("nothing")} == answered
    assert len(answered) >= 4
    assert (person.entries.count(), person.places.count()) == (0, 0)
    told = pages.get(signed_in, at)
    assert told.heading == "That’s plenty for today."
    if step == "hello":
        assert pages.get(signed_in, "/steps/hello/read-back/").text.count("Nothing came, and that’s an answer.") == 4
