"""Very long words and very long answers: shown in part, chosen all the same, and never wider than the page."""

import pytest
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from exercises import answers, packs
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages
from tests.live import close, enter
from vault import keyring

BACK, WISH, GIFT = "/steps/hello/read-back/", "/steps/kindness/wish/", "/steps/kindness/gift/"
WORD = "x" * 3000


def test_lines_of_a_long_text_are_bounded_and_each_there_once() -> None:
    assert answers.lines(f"One. Two.\nOne.\n{WORD}\n{WORD}y") == ["One.", "Two.", f"{'x' * 199}…"]
    assert answers.lines("x" * 200) == ["x" * 200]


def test_a_long_line_can_be_chosen_as_a_wish_and_stays_bounded(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, WORD, question_key="hopes")
    value = f"quote:{'x' * 199}…"
    assert pages.press(signed_in, WISH, "keep", {"picked": value}) == GIFT
    assert pages.get(signed_in, WISH).fields["picked"] == [value]
    assert pages.get(signed_in, GIFT).text.count("x" * 199) == 1
    page = pages.get(signed_in, WISH)
    assert signed_in.post(WISH, pages.data_for(page, "keep", {"picked": f"quote:{WORD}"})).status_code == 422


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("y" * 600, "y" * 600),
        ("y" * 601, f"{'y' * 599}… All of it"),
        ("\n".join("abcdefghijkl"), " ".join("abcdefghijkl")),
        ("\n".join("abcdefghijklm"), " ".join("abcdefghijkl") + " All of it"),
        ("a\n", "a"),
    ],
)
def test_read_back_shows_a_bounded_part_and_a_way_to_all_of_it(
    signed_in: StrictClient, person: User, text: str, shown: str
) -> None:
    entry = factories.entry(person, text, question_key="hopes")
    page = pages.get(signed_in, BACK)
    assert f"Secret hopes {shown} Change Secret hopes" in page.text
    assert page.links.count(f"/kept/{entry.pk}/") == shown.count("All of it")
    before = pages.get(signed_in, "/steps/hello/hopes/").text
    assert f"What you kept before {shown} Add to it" in before


def screens() -> list[str]:
    steps = packs.load().values()
    return [f"/steps/{step.key}/{screen.key}/" for step in steps for screen in step.screens if screen.kind != "close"]


@pytest.mark.parametrize("address", screens())
def test_every_screen_can_be_skipped_and_rested_on(signed_in: StrictClient, address: str) -> None:
    assert {"skip", "stop"} <= set(pages.get(signed_in, address).buttons)


@pytest.mark.django_db(transaction=True)
def test_one_long_word_makes_no_page_wider(
    context: BrowserContext, live_server: LiveServer, transactional_db: None
) -> None:
    person = factories.person()
    with keyring.opened_for(person.pk, purpose="a test"):
        person.name = "n" * 80
    person.save()
    for key in ("hopes", "first-words"):
        factories.entry(person, WORD, question_key=key)
    client = StrictClient()
    client.force_login(person)
    builder = "/steps/place/scene/"
    long = {"name": "n" * 60, "welcome": "w" * 200, "word_1": "a" * 80, "word_3": "c" * 80}
    pages.press(client, builder, "keep", long)
    client.post(f"/place/{person.places.get().pk}/home/")
    pages.press(client, "/steps/letter/who/", "keep", {"picked": "both"})
    pages.press(client, "/steps/letter/voices/", "add", {"turn": WORD, "voice": "child"})
    pages.press(client, WISH, "keep", {"picked": f"quote:{'x' * 199}…"})
    page = enter(context, live_server, person)
    page.set_viewport_size({"width": 390, "height": 844})
    wide = []
    for address in ("/home/", "/place/", builder, BACK, WISH, GIFT, "/steps/hello/hopes/", "/steps/letter/write/", "/steps/letter/voices/"):  # fmt: skip
        page.goto(f"{live_server.url}{address}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        if width > 390 or height > 9000:
            wide.append((address, width, height))
    close(context)
    assert wide == []
