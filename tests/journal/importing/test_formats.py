"""Journey, Journiv, jrnl and DailyTxT, with the traps of each."""

import json
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from journal.importing import Refused, dailytxt, plain
from tests.journal.importing import archives
from tests.journal.importing.archives import zipped

PLACED = {
    "id": "1709500000-ab", "date_journal": 1709506800000, "timezone": "Europe/Vienna", "tags": ["night"],
    "text": "<h1>The pier</h1><p dir='ltr'>Cold &amp; late.<br>I <b>stayed</b>.</p><ul><li>one</li><li>two</li></ul><p>I &lt;3 <made up> it, <a href='https://x.org/'>here</a></p>",
    "lat": 48.2, "lon": 16.3, "mood": 4, "sentiment": 1.5, "favourite": True, "music_title": "A song", "folder": "Nights", "label": "kept",
    "weather": {"id": 1, "degree_c": 12.5}, "photos": ["a.jpg"],
}  # fmt: skip


def skipped(told: object) -> dict[str, int]:
    return {str(skip.what): skip.count for skip in told.skipped}  # type: ignore[attr-defined]


def test_journey(ada: User) -> None:
    """Milliseconds, a blank zone, HTML without a word lost, and numbers that mean "none"."""
    ada.time_zone = "America/Lima"
    nowhere = {
        "id": "2", "date_journal": 1709506800000, "date_modified": 1709593200000, "timezone": "",
        "text": "I <3 you, and 1 < 2", "lat": 91.5, "lon": 181, "weather": {"degree_c": 1000}, "mood": 0, "address": "", "label": 7,
    }  # fmt: skip
    data = zipped(
        {
            "e1.json": PLACED,
            "e1-a.jpg": b"\xff",
            "e1-b.mp3": b"",
            "e2.json": nowhere,
            "e3.json": {"other": 1},
            "e4.json": {"date_journal": 1709506800000, "text": "", "mood": 2},
        }
    )
    assert skipped(archives.preview(ada, data)) == {
        "Photos": 1, "Sound recordings": 1, "Places on a map": 1, "Weather": 1, "Music": 1, "Moods told as a number": 1, "Stars and pins": 1,
        "Other files": 1, "Entries without words": 1, "Folders and labels that are no words": 1,
    }  # fmt: skip
    archives.bring(ada, data)
    plain, rich = ada.entries.order_by("local_date")
    assert (rich.title, rich.body) == (
        "",
        "The pier\n\nCold & late.\nI stayed.\n\n- one\n- two\n\nI <3 <made up> it, here (https://x.org/)\n\nMood: 4\nSentiment: 1.5\nFolder: Nights\nLabel: kept\nTags: night",
    )
    assert (rich.local_date, rich.time_zone) == (date(2024, 3, 4), "Europe/Vienna")
    assert (plain.title, plain.body, plain.local_date, plain.time_zone) == (
        "",
        "I <3 you, and 1 < 2",
        date(2024, 3, 3),
        "America/Lima",
    )
    assert plain.created_at == datetime(2024, 3, 3, 23, tzinfo=UTC)
    assert plain.updated_at == datetime(2024, 3, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "-Infinity", "NaN", '"calm"'])
def test_a_mood_of_journey_that_no_number_can_be_stays_where_it_was(ada: User, number: str) -> None:
    raw = json.dumps({**PLACED, "text": "Words.", "mood": 77, "sentiment": 88})
    data = zipped({"e1.json": raw.replace("77", number).replace("88", number)})
    assert skipped(archives.preview(ada, data))["Moods told as a number"] == 2
    archives.bring(ada, data)
    assert ada.entries.get().body == "Words.\n\nFolder: Nights\nLabel: kept\nTags: night"
    with pytest.raises(Refused) as refused:
        archives.bring(ada, zipped({"e1.json": json.dumps({**PLACED, "lat": 77}).replace("77", number)}))
    assert refused.value.where == "e1.json, lat"


def test_journey_that_came_when_less_of_it_was_read_does_not_come_twice(ada: User) -> None:
    """What came then had no mood, folder or label below it; what changed there since comes beside it."""
    bare = {name: said for name, said in PLACED.items() if name not in {"mood", "sentiment", "folder", "label"}}
    archives.bring(ada, zipped({"e1.json": bare}))
    ada.entries.update(local_date=date(2020, 1, 1))  # so that its words alone tell nothing
    assert archives.preview(ada, zipped({"e1.json": PLACED})).counts == {}
    assert archives.preview(ada, zipped({"e1.json": {**PLACED, "tags": []}})).counts == {"pieces": 1}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("<p>one</p><!-- unseen --><p>two</p>", "one\n\ntwo"),
        ("<p>a <made up> word, 1 < 2</p><script>no()</script>", "a <made up> word, 1 < 2"),
        ("<p>a<!-- never closed, <![ nor <? this </ or that", "a<!-- never closed, <![ nor <? this </ or that"),
        ("<!DOCTYPE html><body><p title='a>b'>so</p>", "so"),
        ("<p>" + "<!--" * 20_000, "<!--" * 20_000),
        ("<p>" + "</" * 60_000, "</" * 60_000),
        ("<p>" + "<?" * 60_000, "<?" * 60_000),
    ],
    ids=range(7),
)
def test_html_keeps_every_word_however_many_marks_break_off(said: str, words: str) -> None:
    assert plain.from_html(said) == words


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"date_journal": None}, "date_journal"),
        ({"date_journal": 1e20}, "date_journal"),
        ({"date_journal": "x"}, "date_journal"),
        ({"text": 1}, "text"),
        ({"lat": "x"}, "lat"),
    ],
)
def test_journey_names_file_and_field(ada: User, said: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        archives.bring(ada, zipped({"e0.json": PLACED, "e1.json": {**PLACED, **said}}))
    assert refused.value.where == f"e1.json, {field}"
    assert ada.entries.count() == 0


@pytest.mark.parametrize("name", ["data.json", "journiv.json", "export/data.json"])
def test_journiv(ada: User, name: str) -> None:
    """Both names of its file; an answer under its prompt, a mood that was noted in words, a prompt nobody answered."""
    whole = {
        "title": "A day", "content": "It was **long**.", "entry_date": "2024-03-03", "entry_datetime_utc": "2024-03-04T04:30:00",
        "entry_timezone": "America/New_York", "tags": ["work"], "prompt_text": "What stayed?", "location": "Pier", "weather": None,
        "mood_log": {"mood_name": "calm", "note": "after all"}, "media": [{"filename": "a.webm"}, {"filename": "b"}],
        "external_id": "77", "updated_at": "2024-03-05T00:00:00+00:00", "is_pinned": False,
    }  # fmt: skip
    asked = {"content": "The sea.", "entry_date": "2024-03-05", "prompt_text": "What helped?", "title": None}
    silent = {"content": "  ", "entry_date": "2024-03-06", "prompt_text": "And now?", "mood_log": None}
    mood = {"content": "", "entry_date": "2024-03-07", "mood_log": {"mood_name": "tired", "note": None}}
    said = {"export_version": "1.0", "user_settings": {"time_zone": "Europe/Paris"}, "journals": [
        {"title": "First", "entries": [whole, asked]}, {"title": "Second", "entries": [silent, mood]},
    ]}  # fmt: skip
    data = zipped({name: said, "media/1/2_a.webm": b""})
    assert skipped(archives.preview(ada, data)) == {
        "Entries without words": 1,
        "Films": 1,
        "Other files": 1,
        "Places on a map": 1,
    }
    archives.bring(ada, data)
    rows = list(ada.entries.order_by("local_date"))
    assert [(row.title, row.body) for row in rows] == [
        ("A day", "What stayed?\n\nIt was **long**.\n\nMood: calm, after all\nTags: work\nJournal: First"),
        ("What helped?", "The sea.\n\nJournal: First"),
        ("", "Mood: tired\nJournal: Second"),
    ]
    assert (rows[0].local_date, rows[0].time_zone) == (date(2024, 3, 3), "America/New_York")
    assert rows[0].created_at == datetime(2024, 3, 4, 4, 30, tzinfo=UTC)
    assert (rows[1].local_date, rows[1].time_zone) == (date(2024, 3, 5), "Europe/Paris")
    assert rows[1].created_at == datetime(2024, 3, 5, 11, tzinfo=UTC)


def test_jrnl(ada: User) -> None:
    """Its hour is one of the person's own clock, also one that their clock left out."""
    ada.time_zone = "Europe/Vienna"
    first = {
        "title": "Up late @sea",
        "body": "Nothing much.\n",
        "date": "2024-03-03",
        "time": "23:55",
        "tags": ["@sea"],
        "starred": True,
    }
    other = {
        "title": "",
        "body": "The clock went on.",
        "date": "2024-03-31",
        "time": "02:30",
        "tags": ["#apart"],
        "starred": False,
    }
    alone = {"title": "Only a line.", "body": "", "date": "2024-04-01", "time": "", "tags": [], "uuid": "AB"}
    data = json.dumps({"tags": {"@sea": 1}, "entries": [first, other, alone]}).encode()
    assert skipped(archives.preview(ada, data, "journal.json")) == {"Stars and pins": 1}
    archives.bring(ada, data, "journal.json")
    rows = list(ada.entries.order_by("local_date"))
    assert [(row.title, row.body, row.local_date) for row in rows] == [
        ("Up late @sea", "Nothing much.", date(2024, 3, 3)),
        ("", "The clock went on.\n\nTags: #apart", date(2024, 3, 31)),
        ("", "Only a line.", date(2024, 4, 1)),
    ]
    assert rows[0].created_at == datetime(2024, 3, 3, 22, 55, tzinfo=UTC)
    assert {row.time_zone for row in rows} == {"Europe/Vienna"}


@pytest.mark.parametrize(
    ("said", "field"), [({"date": "3.3.2024"}, "date"), ({"date": ""}, "date"), ({"time": "25:00"}, "time")]
)
def test_jrnl_names_file_and_field(ada: User, said: dict[str, object], field: str) -> None:
    entries = [{"title": "a", "body": "b", "date": "2024-03-03", "time": "10:00", "tags": [], **said}]
    with pytest.raises(Refused) as refused:
        archives.bring(ada, json.dumps({"tags": {}, "entries": entries}).encode(), "journal.json")
    assert refused.value.where == f"journal.json, entries 1, {field}"


def test_dailytxt(ada: User) -> None:
    """A text a day, written down as HTML would have it, and tags by their numbers."""
    days = [
        {
            "day": 3,
            "text": "Rain &amp; tea.",
            "date_written": "03.03.2024, 21:04",
            "tags": [2, 9],
            "isBookmarked": True,
        },
        {"day": 4, "files": [{"filename": "a.pdf"}]},
    ]
    files = {
        "2024/03.json": {"days": days}, "tags.json": {"tags": [{"id": 2, "name": "sea", "color": "#fff", "icon": "🌊"}]},
        "templates.json": {"templates": [{"name": "n", "text": "t"}]}, "files/a.pdf": b"%PDF", "files/b.json": {},
    }  # fmt: skip
    assert skipped(archives.preview(ada, zipped(files))) == {
        "Entries without words": 1,
        "PDF files": 1,
        "Other files": 1,
        "Stars and pins": 1,
        "Templates": 1,
    }
    archives.bring(ada, zipped(files))
    row = ada.entries.get()
    assert (row.body, row.local_date, row.created_at) == (
        "Rain & tea.\n\nTags: sea",
        date(2024, 3, 3),
        datetime(2024, 3, 3, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"user.json": {}, "2024/03.json": {"days": []}}, dailytxt.LOCKED),
        ({"DailyTxT_2024-03.html": "<p>a</p>", "files/2024-03-01/a.md": "b"}, dailytxt.PAGES),
    ],
)
def test_dailytxt_that_cannot_be_read_leads_to_what_can(ada: User, files: dict[str, object], why: object) -> None:
    with pytest.raises(Refused) as refused:
        archives.preview(ada, zipped(files))
    assert (refused.value.where, refused.value.why) == ("mine.zip", why)


def test_dailytxt_names_file_and_field(ada: User) -> None:
    with pytest.raises(Refused) as refused:
        archives.bring(ada, zipped({"2024/02.json": {"days": [{"day": 1, "text": "a"}, {"day": 31, "text": "b"}]}}))
    assert refused.value.where == "2024/02.json, days 2, day"
