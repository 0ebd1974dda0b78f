"""A letter folded until a day, or until its writer says so: which day that may be, and how it is said.

Until a word is said is until the last day there is: whatever waits for a day waits for that one, too.
"""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from innerchild.statements import Given, Statement
from journal.models import Entry, EntryQuerySet

YEARS_AHEAD = 100
UNTIL_SAID = date.max
DOORS = 3


class NoSuchDay(Exception):
    """Not a day something can be folded until. `message` is for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def day_of(said: str, today: date) -> date:
    """The day somebody named, as browsers send it: 2027-03-01. Raises `NoSuchDay`."""
    if not said:
        raise NoSuchDay(_("The day is still open. You could pick one, or choose another ending."))
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise NoSuchDay(_("That day could not be read. It can be written like 2027-03-01.")) from None
    if day <= today:
        raise NoSuchDay(_("That day is here already. Any day from tomorrow on will do."))
    if day.year > today.year + YEARS_AHEAD:
        raise NoSuchDay(_("That is further off than this page can promise. A day within a hundred years will do."))
    return day


def until(day: date) -> str:
    """Until when something is folded, as a page says it."""
    if day == UNTIL_SAID:
        return _("Folded until you say so")
    return _("Folded until %(day)s") % {"day": formats.date_format(day, "j F Y")}


def opening(person: User, today: date) -> list[Entry]:
    """Letters whose day is today, where the person is. Tomorrow they are letters like any other: who opened one is
    noted nowhere, so that nothing can go on asking.
    """
    return OPENING.rows(owner=person.pk, today=today)


def _opening() -> EntryQuerySet:
    letters = Entry.objects.out().worded().filter(owner=Given("owner"), sealed_until=Given("today"), parent=None)
    letters = letters.filter(kind=Entry.Kind.LETTER, drawer=False, conflict_of=None)
    return letters.order_by("local_date", "created_at", "id")[:DOORS]


OPENING = Statement(_opening)


@transaction.atomic
def seal(person: User, letter: Entry, until: date | None) -> None:
    """Fold a letter until that day, or (None) take off its seal: itself, its turns, and copies beside any of them."""
    whole = list(person.entries.filter(Q(pk=letter.pk) | Q(parent=letter.pk)).values_list("pk", flat=True))
    person.entries.filter(Q(pk__in=whole) | Q(conflict_of__in=whole)).update(sealed_until=until)
