"""The invented person of `manage.py seed_demo`: believable days, everything opens, and nobody real is touched."""

import io
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from exercises import packs
from journal.models import CheckIn, Entry
from tests import factories
from tests.client import StrictClient
from vault import keyring, opening

LAST = date(2026, 11, 20)
PASSWORD = "four umbrellas and a tuba"


@pytest.fixture(autouse=True)
def _on_the_last_day() -> Iterator[None]:
    with time_machine.travel("2026-11-20T21:00:00Z"):
        yield


def seed(email: str, *words: str) -> tuple[User, str]:
    """Run the command as somebody types it, with the password coming in by the pipe."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
        call_command("seed_demo", email, "--password-from-stdin", *words, stdout=said)
    return User.objects.get(email=email), said.getvalue()


def whole(person: User, last: date) -> list[tuple[object, ...]]:
    """Everything somebody wrote, by how long before the last day it was."""
    with keyring.opened_for(person.pk, purpose="a test"):
        entries = sorted(
            (
                (last - row.local_date).days,
                row.created_at.astimezone(ZoneInfo(row.time_zone)).time(),
                row.title,
                row.body,
            )
            for row in person.entries.all()
        )
        looks = [((last - row.local_date).days, row.answers) for row in person.check_ins.order_by("at")]
        wishes = sorted((row.text, bool(row.given_at), bool(row.withdrawn_at)) for row in person.wishes.all())
        places = sorted(str(row.choices) for row in person.places.all())
    return [*entries, *looks, *wishes, *((place,) for place in places)]


def test_a_life_of_eighteen_months_holds_together(db: None, client: StrictClient) -> None:
    person, said = seed("marit@example.org")
    assert "72 looks in" in said
    assert PASSWORD not in said
    assert {tried.opened for tried in opening.try_all(person.pk)} == {True}
    _days_are_those_of_where_they_were(person)
    _looks_wander(person)
    _letters_answer_each_other(person)
    _wishes_and_gifts_agree(person)
    _steps_are_ours(person)
    _every_page_opens(client, person)


def _days_are_those_of_where_they_were(person: User) -> None:
    first = LAST - timedelta(days=548)
    moments = [(row.local_date, row.created_at, row.time_zone) for row in person.entries.all()]
    moments += [(row.local_date, row.at, row.time_zone) for row in person.check_ins.all()]
    moments += [(row.local_date, row.created_at, row.time_zone) for row in person.places.all()]
    assert [day for day, at, zone in moments if at.astimezone(ZoneInfo(zone)).date() != day] == []
    assert all(first < day < LAST for day, _at, _zone in moments)
    for rows in (person.entries, person.check_ins):
        assert set(rows.values_list("time_zone", flat=True)) == {"Europe/London", "America/Halifax"}
    assert person.entries.filter(local_date=LAST - timedelta(days=295), kind=Entry.Kind.GIFT).count() == 1
    assert person.created_at < min(at for _day, at, _zone in moments)
    now = timezone.now()
    assert not person.entries.filter(updated_at__gt=now).exists()
    assert not person.check_ins.filter(made_at__gt=now).exists()


def _looks_wander(person: User) -> None:
    """Up and down all the way, with unlike spaces between them."""
    rows = list(person.check_ins.order_by("at"))
    with keyring.opened_for(person.pk, purpose="a test"):
        told = [row.answers for row in rows]
    near = [said["nearness"] for said in told if isinstance(said.get("nearness"), int)]
    steps = Counter((after > before) - (after < before) for before, after in pairwise(near))
    assert 60 <= len(rows) <= 80
    assert set(near) == {0, 1, 2, 3, 4}
    assert min(steps[1], steps[-1]) >= 20
    assert {0, 4} <= set(near[-20:])
    assert len({(b.local_date - a.local_date).days for a, b in pairwise(rows)}) >= 12
    assert all(len(said.get("seems", ())) <= 3 and len(said.get("needs", ())) <= 2 for said in told)
    assert sum("line" in said for said in told) >= 40
    assert CheckIn.objects.filter(owner=person, made_at__date__gt=LAST - timedelta(days=548)).count() == len(rows)


def _letters_answer_each_other(person: User) -> None:
    thread = [person.entries.get(reply_to=None, replies__isnull=False)]
    while found := thread[-1].replies.first():
        thread.append(found)
    assert [row.voice for row in thread] == ["adult", "child", "adult", "child", "adult"]
    assert thread[-1].local_date - thread[0].local_date >= timedelta(days=365)
    letters = person.entries.filter(kind=Entry.Kind.LETTER, parent=None)
    assert set(letters.values_list("voice", flat=True)) == {"adult", "child", "both", "none"}
    assert [row.sealed_until for row in letters.exclude(sealed_until=None)] == [LAST + timedelta(days=140)]
    assert letters.filter(drawer=True).count() == letters.exclude(binned_at=None).count() == 1
    assert letters.filter(kept_at=None).count() == 1
    reworded = letters.filter(revisions__isnull=False).distinct().get()
    assert reworded.rev == reworded.revisions.count() + 1 == 4
    asked = person.entries.filter(kind=Entry.Kind.ANSWER).values("question_key").annotate(times=Count("pk"))
    assert {row["question_key"]: row["times"] for row in asked} == {
        "first-words": 3, "feelings": 3, "afternoons": 2, "hopes": 2,
    }  # fmt: skip
    assert set(person.entries.values_list("resurfacing", flat=True)) == {"may", "ask", "never"}


def _wishes_and_gifts_agree(person: User) -> None:
    for wish in person.wishes.annotate(gifts_given=Count("gifts")):
        first = wish.gifts.order_by("kept_at").first()
        assert wish.given_at == (first.kept_at if first else None)
        assert first is None or wish.made_at < first.created_at
        assert wish.source is None or wish.made_at > wish.source.created_at
    assert person.wishes.filter(given_at=None, withdrawn_at=None).count() >= 3
    assert person.wishes.exclude(withdrawn_at=None).count() == 1
    assert person.entries.filter(kind=Entry.Kind.GIFT, wish=None).exists()


def _steps_are_ours(person: User) -> None:
    steps = packs.load("en")
    visits = list(person.visits.all())
    assert {visit.step for visit in visits} == set(steps)
    assert [visit.pk for visit in visits if steps[visit.step].screen(visit.screen) is None] == []
    with keyring.opened_for(person.pk, purpose="a test"):
        named = [(visit.step, screen) for visit in visits for screen in visit.choices]
    assert [(step, screen) for step, screen in named if steps[step].screen(screen) is None] == []
    assert person.places.filter(is_home=True).count() == 1
    assert person.places.count() == 3


def _every_page_opens(client: StrictClient, person: User) -> None:
    client.force_login(person)
    home = client.get("/home/")
    assert "A letter is open" in home.text
    assert "The last stop" in home.text
    pages = ["/kept/", "/kept/drawer/", "/kept/bin/", "/place/", *(f"/steps/{key}/read-back/" for key in ("hello",))]
    pages += [f"/kept/{row.pk}/" for row in person.entries.filter(parent=None)]
    pages += [f"/place/{row.pk}/" for row in person.places.all()]
    shown = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in shown.items() if answer.status_code != 200} == {}
    assert not any("could not be opened" in answer.text for answer in shown.values())
    shown |= _what_grew(client, person)
    with keyring.opened_for(person.pk, purpose="a test"):
        folded = person.entries.exclude(sealed_until=None).get().body
    assert not any(folded[:40] in answer.text for answer in shown.values())


def _what_grew(client: StrictClient, person: User) -> dict[str, Any]:
    """What takes a long life to fill: each page says something of this one, and looking back leaves out nothing."""
    assert client.post("/kept/back/show/")["Location"] == "/kept/back/"
    reply = person.entries.filter(reply_to__isnull=False).latest("created_at")
    again = person.entries.filter(question_key="first-words").latest("created_at")
    held = {
        "/kept/back/": ("As a table, month by month", "small and dusty", "Somewhere behind the coats"),
        "/kept/back/?since=2025-09-01&until=2025-11-30": ("In autumn 2025", "<td>"),
        "/look-in/earlier/": ("There’s a kite in the office.",),
        "/wishes/": ("A door with a key.", "A dog, any dog."),
        f"/kept/{reply.pk}/exchange/": ("We gave it to Tove to mind", "She never undid one."),
        f"/kept/{again.pk}/then/": ("seriously", "funny", "24 December 2025", "17 September 2026"),
    }
    shown = {page: client.get(page) for page in held}
    shown["/kept/search/"] = client.post("/kept/search/", {"words": "umbrellas"})
    held["/kept/search/"] = ("<mark>umbrellas</mark>", "Forty-one")
    missing = [(page, word) for page, words in held.items() for word in words if word not in shown[page].text]
    assert missing == []
    with keyring.opened_for(person.pk, purpose="a test"):
        told = [row.answers for row in person.check_ins.all()]
    back = shown["/kept/back/"].text
    words = {word for said in told for word in (*said.get("seems", ()), said.get("own")) if word}
    assert back.partition("How they seemed")[2].partition("</section>")[0].count("<li>") == len(words)
    assert back.count("<blockquote>") == sum("line" in said for said in told)
    return shown


def test_it_is_the_same_life_every_time(db: None) -> None:
    once, _said = seed("one@example.org")
    later, _said = seed("two@example.org", "--until", "2026-08-11")
    assert whole(once, LAST) == whole(later, LAST - timedelta(days=101))


def test_an_address_that_is_known_is_left_as_it_is(db: None) -> None:
    somebody = factories.person("ruth@example.org")
    factories.entry(somebody, "mine")
    before = list(User.objects.values()), whole(somebody, LAST)
    with pytest.raises(CommandError, match="has this address already"):
        seed("Ruth@Example.org")
    assert (list(User.objects.values()), whole(somebody, LAST)) == before
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "words", "sentence"),
    [
        ("marit", [], "valid email"),
        ("marit@example.org", ["--until", "2026-11-21"], "has not come yet"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(db: None, email: str, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("seed_demo", email, *words)
    assert not User.objects.exists()


def test_a_short_password_is_refused_and_a_made_one_is_shown_once(db: None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO("short\n"))
        with pytest.raises(CommandError, match="12 characters or more"):
            call_command("seed_demo", "marit@example.org", "--password-from-stdin")
    assert not User.objects.exists()
    said = io.StringIO()
    call_command("seed_demo", "marit@example.org", stdout=said)
    made = said.getvalue().strip().rpartition(" ")[2]
    assert User.objects.get().check_password(made)
