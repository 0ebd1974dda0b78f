"""What an address asks for after its question mark: ids, of which anybody may type any."""

from uuid import UUID

from django.utils import timezone

from accounts.requests import PersonRequest
from journal.models import Entry


def key(request: PersonRequest, name: str) -> UUID | None:
    """The id of that name, or None where there is none."""
    try:
        return UUID(request.GET[name])
    except (KeyError, ValueError):
        return None


def let_go(request: PersonRequest) -> Entry | None:
    """`gone`: the entry that was let go a moment ago, so that the page can offer it back."""
    gone = key(request, "gone")
    return request.user.entries.let_go().filter(pk=gone).first() if gone else None


def beside(request: PersonRequest) -> Entry | None:
    """`beside`: another entry, to be read while one is written in."""
    wanted = key(request, "beside")
    mine = request.user.entries.unsealed(timezone.localdate())
    return mine.filter(pk=wanted).first() if wanted else None
