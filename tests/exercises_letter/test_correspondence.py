"""A letter that was kept is answered, on the same day or years later, and all of it reads as one exchange."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from exercises import letters, packs
from journal import saving
from journal.about import About
from journal.models import Entry
from journal.sealing import UNTIL_SAID
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, data_for, get
from tests.exercises_letter.conftest import press, text_of
from vault import keyring

WHO, SHEET, TURNS = "/steps/letter/who/", "/steps/letter/write/", "/steps/letter/voices/"
BECOMES, CLOSE = "/steps/letter/becomes/", "/steps/letter/close/"
FAR = date(2999, 1, 1)


def letter(person: User, text: str = "the kestrel came back", voice: str = "adult", **more: Any) -> Entry:
    kind = "both" if voice == "both" else "open" if voice == "none" else voice
    about = {"kind": "letter", "step": "letter", "question_key": f"letter-{kind}", "question": "A letter", **more}
    return factories.entry(person, text, voice=voice, **about)


def to(entry: Entry, screen: str = SHEET, more: str = "") -> str:
    return f"{screen}?answer={entry.pk}{more}"


def test_a_letter_is_answered_from_the_other_voice_with_its_words_beside(signed_in: StrictClient, person: User) -> None:
    first = letter(person)
    for place in ("", "read/"):
        assert to(first) in get(signed_in, f"/kept/{first.pk}/{place}").links
    page = get(signed_in, to(first))
    assert "The letter you’re answering 23 November 2026" in page.text
    assert ("the kestrel came back" in page.text, page.fields["letter.text"]) == (True, [""])
    assert "Little bear, writing" in page.text
    assert press(signed_in, to(first), "keep", letter="I saw it too") == BECOMES
    answer = person.entries.exclude(pk=first.pk).get()
    assert (answer.reply_to_id, answer.voice, answer.kept_at, text_of(answer)) == (
        first.pk,
        "child",
        None,
        "I saw it too",
    )
    assert to(first) in get(signed_in, BECOMES).links
    assert press(signed_in, BECOMES, "keep") == CLOSE
    first.refresh_from_db()
    assert (text_of(first), first.rev) == ("the kestrel came back", 1)
    for row in (first, answer):
        assert f"/kept/{row.pk}/exchange/" in get(signed_in, f"/kept/{row.pk}/").links
    alone = letter(person)
    assert f"/kept/{alone.pk}/exchange/" not in get(signed_in, f"/kept/{alone.pk}/").links


@pytest.mark.parametrize(("picked", "voice"), [("adult", "adult"), ("child", "child"), ("open", "none")])
def test_any_voice_may_answer(signed_in: StrictClient, person: User, picked: str, voice: str) -> None:
    first = letter(person)
    assert to(first, WHO) in get(signed_in, to(first)).links
    assert press(signed_in, to(first), "who", letter="what was typed stays") == to(first, WHO)
    assert text_of(person.entries.get(reply_to=first)) == "what was typed stays"
    assert get(signed_in, to(first, WHO)).fields["picked"] == ["child"]
    leads = press(signed_in, to(first, WHO), "keep", picked=picked)
    assert leads == to(first, SHEET, f"&voice={picked}")
    press(signed_in, leads, "keep", letter="so did I")
    said = {(row.voice, text_of(row)) for row in person.entries.filter(reply_to=first)}
    assert said == {(voice, "so did I")} | ({("child", "what was typed stays")} if picked != "child" else set())
    assert get(signed_in, WHO).fields.get("picked") is None


def test_an_answer_by_turns_is_one_letter_that_answers(signed_in: StrictClient, person: User) -> None:
    first = letter(person)
    assert press(signed_in, to(first, WHO), "keep", picked="both") == to(first, TURNS)
    leads = press(signed_in, to(first, TURNS), "add", turn="who saw it?", voice="adult")
    assert leads == to(first, TURNS, "&added=adult#box-turn")
    draft = data_for(get(signed_in, to(first, TURNS)), "pen:adult", {"turn": "me"})
    assert signed_in.post(to(first, TURNS), draft)["Location"] == to(first, TURNS, "&pen=adult#box-turn")
    press(signed_in, to(first, TURNS), "keep", turn="me", voice="child")
    thread = person.entries.get(reply_to=first)
    assert list(thread.children.order_by("position").values_list("voice", "reply_to")) == [
        ("adult", None),
        ("child", None),
    ]
    assert get(signed_in, TURNS).text.count("who saw it?") == 0
    page = get(signed_in, to(first, TURNS))
    assert (page.text.count("who saw it?"), page.text.count("the kestrel came back")) == (1, 1)
    assert press(signed_in, to(first, TURNS), "one") == BECOMES
    thread.refresh_from_db()
    assert thread.reply_to_id == first.pk


def test_a_sheet_that_the_other_one_goes_on_with_still_answers(signed_in: StrictClient, person: User) -> None:
    first = letter(person)
    assert press(signed_in, to(first), "child", letter="Listen.") == to(first, TURNS)
    thread = person.entries.get(reply_to=first)
    assert (thread.voice, thread.children.get().reply_to_id) == ("both", None)
    assert get(signed_in, to(first, TURNS)).text.count("Listen.") == 1


def test_an_answer_left_open_is_carried_on_with_and_is_no_other_letter(signed_in: StrictClient, person: User) -> None:
    first, second = letter(person), letter(person, "another day")
    assert press(signed_in, to(first), "stop", letter="not yet done") == CLOSE
    assert get(signed_in, to(first)).fields["letter.text"] == ["not yet done"]
    assert get(signed_in, to(first, WHO)).text.count("One is open.") == 1
    for elsewhere in (SHEET, to(second), to(first, SHEET, "&voice=adult")):
        assert get(signed_in, elsewhere).fields["letter.text"] == [""]
    assert to(first) in get(signed_in, "/home/").links
    press(signed_in, SHEET, "stop", letter="to nobody yet")
    assert get(signed_in, to(first)).fields["letter.text"] == ["not yet done"]
    person.entries.filter(pk=first.pk).update(binned_at=timezone.now())
    page = get(signed_in, WHO)
    assert page.text.count("One is open.") == 2
    press(signed_in, WHO, "keep", picked="child")
    assert get(signed_in, SHEET).fields["letter.text"] == ["not yet done"]


@pytest.mark.parametrize(
    "fields",
    [
        {"binned_at": timezone.now()},
        {"sealed_until": FAR},
        {"sealed_until": UNTIL_SAID},
        {"kept_at": None},
        {"kind": "answer"},
        {"kind": "gift"},
    ],
    ids=["let go", "folded", "until I say so", "open", "answer", "gift"],
)
def test_what_cannot_be_answered_neither_offers_it_nor_lets_it(
    signed_in: StrictClient, person: User, fields: dict[str, Any]
) -> None:
    row = letter(person, **fields)
    for page in ("", "?early"):
        assert to(row) not in get(signed_in, f"/kept/{row.pk}/{page}").links
    assert [signed_in.get(to(row, screen)).status_code for screen in (WHO, SHEET, TURNS)] == [404, 404, 404]


def test_nobody_answers_somebody_elses_letter_and_words_sent_there_are_kept(
    signed_in: StrictClient, person: User
) -> None:
    theirs = letter(factories.person())
    assert [signed_in.get(to(theirs, screen)).status_code for screen in (WHO, SHEET, TURNS)] == [404, 404, 404]
    assert signed_in.get(f"/kept/{theirs.pk}/exchange/").status_code == 404
    assert signed_in.get(f"{SHEET}?answer=nonsense").status_code == 404
    data = data_for(get(signed_in, SHEET), "keep", {"letter": "mine"})
    assert signed_in.post(to(theirs), data)["Location"] == BECOMES
    assert (text_of(person.entries.get()), person.entries.get().reply_to_id) == ("mine", None)
    about = About(kind="letter", step="letter", question_key="letter-open", question="", pack=1, reply_to=theirs.pk)
    with keyring.opened_for(person.pk, purpose="a test"):
        wanted = saving.Save(entry=uuid4(), operation=uuid4(), base_rev=0, text="forged", about=about)
        saving._save(person, wanted, timezone.now())
    assert person.entries.get(pk=wanted.entry).reply_to_id is None
    assert not theirs.replies.exists()


@pytest.mark.parametrize("meanwhile", ["let go", "folded", "gone"])
def test_an_answer_typed_while_its_letter_went_is_kept(signed_in: StrictClient, person: User, meanwhile: str) -> None:
    first = letter(person)
    page = get(signed_in, to(first))
    changed: dict[str, dict[str, Any]] = {"let go": {"binned_at": timezone.now()}, "folded": {"sealed_until": FAR}}
    if meanwhile == "gone":
        first.delete()
    else:
        person.entries.filter(pk=first.pk).update(**changed[meanwhile])
    assert signed_in.post(to(first), data_for(page, "keep", {"letter": "still here"}))["Location"] == BECOMES
    answer = person.entries.get(voice="child")
    assert (text_of(answer), answer.reply_to_id) == ("still here", None if meanwhile == "gone" else first.pk)
    assert f"answer={first.pk}" not in "".join(get(signed_in, BECOMES).links)


@pytest.mark.parametrize("last", ["sheet", "turns"])
def test_the_letter_done_last_is_the_one_that_is_asked_about(signed_in: StrictClient, person: User, last: str) -> None:
    first = letter(person)
    press(signed_in, WHO, "keep", picked="both")
    for one in ("turns", "sheet") if last == "sheet" else ("sheet", "turns"):
        if one == "turns":
            press(signed_in, TURNS, "keep", turn="by turns", voice="adult")
        else:
            press(signed_in, to(first), "keep", letter="the answer")
    assert press(signed_in, BECOMES, "keep", picked="drawer") == CLOSE
    assert person.entries.get(drawer=True).reply_to_id == (first.pk if last == "sheet" else None)


def test_what_a_page_says_of_an_entry_is_read_back_whole(person: User) -> None:
    step = packs.load()["letter"]
    about = replace(letters.about(step, "child", letter(person)), wish=uuid4())
    assert About.read(about.token(person.pk), person.pk) == about


def test_the_device_and_a_second_tab_send_the_same_answer(signed_in: StrictClient, person: User) -> None:
    first = letter(person)
    page = get(signed_in, to(first))
    fields = {name: page.fields[f"letter.{name}"][0] for name in ("entry", "op", "about")}
    headers = {"If-Match": '"0"', "X-Writer": str(person.pk), "X-About": fields["about"]}
    address = f"/kept/{fields['entry']}/text/"
    for text, op in (("half", fields["op"]), ("half", fields["op"]), ("otherwise", str(uuid4()))):
        sent = signed_in.put(address, text, "text/plain", headers={**headers, "Idempotency-Key": op})
        assert sent.status_code == 200
    rows = person.entries.exclude(pk=first.pk)
    assert sorted((text_of(row), row.reply_to_id) for row in rows) == [("half", first.pk), ("otherwise", first.pk)]
    beneath = data_for(get(signed_in, f"/kept/{first.pk}/note/"), "keep", {"note": "a note"})
    signed_in.post(f"/kept/{first.pk}/note/", beneath)
    assert person.entries.get(kind="note").reply_to_id is None


def exchange(person: User) -> list[Entry]:
    """Four letters in a chain, and one that answers the first."""
    rows = [letter(person, "first words", "adult", local_date=date(2025, 5, 3))]
    for day, voice, text in ((4, "child", "second words"), (6, "none", "third words"), (8, "adult", "fourth words")):
        rows.append(letter(person, text, voice, local_date=date(2025, 5, day), reply_to=rows[-1]))
    rows.append(letter(person, "a branch", "child", local_date=date(2025, 5, 9), reply_to=rows[0]))
    return rows


def test_an_exchange_reads_in_the_order_of_its_days(signed_in: StrictClient, person: User) -> None:
    rows = exchange(person)
    letter(person, "no part of it")
    thread = letter(person, "", "both", local_date=date(2025, 5, 7), reply_to=rows[2])
    for place, voice in enumerate(("child", "adult")):
        letter(person, f"turn {place}", voice, parent=thread, position=place)
    letter(person, "left open", reply_to=rows[0], kept_at=None)
    said = ["first words", "second words", "third words", "turn 0", "turn 1", "fourth words", "a branch"]
    for row in (*rows, thread):
        text = get(signed_in, f"/kept/{row.pk}/exchange/").text
        assert [text.index(words) for words in said] == sorted(text.index(words) for words in said)
        assert ("no part of it" in text, "left open" in text) == (False, False)
    page = get(signed_in, f"/kept/{rows[0].pk}/exchange/")
    assert [page.text.count(f"An answer to the letter of {day} May 2025") for day in (3, 6)] == [1, 1]
    html = page.response.text
    assert [html.count(f'<span class="who">{who}</span>') for who in ("Grown-up me", "Little bear")] == [3, 3]
    assert html.count('class="voice is-younger"') == 3
    assert page.links[-1] == to(rows[4])


def test_in_an_exchange_what_is_folded_shows_its_day_and_what_was_let_go_is_left_out(
    signed_in: StrictClient, person: User
) -> None:
    rows = exchange(person)
    Entry.objects.filter(pk=rows[1].pk).update(binned_at=timezone.now())
    Entry.objects.filter(pk=rows[2].pk).update(sealed_until=FAR)
    Entry.objects.filter(pk=rows[3].pk).update(sealed_until=UNTIL_SAID)
    Entry.objects.filter(pk=rows[4].pk).update(drawer=True)
    page = get(signed_in, f"/kept/{rows[0].pk}/exchange/")
    shown = [words in page.text for words in ("first words", "second words", "third words", "fourth words", "a branch")]
    assert shown == [True, False, False, False, False]
    assert ("Folded until 1 January 2999" in page.text, "Folded until you say so" in page.text) == (True, True)
    assert ("9999" in page.response.text, "In the drawer" in page.text) == (False, True)
    assert "a branch" in get(signed_in, f"/kept/{rows[4].pk}/exchange/").text
    assert signed_in.get(f"/kept/{rows[1].pk}/exchange/").status_code == 404
    assert signed_in.post(f"/kept/{rows[0].pk}/exchange/").status_code == 405
    signed_in.logout()
    assert signed_in.get(f"/kept/{rows[0].pk}/exchange/")["Location"].startswith("/accounts/login/")


def test_a_letter_gone_for_good_leaves_its_answers(signed_in: StrictClient, person: User) -> None:
    rows = exchange(person)
    signed_in.post(f"/kept/{rows[0].pk}/bin/")
    signed_in.post(f"/kept/{rows[0].pk}/for-good/")
    assert person.entries.count() == 4
    text = get(signed_in, f"/kept/{rows[1].pk}/exchange/").text
    assert ("second words" in text, "fourth words" in text, "a branch" in text) == (True, True, False)
    assert f"/kept/{rows[4].pk}/exchange/" not in get(signed_in, f"/kept/{rows[4].pk}/").links


def test_an_exchange_takes_as_many_queries_for_one_answer_as_for_three_hundred(
    signed_in: StrictClient, person: User
) -> None:
    first = letter(person)
    taken = []
    for more in (1, 2, 297):
        rows = [letter(person, reply_to=first) for _ in range(min(more, 2))]
        if more > 2:
            Entry.objects.bulk_create([_like(rows[0]) for _ in range(more - 2)])
        with CaptureQueriesContext(connection) as page:
            signed_in.get(f"/kept/{first.pk}/exchange/")
        with CaptureQueriesContext(connection) as entry:
            signed_in.get(f"/kept/{first.pk}/")
        taken.append((len(page), len(entry)))
    assert first.replies.count() == 300
    assert taken == [taken[0]] * 3


def _like(row: Entry) -> Entry:
    copy = Entry.objects.get(pk=row.pk)
    copy.pk = uuid4()
    with keyring.opened_for(row.owner_id, purpose="a test"):
        copy.body = "one more"
    return copy


def test_an_answer_too_long_for_its_box_comes_back_whole(signed_in: StrictClient, person: User) -> None:
    first = letter(person)
    data = data_for(get(signed_in, to(first)), "keep", {"letter": "x" * (saving.LIMIT + 1)})
    answer = signed_in.post(to(first), data)
    page = Page(answer)
    assert (answer.status_code, len(page.fields["letter.text"][0])) == (422, saving.LIMIT + 1)
    assert ("the kestrel came back" in page.text, person.entries.count()) == (True, 1)
