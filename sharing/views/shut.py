"""A sheet in the making that does not open: what is said then, and how one goes on without losing anything."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.requests import PersonRequest
from innerchild.http import render_page
from sharing import drafts
from sharing.models import Connection
from sharing.tray_form import TrayForm
from sharing.window_form import WindowForm


def says_so[**Rest](
    view: Callable[Concatenate[PersonRequest, Rest], HttpResponse],
) -> Callable[Concatenate[PersonRequest, Rest], HttpResponse]:
    """For every page of a sheet in the making: where that does not open, one page stands for all of them."""

    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except drafts.Shut:
            return _shut(request, UUID(str(kwargs["pk"])))

    return wrapped


def made_room(request: PersonRequest, connection: Connection) -> HttpResponse | None:
    """Put aside what does not open, or go on with what opens again. None where words came along that are to be held."""
    if aside := request.POST.get("take-up"):
        with suppress(ValueError):
            drafts.take_up(connection, UUID(aside))
    elif "anew" in request.POST:
        drafts.put_aside(connection)
        if "ask.text" in request.POST:
            return None
    else:
        return None
    return redirect("sheet_new", pk=connection.pk)


def _shut(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What came typed comes back, and the time it was to be open."""
    typed = "ask.text" in request.POST
    context = {
        "connection": get_object_or_404(request.user.connections.select_related("practice"), pk=pk),
        "form": TrayForm(request.POST) if typed else None,
        "times": [(name, request.POST[name]) for name in WindowForm.base_fields if name in request.POST],
        "page": uuid4(),
    }
    return render_page(request, "sharing/shut.html", context, status=422 if request.method == "POST" else 200)
