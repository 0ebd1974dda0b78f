"""The turns of a letter in two voices: each moves up or down, and all of them become one letter."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from innerchild.http import safe_next
from journal import saving, turns
from journal.models import Entry


@require_POST
def turn_up(request: PersonRequest, pk: UUID, turn: UUID) -> HttpResponse:
    return _moved(request, pk, turn, by=-1)


@require_POST
def turn_down(request: PersonRequest, pk: UUID, turn: UUID) -> HttpResponse:
    return _moved(request, pk, turn, by=1)


@require_POST
def turns_merge(request: PersonRequest, pk: UUID) -> HttpResponse:
    thread = get_object_or_404(request.user.entries.out(), pk=pk, voice=Entry.Voice.BOTH)
    try:
        turns.merge(request.user, thread)
    except saving.TooLong:
        messages.warning(request, _("Together they are longer than one letter can hold, so they stay as they are."))
    else:
        messages.success(request, _("One letter now, with every turn in it."))
    return _back(request, pk)


def _moved(request: PersonRequest, pk: UUID, turn: UUID, *, by: int) -> HttpResponse:
    row = get_object_or_404(request.user.entries.out().turns(), pk=turn, parent=pk)
    turns.move(request.user, row, by=by)
    return _back(request, pk)


def _back(request: PersonRequest, pk: UUID) -> HttpResponse:
    otherwise = reverse("entry", args=[pk])
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", ""), otherwise=otherwise))
