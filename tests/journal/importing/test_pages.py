"""Bringing in on the page: looked at, brought in whole or not at all, never twice, and taken out again."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from journal import export, kept, saving, then
from journal.importing import Refused, batches, pieces
from journal.importing import dayone as dayone_format
from journal.models import CheckIn, Entry, Wish
from journal.views import importing
from tests import factories
from tests.journal.importing import archives
from tests.journal.importing.archives import BRING, LOOK, START, dayone, entry, look, send, zipped
from vault import keyring

TWO = zipped(
    {
        "Journal.json": dayone(
            entry("# The pier\n\nCold and late."), entry("A second one.", photos=[{"filename": "<pier>.jpg"}])
        )
    }
)


def test_a_look_inside_writes_nothing(ada: User, signed_in: Client) -> None:
    page = look(signed_in, TWO, "Journal <b>.zip")
    assert page.status_code == 200
    assert (ada.entries.count(), ada.imports.count()) == (0, 0)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    for said in (
        "Pieces of writing 2",
        "3 March 2024",
        "The pier",
        "A second one.",
        "Photos: 1",
        "Journal &lt;b&gt;.zip",
        "Photos: what they are called &lt;pier&gt;.jpg",
    ):
        assert said in text
    many = [{"md5": f"{n}", "type": "jpeg"} for n in range(53)]
    skip = archives.preview(
        ada, zipped({"J.json": dayone(entry("a", photos=[*many, {"filename": "\ud83d"}]))})
    ).skipped[0]
    assert (skip.names[:2], len(skip.names), skip.more) == (["0.jpeg", "1.jpeg"], 50, 4)
    assert archives.preview(ada, zipped({"J.json": dayone(entry("a", audios=[{"filename": "\ud83d"}]))})).skipped[
        0
    ].names == ["?"]
    assert signed_in.get(LOOK).status_code == signed_in.get(BRING).status_code == 405


def test_it_comes_in_and_reads_well_where_everything_is_kept(ada: User, signed_in: Client) -> None:
    answer = send(signed_in, TWO)
    batch = ada.imports.get()
    assert (answer.status_code, answer.url, batch.format, batch.name) == (
        302,
        f"{START}{batch.pk}/",
        "dayone",
        "mine.zip",
    )
    done = signed_in.get(answer.url)
    assert "mine.zip" in done.text
    assert "3 March 2024" in done.text
    shelf = signed_in.get("/kept/").text
    assert sorted(re.findall(r"<strong><bdi>(.+?)</bdi>", shelf)) == ["A second one.", "The pier"]
    assert shelf.count("From Day One") == 2
    for row in ada.entries.all():
        page = signed_in.get(f"/kept/{row.pk}/")
        title = row.title or "Brought with you"
        assert f"<bdi>{title}</bdi></h1>" in page.text
        assert ">Never" in page.text
        edit = signed_in.get(f"/kept/{row.pk}/edit/")
        assert "Brought with you" in edit.text
        assert signed_in.get(f"/kept/{row.pk}/read/").status_code == 200
        assert signed_in.get(f"/kept/{row.pk}/note/").status_code == 200
        assert then.others(ada, row).count() == 0
        row.resurfacing = Entry.Resurfacing.MAY
        row.save()
    assert signed_in.get("/home/").status_code == 200
    found = signed_in.post("/kept/search/", {"words": "late"})
    assert "The pier" in found.text
    assert signed_in.get(START).text.count(f"{START}{batch.pk}/") == 1


def test_nothing_comes_twice(ada: User, signed_in: Client) -> None:
    """By its name there and its words, in the bin too; by its words alone on one day; what was changed there comes beside."""
    factories.entry(ada, "A second one.", local_date=date(2024, 3, 3))
    factories.entry(ada, "The same words, on another day.")
    old = [
        entry("first"),
        entry("to the bin"),
        entry("A second one."),
        entry("A second one."),
        entry("The same words, on another day."),
    ]
    archives.bring(ada, zipped({"Journal.json": dayone(*old)}))
    assert ada.entries.count() == 5
    binned = next(row for row in ada.entries.all() if row.body == "to the bin")
    ada.entries.filter(pk=binned.pk).update(binned_at=datetime.now(UTC))
    edited = next(row for row in ada.entries.all() if row.body == "first")
    edited.body = "first, and changed here"
    edited.save()
    told = archives.preview(
        ada, zipped({"Journal.json": dayone(*old, {**entry("first"), "text": "first, changed there"})})
    )
    assert told.counts == {"pieces": 1}
    assert [(str(skip.why), skip.count) for skip in told.skipped] == [
        ("They are here already, word for word.", 3),
        ("They are here already, in the bin.", 1),
        ("It stands in this file more than once, word for word.", 1),
    ]
    again = zipped({"Journal.json": dayone(*old)})
    page = look(signed_in, again)
    assert "Everything in it that has words is here already." in page.text
    answer = signed_in.post(BRING, {"sha256": page.context["sha256"], "file": SimpleUploadedFile("mine.zip", again)})
    assert (answer.status_code, ada.imports.count()) == (422, 1)
    assert "All of it is here already" in answer.text


def test_what_somebody_said_twice_comes_twice(ada: User) -> None:
    """At two times of a day, under two names; the same file at two places, or one entry twice, is a repeat of itself."""
    morning, evening, night = (
        entry("Tired.", uuid=str(hour), creationDate=f"2024-03-03T{hour:02}:00:00Z") for hour in (8, 20, 21)
    )
    told = archives.preview(ada, zipped({"Journal.json": dayone(morning, evening, morning)}))
    assert (told.counts, [(str(skip.what), skip.count) for skip in told.skipped]) == ({"pieces": 2}, [("Repeats", 1)])
    archives.bring(ada, zipped({"Journal.json": dayone(morning, evening, morning)}))
    later = zipped({"Journal.json": dayone(morning, evening, night)})
    assert archives.preview(ada, later).counts == {"pieces": 1}  # the two that are here stand for themselves
    archives.bring(ada, later)
    assert [row.body for row in ada.entries.all()] == ["Tired."] * 3
    assert archives.preview(ada, later).counts == {}
    ada.entries.earliest("created_at").delete()
    assert ada.entries.earliest("created_at").created_at.hour == 20
    for order in ((morning, evening, night), (night, evening, morning)):  # no other one's place is taken
        assert archives.preview(ada, zipped({"Journal.json": dayone(*order)})).counts == {"pieces": 1}
    again = zipped({"Journal.json": dayone(*({**one, "uuid": f"B{n}"} for n, one in enumerate((evening, night))))})
    assert archives.preview(ada, again).counts == {}  # under another name, at the same hour
    notes = zipped(dict.fromkeys(("a/2024-03-04.md", "b/2024-03-04.md"), "Quiet."))
    archives.bring(ada, notes)
    assert ada.entries.filter(question_key="markdown").count() == 1
    assert archives.preview(ada, notes).counts == {}
    factories.entry(ada, "Home.", local_date=date(2024, 3, 5))
    own = zipped({"Journal.json": dayone(*({**morning, "text": "Home.", "uuid": name, "creationDate": at} for name, at in (("1", "2024-03-05T07:00:00Z"), ("2", "2024-03-05T08:00:00Z"))))})  # fmt: skip
    assert archives.preview(ada, own).counts == {"pieces": 1}


def test_nothing_comes_twice_after_the_key_was_changed(ada: User) -> None:
    archives.bring(ada, TWO)
    ada.entries.update(local_date=date(2020, 1, 1))  # so that their words alone tell nothing
    keys = keyring.current().all(ada.pk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyring.KeyRing, "all", lambda _ring, _person: {**keys, 2: bytes(32)})
        assert archives.preview(ada, TWO).counts == {}


def test_everything_or_nothing(ada: User, signed_in: Client) -> None:
    """A fault in the last of many entries, after hundreds were written."""
    many = [entry(f"Entry {n}", uuid=f"{n}") for n in range(export.ROWS_AT_ONCE * 2)]
    data = zipped({"Journal.json": dayone(*many, entry("last", creationDate="x"))})
    answer = signed_in.post(
        BRING, {"sha256": archives.bundle(data).sha256, "file": SimpleUploadedFile("mine.zip", data)}
    )
    assert answer.status_code == 422
    assert "Journal.json, entries 401, creationDate" in answer.text
    assert (ada.entries.count(), ada.imports.count()) == (0, 0)
    good = zipped({"Journal.json": dayone(*many)})
    assert send(signed_in, good).status_code == 302
    assert (ada.entries.count(), ada.entries.filter(batch=ada.imports.get()).count()) == (400, 400)


def test_another_file_than_the_one_looked_at_stays_outside(ada: User, signed_in: Client) -> None:
    sha256 = look(signed_in, TWO).context["sha256"]
    other = zipped({"Journal.json": dayone(entry("other"))})
    answer = signed_in.post(BRING, {"sha256": sha256, "file": SimpleUploadedFile("mine.zip", other)})
    assert (answer.status_code, ada.entries.count()) == (422, 0)
    assert str(importing.ANOTHER) in answer.text
    assert answer.context["sha256"] == archives.bundle(other).sha256


def test_no_file_and_an_empty_one_are_met_with_a_sentence(signed_in: Client) -> None:
    for sent in ({}, {"file": SimpleUploadedFile("a.zip", b"")}, {"file": "words"}):
        answer = signed_in.post(LOOK, sent)
        assert (answer.status_code, str(importing.NO_FILE) in answer.text) == (422, True)


def test_a_text_longer_than_a_box_goes_on_beneath_itself(ada: User, signed_in: Client) -> None:
    text = "\n\n".join(f"{n} " + "word " * 300 for n in range(290))
    assert saving.LIMIT * 2 < len(text) < saving.LIMIT * 3
    archives.bring(ada, zipped({"Journal.json": dayone(entry(text))}))
    first = ada.entries.get(parent=None)
    rest = list(ada.entries.filter(parent=first).order_by("position"))
    assert first.body + "".join(row.body for row in rest) == text.strip()
    assert max(len(row.body) for row in (first, *rest)) <= saving.LIMIT
    assert {row.kind for row in rest} == {Entry.Kind.NOTE}
    assert first.body.endswith("\n\n")
    assert kept.listed(ada).count() == 1
    assert signed_in.get(f"/kept/{first.pk}/").text.count("margin-note") == len(rest) == 2
    assert pieces.parts_of("a" * 7, 3) == ["aaa", "aaa", "a"]


def test_moods_mean_what_their_owner_says(ada: User, signed_in: Client) -> None:
    table = b'full_date,date,weekday,time,mood,activities,note_title,note\n2024-03-03,March 3,Sun,10:00,"so ""rad""",,,\n2024-03-04,March 4,Mon,10:00,meh,,,n\n'
    page = look(signed_in, table, "daylio.csv")
    assert page.text.count("<select") == 2
    answer = send(signed_in, table, "daylio.csv", **{'mood:so "rad"': "nearness-4", "mood:meh": "out"})
    assert answer.status_code == 302
    assert [row.answers for row in ada.check_ins.order_by("at")] == [
        {"nearness": 4, "line": 'Mood: so "rad"'},
        {"line": "n"},
    ]
    assert signed_in.get(answer.url).status_code == 200
    looks = signed_in.get("/look-in/earlier/")
    assert "Mood: so &quot;rad&quot;" in looks.text
    assert "Right here" in looks.text
    wrong = signed_in.post(
        BRING,
        {
            "sha256": page.context["sha256"],
            "mood:meh": "nearness-unsure",
            "file": SimpleUploadedFile("daylio.csv", table),
        },
    )
    assert wrong.status_code == 400


def test_it_goes_out_again_and_takes_nothing_else(ada: User, signed_in: Client) -> None:
    own = factories.entry(ada, "mine")
    send(signed_in, zipped({"Journal.json": dayone(entry("one"), entry("x" * 300_000))}))
    batch = ada.imports.get()
    look_ = CheckIn(
        owner=ada,
        at=batch.made_at,
        local_date=date(2024, 3, 3),
        time_zone="UTC",
        made_at=batch.made_at,
        updated_at=batch.made_at,
        batch=batch,
    )
    look_.answers = {"line": "a"}
    look_.save()
    wish = Wish(owner=ada, made_at=batch.made_at, batch=batch)
    wish.text = "to be asked"
    wish.save()
    answer = signed_in.post(f"{START}{batch.pk}/out/")
    assert (answer.status_code, answer["Location"]) == (302, START)
    assert [str(message) for message in get_messages(answer.wsgi_request)][-1] == "It’s out again."
    assert list(ada.entries.all()) == [own]
    assert (ada.check_ins.count(), ada.wishes.count(), ada.imports.count()) == (0, 0, 0)
    assert send(signed_in, TWO).status_code == 302


def test_what_was_changed_since_stays_unless_it_is_ticked(ada: User, signed_in: Client) -> None:
    """Edited, or with a note of one's own beneath: that note would go with it."""
    send(signed_in, zipped({"Journal.json": dayone(*(entry(word) for word in ("edited", "noted", "plain", "ticked")))}))
    batch, after = ada.imports.get(), datetime.now(UTC) + timedelta(seconds=1)
    rows = {row.body: row for row in ada.entries.all()}
    for word in ("edited", "ticked"):
        rows[word].body, rows[word].updated_at = f"{word} here", after
        rows[word].save()
    note = factories.entry(ada, "my note", kind="note", parent=rows["noted"])
    page = signed_in.get(f"{START}{batch.pk}/")
    assert {one.first for one in page.context["changed"]} == {"edited here", "ticked here", "noted"}
    signed_in.post(f"{START}{batch.pk}/out/", {"also": [f"piece:{rows['ticked'].pk}", "piece:nonsense"]})
    assert {row.body for row in ada.entries.all()} == {"edited here", "noted", "my note"}
    note.refresh_from_db()
    assert ada.imports.count() == 0
    assert set(ada.entries.values_list("batch", flat=True)) == {None}


def test_a_longer_list_asks_the_database_no_more(ada: User, signed_in: Client) -> None:
    counts = []
    for n in (1, 2, 3):
        archives.bring(ada, zipped({"Journal.json": dayone(entry(f"words {n}"))}), f"{n}.zip")
        with CaptureQueriesContext(connection) as asked:
            page = signed_in.get(START)
        assert page.text.count(".zip</bdi>") == n
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_nobody_reaches_what_somebody_else_brought_in(ada: User, bob: User, signed_in: Client, client: Client) -> None:
    send(signed_in, TWO)
    batch = ada.imports.get()
    stranger = Client()
    stranger.force_login(bob)
    assert stranger.get(f"{START}{batch.pk}/").status_code == 404
    assert stranger.post(f"{START}{batch.pk}/out/").status_code == 404
    assert "mine.zip" not in stranger.get(START).text
    for address in (START, f"{START}{batch.pk}/"):
        assert client.get(address).status_code == 302
    assert client.post(LOOK, {"file": SimpleUploadedFile("mine.zip", TWO)}).status_code == 302
    assert ada.entries.count() == 2


def test_two_at_once_are_one(ada: User, transactional_db: None) -> None:
    """While one import is on its way, another of the same person is told so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended(%s, 0)", [f"import {ada.pk}"])
        (key,) = cursor.fetchone()
    other: Any = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    with pytest.raises(Refused) as refused:
        archives.bring(ada, TWO)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    other.close()
    assert refused.value.why == batches.BUSY
    archives.bring(ada, TWO)
    assert ada.entries.count() == 2


def test_words_of_an_archive_are_in_no_column_in_clear(ada: User, signed_in: Client) -> None:
    """Title, tags, the archive's name and the mood: sealed, all of them."""
    data = zipped(
        {
            "Zanzibar.json": dayone(entry("# Xylophone\n\nQuagmire", tags=["Wombat"]), entry("b")),
            "Yonder.json": dayone(entry("c")),
        }
    )
    send(signed_in, data, "Vortex.zip")
    send(
        signed_in,
        b"full_date,date,weekday,time,mood,activities,note_title,note\n2024-03-03,,,10:00,Jonquil,,,\n",
        "Krypton.csv",
    )
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_import", "journal_checkin"):
            cursor.execute(f"SELECT t::text FROM {table} t")  # a name from the line above
            stored = " ".join(row for (row,) in cursor.fetchall())
            assert stored
            for word in ("Zanzibar", "Xylophone", "Quagmire", "Wombat", "Yonder", "Vortex", "Krypton", "Jonquil"):
                assert word not in stored
                assert word.encode().hex() not in stored
    assert dayone_format.DayOne.key == ada.imports.order_by("made_at")[0].format
