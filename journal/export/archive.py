"""The archive: every row of a person as JSON, without loss, and the same as a book. docs/formats.md tells the format.

A long archive goes on in `innerchild-2.json` and so on, each a document of its own with some of the rows, so that
neither writing nor reading it ever needs all of it in memory.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, F, QuerySet, Value
from django.db.models.functions import Coalesce, Length

from accounts.models import Reminder, User
from journal import export, rows
from journal.export import Section, Wanted, book, record

FORMAT, VERSION = "innerchild", 1
PART = 2_000_000  # characters, after which the next document begins: whoever brings it in reads one whole
PAGE = 1000
PERSON = ("time_zone", "language", "country", "preferences", "session_rule")
OWN_WORDS = ("name", "child_word", "call")
REMINDER = ("rhythm", "weekday", "hour", "time_zone")
ABOUT = "Everything is in innerchild.json (and innerchild-2.json and so on, where it is long); book.html is the same, to read in any browser.\n"


def files(person: User, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", ABOUT.encode()
    yield from _documents(person, wanted)
    for chunk in book.chunks(person, wanted):
        yield "book.html", chunk


def name_of(part: int) -> str:
    return "innerchild.json" if part == 1 else f"innerchild-{part}.json"


def _documents(person: User, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    part, size = 1, 0
    yield name_of(part), _head(person, wanted, part).encode()
    for key, found in _lists(person, wanted):
        yield name_of(part), f',\n"{key}": ['.encode()
        begun = False
        for row in found:
            if size > PART:
                yield name_of(part), b'],\n"last": false}\n'
                part, size, begun = part + 1, 0, False
                yield name_of(part), f'{_head(person, wanted, part)},\n"{key}": ['.encode()
            text = json.dumps(row, ensure_ascii=False)
            size += len(text)
            yield name_of(part), f"{',' if begun else ''}\n{text}".encode()
            begun = True
        yield name_of(part), b"]"
    yield name_of(part), b',\n"last": true}\n'


def _lists(person: User, wanted: Wanted) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    for section in export.wanted_sections(wanted):
        yield section.key, _rows(person, section, wanted)
    yield record.KEY, record.rows(person, wanted)


def _head(person: User, wanted: Wanted, part: int) -> str:
    """The beginning of a document, without its closing brace."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "part": part,
        "made_at": wanted.began.astimezone(UTC).isoformat(),
        "range": {
            "from": wanted.since and wanted.since.isoformat(),
            "to": wanted.until and wanted.until.isoformat(),
            "kinds": sorted(wanted.kinds),
            "let_go": wanted.binned,
        },
    }
    if part == 1:
        with export.reading(person):
            head |= {"person": _person(person), "reminder": _reminder(person)}
    return json.dumps(head, ensure_ascii=False)[:-1]


def _person(person: User) -> dict[str, Any]:
    row = User.objects.get(pk=person.pk)
    own = {"name": row.greeted_as, "child_word": row.own_word, "call": row.to_call}
    return {**own, **{name: getattr(row, name) for name in PERSON}}


def _reminder(person: User) -> dict[str, Any] | None:
    row = Reminder.objects.filter(owner=person).first()
    return {name: getattr(row, name) for name in REMINDER} if row else None


def _rows(person: User, section: Section, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Every row, in the order of the keys; a few are open at a time."""
    for keys in export.grouped(_sizes(person, section, wanted)):
        with export.reading(person):
            told = [rows.told(row) for row in section.model._default_manager.filter(pk__in=keys).order_by("pk")]
        yield from told


def _sizes(person: User, section: Section, wanted: Wanted) -> Iterator[tuple[UUID, int]]:
    after: UUID | None = None
    while True:
        with export.reading(person):
            page = _page(section.rows(person, wanted), section, after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _page(found: QuerySet[Any], section: Section, after: UUID | None) -> list[tuple[UUID, int]]:
    size: Any = Value(0)
    for field in section.model._meta.concrete_fields:
        if isinstance(field, BinaryField):
            size += Coalesce(Length(F(field.attname)), 0)
    found = found.filter(pk__gt=after) if after else found
    return list(found.order_by("pk").annotate(size=size).values_list("pk", "size")[:PAGE])
