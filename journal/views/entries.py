"""One entry: its page, its editing, reading it, and letting it go and coming back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import FETCH_RAISE
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
from journal import boxes, conflicts, correspondence, history, resurfacing, then, wishes, words
from journal import kept as shelf
from journal.about import About
from journal.boxes import Box
from journal.models import Entry
from journal.saving import Saved, opened
from journal.views import asked, copies

VERSION = "version"

DRAWER: dict[str, Promise] = {
    "0": gettext_lazy("Back among what you’ve kept."),
    "1": gettext_lazy("In the drawer now. It shows only when you look there."),
}


@require_safe
def entry(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Its words, to be read, and what can be done with them."""
    row = get_object_or_404(request.user.entries, pk=pk)
    context = {
        **shown(request, row),
        "let_go": asked.let_go(request),
        "undecided": len(conflicts.undecided(request.user, row).values_list("pk")),
        "exchanged": _exchanged(request, row),
        "hopes": (row.step, row.question_key) == wishes.HOPED and row.kept_at and not row.conflict_of_id,
        "again": then.others(request.user, row).exists(),
    }
    return render_page(request, "journal/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Change its words, with another entry `beside` them if that was asked for."""
    row = get_object_or_404(request.user.entries, pk=pk)
    folded = shelf.is_sealed(row, timezone.localdate()) and request.method != "POST"
    if folded or opened(row) is None:
        return redirect("entry", pk=pk)
    box, trouble = _box(request, row), ""
    if request.method == "POST":
        try:
            saved = boxes.keep(request, finish=request.POST.get("go") != VERSION)
        except boxes.Unkept as unkept:
            box, trouble = boxes.refill(request, box), unkept.message
        else:
            return _edited(request, row, saved)
    context = {
        "entry": row,
        "box": box,
        "trouble": trouble,
        "back": safe_next(request, request.GET.get("next", ""), otherwise=reverse("entry", args=[_read_at(row)])),
        "beside": _beside(request),
        "undecided": len(conflicts.undecided(request.user, row).values_list("pk")),
    }
    return render_page(request, "journal/edit.html", context, status=422 if trouble else 200)


@require_POST
@transaction.atomic
def entry_bin(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let it go, for thirty days; the page it leads to offers it back."""
    row = get_object_or_404(request.user.entries, pk=pk)
    if page := copies.asked_first(request, [row.pk], back=reverse("entry", args=[_read_at(row)])):
        return page
    request.user.entries.filter(pk=row.pk, binned_at=None).update(binned_at=timezone.now())
    wishes.settle(request.user, row.wish_id)
    address = reverse("entry", args=[row.parent_id]) if row.parent_id else reverse("kept")
    return HttpResponseRedirect(f"{address}?gone={row.pk}")


@require_POST
@transaction.atomic
def entry_unbin(request: PersonRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.entries.filter(merged=False), pk=pk)
    request.user.entries.filter(pk__in=[row.pk, row.parent_id or row.pk]).update(binned_at=None)
    wishes.settle(request.user, row.wish_id)
    messages.success(request, _("It’s back where it was."))
    return redirect("entry", pk=row.parent_id or row.pk)


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


def shown(request: PersonRequest, row: Entry) -> dict[str, object]:
    """The entry with its words; one that is sealed shows them only when asked to early."""
    folded = shelf.is_sealed(row, timezone.localdate())
    sealed = folded and "early" not in request.GET
    text = None if sealed else opened(row)
    names = words.names(request.user)
    beneath = request.user.entries.out().filter(parent=row).order_by("position", "created_at", "id")
    parts = [] if sealed else [_spoken(part, names) for part in beneath.fetch_mode(FETCH_RAISE)]
    title = "" if sealed else shelf.opened_title(row)
    return {
        "entry": row,
        "title": title or (words.called(row) if sealed or not row.question else row.question),
        "kind": words.kind_of(row),
        "voice": names.get(row.voice, ""),
        "text": text,
        "turns": [part for part in parts if part["entry"].kind != Entry.Kind.NOTE],
        "notes": [part for part in parts if part["entry"].kind == Entry.Kind.NOTE],
        "sealed": sealed,
        "folded": folded,
        "may_answer": correspondence.may_answer(row, timezone.localdate()) and text is not None,
        "may_come_back": resurfacing.CHOICES if resurfacing.may_ask(row) else None,
        "broken": text is None and not sealed,
    }


def _exchanged(request: PersonRequest, row: Entry) -> bool:
    """Whether there are letters that it answers, or that answer it."""
    if row.kind != Entry.Kind.LETTER or row.parent_id or row.binned_at:
        return False
    tied = correspondence.members(request.user, row) - {row.pk}
    return bool(tied) and correspondence.standing(request.user, tied).exists()


class _Spoken(TypedDict):
    entry: Entry
    who: str
    text: str | None


def _spoken(part: Entry, names: Mapping[str, str]) -> _Spoken:
    return {"entry": part, "who": names.get(part.voice, ""), "text": opened(part)}


def _box(request: PersonRequest, row: Entry) -> Box:
    is_letter = row.kind == Entry.Kind.LETTER
    label = words.VOICES.get(row.voice, words.KINDS[row.kind]) if is_letter else row.question
    box = boxes.box_for(request.user, About.of(row), name="words", entry=row)
    return replace(box, label=str(label or words.called(row)), paper=is_letter, rows=12)


def _beside(request: PersonRequest) -> dict[str, object] | None:
    row = asked.beside(request)
    return {"entry": row, "text": opened(row)} if row else None


def _edited(request: PersonRequest, row: Entry, saved: list[Saved]) -> HttpResponse:
    """Back to reading; or on in the same box, with this version among the earlier ones."""
    if request.POST.get("go") != VERSION:
        otherwise = reverse("entry", args=[_read_at(row)])
        return HttpResponseRedirect(safe_next(request, request.GET.get("next", ""), otherwise=otherwise))
    for one in saved:
        history.keep(request.user, one.entry)
    messages.success(request, _("This version is kept. It stands among the earlier ones, however you go on."))
    address = reverse("entry_edit", args=[saved[0].entry if saved else row.pk])
    return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)


def _read_at(row: Entry) -> UUID:
    """A turn or a note is read with what it belongs to."""
    return row.parent_id or row.pk
