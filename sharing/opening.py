"""A sealed value that a page can do without: something else stands in its place, and the page goes on."""

import logging

from django.db.models import Model
from django.utils.translation import gettext as _

from sharing.freezing import Words
from sharing.models import Connection, Sheet, SheetItem
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

log = logging.getLogger(__name__)


def opened[T](row: Model, attribute: str, otherwise: T) -> T:
    """That attribute of the row, or `otherwise` where it cannot be opened."""
    try:
        value: T = getattr(row, attribute)
    except (Refused, KeyNotInRing):
        log.warning("decrypt_failed %s=%s", row._meta.model_name, row.pk)
        return otherwise
    return value


def name_of(connection: Connection) -> str:
    """What this client is called at that practice, or ""."""
    return opened(connection, "name", "")


def words_of(item: SheetItem, copy: str) -> Words:
    """One piece, of the reader's copy (`words`) or the owner's (`own_words`): it closes none of the others."""
    return opened(item, copy, {}) or {"heading": _("This one cannot be opened just now")}


def whom_of(sheet: Sheet) -> str:
    """Whom it was for, for its owner: by the name they stated then; by today's where that was not kept."""
    return opened(sheet, "own_whom", "") or sheet.connection.whom


def ask_of(sheet: Sheet, copy: str) -> str | None:
    """What was asked for with it, of the reader's copy (`ask`) or the owner's (`own_ask`); None where it doesn't open."""
    words: str | None = opened(sheet, copy, None)
    return words
