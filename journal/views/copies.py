"""Before something is let go that also stands elsewhere: one page asks what becomes of the copy."""

from collections.abc import Collection
from uuid import UUID

from django.http import HttpResponse

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import copies


def asked_first(
    request: PersonRequest, keys: Collection[UUID], *, back: str, for_good: bool = False
) -> HttpResponse | None:
    """The page that asks; None where no copy stands anywhere, or where it was said already, and then done."""
    told = copies.told(request.user, keys, closed=for_good)
    said = request.POST.get("copies")
    if told and said not in (copies.TAKE, copies.LEAVE):
        context = {"told": told, "back": back, "for_good": for_good, "hidden": _rest(request)}
        return render_page(request, "journal/copies.html", context, status=422)
    if said == copies.TAKE:
        copies.take_off(request.user, keys, closed=for_good)
    return None


def _rest(request: PersonRequest) -> list[tuple[str, str]]:
    said = ((name, values) for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "copies"))
    return [(name, str(value)) for name, values in said for value in values]
