"""The formats that can be brought in, in the order in which they are tried."""

from django.utils.translation import gettext_lazy as _

from journal.importing import Format, Refused
from journal.importing.archive_format import Archive
from journal.importing.bundle import Bundle
from journal.importing.dailytxt import DailyTxt
from journal.importing.daylio import Daylio
from journal.importing.dayone import DayOne
from journal.importing.journey import Journey
from journal.importing.journiv import Journiv
from journal.importing.jrnl import Jrnl
from journal.importing.markdown import Markdown

FORMATS: list[Format] = [Archive(), DayOne(), Journiv(), DailyTxt(), Journey(), Jrnl(), Daylio(), Markdown()]
UNKNOWN = _("This is none of the kinds that can be brought in here. Nothing was brought in.")


def format_of(bundle: Bundle) -> Format:
    """The first that fits. Where none does, what the first of them found wrong with it is said."""
    trouble: Refused | None = None
    for one in FORMATS:
        try:
            if one.fits(bundle):
                return one
        except Refused as refused:
            trouble = trouble or refused
    raise trouble or Refused(bundle.name, UNKNOWN)
