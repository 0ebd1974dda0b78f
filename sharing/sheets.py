"""Sharing a sheet, reading it, moving its window, and taking it back.

The owner's ring is open while a sheet is made: it opens what was picked, and seals copies under a new key that only
those two people hold. Taking back deletes the key and empties the copies in one transaction.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import FETCH_RAISE, QuerySet
from django.utils import timezone

from accounts import ledger
from accounts.models import SecurityEvent, User
from sharing import drafts, freezing
from sharing.freezing import Composed, Words
from sharing.models import Connection, DraftSheet, Opening, Practice, Sheet, SheetItem, SheetQuerySet
from sharing.opening import ask_of, opened
from sharing.windows import Window
from vault import destroying, keyring
from vault.models import ShareKey

Kind = SecurityEvent.Kind


class NotAsSeen(Exception):
    """What would be shared is no longer what was looked at."""


class NotReady(Exception):
    """Nothing was picked, or a piece cannot be shared as it is."""


def share(person: User, connection: Connection, window: Window, *, seen: str) -> Sheet:
    """Freeze the draft of this connection and seal it for its practice. Pressed twice, it is one sheet.

    The sheet has the id that its draft had. `seen`: the mark of the preview that was looked at. Raises `NotAsSeen`,
    `NotReady`, `Connection.DoesNotExist` where it is over meanwhile, and `DraftSheet.DoesNotExist` where the draft was
    shared meanwhile.
    """
    with transaction.atomic():
        going_on = person.connections.going_on(timezone.now()).select_related("practice")
        connection = going_on.select_for_update(of=("self",)).get(pk=connection.pk)
        draft = DraftSheet.objects.select_for_update().get(connection=connection, put_aside_at=None)
        choices = drafts.choices_of(draft)
        composed = freezing.compose(person, choices)
        if not composed.ready:
            raise NotReady
        if freezing.seen(person, composed, choices["window"]) != seen:
            raise NotAsSeen
        sheet = Sheet(pk=draft.pk, owner=person, connection=connection, shared_at=timezone.now())
        _seal(sheet, composed, connection.reader_id, _times(person, window))
        draft.delete()
        ledger.note(person.pk, Kind.SHARE_OFFERED, sheet=str(sheet.pk), connection=str(connection.pk))
    return sheet


def move(person: User, sheet: Sheet, window: Window) -> bool:
    """Give a sheet another window; one whose key is gone gets a new key, and the owner's own copy is sealed under it.

    False where it was taken back meanwhile.
    """
    with transaction.atomic():
        row = Sheet.objects.select_for_update().get(pk=sheet.pk)
        if row.stopped_at is not None:
            return False
        if not ShareKey.objects.filter(pk=row.pk).exists():
            _seal_again(row)
        for name, value in _times(person, window).items():
            setattr(row, name, value)
        row.save()
        ledger.note(person.pk, Kind.SHARE_OFFERED, sheet=str(row.pk), connection=str(row.connection_id))
    return True


def stop(sheet: Sheet) -> None:
    """Take it back: the key goes now, and so do the copies. The owner's own copy stays theirs."""
    with transaction.atomic():
        if Sheet.objects.filter(pk=sheet.pk, stopped_at=None).update(stopped_at=timezone.now()):
            ledger.note(sheet.owner_id, Kind.SHARE_STOPPED, sheet=str(sheet.pk), connection=str(sheet.connection_id))
        empty([sheet.pk])


def empty(sheets: list[UUID]) -> None:
    """Destroy the keys of these sheets, and what was sealed under them."""
    destroying.destroy_share(*sheets)
    Sheet.objects.filter(pk__in=sheets).update(ask_sealed=None)
    SheetItem.objects.filter(sheet__in=sheets).update(words_sealed=None)


def withdraw(person: User, sources: Collection[UUID], *, closed: bool = False) -> int:
    """Take what came from any of these off every sheet that is still out; how many excerpts. A sheet without any goes.

    `closed`: off those that nobody can open any more, too, where its owner still has a copy.

    What is taken off is gone from the owner's own copy, too: that keeps which kind it was, and its day.
    """
    with transaction.atomic():
        out = list(on_sheets(person, sources, closed=closed).select_for_update(of=("self",)))
        items = _from(sources).filter(sheet__in=out)
        gone = [_taken_off(item) for item in items.fetch_mode(FETCH_RAISE)]
        for sheet in out:
            if not sheet.items.filter(withdrawn_at=None).exists():
                stop(sheet)
    return len(gone)


def on_sheets(person: User, sources: Collection[UUID], *, closed: bool = False) -> SheetQuerySet:
    """The sheets still out that hold something from any of these; those that are over, too, if `closed`."""
    items = _from(sources).filter(owner=person)
    holding = Sheet.objects.filter(owner=person, pk__in=items.values("sheet"))
    return holding if closed else holding.out(timezone.now())


def _from(sources: Collection[UUID]) -> QuerySet[SheetItem]:
    """A source is an element of the list in its column; PostgreSQL looks for those as it does for keys."""
    return SheetItem.objects.filter(sources__has_any_keys=[str(key) for key in sources], withdrawn_at=None)


def for_practice(practice: Practice, now: datetime) -> SheetQuerySet:
    """What this practice may know of: sheets that are out, of connections that go on."""
    going_on = practice.connections.going_on(now)
    return Sheet.objects.filter(connection__in=going_on).out(now)


def read(sheet: Sheet) -> list[SheetItem]:
    """Its pieces, in the owner's order, for its reader, and a receipt for this reading."""
    with transaction.atomic():
        Opening.objects.create(owner_id=sheet.owner_id, sheet=sheet, at=timezone.now())
        ledger.note(sheet.owner_id, Kind.SHARE_OPENED, sheet=str(sheet.pk), connection=str(sheet.connection_id))
    return pieces(sheet)


def pieces(sheet: Sheet) -> list[SheetItem]:
    return list(sheet.items.filter(withdrawn_at=None).order_by("position").fetch_mode(FETCH_RAISE))


def talked(sheet: Sheet) -> bool:
    """The reader says that the two talked about it; the owner sees that. False where it was said before."""
    return Sheet.objects.filter(pk=sheet.pk, talked_at=None).update(talked_at=timezone.now()) > 0


def close_due(now: datetime) -> int:
    """Destroy the keys of sheets whose time is over; they could not be read any more before. How many there were."""
    over = Sheet.objects.filter(closes_at__lte=now, stopped_at=None, pk__in=ShareKey.objects.values("share"))
    return sum(_closed(over.filter(pk=key)) for key in list(over.values_list("pk", flat=True)))


def _closed(over: SheetQuerySet) -> bool:
    """One by one, so that nobody's record is held for somebody else's sheet."""
    with transaction.atomic():
        sheet = over.select_for_update().first()
        if sheet is None:  # moved or taken back just now
            return False
        empty([sheet.pk])
        ledger.note(sheet.owner_id, Kind.SHARE_ENDED, sheet=str(sheet.pk), connection=str(sheet.connection_id))
    return True


def _seal(sheet: Sheet, composed: Composed, reader: UUID, times: Mapping[str, Any]) -> None:
    for name, value in times.items():
        setattr(sheet, name, value)
    keyring.make_share_key(sheet.pk, owner=sheet.owner_id, reader=reader)
    sheet.ask, sheet.own_ask, sheet.own_whom = composed.ask, composed.ask, sheet.connection.whom
    sheet.save(force_insert=True)
    for position, piece in enumerate(composed.pieces):
        sources = [str(key) for key in piece.sources]
        item = SheetItem(owner_id=sheet.owner_id, sheet=sheet, position=position, sources=sources)
        item.words, item.own_words = piece.words, piece.words
        item.save(force_insert=True)


def _seal_again(sheet: Sheet) -> None:
    keyring.make_share_key(sheet.pk, owner=sheet.owner_id, reader=sheet.connection.reader_id)
    sheet.ask = ask_of(sheet, "own_ask")
    for item in sheet.items.filter(withdrawn_at=None):
        item.words = opened(item, "own_words", None)  # what does not open for its owner is passed by for both
        item.save(update_fields=["words_sealed"])


def _taken_off(item: SheetItem) -> SheetItem:
    own: Words = opened(item, "own_words", {})  # what cannot be opened can be taken off
    kept = {key: own.get(key, "") for key in ("kind", "label", "day", "until")}
    item.withdrawn_at, item.words, item.own_words = timezone.now(), None, kept
    item.save(update_fields=["withdrawn_at", "words_sealed", "own_words_sealed"])
    return item


def _times(person: User, window: Window) -> Mapping[str, Any]:
    return {
        "rule": window.rule,
        "session_at": window.session,
        "opens_at": window.opens,
        "closes_at": window.closes,
        "time_zone": person.time_zone,
    }
