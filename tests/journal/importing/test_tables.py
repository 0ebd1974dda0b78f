"""Daylio's table into looks, and folders of Markdown."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from accounts.models import User
from journal.importing import Refused, daylio, records
from tests.export.reading import packed
from tests.journal.importing import archives
from tests.journal.importing.archives import zipped
from vault import envelope, keyring

EIGHT = "full_date,date,weekday,time,mood,activities,note_title,note\n"
SEVEN = "year,date,weekday,time,mood,activities,note\n"
ROW = '2024-03-03,March 3,Sunday,11:30 PM,rad,walk | old friends,A title,"Two\nlines, and ""one"""\n'


def looks(person: User) -> list[tuple[date, dict[str, object]]]:
    return [(row.local_date, row.answers) for row in person.check_ins.order_by("at")]


def test_daylio_becomes_looks_whose_words_stay(ada: User) -> None:
    ada.time_zone = "Europe/Vienna"
    data = f"\ufeff{EIGHT}{ROW}2024-03-04,March 4,Monday,07:05,meh,,,\n2024-03-05,March 5,Tuesday,7:05\u202fam,nah,,,\n\n".encode()
    told = archives.preview(ada, data, "daylio.csv")
    assert (told.labels, told.counts) == (["rad", "meh", "nah"], {"check_ins": 3})
    batch = archives.bring(ada, data, "daylio.csv", {"rad": "nearness-3", "nah": "out"})
    assert looks(ada) == [
        (
            date(2024, 3, 3),
            {"nearness": 3, "line": 'A title\nTwo\nlines, and "one"\n\nMood: rad\nActivities: walk, old friends'},
        ),
        (date(2024, 3, 4), {"line": "Mood: meh"}),
    ]  # the third was a mood that is left out, and had no word beside it
    first = ada.check_ins.earliest("at")
    assert (first.at, first.time_zone) == (datetime(2024, 3, 3, 22, 30, tzinfo=UTC), "Europe/Vienna")
    assert (first.batch, first.made_at, first.updated_at) == (batch, batch.made_at, batch.made_at)


def test_daylio_does_not_come_twice_from_another_zone_nor_after_an_archive_of_ours(ada: User) -> None:
    """Nor where its rows were named by their instant, as they once were; a second mood of that minute is another one."""
    data = f"{EIGHT}{ROW}2024-03-04,March 4,Monday,07:05,meh,,,\n2024-03-04,March 4,Monday,07:05,nah,,,so\n".encode()
    ada.time_zone = "Europe/Vienna"
    archives.bring(ada, data, "daylio.csv", {"nah": "out"})
    ada.time_zone = "America/Lima"
    assert archives.preview(ada, data, "daylio.csv").counts == {}
    more = data + b"2024-03-04,March 4,Monday,07:05,rad,,,\n"
    assert archives.preview(ada, more, "daylio.csv").counts == {"check_ins": 1}

    ada.time_zone = "Europe/Vienna"
    first, key = ada.check_ins.earliest("at"), keyring.current().newest(ada.pk)[1]
    line = f"2024-03-03T23:30:00+01:00:{first.answers['line']}".encode()
    once = envelope.keyed_hash(key, b"import", b"daylio:" + line + b":" + sha256(b"").digest())
    ada.check_ins.filter(pk=first.pk).update(source_hashed=once, local_date=date(2020, 1, 1))  # known by its name alone
    assert archives.preview(ada, data, "daylio.csv").counts == {}

    own = packed(ada).getvalue()
    ada.check_ins.all().delete()
    archives.bring(ada, own, "notes.zip")
    told = archives.preview(ada, data, "daylio.csv")
    assert (told.counts, [skip.count for skip in told.skipped]) == ({"check_ins": 1}, [2])  # the one that was moved


def test_a_mood_that_was_left_out_stands_for_no_other_one_of_that_minute(ada: User) -> None:
    """Nor where an archive of ours brought it, which tells no mood: there one stands for one."""
    row = "2024-03-04,March 4,Monday,07:05,{},,,so\n".format
    nah, both = f"{EIGHT}{row('nah')}".encode(), f"{EIGHT}{row('meh')}{row('nah')}".encode()
    archives.bring(ada, nah, "daylio.csv", {"nah": "out"})
    assert archives.preview(ada, nah, "daylio.csv").counts == {}
    told = archives.preview(ada, both, "daylio.csv")
    assert (told.labels, told.counts) == (["meh"], {"check_ins": 1})
    own = packed(ada).getvalue()
    ada.check_ins.all().delete()
    archives.bring(ada, own, "notes.zip")
    assert archives.preview(ada, nah, "daylio.csv").counts == {}
    assert archives.preview(ada, both, "daylio.csv").counts == {"check_ins": 1}


@pytest.mark.parametrize("mark", [";", "\t"])
def test_daylio_saved_again_by_a_table_program(ada: User, mark: str) -> None:
    text = f'{EIGHT}2024-03-03,March 3,Sunday,11:30,rad,a | b,,"two\nlines, and ""so"""\n'
    head, row = text.replace("lines, and", "lines~ and").split("\n", 1)
    archives.bring(ada, f"\ufeff{head}\r\n{row}".replace(",", mark).replace("~", ",").encode(), "daylio.csv")
    assert ada.check_ins.get().answers["line"] == 'two\nlines, and "so"\n\nMood: rad\nActivities: a, b'


def test_daylio_of_before_has_seven_columns(ada: User) -> None:
    data = f"{SEVEN}2018,June 28,Thursday,18:22,good,,a\n2018,28 Jun.,Thursday,6.23 p.m.,good,,b\n".encode()
    archives.bring(ada, data, "daylio.csv", {"good": "tone-4"})
    assert looks(ada) == [
        (date(2018, 6, 28), {"tone": 4, "line": "a\n\nMood: good"}),
        (date(2018, 6, 28), {"tone": 4, "line": "b\n\nMood: good"}),
    ]


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        (f"{EIGHT}{ROW}2024-03-03,March 3,Sunday,11:30,rad,walk,note\n", "daylio.csv, row 3", daylio.COLUMNS),
        (f"{EIGHT}03/03/2024,March 3,Sunday,11:30,rad,,,\n", "daylio.csv, row 2, full_date", records.NO_TIME),
        (f"{EIGHT}1066-03-03,March 3,Sunday,11:30,rad,,,\n", "daylio.csv, row 2, full_date", records.NO_DAY),
        (f"{EIGHT}2024-03-03,March 3,Sunday,25:30,rad,,,\n", "daylio.csv, row 2, time", records.NO_TIME),
        (f"{SEVEN}2024,3 Brumaire,Sunday,11:30,rad,,\n", "daylio.csv, row 2, date", records.NO_TIME),
        (f"{SEVEN}2023,February 29,Sunday,11:30,rad,,\n", "daylio.csv, row 2, date", records.NO_TIME),
        (f'{EIGHT}2024-03-03,March 3,Sunday,11:30,rad,,,"never closed', "daylio.csv, line 2", daylio.NO_CSV),
        (f"{EIGHT}2024-03-03,March 3,Sunday,11:30,rad,,,{'x' * 200_001}\n", "daylio.csv, row 2, note", daylio.TOO_LONG),
    ],
)  # fmt: skip
def test_daylio_names_row_and_field(ada: User, text: str, where: str, why: object) -> None:
    with pytest.raises(Refused) as refused:
        archives.bring(ada, text.encode(), "daylio.csv")
    assert (refused.value.where, refused.value.why) == (where, why)
    assert ada.check_ins.count() == 0


OWN = """---
id: "7c1d9a7e"
type: letter
step: letter
question_key: letter-adult
question: "Dear small one, \\"you\\""
created: 2024-03-04T04:30:00+00:00
updated: 2024-03-05T04:30:00+00:00
date: 2024-03-03
timezone: America/New_York
voice_from: adult
sealed_until: 9999-12-31
tags: ["innerchild/letter", sea, "a, b"]
---
# Kept as it is

---
Words.
"""
VAULT = """---
tags:
  - one
  - nested/two
aliases: [Old name]
cssclasses: []
created: 2024-01-15T14:30:00
mood: quiet
place:
  town: Graz
---
Body."""


def test_markdown_of_each_kind(ada: User) -> None:
    ada.time_zone = "Europe/Vienna"
    files = {
        "2024/03/2024-03-03-letter-7c1d.md": OWN,
        "Vault/A walk.md": VAULT,
        "Vault/2023-07-09.md": "# Heading\n\n- [ ] a",
        "2022/05/17.markdown": "by its folders",
        "notes/plain 20210102.txt": "--- not front matter\nat all\r\nhere",
        "Vault/undated.md": "---\nnever closed",
        "Vault/empty.md": "---\ntitle: x\n---\n",
        "Vault/image.png": b"", "Vault/data.base": "x", "Vault/.obsidian/app.json": "{half",
    }  # fmt: skip
    told = archives.preview(ada, zipped(files))
    assert told.counts == {"letters": 1, "pieces": 5}
    assert {str(skip.what): skip.count for skip in told.skipped} == {
        "Entries without words": 1,
        "Photos": 1,
        "Other files": 1,
    }
    assert [str(remark) for remark in told.remarks] == [
        "1 file says no day, so it stands on the one it was last changed."
    ]
    archives.bring(ada, zipped(files))
    got = {row.title: (row.body, row.local_date) for row in ada.entries.all()}
    letter = ada.entries.get(kind="letter")
    assert (letter.title, letter.voice, letter.time_zone, letter.question) == (
        'Dear small one, "you"',
        "adult",
        "America/New_York",
        "",
    )
    assert letter.sealed_until == date.max
    assert 'Dear small one, "you"' not in told.first_lines
    assert (letter.local_date, letter.created_at) == (date(2024, 3, 3), datetime(2024, 3, 4, 4, 30, tzinfo=UTC))
    assert got.pop('Dear small one, "you"')[0] == "# Kept as it is\n\n---\nWords.\n\nTags: sea, a, b"
    today = got.pop("undated")
    assert today[0] == "---\nnever closed"
    assert got == {
        "A walk": (
            "Body.\n\nTags: one, nested/two\naliases: [Old name]\nmood: quiet\nplace:\n  town: Graz",
            date(2024, 1, 15),
        ),
        "Heading": ("- [ ] a", date(2023, 7, 9)),
        "": ("by its folders", date(2022, 5, 17)),
        "plain": ("--- not front matter\nat all\nhere", date(2021, 1, 2)),
    }


@pytest.mark.parametrize(
    ("front", "title", "foot"),
    [
        ("title: >\n  goes on\n  and on", "goes on and on", ""),
        ("title: [one, two]", "one two", ""),
        ("title: mine\nquestion: what stays", "mine", "\n\nquestion: what stays"),
        ("title: a: b # c", "a: b # c", ""),
        ('title: "half \\ud83d of it"', "half \\ud83d of it", ""),
        ('title: "a\\u0000b"', "ab", ""),
        ("date: 2024-03-03 # or so\ntítulo: sí", "a", "\n\ntítulo: sí"),
    ],
)
def test_no_word_of_front_matter_is_lost_that_is_no_yaml(ada: User, front: str, title: str, foot: str) -> None:
    date_ = "" if "date:" in front else "date: 2024-03-03\n"
    archives.bring(ada, zipped({"aa.md" if title == "a" else "x.md": f"---\n{date_}{front}\n---\nBody."}))
    row = ada.entries.get()
    assert (row.title, row.body, row.local_date) == (title + "a" * (title == "a"), f"Body.{foot}", date(2024, 3, 3))


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.md", "---\ncreated: soon\n---\nx", "a.md, created"),
        ("a.md", "---\ndate: 2024-02-31\n---\nx", "a.md, date"),
        ("2024-13-40.md", "x", "2024-13-40.md"),
    ],
)
def test_markdown_names_file_and_field(ada: User, name: str, text: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        archives.bring(ada, zipped({name: text}))
    assert refused.value.where == where


def test_our_own_markdown_comes_back_without_a_title_that_nobody_gave(ada: User) -> None:
    front = "---\nid: 1a2b3c4d-0000-4000-8000-000000000000\ntype: checkin\ndate: 2026-03-01\n---\nNear."
    data = zipped({"2026/03/2026-03-01-checkin-1a2b3c4d.md": front})
    archives.bring(ada, data)
    assert [(row.title, row.body) for row in ada.entries.all()] == [("", "Near.")]

    ada.entries.all().delete()  # and does not come twice where it came with one, as it once did
    archives.bring(ada, zipped({"a.md": front.replace("type:", "title: checkin-1a2b3c4d\ntype:")}))
    ada.entries.update(local_date=date(2020, 1, 1))
    assert archives.preview(ada, data).counts == {}
    assert archives.preview(ada, zipped({"a.md": front})).counts == {"pieces": 1}


@pytest.mark.parametrize(
    ("name", "key", "title"),
    [
        ("notes/Walk with dad-20240101.md", "202401011200", "Walk with dad"),
        ("My-letter.md", "letter", "My-letter"),
        ("Walk-1a2b3c4d.md", "1a2b3c4d-0000-4000-8000-000000000000", "Walk-1a2b3c4d"),
        ("2024-01-01-letter-1a2b3c4d.md", "1a2b3c4d", "letter-1a2b3c4d"),
    ],
)
def test_a_file_that_somebody_named_keeps_its_name_whatever_its_id(ada: User, name: str, key: str, title: str) -> None:
    archives.bring(ada, zipped({name: f"---\nid: {key}\ndate: 2024-01-01\n---\nBody."}))
    assert ada.entries.get().title == title


def test_one_file_alone_is_enough(ada: User) -> None:
    archives.bring(ada, b"Dear you.", "2024-03-03 To you.md")
    row = ada.entries.get()
    assert (row.title, row.body, row.local_date) == ("To you", "Dear you.", date(2024, 3, 3))
    assert json.dumps([row.step, row.question_key]) == '["brought", "markdown"]'
