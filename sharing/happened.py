"""What the record of an account says of sharing: in words, with the name of the practice where that is known."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import SecurityEvent
from sharing.models import Connection
from sharing.opening import whom_of

Kind = SecurityEvent.Kind
SAID: Mapping[str, Promise] = {
    Kind.CONNECTED: _("You connected with %(name)s. Nothing was shared by that."),
    Kind.CONNECTION_ENDED: _("You and %(name)s parted. Nothing of yours opens to them since."),
    Kind.PARTING_NAMED: _("A last day was named for you and %(name)s."),
    Kind.PARTING_TAKEN_BACK: _("The last day for you and %(name)s was taken back."),
    Kind.SHARE_OFFERED: _("You shared a sheet with %(name)s, or chose another time for one."),
    Kind.SHARE_OPENED: _("%(name)s opened a sheet that you shared."),
    Kind.SHARE_STOPPED: _("A sheet for %(name)s was closed, and its key destroyed."),
    Kind.SHARE_ENDED: _("The time of a sheet for %(name)s was over, and its key was destroyed."),
    Kind.SUGGESTION_OFFERED: _("%(name)s suggested a step."),
    Kind.SUGGESTION_SILENCED: _("You asked for no more suggestions from %(name)s."),
}
CLIENT, PRACTICE = Connection.Side.CLIENT, Connection.Side.PRACTICE
SAID_BY: Mapping[tuple[str, str], Promise] = {
    (Kind.CONNECTION_ENDED, CLIENT): _("You ended the connection with %(name)s. Nothing of yours opens to them since."),
    (Kind.CONNECTION_ENDED, PRACTICE): _(
        "%(name)s ended the connection with you. Nothing of yours opens to them since."
    ),
    (Kind.PARTING_NAMED, CLIENT): _("You named a last day for you and %(name)s, or changed it."),
    (Kind.PARTING_NAMED, PRACTICE): _("%(name)s named a last day for the two of you, or changed it."),
    (Kind.PARTING_TAKEN_BACK, CLIENT): _("You took back the last day for you and %(name)s."),
    (Kind.PARTING_TAKEN_BACK, PRACTICE): _("%(name)s took back the last day that they had named."),
}


def opened_a_practice(event: SecurityEvent) -> str:  # noqa: ARG001 - every kind is asked in the same way
    return _now("You opened a practice. Its link leads to what you state about yourself.")


def closed_a_practice(event: SecurityEvent) -> str:  # noqa: ARG001 - every kind is asked in the same way
    return _now("You closed your practice. Its link leads nowhere since, and every connection with it ended.")


def _sentence(kind: str, event: SecurityEvent) -> str:
    row = _connection(event)
    words = SAID[kind]
    if not (kind == Kind.CONNECTION_ENDED and row and row.parted):
        words = SAID_BY.get((kind, str(event.details.get("by"))), words)
    return str(words) % {"name": _whom(event, row)}


def _whom(event: SecurityEvent, row: Connection | None) -> str:
    """By the name they stated when that sheet was shared; else by today's."""
    if row is None:
        return _now("a practice")
    key = event.details.get("sheet")
    sheet = row.sheets.filter(pk=UUID(str(key))).first() if key else None
    if sheet is None:
        return row.whom
    sheet.connection = row
    return whom_of(sheet)


def _connection(event: SecurityEvent) -> Connection | None:
    """The one it was about, while it is there and theirs. Raises `ValueError` for an id that is none."""
    rows = Connection.objects.filter(owner=event.owner_id, pk=UUID(str(event.details.get("connection"))))
    return rows.select_related("practice").first()


WORDS: Mapping[str, Callable[[SecurityEvent], str]] = {
    Kind.PRACTICE_OPENED: opened_a_practice,
    Kind.PRACTICE_CLOSED: closed_a_practice,
    **{kind: partial(_sentence, kind) for kind in SAID},
}
