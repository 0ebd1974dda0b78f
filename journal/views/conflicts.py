"""Two versions of one text: both side by side, and the ways to decide."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import conflicts, differences
from journal import kept as shelf
from journal.conflicts import Pair
from journal.history import CannotOpen
from journal.saving import opened


@require_safe
def entry_compare(request: PersonRequest, pk: UUID) -> HttpResponse:
    """By the id of a copy, or of what it is a copy of. Where all is decided, the entry."""
    row = get_object_or_404(request.user.entries, pk=pk)
    two = conflicts.pair(request.user, row)
    if two is None or shelf.is_sealed(row, timezone.localdate()):
        return redirect("entry", pk=row.parent_id or pk)
    difference = differences.side_by_side(opened(two.entry), opened(two.copy))
    return render_page(request, "journal/compare.html", {"two": two, "difference": difference})


@require_POST
def compare_choose(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Go on with the one that was `chosen`."""
    two, here = _pair(request, pk), reverse("entry_compare", args=[pk])
    if two is None:
        return HttpResponseRedirect(here)
    chosen = two.copy if request.POST.get("chosen") == str(two.copy.pk) else two.entry
    try:
        conflicts.choose(request.user, two, chosen.pk, request.POST.get("seen", ""))
    except conflicts.Changed:
        messages.warning(request, _("One of them had changed since this page was opened, so here they are again."))
        return HttpResponseRedirect(here)
    except CannotOpen:
        messages.warning(request, _("One of them cannot be opened just now, so both stay as they are."))
        return HttpResponseRedirect(here)
    messages.success(request, _("Chosen. The other one’s words are among the earlier versions."))
    return _decided(two, gone=None if chosen is two.copy else two.copy.pk)


@require_POST
def compare_both(request: PersonRequest, pk: UUID) -> HttpResponse:
    two = _pair(request, pk)
    if two is None:
        return redirect("entry_compare", pk=pk)
    conflicts.keep_both(request.user, two)
    messages.success(request, _("Both are kept, each by itself."))
    return _decided(two)


def _pair(request: PersonRequest, pk: UUID) -> Pair | None:
    """Only of the very copy: what stands on a page has to be what is decided."""
    two = conflicts.pair(request.user, get_object_or_404(request.user.entries, pk=pk))
    return two if two and two.copy.pk == pk else None


def _decided(two: Pair, gone: UUID | None = None) -> HttpResponse:
    """On to the next copy, if there is one, else to what was chosen. A copy that was not can be had back there."""
    if two.more:
        return redirect("entry_compare", pk=two.more[0].pk)
    address = reverse("entry", args=[two.home])
    return HttpResponseRedirect(f"{address}?gone={gone}" if gone else address)
