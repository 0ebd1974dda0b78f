"""Reading as an act: the sheet alone, as large and as wide as one likes, and the place at its foot."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from exercises import places, scene
from innerchild.http import render_page
from journal.views.entries import shown

SIZES: dict[str, Promise] = {"plain": _("As it is"), "large": _("Larger"), "largest": _("Largest")}
WIDTHS: dict[str, Promise] = {"narrow": _("Narrow"), "plain": _("As it is"), "wide": _("Wide")}


@require_safe
def entry_read(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The address says how it is set; nothing of that is stored."""
    place = places.current(request.user)
    context = shown(request, get_object_or_404(request.user.entries, pk=pk)) | {
        "sizes": SIZES,
        "widths": WIDTHS,
        "size": _known(SIZES, request.GET.get("size", "")),
        "width": _known(WIDTHS, request.GET.get("width", "")),
        "scene": scene.compose(place.choices) if place else None,
    }
    return render_page(request, "exercises/read.html", context)


def _known(table: dict[str, Promise], name: str) -> str:
    return name if name in table else "plain"
