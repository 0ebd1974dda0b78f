"""Looking in: told in any part, on any day, posted twice, from an old page; changed, let go, and had back."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from exercises import packs
from journal import nearness
from journal.models import CheckIn
from tests import factories
from tests.client import StrictClient
from tests.exercises import pages

pytestmark = pytest.mark.django_db

NEW, EARLIER = "/look-in/", "/look-in/earlier/"
LINE = "Hid behind the coats again, but left a shoe out."
TOLD: dict[str, Any] = {
    "steady": "wobbly", "nearness": "0", "seems": ["on guard", "curious"], "own.text": "shoeless", "tone": "3",
    "needs": ["play", "stand up"], "line.text": LINE,
}  # fmt: skip
STORED = {
    "steady": 2, "nearness": 0, "seems": ["curious", "on guard"], "own": "shoeless", "tone": 3,
    "needs": ["play", "stand up"], "line": LINE,
}  # fmt: skip


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


def told(client: StrictClient, address: str = NEW, **said: Any) -> dict[str, Any]:
    """What the form of that page posts, with these words and ticks in it."""
    return {**pages.get(client, address).fields, **{name.replace("_", "."): value for name, value in said.items()}}


def stored(row: CheckIn) -> dict[str, Any]:
    return {name: value for name, value in row.answers.items() if name != "page"}


def doors_of(client: StrictClient, row: CheckIn) -> list[tuple[str, str, str]]:
    """Where the page after a look leads, and in which words."""
    text = client.get(f"/look-in/{row.pk}/").text
    return re.findall(r'<a href="(/steps/[^"]+)">.*?<strong>([^<]+)</strong><span>([^<]+)</span>', text)


def days(client: StrictClient, address: str = EARLIER) -> list[str]:
    """The days of a list, as it shows them."""
    return re.findall(r'<time[^>]*datetime="([^"]+)"', client.get(address).text)


def test_everything_that_can_be_told_is_kept_sealed_and_shown_again(ada: User, signed_in: StrictClient) -> None:
    answer = signed_in.post(NEW, {**told(signed_in), **TOLD})
    row = ada.check_ins.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/look-in/{row.pk}/")
    assert stored(row) == STORED
    assert not [word for word in (b"coats", b"shoeless", b"curious", b"nearness") if word in bytes(row.answers_sealed)]
    page = pages.get(signed_in, f"/look-in/{row.pk}/")
    said = ("Far off", "curious, on guard, shoeless", "Patient", "play, someone to stand up for them", LINE, "Wobbly")
    assert [words for words in said if words not in page.text] == []
    fields = pages.get(signed_in, f"/look-in/{row.pk}/change/").fields
    assert {name: fields[name] for name in TOLD} == {
        name: value if isinstance(value, list) else [value] for name, value in TOLD.items()
    } | {"seems": ["curious", "on guard"]}
    listed = pages.get(signed_in, EARLIER).text
    assert [words for words in ("Far off", "curious, on guard, shoeless", LINE) if words not in listed] == []
    assert LINE not in signed_in.get("/kept/").text


@pytest.mark.parametrize(
    ("name", "value"),
    [("steady", "far"), ("nearness", "unsure"), ("seems", "blank"), ("own.text", "fox"), ("tone", "0"), ("needs", "nothing"), ("line.text", "x")],
)  # fmt: skip
def test_any_one_of_them_is_enough(ada: User, signed_in: StrictClient, name: str, value: str) -> None:
    assert signed_in.post(NEW, {**told(signed_in), name: value}).status_code == 302
    assert len(stored(ada.check_ins.get())) == 1


def test_nothing_is_kept_of_nothing_and_that_is_fine(ada: User, signed_in: StrictClient) -> None:
    answer = signed_in.post(NEW, told(signed_in), follow=True)
    assert (answer.redirect_chain, ada.check_ins.count()) == ([("/home/", 302)], 0)
    assert "Nothing to keep, and that’s fine." in answer.text
    row = factories.check_in(ada, line=LINE)
    form = {**told(signed_in, f"/look-in/{row.pk}/change/"), "line.text": " "}
    answer = signed_in.post(f"/look-in/{row.pk}/change/", form)
    assert (answer.status_code, "It stays as it was" in answer.text) == (422, True)
    row.refresh_from_db()
    assert stored(row) == {"line": LINE}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seems": ["curious", "sad", "numb", "proud"]}, "Three of these is the most"),
        ({"needs": ["rest", "play", "quiet"]}, "Two of these is the most"),
        ({"seems": ["cross"]}, "That choice isn’t on this page any more."),
        ({"nearness": "5"}, "That choice isn’t on this page any more."),
        ({"own.text": "x" * 41}, "Up to 40 characters find room."),
        ({"day": "2026-11-24"}, "That day hasn’t come yet."),
        ({"day": "1899-12-31"}, "further back than this page can count"),
        ({"day": "30 February"}, "That day could not be read."),
        ({"zone": "Mars/Olympus"}, "a time zone that nobody here knows"),
        ({"zone": "../../etc/passwd"}, "a time zone that nobody here knows"),
        ({"writer": str(uuid4())}, "This page was opened for another account"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(
    ada: User, signed_in: StrictClient, wrong: dict[str, Any], said: str
) -> None:
    with time_machine.travel("2026-11-23T14:00:00Z", tick=False):
        form = {**told(signed_in), **TOLD, **wrong}
        answer = signed_in.post(NEW, form)
    assert (answer.status_code, said in answer.text, ada.check_ins.count()) == (422, True, 0)
    page = pages.Page(answer)
    assert "data-unkept" in answer.text
    assert (page.fields["line.text"], page.fields["id"]) == ([LINE], form["id"])
    assert page.fields["own.text"] == [form["own.text"]]
    if set(wrong.get("seems", [])) <= set(nearness.SEEMS):
        assert sorted(page.fields["seems"]) == sorted(form["seems"])
    signed_in.post(NEW, {**page.fields, "seems": "sad", "needs": "rest", "nearness": "1", "own.text": "", "day": "2026-11-23", "writer": str(ada.pk)})  # fmt: skip
    assert stored(ada.check_ins.get())["line"] == LINE


@pytest.mark.parametrize("lost", ["id", "page", "rev"])
def test_a_form_this_house_did_not_make_gives_the_words_back(ada: User, signed_in: StrictClient, lost: str) -> None:
    answer = signed_in.post(NEW, {**told(signed_in), **TOLD, lost: "x"})
    assert (answer.status_code, LINE in answer.text, ada.check_ins.count()) == (400, True, 0)


def test_a_form_cut_short_takes_nothing_back(ada: User, signed_in: StrictClient) -> None:
    row = factories.check_in(ada, nearness=2, line=LINE)
    form = told(signed_in, f"/look-in/{row.pk}/change/")
    for part in (1, 3, 6, len(form) - 1):
        answer = signed_in.post(f"/look-in/{row.pk}/change/", dict(list(form.items())[:part]))
        assert answer.status_code in (400, 422)
    row.refresh_from_db()
    assert (row.rev, stored(row)) == (1, {"nearness": 2, "line": LINE})


def test_day_instant_and_zone_are_kept_apart(ada: User, signed_in: StrictClient) -> None:
    """Late in the evening in one zone it is the next day in another; a day before stands at its own noon."""
    User.objects.filter(pk=ada.pk).update(time_zone="Pacific/Auckland")
    with time_machine.travel("2026-11-23T12:30:00Z", tick=False):
        form = told(signed_in, line_text="now")
        assert (form["day"], form["zone"]) == (["2026-11-24"], ["Pacific/Auckland"])
        signed_in.post(NEW, form)
        signed_in.post(NEW, told(signed_in, line_text="then", day="2026-10-03"))
    now, then = ada.check_ins.order_by("-local_date")
    assert (now.local_date, now.at, now.time_zone) == (date(2026, 11, 24), datetime(2026, 11, 23, 12, 30, tzinfo=UTC), "Pacific/Auckland")  # fmt: skip
    assert (then.local_date, then.at, then.made_at) == (date(2026, 10, 3), datetime(2026, 10, 2, 23, tzinfo=UTC), now.made_at)  # fmt: skip
    address = f"/look-in/{now.pk}/change/"
    with time_machine.travel("2026-11-23T12:50:00Z", tick=False):
        User.objects.filter(pk=ada.pk).update(time_zone="Europe/Vienna")
        signed_in.post(address, told(signed_in, address, line_text="then as well"))
    now.refresh_from_db()
    assert (now.local_date, now.at.day, now.time_zone, now.rev) == (date(2026, 11, 24), 23, "Pacific/Auckland", 2)


def test_a_form_posted_twice_is_one_look_and_its_page_may_go_on(ada: User, signed_in: StrictClient) -> None:
    form = told(signed_in, line_text="one")
    first = [signed_in.post(NEW, form)["Location"] for _ in range(3)]
    row = ada.check_ins.get()
    assert (first, row.rev) == ([f"/look-in/{row.pk}/"] * 3, 1)
    for rev, line in ((2, "two"), (3, "three")):  # back in the browser, and pressed again
        signed_in.post(NEW, {**form, "line.text": line})
        row.refresh_from_db()
        assert (row.rev, stored(row)) == (rev, {"line": line})
    signed_in.post(f"/look-in/{row.pk}/bin/")
    signed_in.post(NEW, {**form, "line.text": "three"})
    row.refresh_from_db()
    assert row.binned_at is not None


def test_an_older_page_never_writes_over_what_was_said_since(ada: User, signed_in: StrictClient) -> None:
    row = factories.check_in(ada, line="as it was")
    address = f"/look-in/{row.pk}/change/"
    older, newer = (
        told(signed_in, address, line_text="from the phone"),
        told(signed_in, address, line_text="at the desk"),
    )
    signed_in.post(address, newer)
    answers = [signed_in.post(address, older, follow=True) for _ in range(2)]
    assert ["Both are kept" in answer.text for answer in answers] == [True, True]
    assert {stored(one)["line"] for one in ada.check_ins.all()} == {"at the desk", "from the phone"}
    assert ada.check_ins.count() == 2
    assert ada.check_ins.get(pk=row.pk).answers["line"] == "at the desk"


def test_what_cannot_be_opened_is_shown_so_and_not_written_over(ada: User, signed_in: StrictClient) -> None:
    row, other = factories.check_in(ada, line="shut"), factories.check_in(ada, line="open")
    form = told(signed_in, f"/look-in/{row.pk}/change/", line_text="new")
    CheckIn.objects.filter(pk=row.pk).update(answers_sealed=other.answers_sealed)
    listed = signed_in.get(EARLIER)
    assert (listed.text.count("This one cannot be opened just now"), "open" in listed.text) == (1, True)
    assert signed_in.get(f"/look-in/{row.pk}/").status_code == 200
    assert signed_in.get(f"/look-in/{row.pk}/change/")["Location"] == f"/look-in/{row.pk}/"
    signed_in.post(f"/look-in/{row.pk}/change/", form)
    assert bytes(ada.check_ins.get(pk=row.pk).answers_sealed) == bytes(other.answers_sealed)
    assert sorted(stored(one)["line"] for one in ada.check_ins.exclude(pk=row.pk)) == ["new", "open"]


def test_a_look_is_let_go_with_one_press_and_had_back_with_one(ada: User, signed_in: StrictClient) -> None:
    """Experience R25. After thirty days it is gone, as entries are."""
    row, stays = factories.check_in(ada, line=LINE), factories.check_in(ada, date(2026, 3, 1))
    assert f'action="/look-in/{row.pk}/bin/"' in signed_in.get(EARLIER).text
    gone = signed_in.post(f"/look-in/{row.pk}/bin/")["Location"]
    assert (gone, days(signed_in)) == (f"{EARLIER}?gone={row.pk}", ["2026-03-01"])
    for page in (gone, "/kept/bin/", f"/look-in/{row.pk}/"):
        assert f'action="/look-in/{row.pk}/unbin/"' in signed_in.get(page).text, page
    assert LINE in signed_in.get("/kept/bin/").text
    signed_in.post(f"/look-in/{row.pk}/unbin/")
    assert days(signed_in) == ["2026-11-23", "2026-03-01"]
    for age, left in ((29, 2), (31, 1)):
        ada.check_ins.filter(pk=row.pk).update(binned_at=timezone.now() - timedelta(days=age))
        call_command("prune", verbosity=0)
        assert ada.check_ins.count() == left
    assert ada.check_ins.get() == stays


def test_looks_are_listed_by_key_newest_first_and_each_once(ada: User, signed_in: StrictClient) -> None:
    """Two on one day, at the same moment; what lies between two days leaves no trace."""
    made = [factories.check_in(ada, date(2026, 11, 23) - timedelta(days=3 * (n // 2))) for n in range(45)]
    wanted = sorted(made, key=lambda row: (row.local_date, row.at, row.pk), reverse=True)
    found, address = [], EARLIER
    while address:
        text = signed_in.get(address).text
        found.append([UUID(pk) for pk in re.findall(r'id="look-([0-9a-f-]{36})"', text)])
        more = re.search(r'href="(\?before=[^"]+)"', text)
        address = EARLIER + more[1] if more else ""
    assert [len(one) for one in found] == [20, 20, 5]
    assert [pk for one in found for pk in one] == [row.pk for row in wanted]


@pytest.mark.parametrize("address", [EARLIER, "/kept/bin/"])
def test_a_list_asks_as_much_for_300_as_for_one(ada: User, signed_in: StrictClient, address: str) -> None:
    asked = []
    for more in (1, 2, 297):
        for n in range(more):
            factories.check_in(
                ada, date(2026, 1, 1) + timedelta(days=n), binned_at=timezone.now() if "bin" in address else None
            )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            signed_in.get(address)
        asked.append(len(queries))
    assert len(set(asked)) == 1
    assert asked[0] <= 6


def test_one_need_is_said_back_in_the_persons_own_word(client: StrictClient, db: None) -> None:
    person = factories.person(child_word="Pip")
    client.force_login(person)
    row = factories.check_in(person, needs=["heard", "rest"])
    text = pages.get(client, f"/look-in/{row.pk}/").text
    assert "You looked in on Pip." in text
    assert "Rest is on the list for Pip. Where could ten minutes of it come from?" in text
    assert "Being heard is on the list" not in text
    assert doors_of(client, row) == [
        (f"/steps/{step.key}/", step.title, f"{step.line}.") for step in packs.load().values()
    ]
    assert {need for need in nearness.NEEDS if not nearness.told({"needs": [need]}).answer("Pip")} == set()


def test_how_steady_somebody_is_changes_which_way_comes_first(ada: User, signed_in: StrictClient) -> None:
    """Experience §4: the button that is filled comes first, and Help is near whoever is far away."""
    first = {}
    for name, (number, _words) in nearness.STEADY.items():
        row = factories.check_in(ada, steady=number)
        main = signed_in.get(f"/look-in/{row.pk}/").text.partition("<main")[2].partition("</main>")[0]
        first[name] = re.findall(r'class="button" href="[^"]*">([^<]+)<', main)
        assert ("/help/" in main) == (name == "far")
    assert first == {
        "settled": ["Done"], "mostly": ["Done"], "wobbly": ["Done"], "flooded": ["Steady me"], "far": ["Feel the room"],
    }  # fmt: skip


def test_the_script_waits_for_an_answer_that_names_what_came(ada: User, signed_in: StrictClient) -> None:
    form = told(signed_in, line_text=LINE)
    headers = {"X-Requested-With": "journal", "X-Writer": str(ada.pk), "Idempotency-Key": str(uuid4())}

    def held(**changed: Any) -> Any:
        body = urlencode({**form, **changed}, doseq=True)
        return signed_in.post(NEW, body, content_type="application/x-www-form-urlencoded", headers=headers)

    assert (held(**{"line.text": ""}).status_code, held(seems=["sad", "numb", "hurt", "bored"]).status_code) == (
        422,
        422,
    )
    assert ada.check_ins.count() == 0
    assert [held().status_code for _ in range(2)] == [200, 200]
    assert (signed_in.post(NEW, form).status_code, ada.check_ins.get().rev) == (302, 1)
    headers["X-Writer"] = str(uuid4())
    assert held(**{"line.text": "theirs"}).status_code == 409


def test_leaving_keeps_words_and_leaves_ticks(ada: User, signed_in: StrictClient) -> None:
    form = told(signed_in, nearness="3")
    answer = signed_in.post(f"{NEW}?leave", form)
    assert (answer.status_code, ada.check_ins.count()) == (303, 0)
    assert '"storage"' in answer["Clear-Site-Data"]
    signed_in.force_login(ada)
    assert signed_in.post(f"{NEW}?leave", {**form, "line.text": LINE}).status_code == 303
    assert stored(ada.check_ins.get()) == {"nearness": 3, "line": LINE}
    signed_in.force_login(ada)
    four = {**told(signed_in), "line.text": LINE, "seems": ["sad", "numb", "hurt", "bored"]}
    answer = signed_in.post(f"{NEW}?leave", four)
    assert (answer.status_code, '"storage"' in answer["Clear-Site-Data"]) == (303, False)


def test_strangers_and_the_signed_out_meet_nothing(ada: User, bob: User, client: StrictClient) -> None:
    row = factories.check_in(ada, line=LINE)
    addresses = [f"/look-in/{row.pk}/{rest}" for rest in ("", "change/", "bin/", "unbin/")]
    for address in [NEW, EARLIER, *addresses]:
        assert client.get(address).status_code == 302
    client.force_login(bob)
    for address in addresses:
        method = client.post if "bin" in address else client.get
        assert method(address).status_code == 404, address
        assert (client.get if "bin" in address else client.delete)(address).status_code == 405
    form = {**told(client, line_text="mine"), "id": str(row.pk)}
    assert client.post(NEW, form).status_code == 400
    assert client.get(f"{EARLIER}?gone={row.pk}&before={row.pk}").status_code == 200
    row.refresh_from_db()
    assert (stored(row), bob.check_ins.count()) == ({"line": LINE}, 0)


def test_home_the_welcome_and_the_end_of_hello_lead_here(signed_in: StrictClient) -> None:
    assert [f'href="{NEW}"' in signed_in.get(page).text for page in ("/home/", "/welcome/begin/", "/steps/hello/close/")] == [True] * 3  # fmt: skip
    close = next(screen for screen in packs.load()["hello"].screens if screen.kind == "close")
    assert (close.says["idea_page"], "hopes" in close.says["idea"]) == ("look_in", False)


def test_every_word_of_the_first_step_can_be_said_here_too() -> None:
    groups = next(screen for screen in packs.load()["hello"].screens if screen.key == "feelings").groups
    assert {c.value: c.words for group in groups for c in group.choices} == {
        value: str(words) for value, words in nearness.SEEMS.items() if value not in nearness.BESIDE
    }
