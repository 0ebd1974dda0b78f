"""A letter folded until a day: the day is the person's own, and before it none of its words leave the server."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page, data_for, get
from tests.exercises_letter.conftest import press

WHO, SHEET, TURNS = "/steps/letter/who/", "/steps/letter/write/", "/steps/letter/voices/"
BECOMES, CLOSE = "/steps/letter/becomes/", "/steps/letter/close/"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = "2027-03-01"


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def write(client: StrictClient, picked: str) -> None:
    press(client, WHO, "keep", picked=picked)
    if picked == "both":
        press(client, TURNS, "add", turn="the crooked roof", voice="adult")
        press(client, TURNS, "keep", turn="the kestrel lives there", voice="child")
    else:
        press(client, SHEET, "keep", letter="the crooked roof, the kestrel lives there")


@pytest.mark.parametrize("picked", ["adult", "both"])
def test_nothing_of_a_sealed_letter_is_on_any_page(signed_in: StrictClient, person: User, picked: str) -> None:
    write(signed_in, picked)
    letter = person.entries.get(parent=None)
    copy = factories.entry(person, "the kestrel, in another version", kind="letter", conflict_of=letter)
    before = factories.revision(letter, "the kestrel as it was")
    assert press(signed_in, BECOMES, "keep", picked="seal", until=DAY, title="The roof") == CLOSE
    assert set(person.entries.values_list("sealed_until", flat=True)) == {date(2027, 3, 1)}
    rows = list(person.entries.all())
    pages = ["/home/", "/kept/", "/kept/drawer/", WHO, SHEET, TURNS, CLOSE, BECOMES]
    pages += [f"/kept/{row.pk}/{page}" for row in rows for page in ("", "read/", "edit/", "compare/", "earlier/")]
    pages += [f"/kept/{letter.pk}/earlier/{before.pk}/", f"/kept/{letter.pk}/note/"]
    pages += [f"/kept/{factories.entry(person, 'a walk').pk}/edit/?beside={copy.pk}"]
    for address in pages:
        page = signed_in.get(address, follow=True)
        assert (page.status_code, "kestrel" in page.text, "roof" in page.text.lower()) == (200, False, False), address
    shelf = get(signed_in, "/kept/")
    assert shelf.text.count("Folded until 1 March 2027") == 2
    assert get(signed_in, f"/kept/{letter.pk}/").text.count("Folded until 1 March 2027.") == 1
    assert f"/kept/{letter.pk}/read/" not in get(signed_in, CLOSE).links


def test_a_sealed_letter_opens_early_without_a_change_and_its_seal_comes_off_by_a_press(
    signed_in: StrictClient, person: User
) -> None:
    write(signed_in, "both")
    press(signed_in, BECOMES, "keep", picked="seal", until=DAY)
    letter = person.entries.get(parent=None)
    for page in ("", "read/"):
        folded = get(signed_in, f"/kept/{letter.pk}/{page}")
        assert "?early" in folded.links
        early = signed_in.get(f"/kept/{letter.pk}/{page}?early")
        assert (early.text.count("the kestrel lives there"), "/edit/" in early.text) == (1, False)
    letter.refresh_from_db()
    assert letter.sealed_until == date(2027, 3, 1)
    assert signed_in.post(f"/kept/{letter.pk}/unseal/")["Location"] == f"/kept/{letter.pk}/"
    assert set(person.entries.values_list("sealed_until", flat=True)) == {None}
    assert get(signed_in, f"/kept/{letter.pk}/").text.count("the kestrel lives there") == 1


@pytest.mark.parametrize("picked", ["adult", "both"])
def test_folded_until_i_say_so_shows_no_day_and_none_of_its_words(
    signed_in: StrictClient, person: User, picked: str
) -> None:
    write(signed_in, picked)
    letter = person.entries.get(parent=None)
    factories.entry(person, "the kestrel, in another version", kind="letter", conflict_of=letter)
    assert press(signed_in, BECOMES, "keep", picked="word", until="not a day", title="The roof") == CLOSE
    assert set(person.entries.values_list("sealed_until", flat=True)) == {date.max}
    pages = ["/home/", "/kept/", WHO, SHEET, TURNS, CLOSE, BECOMES]
    pages += [f"/kept/{row.pk}/{page}" for row in person.entries.all() for page in ("", "read/", "edit/", "compare/")]
    for moment in (NOW, datetime(2999, 1, 1, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            signed_in.force_login(person)
            for address in pages:
                page = signed_in.get(address, follow=True)
                found = [words in page.text for words in ("kestrel", "crooked", "The roof", "9999")]
                assert (page.status_code, found) == (200, [False] * 4), address
    folded = get(signed_in, f"/kept/{letter.pk}/")
    assert folded.text.count("Folded until you say so.") == 1
    assert get(signed_in, "/kept/").text.count("Folded until you say so") == 2
    assert "kestrel" in signed_in.get(f"/kept/{letter.pk}/?early").text
    signed_in.post(f"/kept/{letter.pk}/unseal/")
    assert set(person.entries.values_list("sealed_until", flat=True)) == {None}
    assert "kestrel" in get(signed_in, f"/kept/{letter.pk}/").text


def test_home_says_on_that_day_alone_that_a_letter_opens(signed_in: StrictClient, person: User) -> None:
    User.objects.filter(pk=person.pk).update(time_zone="Pacific/Auckland")
    fold = {"kind": "letter", "question_key": "letter-adult", "sealed_until": date(2026, 11, 25)}
    letter = factories.entry(person, "the crooked roof", **fold)
    for hidden in ({"drawer": True}, {"binned_at": NOW}, {"parent": letter}, {"kind": "answer"}, {"rev": 0}):
        factories.entry(person, "not this one", **{**fold, **hidden})
    factories.entry(factories.person(), "theirs", **fold)
    said = "A letter you folded opens today."
    for moment, shown in (
        ("2026-11-24T10:59:00Z", 0),
        ("2026-11-24T11:01:00Z", 1),
        ("2026-11-25T10:59:00Z", 1),
        ("2026-11-25T11:01:00Z", 0),
    ):
        with time_machine.travel(moment, tick=False):
            signed_in.force_login(person)
            page = get(signed_in, "/home/")
            assert (page.text.count(said), f"/kept/{letter.pk}/" in page.links) == (shown, shown == 1), moment
            assert "crooked" not in page.text
            assert said not in signed_in.get("/kept/").text


def test_it_opens_by_itself_on_its_day_where_the_person_is(signed_in: StrictClient, person: User) -> None:
    User.objects.filter(pk=person.pk).update(time_zone="Pacific/Auckland")
    write(signed_in, "adult")
    press(signed_in, BECOMES, "keep", picked="seal", until="2026-11-25")
    letter = person.entries.get()
    for moment, shown in (("2026-11-24T10:59:00Z", 0), ("2026-11-24T11:01:00Z", 1)):
        with time_machine.travel(moment, tick=False):
            signed_in.force_login(person)
            assert signed_in.get(f"/kept/{letter.pk}/").text.count("the crooked roof") == shown


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("", "The day is still open."),
        ("tomorrow", "That day could not be read."),
        ("2026-02-30", "That day could not be read."),
        ("2026-11-23", "That day is here already."),
        ("2020-01-01", "That day is here already."),
        ("2127-01-01", "further off than this page can promise"),
    ],
)
def test_a_day_that_cannot_be_is_answered_in_a_sentence_and_nothing_is_lost(
    signed_in: StrictClient, person: User, until: str, says: str
) -> None:
    write(signed_in, "adult")
    data = {**data_for(get(signed_in, BECOMES), "keep", {"title": "The roof"}), "picked": "seal", "until": until}
    answer = signed_in.post(BECOMES, data)
    page = Page(answer)
    assert (answer.status_code, says in page.text) == (422, True)
    assert [page.fields[name] for name in ("picked", "until", "title.text")] == [["seal"], [until], ["The roof"]]
    letter = person.entries.get()
    assert (letter.kept_at, letter.sealed_until, letter.title_sealed) == (None, None, None)
    press(signed_in, BECOMES, "stop", picked="seal", until=until)
    assert get(signed_in, BECOMES).fields["until"] == [until]


def test_a_hundred_years_can_be_promised(signed_in: StrictClient, person: User) -> None:
    write(signed_in, "adult")
    assert press(signed_in, BECOMES, "keep", picked="seal", until="2126-12-31") == CLOSE
    assert person.entries.get().sealed_until == date(2126, 12, 31)


def test_words_sent_from_a_page_that_was_open_before_the_seal_are_kept(signed_in: StrictClient, person: User) -> None:
    write(signed_in, "adult")
    letter = person.entries.get()
    open_page = get(signed_in, f"/kept/{letter.pk}/edit/")
    press(signed_in, BECOMES, "keep", picked="seal", until=DAY)
    data = data_for(open_page, "keep", {"words": "the crooked roof, and more"})
    assert signed_in.post(f"/kept/{letter.pk}/edit/", data).status_code == 302
    letter.refresh_from_db()
    assert (letter.rev, letter.sealed_until) == (2, date(2027, 3, 1))


def test_a_sealed_reflection_is_neither_borrowed_nor_quoted(signed_in: StrictClient, person: User) -> None:
    factories.entry(person, "a den with a door", question_key="hopes", sealed_until=date(2999, 1, 1))
    for address in (SHEET, "/steps/kindness/wish/", "/steps/hello/hopes/", "/steps/hello/read-back/"):
        assert "a den with a door" not in signed_in.get(address).text


def test_what_was_let_go_can_be_gone_at_once_and_for_good(signed_in: StrictClient, person: User) -> None:
    write(signed_in, "both")
    letter = person.entries.get(parent=None)
    assert signed_in.get(f"/kept/{letter.pk}/for-good/").status_code == 404
    assert press(signed_in, BECOMES, "keep", picked="let-go") == BECOMES
    ask = f"/kept/{letter.pk}/for-good/?next={BECOMES}"
    assert "Another version of it" not in get(signed_in, ask).text
    copy = factories.entry(person, "said otherwise", kind="letter", conflict_of=letter)
    assert "Another version of it" in get(signed_in, ask).text
    assert ask in get(signed_in, BECOMES).links
    assert (get(signed_in, ask).heading, person.entries.count()) == ("Let it go now, for good?", 4)
    assert signed_in.post(ask)["Location"] == BECOMES
    assert list(person.entries.all()) == [copy]
    assert [person.revisions.count(), person.save_operations.count()] == [0, 0]
    page = get(signed_in, BECOMES)
    assert (page.heading, page.buttons) == ("It’s gone.", ["keep", "skip", "stop"])
    assert press(signed_in, BECOMES, "keep") == CLOSE


@pytest.mark.parametrize("action", ["for-good", "unseal"])
def test_neither_reaches_somebody_elses_letter_nor_wants_another_method(
    signed_in: StrictClient, person: User, action: str
) -> None:
    theirs = factories.entry(
        factories.person(), "theirs", binned_at=NOW if action == "for-good" else None, sealed_until=date(2999, 1, 1)
    )
    assert signed_in.post(f"/kept/{theirs.pk}/{action}/").status_code == 404
    assert signed_in.put(f"/kept/{theirs.pk}/{action}/").status_code == 405
    signed_in.logout()
    assert signed_in.post(f"/kept/{theirs.pk}/{action}/")["Location"].startswith("/accounts/login/")
    assert Entry.objects.get(pk=theirs.pk).sealed_until == date(2999, 1, 1)
