"""Landing, about and steady: the same for everybody, light, kept by the browser, whole without JavaScript."""

import gzip
import re
import struct
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from innerchild.day import Light
from tests import factories
from tests.client import StrictClient

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
PAGES = ["/", "/about/", "/help/?country=GB", "/steady/", "/steady/light/", "/steady/room/", "/steady/hold/", "/try/", "/privacy/", "/accessibility/", "/start/?p=CODE", "/therapists/", "/therapists/link/", "/therapists/handouts/", "/therapists/handouts/letter/?print=large"]  # fmt: skip


def sheet() -> str:
    """The style sheet as it is served: its parts joined."""
    app = (STATIC / "css/app.css").read_text("utf-8")
    return re.sub(r'@import url\("(.*?)"\);', lambda part: (STATIC / "css" / part[1]).read_text("utf-8"), app)


def sent(text: str) -> int:
    return len(gzip.compress(text.encode()))


def scripts(page: str) -> int:
    found = re.findall(r'src="/static/(js/[\w-]+\.js)"', page)
    return sum(sent((STATIC / name).read_text("utf-8")) for name in found)


@pytest.mark.parametrize("path", PAGES)
def test_page_for_a_stranger_asks_nothing_and_may_be_kept(client: StrictClient, path: str) -> None:
    response = client.get(path)  # with no database: this test has none, and asking for it would fail
    assert response.status_code == 200
    assert re.fullmatch(r"public, max-age=\d+|max-age=\d+, public", response["Cache-Control"])
    assert "Cookie" not in response.get("Vary", "")
    assert response.cookies == {}
    assert response.text.count("<h1") == 1
    assert re.findall("<form[^>]*>", response.text.partition("<main")[2]) == re.findall(
        '<form[^>]*method="get"[^>]*>', response.text
    )
    assert "csrf" not in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_page_for_somebody_signed_in_is_theirs_and_kept_nowhere(client: StrictClient, path: str) -> None:
    client.force_login(factories.person())
    response = client.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_are_only_read(client: StrictClient, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("path", ["/steady/", "/steady/light/", "/steady/room/", "/steady/hold/"])
def test_steady_is_under_fifty_kilobytes_before_any_compression_of_its_page(client: StrictClient, path: str) -> None:
    page = client.get(path).text
    assert len(page.encode()) + sent(sheet()) + scripts(page) + 3705 < 50_000  # with the grain's png


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/help/?country=GB" and "steady" not in path])
def test_page_that_is_handed_on_says_what_it_is_before_it_is_opened(client: StrictClient, path: str) -> None:
    page = client.get(path).text
    said = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', page))
    assert said["og:url"] == "http://localhost:8000" + path.partition("?")[0]
    assert said["og:image"] == "http://localhost:8000/static/img/card.png"
    assert 40 < len(said["description"]) < 160
    assert page.count("<link") - page.count('rel="preload"') <= 5


def test_card_is_as_big_as_it_says_and_light() -> None:
    picture = (STATIC / "img/card.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert len(picture) < 60_000


@pytest.mark.django_db
def test_foot_leads_to_the_same_four_pages_signed_in_and_out(client: StrictClient) -> None:
    asked = [client.get(path).text for path in ("/", "/about/")]
    client.force_login(factories.person())
    asked += [client.get(path).text for path in ("/home/", "/about/")]
    for page in asked:
        foot = page.partition('<footer class="foot">')[2]
        assert re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', foot) == [
            ("/about/", "About"), ("/privacy/", "Privacy"), ("/accessibility/", "Accessibility"), ("/therapists/", "For therapists"),
        ]  # fmt: skip


def test_landing_is_under_120_kilobytes_with_its_fonts() -> None:
    response = Client().get("/", headers={"Accept-Encoding": "gzip"})  # the strict client reads plain text alone
    assert response["Content-Encoding"] == "gzip"
    page = gzip.decompress(response.content).decode()
    fonts = sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2"))
    weight = len(response.content) + sent(sheet()) + scripts(page) + fonts + (STATIC / "img/grain.png").stat().st_size
    assert (fonts > 70_000, weight < 120_000) == (True, True), weight


@pytest.mark.parametrize("path", ["/steady/nowhere/", "/steady/index/", "/steady/light/more/"])
def test_an_unknown_way_is_not_found(client: StrictClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_steady_says_no_date_that_may_be_wrong_where_somebody_is(client: StrictClient) -> None:
    with time_machine.travel("2026-11-19T12:00:00Z"):
        page = client.get("/steady/").text
    assert "Find today’s date somewhere near you, and say it." in page
    assert "November" not in page


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/kept/", "/kept/"),
        ("/steps/hello/first-words/?add=1", "/steps/hello/first-words/?add=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
@pytest.mark.parametrize("path", ["/steady/", "/steady/room/", "/help/"])
def test_back_leads_to_where_somebody_was_and_never_elsewhere(
    client: StrictClient, path: str, asked: str, leads: str
) -> None:
    page = client.get(path, {"back": asked}).text
    assert re.findall(r'href="([^"]*)">Back to where I was<', page) == [leads]


def test_beside_another_page_nothing_leads_back_into_a_second_copy_of_it(client: StrictClient) -> None:
    for path in ("/steady/", "/steady/hold/", "/help/"):
        page = client.get(path, {"beside": "1"}).text
        assert "Back to where I was" not in page
        assert page.count("Your page is open in the tab beside this one, as you left it.") == 1


def test_ways_hand_on_where_somebody_was(client: StrictClient) -> None:
    page = client.get("/steady/", {"back": "/kept/"}).text
    assert re.findall(r'href="(/steady/\w+/[^"]*)"', page) == [
        f"/steady/{way}/?back=%2Fkept%2F" for way in ("light", "room", "hold")
    ]


def test_the_pacer_waits_and_its_switch_comes_first(client: StrictClient) -> None:
    page = client.get("/steady/light/").text
    switch = page.index('<input class="go" type="checkbox"')
    assert switch < page.index('class="pacer-field')
    assert "checked" not in page[switch : page.index(">", switch)]
    assert re.findall(r'name="pace" value="(\w+)"', page) == ["short", "mid", "long", "own"]


def test_about_tells_the_memory_note_once_and_who_can_see_what_in_the_agreed_words(client: StrictClient) -> None:
    page = client.get("/about/").text
    assert page.count("Imagining and remembering can feel alike") == 1
    assert page.count("no proof that something happened") == 1
    assert page.count("nobody has to remember") == 1
    assert (
        "Your writing is encrypted on our disks and in our backups with a key of your own. Our running service can open it"
        " – to show it to you, search it, and share what you choose. Staff have no screen to read it. When you delete your"
        " account we destroy your key."
    ) in page


@pytest.mark.parametrize("path", PAGES)
def test_no_page_claims_what_the_seal_does_not_give(client: StrictClient, path: str) -> None:
    page = client.get(path).text.lower()
    assert [
        claim for claim in ("zero knowledge", "zero-knowledge", "end-to-end", "only you can read") if claim in page
    ] == []


@pytest.mark.parametrize(("hour", "light"), [(4, Light.NIGHT), (5, Light.DAWN), (9, Light.DAWN), (10, Light.AFTERNOON), (16, Light.AFTERNOON), (17, Light.EVENING), (20, Light.EVENING), (21, Light.NIGHT), (0, Light.NIGHT)])  # fmt: skip
def test_the_window_follows_the_hour(client: StrictClient, hour: int, light: Light) -> None:
    with time_machine.travel(f"2026-11-19T{hour:02}:30:00Z", tick=False):
        page = client.get("/").text
    skies = re.findall(r'class="scene" data-light="(\w+)"', page)
    assert skies == [light, "night"]
