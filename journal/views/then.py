"""Two answers to the same question beside each other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import kept as shelf
from journal import then
from journal.views import asked


@require_safe
def entry_then(request: PersonRequest, pk: UUID) -> HttpResponse:
    """`with` names the other one; `plain` leaves the marks out. Where nothing stands beside it, the entry itself."""
    row = get_object_or_404(request.user.entries, pk=pk)
    pair = then.pair(request.user, row, asked.key(request, "with"))
    if pair is None:
        return redirect("entry", pk=pk)
    others = then.others(request.user, row).defer("body_sealed", "title_sealed")
    before = request.GET.get("before", "")
    days, earlier = shelf.rows_of(others, before)
    context = {
        "entry": row,
        "pair": pair,
        "difference": pair.difference(),
        "plain": "plain" in request.GET,
        "days": days if before or len(days) > 1 else [],
        "earlier": earlier,
    }
    return render_page(request, "journal/then.html", context)
