"""What a practice hands over: a short address that tells nothing, a code that holds it, sheets in every size."""

import io
import logging
import re
from html import unescape
from typing import Any

import pytest
import segno

from exercises import packs
from innerchild import logs
from innerchild.paper import HANDOUTS
from tests.client import StrictClient


def test_a_practices_code_is_read_by_nothing_and_written_nowhere(client: StrictClient) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        plain = client.get("/start/")
        coded = client.get("/start/", {"p": "CANARY-9"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert coded.status_code == 200
    assert coded.text == plain.text
    assert (coded.cookies, out.getvalue()) == ({}, "")
    assert re.findall(r'class="button[^"]*" href="([^"]+)"', coded.text) == ["/try/", "/accounts/signup/", "/"]


def test_the_code_holds_the_address_that_stands_beside_it(client: StrictClient, settings: Any) -> None:
    settings.INNERCHILD_URL = "https://innerchild.example"
    page = client.get("/therapists/link/").text
    assert '<p class="address">innerchild.example/start/</p>' in page
    drawn = re.findall(r'<svg viewBox="0 0 (\d+) \d+" class="qr">(.*?)</svg>', page)
    assert len(drawn) == 1
    code = segno.make("https://innerchild.example/start/", error="m", micro=False, boost_error=False)
    assert (code.error, int(drawn[0][0])) == ("M", code.symbol_size()[0])
    assert modules(drawn[0][1]) == {(x, y) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark}


def modules(path: str) -> set[tuple[int, int]]:
    """The dark squares of a path of horizontal strokes, counted from the quiet edge of four."""
    steps = re.search(r'stroke="#000" d="([^"]+)"', path)
    assert steps is not None
    found, x, y = set(), 0.0, 0.0
    for letter, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", steps[1]):
        if letter == "h":
            found |= {(int(x) + i - 4, int(y) - 4) for i in range(int(first))}
            x += float(first)
        else:
            x, y = (float(first), float(second)) if letter == "M" else (x + float(first), y + float(second))
    return found


@pytest.mark.parametrize("key", HANDOUTS)
@pytest.mark.parametrize(
    ("query", "classes"),
    [
        ({}, "is-a4"),
        ({"paper": "letter"}, "is-letter"),
        ({"paper": "a4", "print": "large"}, "is-a4 is-large"),
        ({"paper": "letter", "print": "large"}, "is-letter is-large"),
        ({"paper": '"><b>', "print": "huge"}, "is-a4"),
    ],
)
def test_a_handout_comes_in_every_size(client: StrictClient, key: str, query: dict[str, str], classes: str) -> None:
    page = client.get(f"/therapists/handouts/{key}/", query).text
    assert re.findall(r'<body class="([^"]*)"', page) == [classes]
    assert page.count('aria-current="true"') == 2
    sheet = page.partition('<article class="paper-sheet')[2]
    assert f'<h1 tabindex="-1">{HANDOUTS[key].title}</h1>' in sheet
    assert "Innerchild, CC BY 4.0" in sheet
    assert "localhost:8000/start/" in sheet


def test_the_list_names_every_handout_and_no_other_exists(client: StrictClient) -> None:
    for path in ("/therapists/handouts/", "/therapists/"):
        found = re.findall(r'href="/therapists/handouts/([\w-]+)/"', client.get(path).text)
        assert found == list(HANDOUTS), path
    assert client.get("/therapists/handouts/nowhere/").status_code == 404


def test_reflections_on_paper_ask_what_the_screens_ask(client: StrictClient) -> None:
    sheet = unescape(client.get("/therapists/handouts/reflections/").text)
    asked = [screen.title for screen in packs.load()["hello"].screens if screen.kind == "question"][:4]
    assert [title for title in asked if title not in sheet] == []
    assert sheet.count('class="ruled"') == len(asked) == 4


def test_therapists_are_told_what_is_true_today_in_two_minutes(client: StrictClient) -> None:
    page = unescape(client.get("/therapists/").text)
    main = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    assert len(main.split()) < 700  # some 250 words a minute, the lists to be skimmed
    assert "each open for a time they choose. They see each reading." in main
    assert "There is nowhere to look." in main
    assert "nothing raises an alarm" in main
    assert "It costs clients nothing." in main
    assert "no referral fee, sell no leads, and rank nobody" in main
    assert "no agreement for processing data, HIPAA included" in main
    assert "Losing time" in main  # with the rest of when letters belong in the room, or later
