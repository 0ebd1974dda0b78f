"""What the journal itself keeps, as sections of an export: entries, their earlier versions, check-ins, wishes."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import FETCH_RAISE, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Length
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from journal import checkins, sealing, words
from journal.export import Line, Note, Part, Piece, Section, Wanted
from journal.kept import opened_title
from journal.models import CheckIn, Entry, EntryQuerySet, Revision, Wish
from journal.nearness import Told
from journal.saving import opened
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

KINDS = {
    "answers": (Entry.Kind.ANSWER, Entry.Kind.PICTURE, Entry.Kind.NOTE),
    "letters": (Entry.Kind.LETTER,),
    "gifts": (Entry.Kind.GIFT,),
}
TOLD: Mapping[str, tuple[Promise, Callable[[Told], str]]] = {
    "nearness": (_lazy("How near"), lambda told: told.near),
    "seems": (_lazy("How they seemed"), lambda told: told.words),
    "tone": (_lazy("Spoken to them"), lambda told: told.spoken),
    "needs": (_lazy("Wanted"), lambda told: told.wanted),
    "steady": (_lazy("How steady"), lambda told: told.steadied),
    "line": (_lazy("A line"), lambda told: told.line),
}
SIZE = Length("body_sealed") + Coalesce(Sum(Length("children__body_sealed")), 0)


def entries(person: User, wanted: Wanted) -> EntryQuerySet:
    """With what belongs to them: a turn or a note goes where its whole goes."""
    kinds = [kind for name in KINDS if name in wanted.kinds for kind in KINDS[name]]
    whole = wanted.within(person.entries.filter(parent=None, kind__in=kinds), "local_date")
    rows = person.entries.filter(created_at__lte=wanted.began)
    if not wanted.binned:
        whole, rows = whole.out(), rows.out()
    keys = whole.order_by().values("pk")
    return rows.filter(Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys))


def revisions(person: User, wanted: Wanted) -> QuerySet[Revision]:
    kept = entries(person, wanted).order_by().values("pk")
    return person.revisions.filter(entry__in=kept, made_at__lte=wanted.began)


def check_ins(person: User, wanted: Wanted) -> QuerySet[CheckIn]:
    rows = wanted.within(person.check_ins.filter(made_at__lte=wanted.began), "local_date")
    return rows if wanted.binned else rows.filter(binned_at=None)


def wishes(person: User, wanted: Wanted) -> QuerySet[Wish]:
    rows = person.wishes.filter(made_at__lte=wanted.began)
    return wanted.within(rows, "made_at__date")


def entry_lines(person: User, wanted: Wanted) -> Iterator[Line]:
    whole = entries(person, wanted).filter(parent=None, merged=False).worded().annotate(size=SIZE)
    for day, at, key, size in whole.order_by().values_list("local_date", "created_at", "pk", "size"):
        yield Line(day, at, key, size)


def check_in_lines(person: User, wanted: Wanted) -> Iterator[Line]:
    for day, at, key in check_ins(person, wanted).values_list("local_date", "at", "pk"):
        yield Line(day, at, key)


def wish_lines(person: User, wanted: Wanted) -> Iterator[Line]:
    for row in wishes(person, wanted).values_list("made_at__date", "made_at", "pk"):
        yield Line(*row)


def entry_pieces(person: User, keys: Sequence[UUID]) -> list[Piece]:
    rows = person.entries.filter(pk__in=keys).annotate(answered=F("reply_to__local_date")).fetch_mode(FETCH_RAISE)
    beneath: dict[UUID | None, list[Entry]] = {}
    below = person.entries.out().filter(parent__in=keys).fetch_mode(FETCH_RAISE)
    for row in below.order_by("position", "created_at", "id"):
        beneath.setdefault(row.parent_id, []).append(row)
    names = words.names(person)
    return [_piece(row, beneath.get(row.pk, []), names) for row in rows]


def check_in_pieces(person: User, keys: Sequence[UUID]) -> list[Piece]:
    return [_look(row) for row in person.check_ins.filter(pk__in=keys).fetch_mode(FETCH_RAISE)]


def wish_pieces(person: User, keys: Sequence[UUID]) -> list[Piece]:
    rows = person.wishes.filter(pk__in=keys).annotate(day=F("made_at__date")).fetch_mode(FETCH_RAISE)
    return [_wish(row, vars(row)["day"]) for row in rows]


def _piece(row: Entry, beneath: Iterable[Entry], names: dict[str, str]) -> Piece:
    turns = [part for part in beneath if part.kind != Entry.Kind.NOTE]
    notes = [part for part in beneath if part.kind == Entry.Kind.NOTE]
    own = [row] if row.rev or not turns else []
    changed = [part.updated_at for part in (row, *turns)]
    return Piece(
        key=row.pk,
        kind=row.kind,
        label=words.kind_of(row),
        day=row.local_date,
        zone=row.time_zone,
        made_at=row.created_at,
        updated_at=max(changed),
        title=opened_title(row),
        question=row.question,
        step=row.step,
        question_key=row.question_key,
        pack=row.pack,
        language=row.language,
        voice=row.voice,
        parts=[Part(names.get(part.voice, ""), opened(part), part.voice) for part in (*own, *turns)],
        notes=[Note(note.local_date, opened(note)) for note in notes],
        marks=list(_marks(row)),
        sealed_until=row.sealed_until,
        kept=row.kept_at is not None,
        changed=row.kept_at is not None and max(changed) > row.kept_at,
        binned=row.binned_at is not None,
    )


def _marks(row: Entry) -> Iterator[str]:
    if row.sealed_until:
        yield sealing.until(row.sealed_until)
    if answered := vars(row)["answered"]:
        yield _("An answer to the letter of %(day)s") % {"day": formats.date_format(answered, "j F Y")}
    if row.drawer:
        yield _("In the drawer")
    if row.conflict_of_id:
        yield _("Another version")
    if row.kept_at is None:
        yield _("Still open")
    if row.binned_at:
        yield _("Let go")


def _look(row: CheckIn) -> Piece:
    told = checkins.opened(row)
    lines = [f"{label}: {words}" for label, words in told_of(told)] if told is not None else []
    return Piece(
        key=row.pk,
        kind="check-in",
        label=_("Look in"),
        day=row.local_date,
        zone=row.time_zone,
        made_at=row.at,
        updated_at=row.updated_at,
        parts=[Part("", "\n".join(lines) if told is not None else None)],
        marks=[_("Let go")] if row.binned_at else [],
        changed=row.rev > 1,
        binned=row.binned_at is not None,
        data=told.answers() if told else {},
    )


def told_of(told: Told, only: Container[str] = tuple(TOLD)) -> list[tuple[str, str]]:
    """A look in words, line by line; what was not said has none. `only` names what is to be told."""
    said = [(str(label), words_of(told)) for key, (label, words_of) in TOLD.items() if key in only]
    return [(label, words) for label, words in said if words]


def _wish(row: Wish, day: date) -> Piece:
    try:
        text: str | None = row.text
    except (Refused, KeyNotInRing):
        text = None
    marks = [_("Something was given")] if row.given_at else []
    return Piece(
        key=row.pk,
        kind="wish",
        label=_("A wish"),
        day=day,
        zone="UTC",
        made_at=row.made_at,
        updated_at=max(filter(None, (row.made_at, row.given_at, row.withdrawn_at))),
        parts=[Part("", text)],
        marks=[*marks, _("Put away")] if row.withdrawn_at else marks,
    )


OWN = [
    Section(key="entries", model=Entry, kind="", rows=entries, lines=entry_lines, pieces=entry_pieces),
    Section(key="revisions", model=Revision, kind="", rows=revisions),
    Section(
        key="check_ins", model=CheckIn, kind="check_ins",
        rows=check_ins, lines=check_in_lines, pieces=check_in_pieces,
    ),
    Section(key="wishes", model=Wish, kind="wishes", rows=wishes, lines=wish_lines, pieces=wish_pieces),
]  # fmt: skip
