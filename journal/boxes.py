"""Writing boxes: what a page shows, what its form brings back, and keeping it without a script."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from innerchild.failures import is_leaving
from innerchild.statements import Given, Statement
from journal import saving
from journal.about import About, BadToken
from journal.models import Entry, EntryQuerySet

REV_MAX = 2**63 - 1
PATIENCE = timedelta(seconds=2)
TOO_LONG = _(
    "This is longer than one box can hold: 200,000 characters. Nothing was cut, and all of it is still in the box. "
    "You could move some of it elsewhere and press again."
)
OTHER_WRITER = _("This page was opened for another account, so nothing was kept. Your words are still in the box.")
STALE_PAGE = _("This page is too old to be kept from. Your words are still in the box: you could copy them first.")


class Unkept(Exception):
    """At least one box was not kept. `message` is for the person, `status` for the answer; neither holds text."""

    def __init__(self, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.message, self.status = message, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One writing box, ready for `journal/box.html`.

    `hands` is for a turn of a letter: what it is about, by who holds the pen. `unkept` words came back unsaved.
    """

    name: str
    entry_id: UUID
    text: str = field(default="", repr=False)
    rev: int = 0
    op: UUID = field(default_factory=uuid4)
    after: UUID | None = None
    about: str = ""
    sheet: str = ""
    hands: Mapping[str, str] = field(default_factory=dict)
    kept: datetime | None = None
    unkept: bool = False
    voice: str = Entry.Voice.NONE
    label: str = ""
    hint: str = ""
    rows: int = 6
    heading: bool = False
    paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedBox:
    """One box as its form brought it back."""

    name: str
    text: str = field(repr=False)
    entry: UUID
    operation: UUID
    base_rev: int
    after: UUID | None
    about: str

    @property
    def nothing(self) -> bool:
        """A new box that nobody wrote in."""
        return not self.base_rev and not self.text.strip()


def box_for(person: User, about: About, *, name: str, entry: Entry | None = None) -> Box:
    """A box for an entry, or for a new one. Label, hint and looks by `dataclasses.replace`.

    What cannot be opened is never overwritten: an empty box of its own stands in for it.
    """
    text = saving.opened(entry) if entry else ""
    entry = None if text is None else entry
    voices = (Entry.Voice.ADULT, Entry.Voice.CHILD) if about.parent and about.kind != Entry.Kind.NOTE else ()
    hands = {str(voice): replace(about, voice=voice).token(person.pk) for voice in voices}
    return Box(
        name=name,
        entry_id=entry.pk if entry else uuid4(),
        text=text or "",
        rev=entry.rev if entry else 0,
        about=hands.get(about.voice) or about.token(person.pk),
        sheet=about.sheet,
        hands=hands,
        kept=entry.updated_at if entry else None,
        voice=entry.voice if entry else about.voice,
    )


def open_entry(person: User, step: str, question_key: str, among: Q | None = None) -> Entry | None:
    """What a person may carry on with: their newest open answer to that question, `among` those that are meant."""
    if among is None:
        return OPEN.first(owner=person.pk, step=step, question=question_key)
    return _open().filter(among).filter(owner=person, step=step, question_key=question_key).first()


def _open() -> EntryQuerySet:
    return Entry.objects.open().filter(rev__gt=0, parent__binned_at=None).newest_first()


OPEN = Statement(lambda: _open().filter(owner=Given("owner"), step=Given("step"), question_key=Given("question"))[:1])


def refill(request: HttpRequest, box: Box) -> Box:
    """The box as it was posted, so that a page that could not keep it gives the words back."""
    for posted_box in posted(request):
        if posted_box.name == box.name:
            return replace(
                box,
                entry_id=posted_box.entry,
                text=posted_box.text,
                rev=posted_box.base_rev,
                op=posted_box.operation,
                after=posted_box.after,
                about=posted_box.about,
                unkept=True,
            )
    return box


def posted(request: HttpRequest) -> list[PostedBox]:
    """Every box of the form. Raises `BadRequest` for a form this server did not make."""
    names = request.POST.getlist("box")
    if len(set(names)) != len(names):
        raise BadRequest("a box twice")
    return [_posted_box(request, name) for name in names]


def keep(request: HttpRequest, *, finish: bool) -> list[saving.Saved]:
    """Save every box somebody wrote in; `finish` also marks them as kept on purpose. Raises `Unkept`.

    Somebody who leaves waits for no save longer than `PATIENCE`.
    """
    until = time.monotonic() + PATIENCE.total_seconds() if is_leaving(request) else None
    person = request.user
    assert isinstance(person, User)
    written = [box for box in posted(request) if not box.nothing]
    if written and request.POST.get("writer") != str(person.pk):
        raise Unkept(str(OTHER_WRITER))
    return [_keep(person, box, finish=finish, patience=_patience(until)) for box in written]


def _patience(until: float | None) -> timedelta | None:
    return None if until is None else timedelta(seconds=until - time.monotonic())


def _posted_box(request: HttpRequest, name: str) -> PostedBox:
    try:
        rev = int(_field(request, name, "base_rev"))
        after = request.POST.get(f"{name}.after")
        box = PostedBox(
            name=name,
            text=_field(request, name, "text"),
            entry=UUID(_field(request, name, "entry")),
            operation=UUID(_field(request, name, "op")),
            base_rev=rev,
            after=UUID(after) if after else None,
            about=request.POST.get(f"{name}.about", ""),
        )
    except ValueError:
        raise BadRequest("a field of a box is not what it was") from None
    if not 0 <= rev <= REV_MAX:
        raise BadRequest("a base that no entry has")
    return box


def _field(request: HttpRequest, name: str, part: str) -> str:
    values = request.POST.getlist(f"{name}.{part}")
    if len(values) != 1:
        raise BadRequest("a box with a part missing, or twice")
    return values[0]


def _keep(person: User, box: PostedBox, *, finish: bool, patience: timedelta | None) -> saving.Saved:
    wanted = saving.Save(
        entry=box.entry,
        operation=box.operation,
        base_rev=box.base_rev,
        text=box.text,
        about=about_of(box.about, person),
        after=box.after,
        finish=finish,
    )
    try:
        return _save(person, wanted, patience=patience)
    except saving.TooLong:
        raise Unkept(str(TOO_LONG)) from None
    except saving.UnknownEntry:
        raise Unkept(str(STALE_PAGE)) from None


def _save(person: User, wanted: saving.Save, *, patience: timedelta | None) -> saving.Saved:
    """A form cannot make a new operation by itself: other text under a known one follows that one."""
    try:
        return saving.save(person, wanted, patience=patience)
    except saving.OperationReused:
        follows = replace(wanted, operation=uuid4(), after=wanted.operation)
        return saving.save(person, follows, patience=patience)


def about_of(token: str, person: User) -> About | None:
    """What a page says a new entry is, or None where this server did not say so."""
    try:
        return About.read(token, person.pk)
    except BadToken:
        return None
