"""What somebody shared, and with whom, as sections of an archive. It leaves for their own eyes and is not brought in.

Beside each copy for somebody else lies the owner's own one, and that one is told.
"""

from django.db.models import Q, QuerySet

from accounts.models import User
from journal.export import Section, Wanted
from sharing.models import Connection, DraftSheet, Opening, Practice, Sheet, SheetItem, Suggestion


def practices(person: User, _wanted: Wanted) -> QuerySet[Practice]:
    """Their own, and those they know: what each states about itself."""
    known = person.connections.values("practice")
    return Practice.objects.filter(Q(owner=person) | Q(pk__in=known))


def connections(person: User, wanted: Wanted) -> QuerySet[Connection]:
    return person.connections.filter(made_at__lte=wanted.began)


def drafts(person: User, wanted: Wanted) -> QuerySet[DraftSheet]:
    return person.draft_sheets.filter(touched_at__lte=wanted.began)


def sheets(person: User, wanted: Wanted) -> QuerySet[Sheet]:
    return wanted.within(person.sheets.filter(shared_at__lte=wanted.began), "shared_at__date")


def items(person: User, wanted: Wanted) -> QuerySet[SheetItem]:
    return person.sheet_items.filter(sheet__in=sheets(person, wanted))


def openings(person: User, wanted: Wanted) -> QuerySet[Opening]:
    return person.openings.filter(at__lte=wanted.began, sheet__in=sheets(person, wanted))


def suggestions(person: User, wanted: Wanted) -> QuerySet[Suggestion]:
    return person.suggestions.filter(made_at__lte=wanted.began)


SECTIONS = [
    Section(key="practices", model=Practice, kind="", rows=practices, comes_in=False),
    Section(key="connections", model=Connection, kind="", rows=connections, comes_in=False),
    Section(key="draft_sheets", model=DraftSheet, kind="", rows=drafts, comes_in=False),
    Section(key="sheets", model=Sheet, kind="", rows=sheets, comes_in=False),
    Section(key="sheet_items", model=SheetItem, kind="", rows=items, comes_in=False),
    Section(key="openings", model=Opening, kind="", rows=openings, comes_in=False),
    Section(key="suggestions", model=Suggestion, kind="", rows=suggestions, comes_in=False),
]
