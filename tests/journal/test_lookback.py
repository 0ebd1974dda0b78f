"""Your own words, handed back: counted by hand and compared, shown when asked for, and never measured."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from journal import dots, lookback, nearness
from journal.lookback import Looked
from journal.models import CheckIn
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages

BACK = "/kept/back/"
TODAY = date(2026, 11, 23)

# What the drawn page shows: ten looks of one year. The counts below were made by hand from these lines.
BY_HAND: Sequence[tuple[date, dict[str, Any]]] = (
    (date(2026, 3, 12), {"nearness": 1, "seems": ["curious", "on guard"], "tone": 0, "needs": ["quiet"]}),
    (date(2026, 4, 2), {"nearness": 2, "seems": ["curious"], "own": "Mossy", "needs": ["play"]}),
    (date(2026, 4, 20), {"nearness": 2, "seems": ["dreamy", "on guard"], "tone": 3}),
    (date(2026, 5, 9), {"nearness": 3, "seems": ["curious"], "own": "mossy", "tone": 3, "needs": ["heard"]}),
    (date(2026, 5, 30), {"nearness": 2, "seems": ["curious", "dreamy", "on guard"]}),
    (date(2026, 6, 21), {"nearness": 4, "seems": ["silly"], "line": "We counted blue things on the bus. Eleven."}),
    (date(2026, 9, 14), {"nearness": 1, "seems": ["on guard"], "needs": ["quiet", "heard"]}),
    (date(2026, 10, 3), {"nearness": 3, "seems": ["curious", "dreamy"], "tone": "unsure", "needs": ["play", "quiet"]}),
    (date(2026, 10, 25), {"nearness": "unsure", "seems": ["silly"], "tone": 3, "needs": ["play"]}),
    (
        date(2026, 11, 17),
        {"nearness": 3, "line": "Hid behind the coats again,\nbut left a <shoe> out.", "needs": ["play"]},
    ),
)
TABLE = [
    ("12 March", "Faint"), ("2 April", "Somewhere about"), ("20 April", "Somewhere about"), ("9 May", "Close by"),
    ("30 May", "Somewhere about"), ("21 June", "Right here"), ("14 September", "Faint"), ("3 October", "Close by"),
    ("17 November", "Close by"),
]  # fmt: skip
WORDS = [("curious", "5 times"), ("on guard", "4 times"), ("dreamy", "3 times"), ("silly", "twice"), ("mossy", "twice")]
NEEDS = [("play", "4 times"), ("quiet", "3 times"), ("being heard", "twice")]
TONES = [("patient", "3 times"), ("stern", "once"), ("can’t tell", "once")]


def looks(*said: tuple[date, dict[str, Any]]) -> list[Looked]:
    return [Looked(day, nearness.told(answers)) for day, answers in said]


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with time_machine.travel("2026-11-23T12:00:00Z"):
        yield


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


@pytest.fixture
def year(ada: User) -> User:
    """That person has looked in ten times, told in no order; one look more was let go."""
    for day, answers in reversed(BY_HAND):
        factories.check_in(ada, day, **answers)
    factories.check_in(ada, date(2026, 7, 1), nearness=0, seems=["numb"], line="let go", binned_at=ada.created_at)
    ada.preferences = {"look_back": True}
    ada.save()
    return ada


def sections(text: str) -> dict[str, str]:
    """The page's parts by their headings."""
    return {part.partition("</h2>")[0]: part for part in text.split("<h2>")[1:]}


def counted(part: str) -> list[tuple[str, str]]:
    return re.findall(r"<bdi>([^<]+)</bdi></span><span>([^<]+)</span>", part)


def test_counts_table_and_lines_equal_what_was_counted_by_hand(year: User, signed_in: StrictClient) -> None:
    parts = sections(signed_in.get(BACK).text)
    assert list(parts) == [
        "How near they felt",
        "How they seemed",
        "What was wanted",
        "How you spoke inside",
        "Lines you kept",
    ]
    assert re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', parts["How near they felt"]) == TABLE
    caption = "Each column is a day on which you said how near. “Can’t tell” once. It has no dot of its own."
    assert caption in parts["How near they felt"]
    assert "<summary>As a table, day by day</summary>" in parts["How near they felt"]
    assert counted(parts["How they seemed"]) == WORDS
    assert counted(parts["What was wanted"]) == NEEDS
    assert counted(parts["How you spoke inside"]) == TONES
    lines = re.findall(r'<p dir="auto">(.*?)</p><footer>([^<]+)</footer>', parts["Lines you kept"])
    assert lines == [
        ("Hid behind the coats again,<br>but left a &lt;shoe&gt; out.", "17 November 2026"),
        ("We counted blue things on the bus. Eleven.", "21 June 2026"),
    ]


def test_the_picture_and_its_table_carry_the_same_numbers(year: User, signed_in: StrictClient) -> None:
    """Each dot's height is its nearness, its place the order of its day, and its words are those of the table."""
    part = sections(signed_in.get(BACK).text)["How near they felt"]
    drawn = re.findall(r'class="dot" cx="([\d.]+)" cy="(\d+)" r="([\d.]+)"><title>([^:]+): (.+?) (\d+)</title>', part)
    heights = {int(y) - 4: words for y, words in re.findall(r'<text x="0" y="(\d+)">([^<]+)<', part)}
    rules = [int(y) for y in re.findall(r'<path class="rule" d="M0 (\d+)h', part)]
    assert heights == {36: "Right here", 76: "Close by", 116: "Somewhere about", 156: "Faint", 196: "Far off"}
    assert [(day, heights[int(y)]) for _x, y, _r, day, _words, _times in drawn] == TABLE
    assert [(day, words) for *_place, day, words, _times in drawn] == TABLE
    assert {times for *_rest, times in drawn} == {"1"}
    places = [float(x) for x, *_rest in drawn]
    steps = {round(after - before, 1) for before, after in pairwise(places)}
    assert (len(drawn), steps) == (9, {27.0})  # June to September is no wider than April to April
    assert rules == [y + 20 for y in heights]  # between the levels: none runs through dots as if it joined them
    assert not re.search(r"<(polyline|line)|[LCQ]\d|stroke-width", part)


def test_a_crowded_picture_holds_months_and_still_the_same_numbers() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(1000)]
    said = looks(*((day, {"nearness": day.day % 5}) for day in days))
    columns = lookback.columns(said, TODAY)
    by_hand: dict[str, Counter[int]] = {}
    for day in days:
        by_hand.setdefault(f"{day:%B %Y}", Counter())[day.day % 5] += 1
    assert {column.label: dict(column.counts) for column in columns} == by_hand
    picture = dots.picture(columns)
    assert {(dot.label, dot.words): dot.times for dot in picture.dots} == {
        (label, str(nearness.NEARNESS[level])): times for label, counts in by_hand.items() for level, times in counts.items()
    }  # fmt: skip
    assert columns[0].words == "Right here 6, Close by 6, Somewhere about 6, Faint 7, Far off 6"
    assert 2 <= len(picture.below) <= dots.LABELS
    assert (str(picture.column), picture.larger) == ("Each column is a month in which you said how near.", True)
    assert str(picture.table) == "As a table, month by month"


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (40, "1 January", "9 February"),  # of this year
        (41, "January 2026", "February 2026"),
        (1300, "January to March 2026", "July to September 2029"),
        (3650, "January to March 2026", "October to December 2035"),
        (4000, "2026", "2036"),
    ],
)
def test_a_column_holds_as_little_as_the_picture_can_show(days: int, first: str, last: str) -> None:
    start = date(2026, 1, 1)
    columns = lookback.columns(looks(*((start + timedelta(days=n), {"nearness": 2}) for n in range(days))), TODAY)
    assert (columns[0].label, columns[-1].label) == (first, last)
    assert len(columns) <= lookback.COLUMNS
    assert sum(times for column in columns for times in column.counts.values()) == days


def test_of_a_past_year_everything_names_its_year(ada: User, signed_in: StrictClient) -> None:
    """Said in autumn 2025 and read a year later, it is no word of this autumn; in its own November it needs no year."""
    for day, near in ((date(2025, 9, 14), 1), (date(2025, 10, 3), 3), (date(2025, 10, 25), 3), (date(2025, 11, 17), 2)):
        factories.check_in(ada, day, nearness=near, needs=["play"])
    factories.check_in(ada, TODAY, nearness=0)
    signed_in.post("/kept/back/show/")

    def told() -> tuple[list[str], ...]:
        page = signed_in.get(f"{BACK}?since=2025-09-01&until=2025-11-30").text
        patterns = (
            r'class="lead">(.*?)</p>',
            r'<th scope="row">(.*?)</th>',
            r'class="below"[^>]*>(.*?)</text>',
            r"from (.*?)\. The table",
            r'class="dot"[^>]*><title>(.*?): ',
        )
        return tuple(re.findall(pattern, page) for pattern in patterns)

    days = ["14 September", "3 October", "25 October", "17 November"]
    with_year = [f"{day} 2025" for day in days]
    assert told() == (
        ["In autumn 2025 you most often wrote “close by”. In October 2025 “play” came up twice."],
        with_year,
        ["Sep 2025", "Oct 2025", "Nov 2025"],
        [f"{with_year[0]} to {with_year[-1]}"],
        with_year,
    )
    with time_machine.travel("2025-11-30T12:00:00Z"):
        signed_in.force_login(ada)
        assert told() == (
            ["In autumn you most often wrote “close by”. In October “play” came up twice."],
            days,
            ["14 Sep", "3 Oct", "25 Oct", "17 Nov"],
            [f"{days[0]} to {days[-1]}"],
            days,
        )


SAD = ((date(2025, 12, 30), {"seems": ["sad"]}), (date(2026, 2, 2), {"seems": ["sad"]}))


@pytest.mark.parametrize(
    ("said", "today", "south", "sentences"),
    [
        (BY_HAND[:5], TODAY, False, ["In spring you most often wrote “somewhere about” and “curious”."]),
        (BY_HAND[:5], TODAY, True, ["In autumn you most often wrote “somewhere about” and “curious”."]),
        (BY_HAND[6:9], TODAY, False, ["In October “play” came up twice."]),
        (BY_HAND[5:7], TODAY, False, []),
        (SAD, date(2026, 2, 10), False, ["In winter you most often wrote “sad”."]),
        (SAD, TODAY, False, ["In winter 2025–26 you most often wrote “sad”."]),
        (SAD, TODAY, True, ["In summer 2025–26 you most often wrote “sad”."]),
        (BY_HAND[6:], date(2027, 1, 5), False, ["In autumn 2026 you most often wrote “close by”.", "In October 2026 “play” came up twice."]),
        ([(date(2025, 7, 1), {"tone": 0, "needs": ["rest"], "nearness": 0})] * 3 + [(date(2026, 7, 1), {"own": "x"})], TODAY, True,
         ["In winter 2025 you most often wrote “far off”.", "In July 2025 “rest” came up 3 times."]),
        ([(TODAY, {"needs": ["nothing"]})] * 3, TODAY, False, []),
        ([(TODAY, {"seems": ["sad"], "own": "Mossy"}), (TODAY, {"own": "mossy"})], TODAY, False, ["In autumn you most often wrote “mossy”."]),
        ([(TODAY, {"seems": ["sad"], "own": "mossy"})] * 2, TODAY, False, []),
        ([(TODAY, {"nearness": "unsure"})] * 3 + [(TODAY, {"nearness": 1})] * 2, TODAY, False, []),
    ],
)  # fmt: skip
def test_sentences_say_what_was_chosen_most_and_nothing_more(
    said: Sequence[tuple[date, dict[str, Any]]], today: date, south: bool, sentences: list[str]
) -> None:
    """A tie says nothing, and neither does what is most often among the offered words alone."""
    assert lookback.sentences(looks(*said), today, south=south) == sentences


def test_no_word_is_left_out_and_words_said_as_often_stay_together(ada: User, signed_in: StrictClient) -> None:
    """Five words three times, ten twice, and six once, of which the twelfth in order stands within the ten."""
    offered = list(nearness.SEEMS)
    for word, times in [*((w, 3) for w in offered[:5]), *((w, 2) for w in offered[5:15]), *((w, 1) for w in offered[15:21])]:  # fmt: skip
        for _time in range(times):
            factories.check_in(ada, TODAY, seems=[word])
    for more in ({"own": "Curious"}, {"own": "CALM", "seems": ["calm"]}, {"own": "<Mossy>"}):
        factories.check_in(ada, TODAY, **more)
    signed_in.post("/kept/back/show/")
    part = sections(signed_in.get(BACK).text)["How they seemed"]
    seen, folded = (counted(half) for half in part.split("<details"))
    names = [str(nearness.SEEMS[word]).lower() for word in offered[:21]]
    assert seen == [(names[0], "4 times"), *((name, "3 times") for name in [*names[1:5], "calm"])]
    twice, once = [name for name in names[5:15] if name != "calm"], [*names[15:], "&lt;Mossy&gt;"]
    assert folded == [*((name, "twice") for name in twice), *((name, "once") for name in once)]
    assert ("16 more words</summary>" in part, (names[0], names[8])) == (True, ("curious", "calm"))
    alike = [lookback.Count(str(n), 1) for n in range(14)]
    assert (lookback.parted(alike), lookback.parted(alike[:12])) == ((alike, []), (alike[:12], []))


def test_no_line_is_left_out_and_the_oldest_are_where_the_page_leads(ada: User, signed_in: StrictClient) -> None:
    said = [f"Line {n}." for n in range(65)]
    for n, line in enumerate(said):
        factories.check_in(ada, date(2026, 1, 1) + timedelta(days=2 * n), line=line)
        if n < 4:
            factories.check_in(ada, date(2026, 1, 2) + timedelta(days=2 * n), nearness=1)
    signed_in.post("/kept/back/show/")
    part = sections(signed_in.get(BACK).text)["Lines you kept"]
    seen, folded = (re.findall(r"Line \d+\.", half) for half in part.split("<details"))
    assert (seen, folded) == (said[:-13:-1], said[-13:-61:-1])
    assert "48 earlier lines</summary>" in part
    [(address, words)] = re.findall(r'<p><a href="([^"]+)">([^<]+)</a></p>', part)
    assert (words, re.findall(r"Line \d+\.", signed_in.get(address).text)) == (
        "5 lines before these, in your look-ins", said[4::-1],
    )  # fmt: skip
    part = sections(signed_in.get(f"{BACK}?since=2026-03-01").text)["Lines you kept"]
    assert (len(re.findall(r"Line \d+\.", part)), "before these" in part) == (35, False)


def test_pages_beside_it_lead_here(signed_in: StrictClient) -> None:
    for page in ("/kept/", "/look-in/earlier/"):
        assert signed_in.get(page).text.count(f'href="{BACK}">Your own words, handed back</a>') == 1


@pytest.mark.parametrize(
    ("where", "south"),
    [({"country": "NZ"}, True), ({"country": "AT", "time_zone": "Australia/Perth"}, False), ({"time_zone": "Australia/Perth"}, True), ({}, False)],
)  # fmt: skip
def test_seasons_follow_where_somebody_is(where: dict[str, str], south: bool) -> None:
    assert lookback.is_south(User(**where)) is south


def test_it_is_off_until_asked_for_and_nothing_is_opened_before(ada: User, signed_in: StrictClient) -> None:
    """Experience R39, and away again with as many presses."""
    for day, answers in BY_HAND:
        factories.check_in(ada, day, **answers)
    with CaptureQueriesContext(connection) as queries:
        page = signed_in.get(BACK).text
    assert [query for query in queries if "journal_checkin" in query["sql"]] == []
    assert ("Show me" in page, "curious" in page, "<svg viewBox" in page) == (True, False, False)
    assert signed_in.post("/kept/back/show/")["Location"] == BACK
    ada.refresh_from_db()
    assert ada.preferences == {"look_back": True}
    assert "curious" in signed_in.get(BACK).text
    assert signed_in.post("/kept/back/hide/")["Location"] == BACK
    ada.refresh_from_db()
    assert (ada.preferences, "curious" in signed_in.get(BACK).text) == ({}, False)
    assert [signed_in.get(f"{BACK}{way}/").status_code for way in ("show", "hide")] == [405, 405]


def test_below_four_looks_it_says_what_could_be_here(ada: User, signed_in: StrictClient) -> None:
    signed_in.post("/kept/back/show/")
    for count in range(5):
        text = pages.get(signed_in, BACK).text
        assert ("A few check-ins from now, this page can show you your own words back." in text) == (count < 4)
        factories.check_in(ada, date(2026, 11, 20 + count))


def test_two_days_narrow_it_and_a_day_that_is_none_is_said(year: User, signed_in: StrictClient) -> None:
    def table(query: str) -> list[str]:
        return re.findall(r'<th scope="row">([^<]+)</th>', signed_in.get(f"{BACK}?{query}").text)

    everything = [day for day, _near in TABLE]
    assert table("since=2026-06-21&until=2026-10-03") == ["21 June", "14 September", "3 October"]
    assert (table("since=2026-10-04"), table("until=2026-03-12")) == (["17 November"], ["12 March"])
    for query, said in {
        "since=2026-06-21&until=2026-06-20": "The second day lies before the first.",
        "since=soon": "That day could not be read.",
        "until=2026-02-30": "That day could not be read.",
    }.items():
        assert (table(query), said in signed_in.get(f"{BACK}?{query}").text) == (everything, True)
    assert "What you say between these two days shows here." in signed_in.get(f"{BACK}?until=2020-01-01").text
    form = signed_in.get(BACK).text.partition('class="days')[2].partition("</form>")[0]
    assert re.findall(r' name="(\w+)"', form) == ["since", "until"]


def test_a_look_that_cannot_be_opened_leaves_the_others_and_strange_answers_too(year: User, signed_in: StrictClient) -> None:  # fmt: skip
    rows = list(year.check_ins.filter(binned_at=None).order_by("local_date"))
    CheckIn.objects.filter(pk=rows[0].pk).update(answers_sealed=rows[1].answers_sealed)
    strange = {
        "nearness": True,
        "seems": "curious",
        "own": 7,
        "tone": 9,
        "needs": {"rest": 1},
        "line": None,
        "steady": "4",
    }
    factories.check_in(year, date(2026, 11, 18), binned_at=None, **strange)
    page = signed_in.get(BACK)
    parts = sections(page.text)
    assert "One look-in cannot be opened just now." in page.text
    assert re.findall(r'<th scope="row">([^<]+)</th>', parts["How near they felt"]) == [day for day, _near in TABLE[1:]]
    assert counted(parts["What was wanted"]) == [("play", "4 times"), ("quiet", "twice"), ("being heard", "twice")]


def test_it_asks_as_much_for_300_as_for_four_and_shows_nobody_elses(
    year: User, bob: User, signed_in: StrictClient
) -> None:
    factories.check_in(bob, line="of somebody else")
    asked = []
    for more in (0, 1, 289):
        for n in range(more):
            factories.check_in(year, date(2026, 1, 1) + timedelta(days=n), seems=["sad"], nearness=1)
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get(BACK)
        asked.append(len(queries))
    assert (len(set(asked)), asked[0] <= 6) == (1, True)
    assert "of somebody else" not in page.text


def test_nothing_is_measured_and_no_gap_is_named(year: User, signed_in: StrictClient) -> None:
    """Experience R19, R20, R24: no streak, no count of days, nothing joined, nothing better or worse."""
    text = pages.get(signed_in, BACK).text.lower()
    assert not re.findall(
        r"\d+ days|streak|in a row|average|mean |more than|less than|better|worse|since you|last time|trend", text
    )
