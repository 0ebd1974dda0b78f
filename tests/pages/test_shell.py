"""What stands at the top of every page, in which order, for whom."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from accounts.models import User
from innerchild import shell
from tests import factories
from tests.client import StrictClient

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/about/",
    "/try/",
    "/therapists/",
    "/help/",
    "/steady/",
    "/steady/light/",
    "/steady/room/",
    "/steady/hold/",
]
WRITING = "/steps/hello/first-words/"


class Stops(HTMLParser):
    """Links and buttons in the order of the Tab key, until the page's own part begins."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[tuple[str, dict[str, str | None], str]] = []
        self._open = False
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._over = self._over or tag == "main"
        if tag in {"a", "button"} and not self._over and given.get("tabindex") != "-1":
            self.stops.append((tag, given, ""))
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"a", "button"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, given, said = self.stops.pop()
            self.stops.append((tag, given, " ".join((said + data).split())))


def stops(page: str) -> list[tuple[str, dict[str, str | None], str]]:
    """All but the emergency call that stands before everything on the help page."""
    reader = Stops()
    reader.feed(page)
    return [stop for stop in reader.stops if not str(stop[1].get("href")).startswith("tel:")]


def names(page: str) -> list[str]:
    return [said for _, _, said in stops(page)]


@pytest.fixture
def me() -> User:
    return factories.person()


@pytest.fixture
def signed_in(client: StrictClient, me: User) -> StrictClient:
    client.force_login(me)
    return client


@pytest.mark.parametrize("path", PUBLIC)
def test_public_bar_reaches_help_in_five_presses_of_tab(client: StrictClient, path: str) -> None:
    assert names(client.get(path).text) == [
        "Skip to the page",
        "Innerchild",
        "Sign in",
        "Steady me",
        "Help now",
        "Leave this page",
    ]


@pytest.mark.parametrize("path", ["/home/", "/kept/", *PUBLIC])
def test_signed_in_bar_is_the_same_on_every_page(signed_in: StrictClient, path: str) -> None:
    page = signed_in.get(path).text
    assert names(page) == ["Skip to the page", "Leave this page", "Home", "Steady me", "Help now", "Leave this page"]
    assert page.count('<form id="leave" method="post" action="/leave/">') == 1
    forms = [
        (tag, given.get("form"), given.get("formaction"))
        for tag, given, said in stops(page)
        if said == "Leave this page"
    ]
    assert forms == [("button", "leave", "/leave/")] * 2


def test_signed_out_leave_is_a_plain_link_that_tells_nothing(client: StrictClient) -> None:
    tag, given, _ = stops(client.get("/steady/").text)[-1]
    assert (tag, given["href"], given["rel"]) == ("a", "https://www.bbc.com/weather", "noopener noreferrer")


def test_beside_a_writing_box_leaving_sends_the_words_and_help_opens_beside(signed_in: StrictClient) -> None:
    page = signed_in.get(WRITING).text
    assert '<form id="leave"' not in page
    found = stops(page)
    assert [given.get("form") for _, given, said in found if said == "Leave this page"] == ["writing", "writing"]
    beside = [
        (given["href"], given["target"], given["rel"]) for _, given, said in found if "(opens beside this page)" in said
    ]
    assert beside == [("/steady/?beside=1", "_blank", "noopener"), ("/help/?beside=1", "_blank", "noopener")]


def test_enter_in_a_writing_form_presses_its_plain_submit_and_not_leave(signed_in: StrictClient) -> None:
    page = signed_in.get(WRITING).text
    first = re.search(r'<button[^>]*form="writing"[^>]*>', page)
    assert first is not None
    assert "formaction" not in first[0]
    assert 'tabindex="-1"' in first[0]


def test_other_pages_carry_the_way_back_to_themselves(signed_in: StrictClient) -> None:
    links = {said: given.get("href") for _, given, said in stops(signed_in.get("/kept/").text)}
    assert (links["Steady me"], links["Help now"]) == ("/steady/?back=%2Fkept%2F", "/help/?back=%2Fkept%2F")
    links = {said: given.get("href") for _, given, said in stops(signed_in.get("/help/?back=/kept/").text)}
    assert links["Steady me"] == "/steady/?back=%2Fkept%2F"


@pytest.mark.parametrize("path", PUBLIC)
def test_the_live_line_is_there_and_empty(client: StrictClient, path: str) -> None:
    assert '<p class="unseen" id="live" role="status"></p>' in client.get(path).text


def test_token_stands_in_the_page_for_the_signed_in_alone(client: StrictClient, me: User) -> None:
    assert 'name="csrf-token"' not in client.get("/about/").text
    client.force_login(me)
    assert re.search(r'<meta name="csrf-token" content="\w{64}">', client.get("/about/").text)


@pytest.mark.parametrize(
    ("preferences", "attributes"),
    [
        ({}, ' spellcheck="false"'),
        ({"theme": "auto", "spellcheck": True}, ""),
        ({"theme": "night"}, ' data-theme="night" spellcheck="false"'),
        ({"theme": "day", "quiet": True}, ' data-theme="day" data-quiet spellcheck="false"'),
        ({"face": "system", "size": "larger", "spacing": "roomier", "dim": False}, ' data-face="system" data-size="larger" data-spacing="roomier" data-dim="off" spellcheck="false"'),
        ({"theme": '"><script>', "face": ["x"], "size": None, "quiet": "yes"}, ' spellcheck="false"'),
    ],
)  # fmt: skip
def test_look_is_the_one_the_person_chose(
    signed_in: StrictClient, me: User, preferences: dict[str, object], attributes: str
) -> None:
    me.preferences = preferences
    me.save()
    assert f'<html lang="en"{attributes}>' in signed_in.get("/about/").text


def test_cover_site_is_the_chosen_one_of_three_and_never_an_address(me: User) -> None:
    assert shell.cover_site(me).title == "Weather"
    me.preferences = {"cover": "clock"}
    assert shell.cover_site(me) == shell.CoverSite("Clock", "https://time.is/", shift=True)
    me.preferences = {"cover": "clock", "shift": False}
    assert shell.cover_site(me).shift is False
    me.preferences = {"cover": "https://evil.example/"}
    assert shell.cover_site(me).title == "Weather"


def test_who_can_see_names_everyone_an_app_above_adds(me: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.who_can_see(me) == "Only you can see this."
    readers = ["Dr Elm"]
    monkeypatch.setattr(shell, "READERS", [lambda person: readers, lambda person: []])
    assert shell.who_can_see(me) == "Only you can see this. Dr Elm sees what you put on a sheet, and nothing else."
    readers.append("R. Vale")
    assert shell.who_can_see(me) == (
        "Only you can see this. Dr Elm and R. Vale see what you put on a sheet for them, and nothing else."
    )


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_drawing_is_inlined_with_the_class_and_light_asked_for() -> None:
    assert render('{% drawing "cup" %}').startswith('<svg class="ill" viewBox="0 0 160 120" aria-hidden="true"')
    assert render('{% drawing "mark" cls="mark is-small" %}').startswith('<svg class="mark is-small" ')
    assert 'data-light="dawn"' in render('{% drawing "room" cls="room" light="dawn" %}')


@pytest.mark.parametrize("name", ["../../manage", "/etc/passwd", "cup.svg", ""])
def test_drawing_reads_no_other_file(name: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% drawing name %}", name=name)


def test_drawing_class_is_escaped() -> None:
    assert 'class="&quot;&gt;x"' in render("{% drawing 'cup' cls=cls %}", cls='">x')


def test_shell_tags_work_without_a_request_or_a_person() -> None:
    assert render("{% look %}{% back_query %}|{% only_you %}").startswith('|<p class="only-you">')


def test_back_query_escapes_what_it_carries() -> None:
    request = RequestFactory().get("/help/", {"back": '/kept/"><b>&x=1'})
    assert shell.back_query(request) == "?back=%2Fkept%2F%22%3E%3Cb%3E%26x%3D1"
