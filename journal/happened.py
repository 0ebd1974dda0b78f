"""What the record of an account says of copies taken along, and of what was brought in."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SecurityEvent
from journal.importing.known import FORMATS

TAKEN: dict[str, Promise] = {
    "archive": gettext_lazy("Writing was taken along, as an archive."),
    "book": gettext_lazy("Writing was taken along, as a book to read."),
    "markdown": gettext_lazy("Writing was taken along, as plain text files."),
    "day-one": gettext_lazy("Writing was taken along, for Day One."),
    "fhir": gettext_lazy("Writing was taken along, for a health record."),
}


def exported(event: SecurityEvent) -> str:
    return str(TAKEN[event.details["form"]])


def brought_in(event: SecurityEvent) -> str:
    return _("Writing from elsewhere was brought in: %(what)s.") % {"what": _format(event)}


def taken_out(event: SecurityEvent) -> str:
    return _("What had been brought in was taken out again: %(what)s.") % {"what": _format(event)}


WORDS: dict[str, Callable[[SecurityEvent], str]] = {
    SecurityEvent.Kind.EXPORTED: exported,
    SecurityEvent.Kind.BROUGHT_IN: brought_in,
    SecurityEvent.Kind.TAKEN_OUT: taken_out,
}


def _format(event: SecurityEvent) -> str:
    return str({each.key: each.title for each in FORMATS}[event.details["format"]])
