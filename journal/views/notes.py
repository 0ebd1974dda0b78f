"""A note beneath an entry: the entry to read, and a box under it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import boxes, notes
from journal.views.entries import shown


@require_http_methods(["GET", "HEAD", "POST"])
def entry_note(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One beneath what stands for itself; what is let go, a turn, or another note has none."""
    row = get_object_or_404(request.user.entries.out().filter(parent=None), pk=pk)
    box, trouble = notes.box(request.user, row), ""
    if request.method == "POST":
        try:
            saved = boxes.keep(request, finish=True)
        except boxes.Unkept as unkept:
            box, trouble = boxes.refill(request, box), unkept.message
        else:
            place = f"#note-{saved[0].entry}" if saved else ""
            return HttpResponseRedirect(reverse("entry", args=[pk]) + place)
    context = {**shown(request, row), "box": box, "trouble": trouble}
    return render_page(request, "journal/note.html", context, status=422 if trouble else 200)
