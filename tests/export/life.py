"""Somebody's whole life here, made by chance from a seed: every kind, every column, texts nobody would think of."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Reminder, User
from exercises.models import Place, Visit
from journal.models import CheckIn, Entry, Revision, Wish
from tests import factories
from vault import keyring

TEXTS = (
    "The crooked roof stays.\n\nThe wind lives there.",
    "👩‍👧‍👦 🏳️‍🌈 é e\u0301 — “so”",
    "שלום לילדה הקטנה\n\nمرحبا يا صغيري",
    "\u202eback to front\u202c and on",
    "--- \n# not a heading *not bold* [no](link) `code` <b>&amp;</b>",
    " \t leading and trailing \n",
    "=SUM(A1) \\ \"quoted\" 'so'",
    "\x01\x1b control \u2028 and \ufeff others \U0010ffff",
)
ZONES = ("Europe/Vienna", "Pacific/Auckland", "America/St_Johns", "UTC", "Asia/Kathmandu")
NOON = datetime(2026, 3, 1, 12, 34, 56, 789012, tzinfo=UTC)
LONG = ("long 🕯 שלום\n" * 17_000)[:200_000]  # as long as a box takes


class Life:
    """Give it a person; everything it makes is theirs."""

    def __init__(self, person: User, seed: int) -> None:
        self.person, self.chance = person, random.Random(seed)

    def live(self, years: int = 1) -> None:
        """Every kind of row and of bond between them each year; one year in five has a letter as long as may be."""
        for year in range(years):
            with keyring.opened_for(self.person.pk, purpose="a test"), transaction.atomic():
                if not year:
                    self._begin()
                self._year(LONG if year % 5 == 0 else None)

    def _begin(self) -> None:
        """What there is one of."""
        self._self()
        self._place(is_home=True)
        self._visit()

    def _year(self, long: str | None) -> None:
        wishes = [self._wish() for _ in range(4)]
        roots = [self._entry(kind=kind) for kind in Entry.Kind.values for _ in range(3)]
        roots += [self._entry(kind="letter", voice=voice) for voice in Entry.Voice.values]
        roots.append(self._entry(kind="letter", text=long, voice="adult"))
        self._thread()
        self._seals()
        for row in roots[:4]:
            self._entry(kind="note", parent=row, question="", question_key="note")
            self._entry(kind=row.kind, conflict_of=row)
            self._revision(row)
        self._entry(kind="letter", voice="child", reply_to=roots[-1])
        self._entry(kind="gift", wish=wishes[0])
        Wish.objects.filter(pk=wishes[1].pk).update(source=roots[0])
        for _ in range(5):
            self._look()
        self._place()
        self._visit(closed_at=NOON)

    def _self(self) -> None:
        person = self.person
        person.name, person.child_word, person.call = "Ünsal 🌱", "kleiner Bär", "Ruth, 0664\nafter six"
        person.time_zone, person.country = "Europe/Vienna", "AT"
        person.preferences = {"theme": "night", "size": "larger"}
        person.save()
        Reminder.objects.create(owner=person, rhythm="fortnight", weekday=2, hour=7, time_zone="Europe/Vienna")

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _moment(self) -> datetime:
        return NOON + timedelta(microseconds=self.chance.randrange(10**13))

    def _text(self) -> str:
        return self.chance.choice(TEXTS) + str(self.chance.random())

    def _entry(self, *, text: str | None = None, **fields: Any) -> Entry:
        at = self._moment()
        row = Entry(**{
            "id": self._id(), "owner": self.person, "step": "letter", "question_key": "letter-adult",
            "question": "Which “few” words?", "pack": self.chance.randrange(1, 4), "language": "en", "rev": 3,
            "position": self.chance.randrange(9), "local_date": at.date() - timedelta(days=self.chance.randrange(400)),
            "time_zone": self.chance.choice(ZONES), "created_at": at, "updated_at": at + timedelta(seconds=5),
            "kept_at": self.chance.choice([None, at]), "drawer": self.chance.random() < 0.2,
            "resurfacing": self.chance.choice(Entry.Resurfacing.values), **fields,
        })  # fmt: skip
        row.body = self._text() if text is None else text
        row.title = self.chance.choice([None, "", "Title 🌿 " + self._text()])
        row.save(force_insert=True)
        return row

    def _thread(self) -> None:
        thread = self._entry(kind="letter", voice="both", text="", rev=0)
        for place, voice in enumerate(("adult", "child", "adult")):
            self._entry(kind="letter", voice=voice, parent=thread, position=place)
        self._entry(kind="letter", voice="child", parent=thread, binned_at=NOON, merged=True)

    def _seals(self) -> None:
        self._entry(kind="letter", sealed_until=date(2044, 2, 29))
        self._entry(kind="letter", sealed_until=date.max)
        self._entry(kind="answer", binned_at=NOON)

    def _revision(self, row: Entry) -> None:
        for reason in Revision.Reason.values:
            made = Revision(id=self._id(), owner=self.person, entry=row, rev=2, reason=reason, made_at=self._moment())
            made.body = self._text()
            made.save(force_insert=True)

    def _wish(self) -> Wish:
        row = Wish(id=self._id(), owner=self.person, made_at=self._moment())
        row.given_at, row.withdrawn_at = self.chance.choice([None, NOON]), self.chance.choice([None, NOON])
        row.text = self._text()
        row.save(force_insert=True)
        return row

    def _look(self) -> None:
        at = self._moment()
        row = CheckIn(id=self._id(), owner=self.person, at=at, local_date=at.date(), time_zone="Asia/Kathmandu")
        row.made_at, row.updated_at, row.rev = at, at, self.chance.randrange(1, 4)
        row.binned_at = self.chance.choice([None, NOON])
        row.answers = {
            "nearness": self.chance.choice([0, 4, "unsure"]),
            "seems": ["curious", "sad"],
            "line": self._text(),
        }
        row.save(force_insert=True)

    def _place(self, **fields: Any) -> None:
        at = self._moment()
        row = Place(id=self._id(), owner=self.person, pack=1, local_date=at.date(), time_zone="UTC", **fields)
        row.created_at = row.updated_at = at
        row.choices = {"ground": "shore", "name": "The low end 🐚", "words": ["warm", "دافئ"]}
        row.box = self.chance.choice([None, self._text()])
        row.save(force_insert=True)

    def _visit(self, **fields: Any) -> None:
        row = Visit(id=self._id(), owner=self.person, step="hello", pack=1, screen="first-words", **fields)
        row.opened_at = row.touched_at = self._moment()
        row.choices = self.chance.choice([None, {"first-words": {"one": True}}])
        row.save(force_insert=True)


def live(seed: int = 1, years: int = 1, **fields: object) -> User:
    person = factories.person(**fields)  # type: ignore[arg-type] # an address, or columns
    Life(person, seed).live(years)
    return User.objects.get(pk=person.pk)
