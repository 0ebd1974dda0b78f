"""Earlier versions of an entry: the list, one of them beside the present words, and bringing it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import differences, history, words
from journal import kept as shelf
from journal.models import Entry
from journal.saving import opened
from journal.views import asked


@require_safe
def entry_earlier(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Newest first, twenty at a time; `before` names the one where the last page ended."""
    row = get_object_or_404(request.user.entries, pk=pk)
    if shelf.is_sealed(row, timezone.localdate()):
        return redirect("entry", pk=pk)
    versions, earlier = history.page_of(history.of(request.user, row), asked.key(request, "before"))
    context = {"entry": row, "versions": versions, "earlier": earlier}
    return render_page(request, "journal/earlier.html", context)


@require_safe
def entry_version(request: PersonRequest, pk: UUID, revision: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.entries, pk=pk)
    version = get_object_or_404(history.of(request.user, row), pk=revision)
    if shelf.is_sealed(row, timezone.localdate()):
        return redirect("entry", pk=pk)
    context = {
        "entry": row,
        "version": version,
        "reason": words.REASONS[version.reason],
        "difference": differences.side_by_side(opened(version), opened(row)),
    }
    return render_page(request, "journal/version.html", context)


@require_POST
def version_restore(request: PersonRequest, pk: UUID, revision: UUID) -> HttpResponse:
    row: Entry = get_object_or_404(request.user.entries.out(), pk=pk)
    version = get_object_or_404(history.of(request.user, row), pk=revision)
    try:
        history.restore(request.user, row, version)
    except history.CannotOpen:
        messages.warning(request, _("One of them cannot be opened just now, so both stay as they are."))
        return redirect("entry_version", pk=pk, revision=revision)
    messages.success(request, _("It’s back. What stood here until now is among the earlier versions."))
    return redirect("entry", pk=pk)
