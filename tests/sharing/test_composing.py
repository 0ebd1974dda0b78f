"""Putting a sheet together, without scripts: every press holds what was typed, and says kindly what does not fit."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import formats, timezone

from exercises.models import Place
from journal.models import Entry
from sharing import connections, drafts, sheets
from sharing.models import Connection, DraftSheet, Sheet
from sharing.tray_form import ASK_MAX
from tests import factories
from tests.client import StrictClient
from tests.exercises.pages import Page
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
type Said = dict[str, Any]


@pytest.fixture
def met() -> Connection:
    return people.connection(factories.person(time_zone="Europe/Berlin"), people.practice())


@pytest.fixture
def signed_in(client: StrictClient, met: Connection) -> StrictClient:
    client.force_login(met.owner)
    return client


@pytest.fixture
def tray(met: Connection) -> str:
    return f"/sharing/{met.pk}/sheet/"


def choices(met: Connection) -> Said:
    with keyring.opened_for(met.owner_id, purpose="a test"):
        return drafts.choices_of(drafts.of(met))


def post(client: StrictClient, tray: str, go: str, **typed: str) -> Any:
    """Open the tray, type, press."""
    return client.post(tray, Page(client.get(tray)).fields | {"go": go} | typed)


def kept(signed_in: StrictClient, met: Connection, count: int) -> list[Entry]:
    rows = [
        factories.entry(met.owner, f"words {number}", local_date=date(2026, 5, number + 1)) for number in range(count)
    ]
    signed_in.post(f"/sharing/{met.pk}/sheet/pick/", {"pick": [f"entry:{row.pk}" for row in reversed(rows)]})
    return rows


def test_each_press_holds_the_words_and_does_what_it_says(signed_in: StrictClient, met: Connection, tray: str) -> None:
    rows = kept(signed_in, met, 3)

    def order() -> list[str]:
        return [piece["id"] for piece in choices(met)["pieces"]]

    ids = [str(row.pk) for row in rows]
    assert order() == ids  # from the oldest on
    moved = post(signed_in, tray, "up-3", **{"ask.text": "one", "black.text": "Ann\nBob"})
    assert (moved["Location"], order()) == (f"{tray}#piece-3", [ids[0], ids[2], ids[1]])
    assert (choices(met)["ask"], choices(met)["black"]) == ("one", "Ann\nBob")
    assert post(signed_in, tray, f"off-{'9' * 5000}", **{"ask.text": "1½"})["Location"] == f"{tray}#tray"
    assert (choices(met)["ask"], len(order())) == ("1½", 3)  # a number longer than any is no piece, and no fault
    post(signed_in, tray, "down-1", **{"ask.text": "two"})
    post(signed_in, tray, "down-2")  # the last one: nowhere to go
    assert (order(), choices(met)["ask"]) == ([ids[2], ids[0], ids[1]], "two")
    page = Page(post(signed_in, tray, "off-1", **{"ask.text": "three"}).wsgi_request and signed_in.get(tray))
    assert (
        order(),
        page.fields["ask.text"],
        "Nowhere on this sheet: “ Ann ”, “ Bob ”." in page.text,
    ) == (
        [ids[2], ids[1]],
        ["three"],
        True,
    )
    assert post(signed_in, tray, "add", **{"ask.text": "four"})["Location"] == f"{tray}pick/"
    assert post(signed_in, tray, "change-2")["Location"] == f"{tray}pieces/2/"
    assert choices(met)["ask"] == "four"


def test_nothing_is_ticked_and_what_is_not_for_a_sheet_is_not_listed(
    signed_in: StrictClient, met: Connection, tray: str
) -> None:
    person, other = met.owner, factories.person()
    said: dict[str, Said] = {
        "kestrel": {}, "heron": {"drawer": True}, "lark": {"binned_at": timezone.now()},
        "wren": {"kind": "letter", "sealed_until": timezone.localdate() + timedelta(days=3)},
        "robin": {"kind": "letter", "local_date": date(2026, 1, 1)},
    }  # fmt: skip
    rows = {name: factories.entry(person, name, question="", **more) for name, more in said.items()}
    strange = factories.entry(other, "an owl")
    pair = [
        factories.entry(person, word, question="Which one?", question_key="one", local_date=date(2026, month, 1))
        for word, month in (("a", 2), ("b", 3))
    ]
    place = Place(
        owner=person,
        pack=1,
        local_date=date(2026, 1, 1),
        time_zone="UTC",
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    with keyring.opened_for(person.pk, purpose="a test"):
        place.choices = {"name": "The low end"}
        place.save()
    factories.check_in(person, date(2026, 11, 3), needs=["rest"])
    page = signed_in.get(f"{tray}pick/")
    listed = [word in page.text for word in ("kestrel", "robin", "Which one?", "The low end", "Wanted")]
    hidden = [word in page.text for word in ("heron", "lark", "wren", "an owl", "everything")]
    assert (listed, hidden, " checked" in page.text) == ([True] * 5, [False] * 5, False)
    assert "<bdi>b</bdi> …" in page.text  # two answers to one question are told apart
    some = signed_in.get(f"{tray}pick/?kind=letter&since=2025-12-01&until=2026-02-01")
    assert ["robin" in some.text, "kestrel" in some.text] == [True, False]
    assert signed_in.get(f"{tray}pick/?since=soon").status_code == 422
    nothing = signed_in.post(f"{tray}pick/", {"looks-since": "2026-11-01", "looks-until": "2026-11-30"})
    assert (nothing.status_code, "Nothing is ticked yet" in nothing.text) == (422, True)
    open_range = signed_in.post(
        f"{tray}pick/", {"looks-fields_told": "needs", "looks-until": "2026-11-30", "pick": f"place:{place.pk}"}
    )
    assert (open_range.status_code, f'value="place:{place.pk}" checked' in open_range.text) == (422, True)
    wanted = [
        f"pair:{pair[1].pk}:{pair[0].pk}",
        f"place:{place.pk}",
        *(f"entry:{row.pk}" for row in (*rows.values(), strange)),
        "entry:x",
        "no",
    ]
    ticks = {"pick": wanted, "looks-since": "2026-11-01", "looks-until": "2026-11-30", "looks-fields_told": ["needs"]}
    assert signed_in.post(f"{tray}pick/", ticks)["Location"] == f"{tray}#tray"
    signed_in.post(f"{tray}pick/", ticks)
    found = [(piece["kind"], piece.get("id", "")) for piece in choices(met)["pieces"]]
    assert found == [
        ("entry", str(rows["robin"].pk)),
        ("entry", str(rows["kestrel"].pk)),
        ("pair", str(pair[1].pk)),
        ("place", str(place.pk)),
        ("looks", ""),
    ]
    many = [factories.entry(person, "a") for _number in range(16)]
    full = signed_in.post(f"{tray}pick/", {"pick": [f"entry:{row.pk}" for row in many]})
    assert (full.status_code, "twenty pieces" in full.text, len(choices(met)["pieces"])) == (422, True, 5)


def test_a_piece_is_whole_a_passage_or_its_name(signed_in: StrictClient, met: Connection, tray: str) -> None:
    kept(signed_in, met, 1)
    address, who = f"{tray}pieces/1/", {"writer": str(met.owner_id)}
    assert "words 0" in signed_in.get(address).text
    wrong = signed_in.post(address, {**who, "how": "passage", "passage-1.text": "other words"})
    assert (wrong.status_code, Page(wrong).fields["passage-1.text"]) == (422, ["other words"])
    assert signed_in.post(address, {"how": "whole", "writer": str(uuid4())}).status_code == 422
    assert signed_in.post(address, {**who, "how": "sideways"}).status_code == 400
    assert signed_in.post(address, {**who, "how": "passage", "passage-1.text": " "}).status_code == 422
    # a page from before there were several
    assert signed_in.post(address, {**who, "how": "passage", "passage.text": "words"})["Location"] == f"{tray}#piece-1"
    assert [choices(met)["pieces"][0][name] for name in ("how", "passages")] == ["passage", ["words"]]
    assert signed_in.get(f"{tray}pieces/2/").status_code == 404
    looks = {"looks-since": "2026-11-01", "looks-until": "2026-11-30"}
    signed_in.post(f"{tray}pick/", {**looks, "looks-fields_told": ["needs"]})
    assert signed_in.post(f"{tray}pieces/2/", looks).status_code == 422
    signed_in.post(f"{tray}pieces/2/", {**looks, "looks-fields_told": ["needs", "line"]})
    assert choices(met)["pieces"][1]["fields"] == ["needs", "line"]


def test_several_passages_are_added_taken_out_and_kept_without_a_script(
    signed_in: StrictClient, met: Connection, tray: str
) -> None:
    row = factories.entry(met.owner, "One roof.\n\nTwo cellars.\n\nThree stairs.")
    people.draft(met, people.passage(row, "Three stairs."))  # as it was kept while there was one alone
    address = f"{tray}pieces/1/"

    def press(page: Page, go: str, **typed: str) -> Page:
        return Page(signed_in.post(address, page.fields | typed | {"go": go}))

    page = Page(signed_in.get(address))
    assert (page.fields["passage-1.text"], "passage-2.text" in page.fields) == (["Three stairs."], False)
    page = press(page, "more")
    assert (page.status, page.fields["passage-2.text"], 'id="another"' in page.response.text) == (200, [""], True)
    page = press(page, "more", **{"passage-2.text": "One roof."})
    page = press(page, "more", **{"passage-3.text": "Two cellars"})
    assert [page.fields[f"passage-{number}.text"] for number in (1, 2, 3, 4)] == [
        ["Three stairs."], ["One roof."], ["Two cellars"], [""],
    ]  # fmt: skip
    wrong = press(page, "", **{"passage-4.text": "Four doors", "how": "passage"})
    assert (wrong.status, wrong.response.text.count('aria-invalid="true"')) == (422, 1)
    page = press(page, "out-3", **{"passage-4.text": "Four doors"})
    page = press(page, "out-3")
    assert choices(met)["pieces"][0]["passage"] == "Three stairs."  # nothing is said before it is pressed
    kept_now = press(page, "", how="passage")
    assert (kept_now.response["Location"], choices(met)["pieces"][0]["passages"]) == (
        f"{tray}#piece-1",
        ["Three stairs.", "One roof."],
    )
    text = Page(signed_in.get(tray)).text
    assert "Passages of it" in text
    full = {f"passage-{number}.text": "One" for number in range(1, drafts.PASSAGES + 2)}
    assert signed_in.post(address, {**page.fields, **full, "how": "passage"}).status_code == 422


def test_two_pages_keep_the_words_of_both_and_one_goes_on_from_its_own(
    signed_in: StrictClient, met: Connection, tray: str
) -> None:
    one, other = (Page(signed_in.get(tray)).fields for _tab in range(2))
    headers = {"X-Requested-With": "journal", "X-Writer": str(met.owner_id), "Idempotency-Key": str(uuid4())}

    def hold(fields: Said, words: str) -> Any:
        """As the script of that page does it."""
        body = urlencode(fields | {"ask.text": words}, doseq=True)
        return signed_in.post(tray, body, content_type="application/x-www-form-urlencoded", headers=headers)

    assert [hold(one, words).status_code for words in ("here", "here, and on")] == [200, 200]
    kept(signed_in, met, 1)  # picking is in nobody's way
    assert (hold(one, "here to stay").json()["op"], hold(other, "there").status_code) == (
        headers["Idempotency-Key"],
        422,
    )
    both = Page(signed_in.post(tray, other | {"ask.text": "there"}))
    assert (both.status, both.fields["ask.text"], "here to stay" in both.text) == (422, ["there"], True)
    assert (choices(met)["ask"], "data-unkept" in both.response.text) == ("here to stay", True)
    assert ("Kept at" in both.text, "Kept at" in Page(signed_in.get(tray)).text) == (False, True)  # not these words
    standing = str(DraftSheet.objects.get().rev)
    signed_in.post(tray, other | {"ask.text": "there", "over": standing})
    assert (choices(met)["ask"], len(choices(met)["pieces"])) == ("there", 1)


def test_words_for_somebody_it_is_over_with_are_held_and_can_be_read(
    signed_in: StrictClient, met: Connection, tray: str
) -> None:
    fields = Page(signed_in.get(tray)).fields | {"go": "look", "ask.text": "the middle of a sentence"}
    connections.end(met, Connection.Side.PRACTICE)
    assert signed_in.post(tray, fields)["Location"] == f"/sharing/{met.pk}/"
    page = signed_in.get(f"/sharing/{met.pk}/").text
    assert ["the middle of a sentence" in page, "It was never shared." in page] == [True, True]
    assert (signed_in.get(tray).status_code, Sheet.objects.exists()) == (404, False)


def test_what_does_not_fit_comes_back_and_leaving_keeps_the_words(
    signed_in: StrictClient, met: Connection, tray: str
) -> None:
    long = Page(post(signed_in, tray, "look", **{"ask.text": "a" * (ASK_MAX + 1)}))
    assert (long.status, len(long.fields["ask.text"][0]), DraftSheet.objects.exists()) == (422, ASK_MAX + 1, False)
    other = Page(post(signed_in, tray, "look", **{"ask.text": "mine", "writer": str(uuid4())}))
    assert (other.status, other.fields["ask.text"], DraftSheet.objects.exists()) == (422, ["mine"], False)
    assert signed_in.post(tray, {"writer": str(met.owner_id), "ask.text": "a"}).status_code == 400
    fields = Page(signed_in.get(tray)).fields
    left = signed_in.post(f"{tray}?leave", fields | {"ask.text": "before I go"})
    assert (left.status_code, choices(met)["ask"], "_auth_user_id" in signed_in.session) == (303, "before I go", False)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"rule": "window", "on": "2026-12-01", "at": ""}, "When it begins is still open"),
        ({"rule": "window", "on": "", "at": "15:00"}, "The day is still open"),
        ({"rule": "window", "on": "2026-11-20", "at": "15:00"}, "That time is over already"),
        ({"rule": "window", "on": "2020-11-20", "at": "15:00"}, "That day has gone by"),
        ({"rule": "window", "on": "9999-12-31", "at": "15:00"}, "more than a year away"),
        ({"rule": "window", "on": "2026-12-01", "at": "15:00", "before": "0", "after": "0"}, "An hour on one side"),
        ({"rule": "window", "on": "2026-12-01", "at": "15:00", "before": "169"}, "from 0 to 168"),
        ({"rule": "window", "on": "2027-03-28", "at": "02:30"}, "03:30 does"),
        ({"rule": "window", "on": "soon", "at": "late"}, "That day could not be read"),
        ({"rule": "session", "until": "2026-11-27"}, "That day has gone by"),
        ({"rule": "session", "until": ""}, "The day is still open"),
        ({"rule": "days", "days": "31"}, "from 1 to 30"),
        ({"rule": "never"}, "You could choose again"),
        ({"rule": ""}, "You could pick one"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_meant_is_said_kindly_and_the_words_are_held(
    signed_in: StrictClient, met: Connection, tray: str, said: dict[str, str], told: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        signed_in.force_login(met.owner)
        page = post(signed_in, tray, "look", **{"before": "24", "after": "24", "ask.text": "mine", **said})
    assert (page.status_code, told in page.text, choices(met)["ask"]) == (422, True, "mine")
    assert Page(page).fields["on"] == [said.get("on", "")]


@pytest.fixture
def proved(signed_in: StrictClient) -> Callable[[], StrictClient]:
    def prove() -> StrictClient:
        signed_in.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        return signed_in

    return prove


def test_it_is_shared_by_one_press_of_somebody_who_just_showed_who_they_are(
    signed_in: StrictClient, met: Connection, tray: str, proved: Callable[[], StrictClient]
) -> None:
    kept(signed_in, met, 1)
    assert Page(signed_in.get(tray)).response.text.count('value="window" checked') == 1  # never without an end unasked
    day = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"
    preview = f"{tray}preview/"
    assert post(signed_in, tray, "look", **{"ask.text": "one", "on": day, "at": "15:00"})["Location"] == preview
    assert signed_in.get(preview)["Location"] == f"/accounts/reauthenticate/?next={preview}"
    page = Page(proved().get(preview))
    assert [
        words in page.text
        for words in (
            "As Robin Vale will see it",
            "not checked by us",
            "Nobody is watching between times",
            "can’t be called back",
            "words 0",
        )
    ] == [True] * 5
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        late = Page(signed_in.post(preview, page.fields))
    assert (late.status, "Not shared yet." in late.text, Sheet.objects.exists()) == (422, True, False)
    post(proved(), tray, "", **{"ask.text": "two"})
    changed = Page(signed_in.post(preview, page.fields))
    assert (changed.status, "Something of it was changed" in changed.text, "two" in changed.text) == (422, True, True)
    shared = signed_in.post(preview, changed.fields)
    sheet = Sheet.objects.get()
    assert shared["Location"] == f"/sharing/sheets/{sheet.pk}/?shared"
    assert signed_in.post(preview, changed.fields)["Location"] == shared["Location"]  # pressed twice
    assert (Sheet.objects.count(), sheet.rule, sheet.time_zone, DraftSheet.objects.exists()) == (
        1,
        "window",
        "Europe/Berlin",
        False,
    )
    assert signed_in.get(preview)["Location"] == tray


def test_selected_words_join_those_to_black_out(
    signed_in: StrictClient, met: Connection, tray: str, proved: Callable[[], StrictClient]
) -> None:
    kept(signed_in, met, 1)
    post(signed_in, tray, "", **{"black.text": "Ann"})
    assert signed_in.post(f"{tray}black/", {"phrase.text": "words\nAnn"})["Location"] == f"{tray}preview/#sheet"
    assert choices(met)["black"] == "Ann\nwords"
    assert "words 0" not in proved().get(f"{tray}preview/").text
    signed_in.post(f"{tray}black/", {"phrase.text": "b" * 5_000})
    assert choices(met)["black"] == "Ann\nwords"


def test_its_owner_sees_how_it_stands_moves_it_and_takes_it_back(
    signed_in: StrictClient, met: Connection, proved: Callable[[], StrictClient]
) -> None:
    now = timezone.now()
    row = factories.entry(met.owner, "the roof")
    sheet = people.sheet(met, people.whole(row), window=people.around(now + timedelta(days=3)))
    address = f"/sharing/sheets/{sheet.pk}/"
    waiting = signed_in.get(address).text
    assert [
        words in waiting
        for words in ("Nobody is reading this now", "It waits", 'href="/help/', "Not opened yet", "the roof")
    ] == [True] * 5
    window = f"{address}window/"
    assert "/accounts/reauthenticate/" in signed_in.get(window)["Location"]
    assert sheet.session_at
    again = Page(proved().get(window)).fields  # as it is set, on the clock of its owner
    session = sheet.session_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert (again["rule"], again["on"], again["at"]) == (["window"], [f"{session:%Y-%m-%d}"], [f"{session:%H:%M}"])
    assert signed_in.post(window, {"rule": "days", "days": "0"}).status_code == 422
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert signed_in.post(window, {"rule": "session", "until": f"{tomorrow}"})["Location"] == address
    assert f"until the end of {formats.date_format(tomorrow, 'l j F Y')}" in signed_in.get(address).text
    assert signed_in.post(window, {"rule": "days", "days": "2"})["Location"] == address
    sheets.read(sheet)
    sheets.talked(sheet)
    open_ = signed_in.get(address).text
    assert [words in open_ for words in ("It is open now", "that you talked about it", "Not opened yet")] == [
        True,
        True,
        False,
    ]
    assert signed_in.post(f"{address}stop/")["Location"] == f"{address}#state"
    gone = signed_in.get(address).text
    assert [words in gone for words in ("It was taken back on", "Take it back<", "the roof")] == [True, False, True]
    assert signed_in.get(window)["Location"] == address


def test_what_is_somebody_elses_is_not_there(client: StrictClient, met: Connection, tray: str) -> None:
    sheet = people.sheet(met, people.whole(factories.entry(met.owner, "the roof")))
    addresses = [tray, *(f"{tray}{rest}/" for rest in ("pick", "pieces/1", "preview", "black"))]
    addresses += [
        f"/sharing/sheets/{sheet.pk}/",
        *(f"/sharing/sheets/{sheet.pk}/{rest}/" for rest in ("window", "stop")),
    ]
    random = client.get(f"/sharing/{uuid4()}/sheet/")
    assert random.status_code == 302
    for somebody in (factories.person(), met.practice.owner):
        client.force_login(somebody)
        for address in addresses:
            answer = client.post(address) if address.endswith(("black/", "stop/")) else client.get(address)
            assert answer.status_code == 404, address
    sheet.refresh_from_db()
    assert sheet.stopped_at is None
