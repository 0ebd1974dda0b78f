"""Our own archive, on its way in: every row as it was, under its own id where that is free. docs/formats.md tells it.

Nothing that is here is changed. What came before is known again by its id, or by the id it was given then: made
from the old one under the person's key, so that it is the same whenever the archive comes again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal import export, rows, words
from journal.export import Section, archive
from journal.importing import Preview, Refused, Skip, person_part
from journal.importing.bundle import Bundle
from journal.importing.here import Brought
from journal.kept import is_sealed
from journal.models import CheckIn, Entry, Import
from vault import envelope, keyring

PURPOSE = b"import"
ASKED_AT_ONCE = 500
NO_ARCHIVE = _("This is not an archive of this app, or it was changed since. Nothing was brought in.")
NEWER = _("It was made by a newer version than this one, which may say things not known here. Nothing was brought in.")
CUT_SHORT = _("A part of it is missing, so it did not come whole. Nothing was brought in.")
NO_ROW = _("This cannot be read as what it stands for. Nothing was brought in.")
HERE = _("They are here already, and stay as they are.")
SHUT = _("They could not be opened when the archive was made.")
ALONE = _("What they belong to did not come along.")
BENEATH = _("What they belong to is here already, and stays as it is.")
TAKEN = _("There is an open one of its kind here already.")
SHARED = _("What was shared stays a record in the archive: nothing is open to anybody by bringing it in.")
FILLS = _("What it says of you, and of how you like it here, fills in only what is still empty.")
QUIETLY = _("Nothing of it comes up by itself until you allow it, piece by piece.")
COUNTED = {"check_ins": "check_ins", "wishes": "wishes", "places": "places", "revisions": "earlier"}

type Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the archive, and where it stands in it."""

    section: Section
    said: Said = field(repr=False)
    where: str

    @property
    def key(self) -> UUID:
        try:
            return UUID(self.said["id"])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise Refused(f"{self.where}, id", NO_ROW) from None


@dataclass(slots=True)
class Census:
    """Which rows are new, and under which id each row of the archive stands here."""

    ids: dict[UUID, UUID] = field(default_factory=dict)
    new: set[UUID] = field(default_factory=set)


class Archive:
    key = "innerchild"
    title = _("An archive of this app")

    def fits(self, bundle: Bundle) -> bool:
        return _first(bundle) is not None

    def preview(self, person: User, bundle: Bundle) -> Preview:
        told = Preview(remarks=[QUIETLY, FILLS])
        for _made in _new(person, bundle, told):
            pass
        return told

    def bring_in(self, person: User, bundle: Bundle, batch: Import) -> Preview:
        """In any order: the database looks at references at the end of the transaction."""
        told = Preview(remarks=[QUIETLY, FILLS])
        for group in export.grouped((made, _size(made)) for made in _new(person, bundle, told)):
            for made in group:
                if hasattr(made, "batch"):
                    made.batch = batch
            for model in {type(made) for made in group}:
                model._default_manager.bulk_create([made for made in group if type(made) is model])
        person_part.bring_in(person, _read(bundle, _parts(bundle)[0]))
        return told


def _first(bundle: Bundle) -> str | None:
    names = [name for name in bundle.names() if name.rpartition("/")[2] == archive.name_of(1)]
    return min(names, key=len, default=None)


def _parts(bundle: Bundle) -> list[str]:
    first = _first(bundle) or ""
    folder, names = first.removesuffix(archive.name_of(1)), set(bundle.names())
    parts = [first]
    while (name := f"{folder}{archive.name_of(len(parts) + 1)}") in names:
        parts.append(name)
    return parts


def _read(bundle: Bundle, name: str) -> Said:
    said = bundle.json(name)
    if not isinstance(said, dict) or said.get("format") != archive.FORMAT or type(said.get("version")) is not int:
        raise Refused(name, NO_ARCHIVE)
    if said["version"] > archive.VERSION:
        raise Refused(name, NEWER)
    return said


def _documents(bundle: Bundle) -> Iterator[tuple[str, Said]]:
    """Each part by itself; the last one says that it is the last."""
    parts = _parts(bundle)
    for number, name in enumerate(parts, start=1):
        said = _read(bundle, name)
        if said.get("part") != number or said.get("last") is not (number == len(parts)):
            raise Refused(name, CUT_SHORT)
        yield name, said


def _all(bundle: Bundle) -> Iterator[Row]:
    for name, document in _documents(bundle):
        for section in export.SECTIONS:
            found = document.get(section.key, [])
            if not isinstance(found, list):
                raise Refused(f"{name}, {section.key}", NO_ROW)
            for number, said in enumerate(found, start=1):
                where = f"{name}, {section.key} {number}"
                if not isinstance(said, dict):
                    raise Refused(where, NO_ROW)
                yield Row(section, said, where)


def _new(person: User, bundle: Bundle, told: Preview) -> Iterator[Model]:
    """Every row that is not here yet, ready to be written. It is read twice: references may point onward."""
    census = _census(person, bundle)
    left = Counter[tuple[str, str]]()
    homes = person_part.Once(person)
    for row in _all(bundle):
        if why := _why_not(row, census):
            left[row.section.key, why] += 1
            continue
        made = _made(row, person, census)
        if isinstance(made, Model) and not homes.allows(made):
            made = TAKEN
        if not isinstance(made, Model):
            left[row.section.key, str(made)] += 1
            continue
        _tell(told, made, row.section.key)
        yield made
    told.skipped += [Skip(_name(key), why, count) for (key, why), count in left.items()]


def _why_not(row: Row, census: Census) -> str:
    if not row.section.comes_in:
        return str(SHARED)
    if row.key in census.new:
        return ""
    return str(HERE if row.key in census.ids else SHUT)


def _census(person: User, bundle: Bundle) -> Census:
    census = Census()
    keys = [key for _generation, key in sorted(keyring.current().all(person.pk).items(), reverse=True)]
    brought = Brought(person, Archive.key)
    group: list[Row] = []
    for row in _all(bundle):
        if not row.section.comes_in:
            continue
        if group and (group[0].section is not row.section or len(group) == ASKED_AT_ONCE):
            _place(person, group, keys, census)
            _meet(group, brought, census)
            group = []
        group.append(row)
    if group:
        _place(person, group, keys, census)
        _meet(group, brought, census)
    return census


def _place(person: User, group: list[Row], keys: list[bytes], census: Census) -> None:
    """Find out where each of them stands, or will stand; one that does not come in stands nowhere."""
    shut = {row.key for row in group if row.said.get(rows.UNREADABLE)}
    known = {row.key: [row.key, *(_derived(key, row.key) for key in keys)] for row in group}
    wanted = [one for names in known.values() for one in names]
    owners = dict(group[0].section.model._default_manager.filter(pk__in=wanted).values_list("pk", "owner_id"))
    for key, names in known.items():
        if key in census.ids:
            continue
        here = next((name for name in names if owners.get(name) == person.pk), None)
        if here is None and key in shut:
            continue
        census.ids[key] = here or (names[1] if key in owners else key)
        if here is None:
            census.new.add(key)


def _meet(group: list[Row], brought: Brought, census: Census) -> None:
    """What the same archive of another journal brought to both houses is here already, under an id of its own."""
    for row in group:
        if row.section.model is Entry and row.key in census.new and (here := brought.meet(row.said)):
            census.ids[row.key] = here
            census.new.discard(row.key)


def _derived(key: bytes, name: UUID) -> UUID:
    return UUID(bytes=envelope.keyed_hash(key, PURPOSE, f"innerchild:{name}".encode())[:16])


def _made(row: Row, person: User, census: Census) -> Model | Promise:
    """The row as it will stand here, or why it cannot: what it belongs to is missing, or was here before."""
    model = row.section.model
    said = {**row.said, "id": str(census.ids[row.key])}
    for each in rows.columns(model):
        if not isinstance(each, ForeignKey) or said.get(each.name) is None:
            continue
        target = _target(row, each.name)
        if not each.null and target not in census.new:
            return BENEATH if target in census.ids else ALONE
        said[each.name] = str(census.ids[target]) if target in census.ids else None
    for name, fits in row.section.shapes.items():
        if said.get(name) is not None and not fits(said[name]):
            raise Refused(f"{row.where}, {name}", NO_ROW)
    try:
        made = rows.made(model, said, person)
    except rows.BadField as bad:
        raise Refused(f"{row.where}, {bad.field}", NO_ROW) from None
    if isinstance(made, Entry):
        made.resurfacing = Entry.Resurfacing.NEVER
    if hasattr(made, "source_hashed"):
        key = keyring.current().newest(person.pk)[1]
        made.source_hashed = envelope.keyed_hash(key, PURPOSE, f"innerchild:{row.key}".encode())
    return made


def _size(made: Model) -> int:
    """Bytes of what is sealed in it."""
    return sum(len(getattr(made, attribute.column) or b"") for attribute in rows.sealed(type(made)).values())


def _target(row: Row, name: str) -> UUID:
    try:
        return UUID(row.said[name])
    except (ValueError, TypeError, AttributeError):
        raise Refused(f"{row.where}, {name}", NO_ROW) from None


def _tell(told: Preview, made: Model, key: str) -> None:
    if isinstance(made, CheckIn):
        told.found(COUNTED[key], made.local_date, "")
        return
    if not isinstance(made, Entry):
        if key in COUNTED:
            told.counts[COUNTED[key]] = told.counts.get(COUNTED[key], 0) + 1
        return
    if made.parent_id is None:
        kind = "letters" if made.kind == Entry.Kind.LETTER else "pieces"
        shut = made.drawer or made.binned_at or is_sealed(made, timezone.localdate())  # here, too, no word of it shows
        told.found(kind, made.local_date, "" if shut else words.first_of(made.title or made.body, words=14))


def _name(key: str) -> str:
    names = {
        "entries": _("Pieces of writing"),
        "revisions": _("Earlier versions"),
        "check_ins": _("Look-ins"),
        "wishes": _("Wishes"),
        "places": _("Places"),
        "visits": _("Walks through a step"),
        "practices": _("Practices"),
        "connections": _("Connections with them"),
        "draft_sheets": _("Sheets that were being put together"),
        "sheets": _("Sheets you shared"),
        "sheet_items": _("Pieces on them"),
        "openings": _("Readings of them"),
        "suggestions": _("Steps that were suggested"),
    }
    return str(names.get(key, key))
