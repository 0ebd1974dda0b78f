"""Writing without a script: the same form, the same protocol."""

import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.exceptions import BadRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from journal import boxes
from journal.about import About, BadToken
from journal.models import Entry
from tests import factories
from tests.journal.conftest import ABOUT

pytestmark = pytest.mark.django_db


def fields(person: User, text: object, **change: object) -> dict[str, object]:
    box = {"text": text, "entry": uuid4(), "op": uuid4(), "base_rev": 0, "about": ABOUT.token(person.pk), **change}
    return {"writer": str(person.pk), "box": "words", **{f"words.{name}": str(value) for name, value in box.items()}}


def keep(person: User, data: dict[str, object], *, finish: bool = False) -> list[object]:
    request = RequestFactory().post("/", data)
    request.user = person
    return list(boxes.keep(request, finish=finish))


def texts(person: User) -> list[str]:
    return [row.body for row in person.entries.order_by("created_at")]


def test_token_says_what_the_server_said_and_to_its_owner_alone(ada: User, bob: User) -> None:
    turn = About(
        kind="letter",
        step="letter",
        question_key="write",
        question="Wörte’s?",
        pack=3,
        voice="child",
        parent=uuid4(),
        position=4,
    )
    assert About.read(turn.token(ada.pk), ada.pk) == turn
    for token, owner in [(turn.token(ada.pk), bob.pk), (turn.token(ada.pk)[:-1], ada.pk), ("", ada.pk)]:
        with pytest.raises(BadToken):
            About.read(token, owner)


def test_keep_stores_the_text_with_lf_and_leaves_it_open(ada: User) -> None:
    keep(ada, fields(ada, "one\r\ntwo\x00"))
    assert [(row.body, row.kept_at, row.question) for row in ada.entries.all()] == [
        ("one\ntwo", None, "Which few words?")
    ]


def test_keep_finishing_marks_it_as_kept_and_again_is_harmless(ada: User) -> None:
    data = fields(ada, "words")
    keep(ada, data)
    keep(ada, data, finish=True)
    keep(ada, data, finish=True)
    assert [(row.rev, row.kept_at is not None) for row in ada.entries.all()] == [(1, True)]


@pytest.mark.parametrize("text", ["", "  \r\n "])
def test_keep_of_an_empty_new_box_creates_nothing(ada: User, text: str) -> None:
    assert (keep(ada, fields(ada, text), finish=True), ada.entries.count()) == ([], 0)


def test_keep_of_an_emptied_entry_empties_it(ada: User) -> None:
    row = factories.entry(ada, "one")
    keep(ada, fields(ada, "", entry=row.pk, base_rev=1))
    assert texts(ada) == [""]


def test_keep_of_other_text_under_a_known_operation_is_a_new_operation(ada: User) -> None:
    data = fields(ada, "one")
    keep(ada, data)
    keep(ada, {**data, "words.text": "one and more"})
    assert [(row.body, row.rev) for row in ada.entries.all()] == [("one and more", 2)]


def test_keep_on_an_older_base_keeps_both(ada: User) -> None:
    row = factories.entry(ada, "here", rev=2)
    keep(ada, fields(ada, "there", entry=row.pk, base_rev=1))
    assert sorted(texts(ada)) == ["here", "there"]


@pytest.mark.parametrize(
    ("change", "writer"),
    [({"text": "a" * 200_001}, None), ({"about": ""}, None), ({"about": "x"}, None), ({}, "someone"), ({}, "")],
)
def test_keep_that_cannot_says_so_and_gives_the_words_back(
    ada: User, change: dict[str, object], writer: str | None
) -> None:
    data = {**fields(ada, **{"text": "words", **change}), **({} if writer is None else {"writer": writer})}
    with pytest.raises(boxes.Unkept) as unkept:
        keep(ada, data)
    assert (unkept.value.status, "words" in unkept.value.message[:5], ada.entries.count()) == (422, False, 0)
    request = RequestFactory().post("/", data)
    box = boxes.refill(request, boxes.box_for(ada, ABOUT, name="words"))
    assert (box.text, str(box.op), str(box.entry_id), box.rev) == (
        data["words.text"],
        data["words.op"],
        data["words.entry"],
        0,
    )


@pytest.mark.parametrize(
    "change", [{"base_rev": -1}, {"base_rev": 2**63}, {"base_rev": "abc"}, {"op": "x"}, {"entry": ""}, {"after": "x"}]
)
def test_keep_of_a_form_we_did_not_make_is_refused(ada: User, change: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        keep(ada, fields(ada, "words", **change))
    assert ada.entries.count() == 0


@pytest.mark.parametrize("double", ["box", "words.text", "words.op"])
def test_keep_of_a_field_given_twice_is_refused(ada: User, double: str) -> None:
    data = fields(ada, "words")
    with pytest.raises(BadRequest):
        keep(ada, {**data, double: [data[double], data[double]]})


def test_keep_ignores_fields_a_form_may_not_set(ada: User, bob: User) -> None:
    keep(
        ada,
        {
            **fields(ada, "words"),
            "words.owner": str(bob.pk),
            "words.rev": "9",
            "words.kept_at": "2020-01-01",
            "drawer": "on",
        },
    )
    row = Entry.objects.get()
    assert (row.owner_id, row.rev, row.kept_at, row.drawer) == (ada.pk, 1, None, False)


def test_open_entry_is_the_newest_one_begun_and_not_kept(ada: User, bob: User) -> None:
    def made(person: User, text: str, **change: object) -> Entry:
        return factories.entry(person, text, **{"kept_at": None, **change})

    assert boxes.open_entry(ada, "hello", "first-words") is None
    made(ada, "older")
    newest = made(ada, "newer")
    made(ada, "another question", question_key="weather")
    made(ada, "kept", kept_at=newest.created_at)
    made(ada, "let go", binned_at=newest.created_at)
    made(bob, "bob's")
    assert boxes.open_entry(ada, "hello", "first-words") == newest


def test_edit_page_shows_the_text_exactly_and_its_form_brings_it_back(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada, "\n\n  <b>&amp;</b> </textarea>\nlast")
    page = signed_in.get(f"/kept/{row.pk}/edit/")
    assert "\n\n\n  &lt;b&gt;&amp;amp;&lt;/b&gt; &lt;/textarea&gt;\nlast</textarea>" in page.content.decode()
    assert page.content.decode().count('autocomplete="off"') == 2
    data = fields(ada, "changed", entry=row.pk, base_rev=1)
    response = signed_in.post(f"/kept/{row.pk}/edit/", data)
    assert (response.status_code, response["Location"], texts(ada)) == (302, f"/kept/{row.pk}/", ["changed"])


def test_edit_of_too_long_a_text_is_422_with_the_text_in_the_box(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada, "short")
    response = signed_in.post(f"/kept/{row.pk}/edit/", fields(ada, "w" * 200_001, entry=row.pk, base_rev=1))
    assert (response.status_code, "w" * 200_001 in response.content.decode(), texts(ada)) == (422, True, ["short"])


def test_edit_of_a_strangers_entry_is_the_404_of_a_random_one(bob: User, signed_in: Client) -> None:
    pages = [signed_in.get(f"/kept/{pk}/edit/") for pk in (factories.entry(bob).pk, uuid4())]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content


def test_edit_signed_out_gives_the_text_back_and_stores_nothing(ada: User) -> None:
    row = factories.entry(ada, "short")
    response = Client().post(f"/kept/{row.pk}/edit/", fields(ada, "a new line", entry=row.pk, base_rev=1))
    assert (response.status_code, "a new line" in response.content.decode(), texts(ada)) == (401, True, ["short"])


def test_edit_by_another_method_is_405(ada: User, signed_in: Client) -> None:
    assert signed_in.put(f"/kept/{factories.entry(ada).pk}/edit/").status_code == 405


@pytest.mark.parametrize(("days", "words"), [(0, r"Kept at \d\d:\d\d"), (3, r"Kept on \d+ [A-Z][a-z]+")])
def test_edit_says_when_it_was_kept(ada: User, signed_in: Client, days: int, words: str) -> None:
    row = factories.entry(ada, updated_at=timezone.now() - timedelta(days=days))
    found = re.search(r"data-state>([^<]*)<", signed_in.get(f"/kept/{row.pk}/edit/").content.decode())
    assert found is not None
    assert re.fullmatch(words, found[1])


def test_words_that_could_not_be_kept_come_back_as_unkept(ada: User, signed_in: Client) -> None:
    row = factories.entry(ada, "one")
    address = f"/kept/{row.pk}/edit/"
    assert "data-unkept" not in signed_in.get(address).content.decode()
    data = fields(ada, "one two", entry=row.pk, base_rev=1) | {"writer": str(uuid4())}
    answer = signed_in.post(address, data)
    assert (answer.status_code, "one two</textarea>" in answer.content.decode()) == (422, True)
    assert 'data-box="words" data-unkept' in answer.content.decode()


def test_three_full_boxes_of_the_longest_characters_fit_one_form(ada: User, signed_in: Client) -> None:
    full = "💛" * 200_000
    data = [(key.replace("words", f"w{n}"), value) for n in range(3) for key, value in fields(ada, full).items()]
    body = urlencode([(key, value) for key, value in data if key != "box"] + [("box", f"w{n}") for n in range(3)])
    signed_in.post("/leave/", body, content_type="application/x-www-form-urlencoded")
    assert [text == full for text in texts(ada)] == [True] * 3
