"""One invented person and what they wrote in eighteen months: to try things out with, and for pictures of the pages.

The words, and how long before the last day each was written, lie in `demo.toml`. Nothing here is drawn by lot, and no
page leads here: `manage.py seed_demo` is the only door.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exercises import answers, letters, packs
from exercises.models import Place, Visit
from exercises.packs import Step
from journal import notes, saving
from journal.about import About
from journal.models import CheckIn, Entry, Revision, Wish
from vault import keyring

WORDS = Path(__file__).with_name("demo.toml")
FIRST_DAY = 548  # days before the last one
MINUTES = timedelta(minutes=1)
WRITING, WALKING = 9 * MINUTES, 35 * MINUTES  # how long a text and a walk through a step took
SAID = ("steady", "nearness", "seems", "own", "tone", "needs", "line")

type Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days count back from the last one; each is lived where the person was."""

    last: date
    home: str
    away: list[Told]

    def day(self, back: int) -> date:
        return self.last - timedelta(days=back)

    def zone(self, back: int) -> str:
        there = (str(stay["time_zone"]) for stay in self.away if stay["from"] >= back >= stay["to"])
        return next(there, self.home)

    def moment(self, back: int, at: str) -> datetime:
        """When it was that time there, on that day."""
        return datetime.combine(self.day(back), time.fromisoformat(at), ZoneInfo(self.zone(back)))


def words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def home_zone() -> str:
    return str(words()["person"]["time_zone"])


@transaction.atomic
def live(email: str, password: str, last: date) -> Counter[str]:
    """Make the person and everything of theirs, or nothing. Returns how many there are of what."""
    said = words()
    calendar = Calendar(last, said["person"]["time_zone"], said["away"])
    person = _person(email, password, said["person"], calendar)
    with keyring.opened_for(person.pk, purpose="writing down an invented life"):
        life = _Life(person, calendar, packs.load(person.language))
        for name, make in life.makers().items():
            for told in said[name]:
                make(told)
                life.made[name] += 1
    return life.made


def _person(email: str, password: str, told: Told, calendar: Calendar) -> User:
    """Somebody whose address is known to be theirs, so that they can sign in where mail is on, too."""
    began = calendar.moment(FIRST_DAY, "19:00")
    zone, country = told["time_zone"], told["country"]
    person = User.objects.create_user(
        email, password, adult_at=began, consent_at=began, time_zone=zone, country=country
    )
    person.created_at = began
    with keyring.opened_for(person.pk, purpose="writing down an invented life"):
        person.name, person.child_word, person.call = told["name"], told["child_word"], told["call"]
        person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


class _Life:
    """What was made so far; later rows refer to earlier ones by the names they have in the file."""

    def __init__(self, person: User, calendar: Calendar, steps: Mapping[str, Step]) -> None:
        self.person, self.calendar, self.steps = person, calendar, steps
        self.entries: dict[str, Entry] = {}
        self.wished: dict[str, Wish] = {}
        self.made: Counter[str] = Counter()

    def makers(self) -> dict[str, Any]:
        """In this order: a gift needs its wish, a note what it stands beneath."""
        return {
            "written": self.written,
            "wishes": self.wish,
            "gifts": self.gift,
            "notes": self.note,
            "places": self.place,
            "visits": self.visit,
            "looks": self.look,
        }

    # --- words ---------------------------------------------------------------------------------
    def written(self, told: Told) -> None:
        row = self._row(told, self._about(told["ask"]))
        row.reply_to = self.entries[told["reply_to"]] if "reply_to" in told else None
        row.drawer = told.get("drawer", False)
        if "sealed_for" in told:
            row.sealed_until = self.calendar.last + timedelta(days=told["sealed_for"])
        if "binned" in told:
            row.binned_at = self.calendar.moment(told["binned"], told["at"])
        row.save(force_insert=True)
        for position, (voice, text) in enumerate(told.get("turns", ())):
            self._turn(row, told, voice=voice, position=position, text=text)
        self._earlier(row, told.get("earlier", ()))

    def gift(self, told: Told) -> None:
        row = self._row(told, self._about(told["ask"]))
        if "wish" in told:
            row.wish = wish = self.wished[told["wish"]]
            wish.given_at = wish.given_at or row.kept_at
            wish.save()
        row.save(force_insert=True)

    def note(self, told: Told) -> None:
        above = self.entries[told["beneath"]]
        self._row(told, notes.about(above, self.person.language)).save(force_insert=True)

    def wish(self, told: Told) -> None:
        row = Wish(owner=self.person, made_at=self._moment(told))
        row.source = self.entries[told["source"]] if "source" in told else None
        if "withdrawn" in told:
            row.withdrawn_at = self.calendar.moment(told["withdrawn"], told["at"])
        row.text = told["text"]
        row.save(force_insert=True)
        self.wished[told["name"]] = row

    def _about(self, ask: str) -> About:
        """What an answer to that question is, in the words of the pack of today."""
        key, _, question = ask.partition("/")
        step = self.steps[key]
        if key == "letter":
            return letters.about(step, question.removeprefix("letter-"))
        return answers.about(step, next(asked for asked in step.asks if asked.key == question))

    def _row(self, told: Told, about: About) -> Entry:
        """A new row of that day, with its words, and kept unless it was left open."""
        began = self._moment(told)
        with timezone.override(self.calendar.zone(told["day"])):
            row = saving.row_for(self.person, about, entry=uuid4(), now=began)
        if text := told.get("text", ""):
            row.body, row.rev = text.strip(), 1 + len(told.get("earlier", ()))
        row.title = told.get("title")
        row.updated_at = began + WRITING
        row.kept_at = None if told.get("open") else row.updated_at
        row.resurfacing = told.get("resurfacing", Entry.Resurfacing.NEVER)
        self.entries[told.get("name", str(row.pk))] = row
        return row

    def _turn(self, thread: Entry, told: Told, *, voice: str, position: int, text: str) -> None:
        about = replace(self._about(told["ask"]), voice=voice, parent=thread.pk, position=position)
        row = self._row({"day": told["day"], "at": told["at"], "text": text}, about)
        row.created_at = thread.created_at + position * MINUTES
        row.save(force_insert=True)

    def _earlier(self, row: Entry, versions: list[Told]) -> None:
        """What it said before: the oldest first, each so many minutes after it was begun."""
        for rev, told in enumerate(versions, start=1):
            made_at = row.created_at + told["minutes"] * MINUTES
            version = Revision(owner=self.person, entry=row, rev=rev, reason=told["reason"], made_at=made_at)
            version.body = told["text"].strip()
            version.save(force_insert=True)
            row.updated_at = max(row.updated_at, made_at + WRITING)
        row.save(update_fields=["updated_at"])

    # --- everything else -----------------------------------------------------------------------
    def place(self, told: Told) -> None:
        row = Place(owner=self.person, pack=self.steps["place"].version, is_home=told.get("is_home", False))
        row.created_at = self._moment(told)
        row.updated_at = self.calendar.moment(told["changed"], told["at"])
        row.local_date, row.time_zone = self.calendar.day(told["day"]), self.calendar.zone(told["day"])
        row.choices, row.box = told["choices"], told.get("box")
        row.save(force_insert=True)

    def visit(self, told: Told) -> None:
        """Walked to its end, unless it rests somewhere."""
        opened = self._moment(told)
        closed = None if "rests" in told else opened + WALKING
        row = Visit(owner=self.person, step=told["step"], pack=self.steps[told["step"]].version)
        row.screen = told.get("rests", "close")
        row.opened_at, row.touched_at, row.closed_at = opened, opened + WALKING, closed
        row.choices = told["says"]
        row.save(force_insert=True)

    def look(self, told: Told) -> None:
        at, day = self._moment(told), told["day"]
        row = CheckIn(owner=self.person, at=at, local_date=self.calendar.day(day), time_zone=self.calendar.zone(day))
        row.made_at = row.updated_at = at + timedelta(days=told.get("told", 0))
        row.answers = {name: told[name] for name in SAID if name in told}
        row.save(force_insert=True)

    def _moment(self, told: Told) -> datetime:
        return self.calendar.moment(told["day"], told["at"])
