"""Gone at once: one page asks, and then nothing of it is left to fetch back."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from innerchild.http import render_page, safe_next
from journal import copies
from journal.views.copies import asked_first


@require_http_methods(["GET", "HEAD", "POST"])
def entry_for_good(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Only of what was let go already. The row takes its turns, earlier versions and answered saves with it."""
    row = get_object_or_404(request.user.entries.let_go(), pk=pk)
    back = safe_next(request, request.GET.get("next", ""), otherwise=reverse("bin"))
    if request.method != "POST":
        another = request.user.entries.out().filter(conflict_of=row).exists()
        return render_page(request, "journal/for_good.html", {"back": back, "copies": another})
    if page := asked_first(request, [row.pk], back=back, for_good=True):
        return page
    with transaction.atomic():
        copies.gone(request.user, [row.pk])
        row.delete()
    messages.success(request, _("It’s gone, for good."))
    return HttpResponseRedirect(back)
