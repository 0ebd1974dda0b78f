"""Somebody who brings sheets to a therapist: one in the making, one that is open, one that waits, and one taken back."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from sharing import connections, drafts, sheets
from sharing.models import Connection
from tests import factories
from tests.sharing import people
from vault import keyring

ASK = "Could we look at the bit about the clock? I don’t want to go through the rest. Just that."


def furnish(person: User) -> dict[str, str]:
    """Addresses by name. The person has answered, written and looked in already."""
    practice = people.practice(factories.person("practice@example.org"), name="Robin Vale")
    connection = people.connection(person, practice)
    pieces = _pieces(person)
    soon = timezone.now() + timedelta(hours=20)
    opened = people.sheet(connection, *pieces, ask=ASK, black="auntie joan", window=people.around(soon))
    for _reading in range(6):
        sheets.read(opened)
    sheets.talked(opened)
    waiting = people.sheet(connection, pieces[0], ask=ASK, window=people.around(soon + timedelta(days=5)))
    stopped = people.sheet(connection, pieces[0])
    sheets.stop(stopped)
    _draft(person, connection, pieces)
    ended = _ends_and_does_not_open(person, pieces)
    tray = f"/sharing/{connection.pk}/sheet/"
    return {
        "sharing-until": f"/sharing/{ended.pk}/",
        "sharing-parting-set": f"/sharing/{ended.pk}/parting/",
        "sheet-shut": f"/sharing/{ended.pk}/sheet/",
        "sheet-tray": tray,
        "sheet-pick": f"{tray}pick/",
        "sheet-piece": f"{tray}pieces/1/",
        "sheet-piece-looks": f"{tray}pieces/5/",
        "sheet-preview": f"{tray}preview/",
        "sheet-open": f"/sharing/sheets/{opened.pk}/",
        "sheet-waiting": f"/sharing/sheets/{waiting.pk}/",
        "sheet-stopped": f"/sharing/sheets/{stopped.pk}/",
        "sheet-window": f"/sharing/sheets/{opened.pk}/window/",
    }


def _ends_and_does_not_open(person: User, pieces: list[dict[str, Any]]) -> Connection:
    """Another therapist, until a day both see; a sheet put aside that opens again, and one that does not open."""
    connection = people.connection(person, people.practice(factories.person("second@example.org"), name="Noor Lind"))
    assert connections.part_on(connection, timezone.now() + timedelta(days=12), Connection.Side.CLIENT)
    people.draft(connection, pieces[0], ask=ASK)
    connection.drafts.update(put_aside_at=timezone.now())
    people.draft(connection, pieces[1])
    connection.drafts.filter(put_aside_at=None).update(choices_sealed=b"\x01" + bytes(100))
    return connection


def _pieces(person: User) -> list[dict[str, Any]]:
    """A passage of a letter, a letter in two voices, a pair, a place, and looks."""
    said: dict[str, Any] = {
        "kind": Entry.Kind.LETTER,
        "step": "letter",
        "question": "",
        "local_date": date(2026, 11, 19),
    }
    letter = factories.entry(
        person,
        "I stopped in front of the station clock today.\n\nYou used to think it ran slower when Auntie Joan was late, "
        "and that if you counted out loud it would catch up. I counted with you.\n\nThen I took the later train.",
        question_key="letter-adult", voice="adult", **said,
    )  # fmt: skip
    thread = factories.entry(person, "", voice="both", rev=0, question_key="letter-both", **said)
    turns = (
        ("adult", "I used to think I had to fix the roof. Is there room for one more?"),
        ("child", "Only if you bring the torch, and you’re not allowed to say it’s late like Auntie Joan did."),
    )
    for place, (voice, text) in enumerate(turns):
        factories.entry(person, text, voice=voice, parent=thread, position=place, question_key="letter-both", **said)
    asked = {"question_key": "stairs", "question": "Where did you like to sit?"}
    older = factories.entry(
        person, "On the stairs, where nobody looked. Third from the top.", local_date=date(2026, 2, 8), **asked
    )
    newer = factories.entry(
        person,
        "On the stairs, third from the top. Somebody looked, once, and sat down.",
        local_date=date(2026, 11, 20),
        **asked,
    )
    home = person.places.get(binned_at=None)
    return [
        people.passage(letter, "You used to think it ran slower when Auntie Joan was late, and that if you counted out loud it would catch up."),
        people.whole(thread),
        {"kind": "pair", "id": str(newer.pk), "beside": str(older.pk)},
        {"kind": "place", "id": str(home.pk)},
        {"kind": "looks", "since": "2026-09-01", "until": "2026-11-30", "fields": ["nearness", "needs"]},
    ]  # fmt: skip


def _draft(person: User, connection: Connection, pieces: list[dict[str, Any]]) -> None:
    session = timezone.localtime() + timedelta(days=5)
    window = {"rule": "window", "on": f"{session:%Y-%m-%d}", "at": "15:30", "before": "24", "after": "24"}
    people.draft(connection, *pieces, ask=ASK, black="Auntie Joan\nUncle Carl")
    with keyring.opened_for(person.pk, purpose="a test"):
        made = drafts.of(connection)
        assert made
        assert drafts.change(person, connection, made.rev, window=window)
