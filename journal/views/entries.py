"""One entry: its page, its editing, reading it, and letting it go and coming back."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from innerchild.http import render_page, safe_next
from journal import boxes, resurfacing, words
from journal import kept as shelf
from journal import turns as thread
from journal.about import About
from journal.models import Entry
from journal.saving import opened

DRAWER: dict[str, Promise] = {
    "0": gettext_lazy("Back among what you’ve kept."),
    "1": gettext_lazy("In the drawer now. It shows only when you look there."),
}


@require_safe
def entry(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Its words and what can be done with them."""
    return render_page(request, "journal/entry.html", _shown(request, pk))


@require_safe
def entry_read(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Its words alone, as a sheet to read or to print."""
    return render_page(request, "journal/read.html", _shown(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: PersonRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.entries, pk=pk)
    if opened(row) is None:
        return redirect("entry", pk=pk)
    box = boxes.box_for(request.user, About.of(row), name="words", entry=row)
    is_letter = row.kind == Entry.Kind.LETTER
    label = words.VOICES.get(row.voice, words.KINDS[row.kind]) if is_letter else row.question
    box = replace(box, label=str(label or words.KINDS[row.kind]), paper=is_letter, rows=12)
    trouble = ""
    if request.method == "POST":
        try:
            boxes.keep(request, finish=True)
        except boxes.Unkept as unkept:
            box, trouble = boxes.refill(request, box), unkept.message
        else:
            otherwise = reverse("entry", args=[row.parent_id or pk])
            return HttpResponseRedirect(safe_next(request, request.GET.get("next", ""), otherwise=otherwise))
    back = safe_next(request, request.GET.get("next", ""), otherwise=reverse("entry", args=[pk]))
    context = {"entry": row, "box": box, "trouble": trouble, "back": back}
    return render_page(request, "journal/edit.html", context, status=422 if trouble else 200)


@require_POST
def entry_bin(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let it go, for thirty days; the page it leads to offers it back."""
    row = get_object_or_404(request.user.entries, pk=pk)
    request.user.entries.filter(pk=row.pk, binned_at=None).update(binned_at=timezone.now())
    if row.parent_id:
        return redirect("entry", pk=row.parent_id)
    return HttpResponseRedirect(f"{reverse('kept')}?gone={row.pk}")


@require_POST
def entry_unbin(request: PersonRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.entries.filter(merged=False), pk=pk)
    request.user.entries.filter(pk__in=[row.pk, row.parent_id or row.pk]).update(binned_at=None)
    messages.success(request, _("It’s back where it was."))
    return redirect("entry", pk=row.pk)


@require_POST
def entry_drawer(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Into the drawer, or out of it: where the button said, however often it is pressed."""
    row = get_object_or_404(request.user.entries, pk=pk)
    wanted = request.POST.get("drawer")
    if wanted not in DRAWER:
        raise BadRequest("neither in nor out")
    request.user.entries.filter(pk=row.pk).update(drawer=wanted == "1")
    messages.success(request, str(DRAWER[wanted]))
    return redirect("entry", pk=row.pk)


@require_POST
def entry_resurfacing(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Whether it may come back by itself: yes, when asked first, or never."""
    row = get_object_or_404(request.user.entries, pk=pk)
    wanted = request.POST.get("resurfacing")
    if wanted not in resurfacing.CHOICES:
        raise BadRequest("none of the three answers")
    request.user.entries.filter(pk=row.pk).update(resurfacing=wanted)
    messages.success(request, _("Kept."))
    return redirect("entry", pk=row.pk)


def _shown(request: PersonRequest, pk: UUID) -> dict[str, object]:
    """The entry with its words; one that is sealed shows them only when asked to early."""
    row = get_object_or_404(request.user.entries, pk=pk)
    sealed = shelf.is_sealed(row, timezone.localdate()) and "early" not in request.GET
    text = None if sealed else opened(row)
    spoken = [] if sealed else [_spoken(turn) for turn in thread.of(request.user, row)]
    title = "" if sealed else shelf.opened_title(row)
    return {
        "entry": row,
        "title": title or (words.KINDS[row.kind] if sealed or not row.question else row.question),
        "kind": words.kind_of(row),
        "voice": words.VOICES.get(row.voice, ""),
        "text": text,
        "turns": spoken,
        "sealed": sealed,
        "may_come_back": resurfacing.CHOICES if resurfacing.may_ask(row) else None,
        "broken": text is None and not sealed,
    }


def _spoken(turn: Entry) -> dict[str, object]:
    return {"entry": turn, "who": words.VOICES.get(turn.voice, ""), "text": opened(turn)}
