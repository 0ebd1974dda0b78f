"""What stands on a sheet of something that its owner lets go."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from accounts.models import User
from journal.copies import Holder
from sharing import sheets, telling


def told(person: User, keys: Collection[UUID], *, closed: bool) -> list[str]:
    """Each sheet by whom it was for, and its day."""
    rows = sheets.on_sheets(person, keys, closed=closed).select_related("connection__practice")
    found = list(rows.order_by("-shared_at", "-id").fetch_mode(FETCH_RAISE))
    return [
        _("On the sheet for %(name)s of %(day)s") % {"name": row.connection.whom, "day": day}
        for row, day in zip(found, telling.days(found), strict=True)
    ]


HOLDER = Holder(told=told, take=sheets.withdraw)
