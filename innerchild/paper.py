"""What a practice can hand over: a page to decide by, sheets to print, and one short address for all of it."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from innerchild.public import public_page

CODE = re.compile(r"[0-9A-Z]{8}")  # what a practice’s code looks like; whether it is one is asked by its link


@dataclass(frozen=True, slots=True)
class Handout:
    key: str
    template: str
    title: Promise
    about: Promise
    drawing: str


HANDOUTS = {
    each.key: each
    for each in (
        Handout("before", "handouts/before.html", _("Before you begin"), _("What it is, what may sting, and when another day is kinder."), "lamp"),
        Handout("reflections", "handouts/reflections.html", _("Four reflections on paper"), _("Four small questions, with room to write or draw."), "chair"),
        Handout("place", "handouts/place.html", _("A good place card"), _("Somewhere for the two of you, in a drawing or in words."), "den"),
        Handout("letter", "handouts/letter.html", _("Letter sheet, two voices"), _("A letter that goes back and forth, turn by turn."), "envelope"),
        Handout("settle", "handouts/settle.html", _("Settle card, for a pocket"), _("Four small cards on one sheet, to cut out and carry."), "stone"),
        Handout("call", "handouts/call.html", _("Who to call"), _("Numbers and names to fill in while the day is calm."), "shell"),
    )
}  # fmt: skip


@login_not_required
@require_safe
def therapists(request: HttpRequest) -> HttpResponse:
    return public_page(request, "therapists.html", {"handouts": HANDOUTS.values()})


@login_not_required
@require_safe
def handouts(request: HttpRequest) -> HttpResponse:
    return public_page(request, "handouts/index.html", {"handouts": HANDOUTS.values()})


@login_not_required
@require_safe
def handout(request: HttpRequest, key: str) -> HttpResponse:
    """A4 unless Letter is asked for; usual print unless large. A practice’s sheets carry its own link (`?p=`)."""
    if key not in HANDOUTS:
        raise Http404
    each = HANDOUTS[key]
    size = "letter" if request.GET.get("paper") == "letter" else "a4"
    context = {
        "handout": each,
        "size": size,
        "large": request.GET.get("print") == "large",
        **_start(request.GET.get("p", "")),
    }
    return public_page(request, each.template, context)


@login_not_required
@require_safe
def link(request: HttpRequest) -> HttpResponse:
    return public_page(request, "therapists/link.html", _start())


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """For people who come from a sheet of paper. A practice's code (`?p=`) may stand in the address; nothing reads it."""
    return public_page(request, "start.html")


def _start(code: str = "") -> dict[str, object]:
    """The short address: whole, for a QR code, and as somebody would type it. With a practice’s code it is theirs."""
    path = reverse("practice_start", args=[code]) if CODE.fullmatch(code) else reverse("start")
    whole = f"{settings.INNERCHILD_URL}{path}"
    return {"start": whole, "address": whole.partition("://")[2]}
