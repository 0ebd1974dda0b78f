"""The seal of a letter: taken off before its day, by whoever put it on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from journal import sealing


@require_POST
def entry_unseal(request: PersonRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.entries.out(), pk=pk, parent=None)
    sealing.seal(request.user, row, None)
    messages.success(request, _("The seal is off. It opens like any other letter now."))
    return redirect("entry", pk=pk)
