"""Letters and their answers as one exchange."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import correspondence
from journal.models import Entry


@require_safe
def entry_exchange(request: PersonRequest, pk: UUID) -> HttpResponse:
    """To be read; each letter of it can be opened, and the last one answered."""
    letters = request.user.entries.out().filter(kind=Entry.Kind.LETTER, parent=None)
    row = get_object_or_404(letters, pk=pk)
    found = correspondence.exchange(request.user, row)
    if not found:
        return redirect("entry", pk=pk)
    last = found[-1].entry
    context = {
        "entry": row,
        "letters": found,
        "last": last if correspondence.may_answer(last, timezone.localdate()) else None,
    }
    return render_page(request, "journal/exchange.html", context)
