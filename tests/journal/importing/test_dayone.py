"""Day One, with every trap its files set."""

import json
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from journal.importing import Refused
from tests.journal.importing import archives
from tests.journal.importing.archives import dayone, entry

LATE = {
    # half past eleven at night is the day before in UTC, or the day after, or both at a change of the clock
    "2024-03-03T22:30:00Z": ("Europe/Vienna", date(2024, 3, 3)),
    "2024-03-04T04:30:00Z": ("America/New_York", date(2024, 3, 3)),
    "2024-03-03T12:30:00Z": ("Pacific/Auckland", date(2024, 3, 4)),
    "2024-03-30T22:59:00Z": ("Europe/Vienna", date(2024, 3, 30)),  # the night before the clock goes forward
    "2024-03-31T21:59:00Z": ("Europe/Vienna", date(2024, 3, 31)),
    "2024-03-31T22:01:00Z": ("Europe/Vienna", date(2024, 4, 1)),
    "2024-10-26T21:59:00Z": ("Europe/Vienna", date(2024, 10, 26)),  # and back
    "2024-10-27T22:59:00Z": ("Europe/Vienna", date(2024, 10, 27)),
    "2024-10-27T23:01:00Z": ("Europe/Vienna", date(2024, 10, 28)),
}


def test_a_late_evening_lands_on_its_own_day(ada: User) -> None:
    """Not on that of UTC, also around a change of the clock; Mini Diarium has it on the next."""
    entries = [entry(f"At {at}", creationDate=at, timeZone=zone) for at, (zone, _day) in LATE.items()]
    archives.bring(ada, archives.zipped({"Journal.json": dayone(*entries)}))
    got = {row.body.removeprefix("At "): (row.time_zone, row.local_date, row.created_at) for row in ada.entries.all()}
    assert got == {at: (*known, datetime.fromisoformat(at)) for at, known in LATE.items()}


def test_an_entry_comes_in_with_its_words_alone(ada: User) -> None:
    """Unescaped, its heading as its title, its tags below, a mark where a photo stood; and it names nothing in clear."""
    text = "# Dear *small* one\\!\n\nI said \\(twice\\)\\. `re\\.x` and a\\/b\\.\n\n![](dayone-moment://AB12)\n\nSee [it](dayone-moment:/video/CD)"
    made = entry(
        text,
        tags=["garden", "ünder"],
        modifiedDate="2024-03-05T08:00:00Z",
        starred=True,
        photos=[{"md5": "x"}],
        location={"placeName": "Pier"},
    )
    raw = json.dumps(dayone(made)).replace("a\\\\/b", "a\\/b")
    batch = archives.bring(ada, archives.zipped({"Journal.json": raw}))
    row = ada.entries.get()
    assert row.title == "Dear *small* one!"
    assert row.body == "I said (twice). `re\\.x` and a/b.\n\n[photo]\n\nSee [film]\n\nTags: garden, ünder"
    assert (row.kind, row.step, row.question_key, row.question, row.pack) == ("answer", "brought", "dayone", "", 0)
    assert (row.resurfacing, row.voice, row.rev, row.batch, row.binned_at) == ("never", "none", 1, batch, None)
    assert row.created_at == row.kept_at == datetime(2024, 3, 3, 12, tzinfo=UTC)
    assert row.updated_at == datetime(2024, 3, 5, 8, tzinfo=UTC)


def test_what_is_left_out_of_an_entry_changes_nothing(ada: User) -> None:
    """No text, no zone, no type of a photo, a zone nobody knows, words that stand only in the formatted copy."""
    ada.time_zone = "Asia/Tokyo"
    rich = {
        "meta": {"version": 1},
        "contents": [{"text": "only "}, {"embeddedObjects": [{"type": "photo"}]}, {"text": "here"}],
    }
    bare = {"creationDate": "2024-03-03T20:00:00Z"}
    files = {
        "Journal.json": dayone(
            {**bare, "text": "no zone", "userActivity": {"stepCount": 9}, "template": {"title": "Five minutes"}},
            {**bare, "text": "odd zone", "timeZone": "Mars/Olympus"},
            {**bare, "text": "its place knows", "location": {"timeZoneName": "America/Lima", "region": {"radius": 1}}},
            {**bare, "richText": json.dumps(rich)},
            {**bare, "photos": [{"identifier": "A", "md5": "b"}]},
            {**bare, "text": "![](dayone-moment://A)\n", "photos": [{"identifier": "A"}]},
        ),
        "photos/b.jpeg": b"\xff\xd8",
    }
    told = archives.preview(ada, archives.zipped(files))
    archives.bring(ada, archives.zipped(files))
    got = {row.body: (row.time_zone, row.local_date.day) for row in ada.entries.all()}
    assert got == {
        "no zone": ("Asia/Tokyo", 4),
        "odd zone": ("Asia/Tokyo", 4),
        "its place knows": ("America/Lima", 3),
        "only here": ("Asia/Tokyo", 4),
    }
    assert (told.counts, told.span) == ({"pieces": 4}, (date(2024, 3, 3), date(2024, 3, 4)))
    skipped = {str(skip.what): skip.count for skip in told.skipped}
    assert skipped == {
        "Entries without words": 2, "Photos": 2, "Places on a map": 1, "Steps and activities": 1, "Templates": 1,
    }  # fmt: skip


def test_several_journals_keep_their_names(ada: User) -> None:
    files = {"Nights.json": dayone(entry("one")), "Days.json": dayone(entry("two"))}
    archives.bring(ada, archives.zipped(files))
    assert sorted(row.body for row in ada.entries.all()) == ["one\n\nJournal: Nights", "two\n\nJournal: Days"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"creationDate": None}, "Journal.json, entries 2, creationDate"),
        ({"creationDate": "yesterday"}, "Journal.json, entries 2, creationDate"),
        ({"creationDate": "0001-01-01T00:00:00Z"}, "Journal.json, entries 2, creationDate"),
        ({"creationDate": 12}, "Journal.json, entries 2, creationDate"),
        ({"text": ["no"]}, "Journal.json, entries 2, text"),
        ({"text": "half \ud83d of it"}, "Journal.json, entries 2, text"),
        ({"tags": "one"}, "Journal.json, entries 2, tags"),
        ({"photos": {}}, "Journal.json, entries 2, photos"),
        ({"text": "", "richText": "{half"}, "Journal.json, entries 2, richText"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_nothing_comes_in(
    ada: User, said: dict[str, object], where: str
) -> None:
    files = {"Journal.json": dayone(entry("whole"), entry("other", **said))}
    with pytest.raises(Refused) as refused:
        archives.bring(ada, archives.zipped(files))
    assert refused.value.where == where
    assert "Nothing was brought in" in str(refused.value.why)
    assert "half" not in str(refused.value)
    assert (ada.entries.count(), ada.imports.count()) == (0, 0)


def test_nul_is_dropped_as_everywhere_here(ada: User) -> None:
    archives.bring(ada, archives.zipped({"Journal.json": dayone(entry("a\x00b", tags=["c\x00"]))}))
    assert ada.entries.get().body == "ab\n\nTags: c"


def test_marks_that_break_off_by_the_thousand_are_words(ada: User) -> None:
    """Each of them, looked through to the end for what would close it, would take minutes."""
    text = "![" * 50_000 + "![](dayone-moment://" * 20_000 + "<!--" + "`" * 30_000
    archives.bring(
        ada, archives.zipped({"Journal.json": dayone(entry(text, creationDate="2024-03-03T12:00:00+05:45:30.5"))})
    )
    assert sum(len(row.body) for row in ada.entries.all()) == len(text)
