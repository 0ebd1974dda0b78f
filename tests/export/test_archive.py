"""The archive: everything of a person goes out, says what docs/formats.md says, and comes in again as it was."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Reminder, SecurityEvent, User
from journal import export, rows
from journal.export import archive
from journal.importing import Refused, archive_format
from journal.importing.archive_format import Archive
from journal.importing.bundle import Bundle
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.export import life, schema
from tests.export.reading import batch_for, everything, owned, packed, rezipped, unpacked
from tests.journal.importing import archives
from vault import keyring

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "innerchild.schema.json").read_text(encoding="utf-8"))


def bring_in(person: User, bundle: Bundle) -> Any:
    with batch_for(person) as batch:
        return Archive().bring_in(person, bundle, batch)


def unchanging(said: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """What an import keeps: all of it, but that nothing comes up by itself."""
    for row in said["entries"]:
        row["resurfacing"] = "never"
    return said


def test_what_goes_out_comes_in_again_field_by_field_under_its_own_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some three hundred entries; `python -m tests.export.round_trip` does it with twenty thousand."""
    monkeypatch.setattr(archive, "PART", 100_000)  # so that it is one of several documents
    person = life.live(seed=1, years=8)
    before, file = unchanging(owned(person)), packed(person)
    documents = [json.loads(said) for name, said in unpacked(file).items() if name.startswith("innerchild")]
    assert [document["last"] for document in documents] == [*[False] * (len(documents) - 1), True]
    assert len(documents) > 1
    assert [fault for each in documents for fault in schema.faults(each, SCHEMA, SCHEMA)] == []
    assert max(len(row["body"]) for row in before["entries"]) == 200_000
    assert len(before["entries"]) >= 300
    person.delete()
    again = factories.person("again@example.org")
    told = bring_in(again, Bundle(file, "notes.zip"))
    connection.check_constraints()
    assert owned(again) == before
    assert told.skipped == []
    assert told.counts["letters"] + told.counts["pieces"] == sum(row["parent"] is None for row in before["entries"])
    with keyring.opened_for(again.pk, purpose="a test"):
        row = User.objects.get(pk=again.pk)
        assert (row.name, row.child_word, row.call) == ("Ünsal 🌱", "kleiner Bär", "Ruth, 0664\nafter six")
    assert (row.time_zone, row.country, row.preferences) == (
        "Europe/Vienna",
        "AT",
        {"theme": "night", "size": "larger"},
    )
    reminder = Reminder.objects.get(owner=again)
    assert (reminder.rhythm, reminder.weekday, reminder.hour, reminder.next_at) == ("fortnight", 2, 7, None)
    batch = again.imports.get()
    assert {key: getattr(batch, key).count() for key in ("entries", "check_ins", "wishes", "places", "visits")} == {
        key: len(before[key]) for key in ("entries", "check_ins", "wishes", "places", "visits")
    }


def test_beside_the_first_account_it_gets_ids_of_its_own_and_a_second_time_nothing_comes() -> None:
    person, other = life.live(seed=2), factories.person("other@example.org")
    file = packed(person)
    bring_in(other, Bundle(file, "notes.zip"))
    connection.check_constraints()
    first, second = owned(person), owned(other)
    keys = {row["id"] for said in first.values() for row in said}
    assert keys.isdisjoint(row["id"] for said in second.values() for row in said)
    texts = [[sorted(str(row.get("body")) for row in said["entries"])] for said in (first, second)]
    assert texts[0] == texts[1]
    for person_ in (person, other):
        threads = {e.pk: sorted(t.position for t in e.children.all()) for e in person_.entries.filter(voice="both")}
        assert [0, 1, 2] in [positions[:3] for positions in threads.values()]
    told = bring_in(other, Bundle(file, "notes.zip"))
    assert (told.counts, owned(other)) == ({}, second)
    assert sum(skip.count for skip in told.skipped) == sum(map(len, second.values()))
    again = bring_in(person, Bundle(file, "notes.zip"))
    assert (again.counts, owned(person)) == ({}, first)


def test_what_another_journal_brought_to_both_houses_is_met_by_its_words_and_once(client: StrictClient) -> None:
    """The same Day One file came in here and there; here it was also opened, and twice said the same on one day."""
    said = [archives.entry("# The pier\n\nCold and late."), archives.entry("Twice."), archives.entry("Changed there.")]
    journal = archives.zipped({"Journal.json": archives.dayone(*said)})
    person, other = factories.person(), factories.person("other@example.org")
    for each in (person, other):
        client.force_login(each)
        archives.send(client, journal)
    factories.entry(person, "Twice.", local_date=date(2024, 3, 3))
    factories.entry(other, "Own words, here.")
    factories.entry(person, "Own words, here.")
    named = {row["body"]: row["id"] for row in owned(person)["entries"]}
    pier, changed = (Entry.objects.get(pk=named[text]) for text in ("Cold and late.", "Changed there."))
    factories.entry(person, "a note there", kind="note", parent=pier)
    factories.revision(pier, "as it was")
    with keyring.opened_for(person.pk, purpose="a test"):
        changed.body = "Changed since."
        changed.save()
    file, before = packed(person), owned(other)["entries"]
    told = bring_in(other, Bundle(file, "notes.zip"))
    connection.check_constraints()
    after = owned(other)["entries"]
    assert sorted(row["body"] for row in after) == sorted([
        "Cold and late.", "Twice.", "Twice.", "Changed there.", "Changed since.", "Own words, here.", "Own words, here.", "a note there",
    ])  # fmt: skip
    assert [row for row in after if row in before] == before
    assert [row["parent"] for row in after if row["parent"]] == [
        row["id"] for row in before if row["body"] == "Cold and late."
    ]
    assert {(str(skip.why), skip.count) for skip in told.skipped} == {
        (str(archive_format.HERE), 2), (str(archive_format.BENEATH), 1),
    }  # fmt: skip
    assert bring_in(other, Bundle(file, "notes.zip")).counts == {}


def test_every_column_goes_along_or_is_named_here_as_staying() -> None:
    """Sealed values stand in the archive under their own names, without the ending."""
    stays = {"owner", "batch", "source_hashed", "ask_sealed", "words_sealed"}  # the owner's own copy lies beside these
    for section in export.SECTIONS:
        fields = {each.name for each in section.model._meta.concrete_fields}
        told = {each.name for each in rows.columns(section.model)} | {
            f"{name}_sealed" for name in rows.sealed(section.model)
        }
        assert fields - told == fields & stays, section.key
    owned_models = {model for model in apps.get_models() if any(f.name == "owner" for f in model._meta.concrete_fields)}
    known = {section.model for section in export.SECTIONS} | {Reminder, SecurityEvent}
    assert {model._meta.label for model in owned_models - known} == {
        "accounts.Device", "accounts.LedgerEnd", "journal.SaveOperation", "journal.Import", "vault.UserKey", "vault.ShareKey",
    }  # fmt: skip


def test_range_kinds_and_bin_are_what_was_ticked() -> None:
    person = factories.person()
    early = factories.entry(person, "early", local_date=date(2026, 1, 31))
    letter = factories.entry(person, "", kind="letter", voice="both", rev=0, local_date=date(2026, 2, 1))
    turn = factories.entry(person, "turn", kind="letter", parent=letter, local_date=date(2026, 3, 3))
    factories.entry(person, "late", kind="letter", local_date=date(2026, 2, 2))
    binned = factories.entry(person, "binned", kind="letter", local_date=date(2026, 2, 1), binned_at=letter.kept_at)
    beneath = factories.entry(person, "beneath", kind="note", parent=binned)
    wanted = everything(kinds=frozenset({"letters"}), since=date(2026, 2, 1), until=date(2026, 2, 1))

    def told(**changed: Any) -> set[str]:
        files = unpacked(packed(person, everything(**changed)))
        return {row["id"] for row in json.loads(files["innerchild.json"])["entries"]}

    assert told(kinds=wanted.kinds, since=wanted.since, until=wanted.until) == {
        str(row.pk) for row in (letter, turn, binned, beneath)
    }
    assert told(kinds=wanted.kinds, since=wanted.since, until=wanted.until, binned=False) == {
        str(letter.pk),
        str(turn.pk),
    }
    assert told(until=date(2026, 1, 31)) == {str(early.pk)}


def test_one_that_does_not_open_is_named_and_the_rest_goes_along() -> None:
    person = factories.person()
    whole, broken = factories.entry(person, "whole"), factories.entry(person, "broken")
    Entry.objects.filter(pk=broken.pk).update(body_sealed=whole.body_sealed)
    factories.entry(person, "beneath it", kind="note", parent=broken)
    factories.revision(broken, "as it was")
    files = unpacked(packed(person))
    said = {row["id"]: row for row in json.loads(files["innerchild.json"])["entries"]}
    assert said[str(broken.pk)]["unreadable"] == ["body"]
    assert "body" not in said[str(broken.pk)]
    assert said[str(whole.pk)]["body"] == "whole"
    assert list(schema.faults(json.loads(files["innerchild.json"]), SCHEMA, SCHEMA)) == []
    assert b"This one cannot be opened just now" in files["book.html"]
    person.delete()
    other = factories.person("other@example.org")
    told = bring_in(other, rezipped(files))
    connection.check_constraints()  # nothing that came in points at what did not
    assert (told.counts, [(skip.count, str(skip.why)) for skip in told.skipped]) == (
        {"pieces": 2},
        [(1, str(archive_format.SHUT)), (1, str(archive_format.ALONE))],
    )


def altered(document: dict[str, Any], **entry: Any) -> bytes:
    first, *rest = document["entries"]
    return json.dumps({**document, "entries": [{**first, **entry}, *rest]}).encode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("local_date", "2026-02-30"), ("local_date", "9999-12-31"), ("created_at", "0001-01-01T00:00:00+00:00"), ("created_at", "2026-02-01T10:00:00"), ("kind", "diary"), ("rev", -1),
        ("rev", True), ("drawer", 1), ("body", None), ("body", 7), ("body", "a" * 200_001), ("body", "\ud800"),
        ("step", "s" * 17), ("question", "a\x00"), ("id", "7"), ("parent", "none"), ("pack", 2**40), ("title", ["a"]),
    ],
)  # fmt: skip
def test_a_field_that_is_not_itself_is_named_and_nothing_is_written(field: str, value: object) -> None:
    person, other = factories.person(), factories.person("other@example.org")
    factories.entry(person, "the kestrel")
    files = unpacked(packed(person))
    files["innerchild.json"] = altered(json.loads(files["innerchild.json"]), **{field: value})
    with keyring.opened_for(other.pk, purpose="a test"), pytest.raises(Refused) as refused:
        Archive().preview(other, rezipped(files))
    assert (refused.value.where, "kestrel" in str(refused.value)) == (f"innerchild.json, entries 1, {field}", False)
    assert owned(other)["entries"] == []


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("places", {"words": 7}), ("places", {"who": ["den"]}), ("places", {"words": [{}]}),
        ("visits", {"near": "yes"}), ("visits", {"near": {"picked": ["yes"]}}), ("visits", {"scene": {"drafts": {"new": 1}}}),
    ],
)  # fmt: skip
def test_choices_that_no_page_could_show_are_named(section: str, said: object) -> None:
    """With them every page they stand on, and every export, would end in an error."""
    person = life.live(seed=3)
    files = unpacked(packed(person))
    document = json.loads(files["innerchild.json"])
    document[section][0]["choices"] = said
    files["innerchild.json"] = json.dumps(document).encode()
    other = factories.person("other@example.org")
    with keyring.opened_for(other.pk, purpose="a test"), pytest.raises(Refused) as refused:
        Archive().preview(other, rezipped(files))
    assert refused.value.where == f"innerchild.json, {section} 1, choices"


@pytest.mark.parametrize("said", ["half \ud83d of it", [], "x" * 400_000], ids=["half", "list", "long"])
def test_answers_that_cannot_be_kept_are_named(said: object) -> None:
    person = factories.person()
    factories.check_in(person)
    files = unpacked(packed(person))
    document = json.loads(files["innerchild.json"])
    document["check_ins"][0]["answers"] = [] if said == [] else {"line": said}
    other = factories.person("other@example.org")
    files["innerchild.json"] = json.dumps(document).encode()
    with keyring.opened_for(other.pk, purpose="a test"), pytest.raises(Refused) as refused:
        Archive().preview(other, rezipped(files))
    assert refused.value.where == "innerchild.json, check_ins 1, answers"


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"format": "other"}, {"last": False}, {"part": 2}, {"entries": {}}, {"version": "1"}]
)
def test_a_document_that_is_not_whole_is_refused(change: dict[str, object]) -> None:
    person = factories.person()
    factories.entry(person)
    files = unpacked(packed(person))
    files["innerchild.json"] = json.dumps({**json.loads(files["innerchild.json"]), **change}).encode()
    with keyring.opened_for(person.pk, purpose="a test"), pytest.raises(Refused):
        Archive().preview(person, rezipped(files))


def test_references_into_another_account_are_dropped() -> None:
    """An archive may say anything: it never reaches a row of somebody else."""
    person, other = factories.person(), factories.person("other@example.org")
    theirs = factories.entry(other, "theirs")
    factories.entry(person, "mine")
    document = json.loads(unpacked(packed(person))["innerchild.json"])
    person.delete()
    me = factories.person("me@example.org")
    for name in ("parent", "conflict_of", "reply_to", "wish"):
        files = {"innerchild.json": altered(document, id=str(Entry().pk), **{name: str(theirs.pk)})}
        bring_in(me, rezipped(files))
    assert me.entries.count() == 4
    assert not me.entries.exclude(parent=None, conflict_of=None, reply_to=None, wish=None).exists()


def test_an_archive_that_breaks_off_opens_nowhere() -> None:
    person = factories.person()
    for number in range(40):
        factories.entry(person, f"{number} " * 20_000)
    whole = packed(person).getvalue()
    for cut in (len(whole) // 2, len(whole) - 1):
        with keyring.opened_for(person.pk, purpose="a test"), pytest.raises(Refused):
            Archive().preview(person, Bundle(io.BytesIO(whole[:cut]), "notes.zip"))


def test_no_key_is_held_while_somebody_reads_slowly() -> None:
    person = factories.person()
    for _ in range(3):
        factories.entry(person, "a" * 190_000)
    for _ in archive.files(person, everything()):
        with pytest.raises(keyring.KeyNotInRing):
            keyring.current()


def test_home_and_open_walk_that_are_here_already_stay_the_only_ones() -> None:
    person, other = life.live(seed=3), life.live(seed=4)
    file = packed(person)
    with transaction.atomic():
        bring_in(other, Bundle(file, "notes.zip"))
    assert other.places.filter(is_home=True).count() == 1
    assert other.visits.filter(closed_at=None, step="hello").count() == 1
    assert other.places.count() == 4


def test_what_cannot_be_read_of_the_person_is_left_out() -> None:
    files = unpacked(packed(life.live(seed=5)))
    document = json.loads(files["innerchild.json"])
    document["person"] |= {"name": "\ud83d", "child_word": "Bo\0", "language": {}, "country": [1], "time_zone": 7}
    document["reminder"] |= {"time_zone": "\ud83d", "rhythm": []}
    files["innerchild.json"] = json.dumps(document).encode()
    other = factories.person("other@example.org")
    bring_in(other, rezipped(files))
    with keyring.opened_for(other.pk, purpose="a test"):
        row = User.objects.get(pk=other.pk)
        assert (row.name, row.child_word, row.language, row.country, row.time_zone) == ("", "Bo", "en", "", "UTC")
    assert not Reminder.objects.filter(owner=other).exists()


def test_a_look_inside_shows_no_word_of_what_is_folded_put_away_or_let_go() -> None:
    """Broken once by showing the title of a folded letter, and by days that knew of no look-in."""
    person = factories.person()
    factories.entry(person, "read me", local_date=date(2026, 5, 1))
    factories.entry(person, "to wait", kind="letter", title="a folded title", sealed_until=date(2999, 1, 1))
    factories.entry(person, "put away", drawer=True, local_date=date(2026, 5, 2))
    factories.entry(person, "let go", binned_at=timezone.now())
    factories.check_in(person, date(2026, 12, 24))
    file = packed(person)
    person.delete()
    again = factories.person("again@example.org")
    with keyring.opened_for(again.pk, purpose="a test"):
        told = Archive().preview(again, Bundle(file, "notes.zip"))
    assert told.first_lines == ["read me"]
    assert told.span == (date(2026, 5, 1), date(2026, 12, 24))


def test_on_the_page_it_is_looked_at_brought_in_and_taken_out_again_whole(client: StrictClient) -> None:
    file, other = packed(life.live(seed=4)).getvalue(), factories.person("other@example.org")
    client.force_login(other)
    assert "An archive of this app" in archives.look(client, file, "notes.zip").text
    batch = f"/settings/import/{archives.send(client, file) and other.imports.get().pk}/"
    assert other.imports.get().format == "innerchild"
    assert all(rows for rows in owned(other).values())
    assert "An archive of this app" in client.get(batch).text
    client.post(f"{batch}out/")
    assert {name: len(rows) for name, rows in owned(other).items()} == dict.fromkeys(owned(other), 0)
