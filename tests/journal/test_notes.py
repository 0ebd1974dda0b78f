"""Notes beneath an entry: several, dated, each with a life of its own; the words above stay as they are."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import boxes, turns
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.journal.conftest import Put
from tests.journal.test_kept import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def form(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', html.split('id="writing"')[1]))


def note(client: Client, pk: UUID, text: str) -> str:
    """Written as without a script: the page's own form, filled and sent."""
    data = {**form(page(client, f"/kept/{pk}/note/")), "note.text": text}
    return str(client.post(f"/kept/{pk}/note/", data)["Location"])


def beneath(html: str) -> list[str]:
    return (
        re.findall(r"<p>(.*?)</p>", html.split('id="later"')[1].split("</section>", maxsplit=1)[0])
        if 'id="later"' in html
        else []
    )


def test_note_stands_dated_beneath_and_the_entry_is_as_it_was(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "the letter", kind="letter", voice="adult", local_date=date(2020, 3, 1))
    for text in ("a year on", "and another"):
        made = note(signed_in, row.pk, text)
        assert made.startswith(f"/kept/{row.pk}/#note-")
    assert note(signed_in, row.pk, "  ") == f"/kept/{row.pk}/"
    html = page(signed_in, f"/kept/{row.pk}/")
    assert beneath(html) == ["a year on", "and another"]
    assert (f'id="{made.partition("#")[2]}"' in html, html.count("Written later")) == (True, 1)
    saved = ada.entries.exclude(pk=row.pk)
    assert {(one.kind, one.voice, one.parent_id, one.question_key) for one in saved} == {
        ("note", "none", row.pk, "note")
    }
    row.refresh_from_db()
    assert (row.body, row.rev) == ("the letter", 1)


def test_finished_entry_opens_to_be_read_with_a_note_before_a_change(ada: User, signed_in: StrictClient) -> None:
    row, begun = factories.entry(ada, "finished"), factories.entry(ada, "begun", kept_at=None)
    html = page(signed_in, f"/kept/{row.pk}/")
    buttons = re.findall(r'<a class="(button[\w -]*)" href="([^"]*)"', html)
    assert buttons[:2] == [("button", f"/kept/{row.pk}/note/#box-note"), ("button is-quiet", f"/kept/{row.pk}/edit/")]
    assert ("textarea" in html, "Change the words" in html) == (False, True)
    main = page(signed_in, f"/kept/{begun.pk}/").partition("</main>")[0]
    assert re.findall(r'<a class="button" href="([^"]*)"', main) == [f"/kept/{begun.pk}/edit/"]


def test_note_is_found_with_its_entry_alone_and_never_taken_for_a_turn_or_an_answer(
    ada: User, signed_in: StrictClient, thread: Entry
) -> None:
    answer = factories.entry(ada, "the answer")
    for row in (thread, answer):
        note(signed_in, row.pk, f"beneath {row.kind}")
    assert set(shown(signed_in.get("/kept/"))) == {thread.pk, answer.pk}
    assert [turn.body for turn in turns.of(ada, thread)] == ["the roof", "the wind", "the torch"]
    one = ada.entries.get(parent=thread, kind="note")
    assert signed_in.post(f"/kept/{thread.pk}/turns/{one.pk}/up/").status_code == 404
    turns.merge(ada, thread)
    thread.refresh_from_db()
    assert ("beneath" in thread.body, beneath(page(signed_in, f"/kept/{thread.pk}/"))) == (False, ["beneath letter"])
    assert f'href="/kept/{answer.pk}/#note-' in page(signed_in, f"/kept/{ada.entries.get(parent=answer).pk}/")


def test_open_note_is_carried_on_with_beneath_its_entry(ada: User, signed_in: StrictClient, put: Put) -> None:
    row = factories.entry(ada, "the letter", kind="letter", voice="adult")
    fields = form(page(signed_in, f"/kept/{row.pk}/note/"))
    pk = UUID(fields["note.entry"])
    put(pk, "half a note", X_About=fields["note.about"])
    assert boxes.open_entry(ada, row.step, row.question_key) is None
    home = page(signed_in, "/home/")
    assert ("A note is open" in home, f'href="/kept/{row.pk}/note/#box-note"' in home) == (True, True)
    html = page(signed_in, f"/kept/{row.pk}/note/")
    assert (form(html)["note.entry"], ">\nhalf a note</textarea>" in html) == (str(pk), True)
    assert ", open</p>" in page(signed_in, f"/kept/{row.pk}/")
    signed_in.post(f"/kept/{row.pk}/drawer/", {"drawer": "1"})
    assert "half a note" not in page(signed_in, "/home/")


def test_note_is_changed_and_let_go_and_had_back_by_itself(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "the answer")
    note(signed_in, row.pk, "a year on")
    one = ada.entries.get(parent=row)
    html = page(signed_in, f"/kept/{row.pk}/")
    tools = html.split('class="tools')[1].split("</section>")[0]
    assert re.findall(r'(?:href|action)="([^"]*)"', tools) == [
        f"/kept/{one.pk}/{way}/" for way in ("edit", "earlier", "bin")
    ]
    edit = page(signed_in, f"/kept/{one.pk}/edit/")
    assert re.findall(r'<a href="([^"]*)">Back</a>', edit) == [f"/kept/{row.pk}/"]
    answer = signed_in.post(f"/kept/{one.pk}/edit/", {**form(edit), "words.text": "two years on"})
    assert (answer["Location"], beneath(page(signed_in, f"/kept/{row.pk}/"))) == (f"/kept/{row.pk}/", ["two years on"])
    gone = signed_in.post(f"/kept/{one.pk}/bin/")["Location"]
    assert gone == f"/kept/{row.pk}/?gone={one.pk}"
    html = page(signed_in, gone)
    assert (f'action="/kept/{one.pk}/unbin/"' in html, beneath(html)) == (True, [])
    assert signed_in.post(f"/kept/{one.pk}/unbin/")["Location"] == f"/kept/{row.pk}/"
    assert beneath(page(signed_in, f"/kept/{row.pk}/")) == ["two years on"]


def test_note_that_cannot_be_opened_or_kept_breaks_nothing(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "the answer")
    note(signed_in, row.pk, "readable")
    note(signed_in, row.pk, "altered")
    Entry.objects.filter(pk=ada.entries.get(parent=row, rev=1, body_sealed=_sealed(ada, row, "altered")).pk).update(
        body_sealed=b"nothing sealed"
    )
    assert beneath(page(signed_in, f"/kept/{row.pk}/")) == ["readable", "This one cannot be opened just now"]
    data = {**form(page(signed_in, f"/kept/{row.pk}/note/")), "note.text": "w" * 200_001}
    answer = signed_in.post(f"/kept/{row.pk}/note/", data)
    assert (answer.status_code, "w" * 200_001 in answer.content.decode()) == (422, True)
    data["note.text"] = "w" * 200_000
    assert signed_in.post(f"/kept/{row.pk}/note/", data).status_code == 302


def _sealed(person: User, row: Entry, text: str) -> bytes:
    return next(bytes(one.body_sealed) for one in person.entries.filter(parent=row) if one.body == text)


def test_note_has_no_place_beneath_a_turn_or_a_note_or_what_was_let_go(
    ada: User, signed_in: StrictClient, thread: Entry
) -> None:
    turn = thread.children.first()
    gone = factories.entry(ada, "gone", binned_at=timezone.now())
    assert turn is not None
    note(signed_in, thread.pk, "a year on")
    for pk in (turn.pk, gone.pk, ada.entries.get(kind="note").pk, uuid4()):
        assert signed_in.get(f"/kept/{pk}/note/").status_code == 404


def test_note_to_what_was_let_go_meanwhile_comes_back_with_its_words(ada: User, signed_in: StrictClient) -> None:
    """Broken once by the page that says an address has wandered off."""
    row = factories.entry(ada, "the letter")
    fields = form(page(signed_in, f"/kept/{row.pk}/note/"))
    signed_in.post(f"/kept/{row.pk}/bin/")
    answer = signed_in.post(f"/kept/{row.pk}/note/", {**fields, "note.text": "a year on"})
    assert (answer.status_code, ">\na year on</textarea>" in answer.text) == (404, True)
    assert "isn’t here any more" in answer.text
    assert signed_in.post(f"/kept/{row.pk}/note/", {"note": "no box"}).text.count("<textarea") == 0
