"""Putting a sheet together: the tray with what was picked, and picking."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guesses import zone_of
from accounts.leaving import keeps_before_leaving
from accounts.requests import PersonRequest
from innerchild.http import is_autosave, render_page
from journal import boxes, kept, words
from journal import drafts as answering
from sharing import blackout, drafts, freezing, picking
from sharing.models import Connection
from sharing.picking import KindForm, LooksForm, TooMany
from sharing.tray_form import TrayForm
from sharing.views.shut import made_room, says_so
from sharing.window_form import WindowForm

MOVES = {"up": -1, "down": 1}
LONG = 10  # digits: no piece has such a number


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
@says_so
def sheet_new(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The tray. Whatever is pressed, what was typed is held first, also where it is over with that therapist meanwhile."""
    if request.method != "POST":
        return _tray(request, connection_of(request, pk))
    connection = get_object_or_404(request.user.connections.select_related("practice"), pk=pk)
    if (going_on := made_room(request, connection)) is not None:
        return going_on
    if is_autosave(request):
        return answering.answer(request, lambda: _hold_or_say(request, connection))
    form, window = TrayForm(request.POST), window_form(request, request.POST)
    if trouble := _too_much(request, form):
        return _tray(request, connection, form, trouble=trouble)
    if not _hold(request, connection, form, window):
        return _tray(request, connection, form, meanwhile=True)
    return _pressed(request, connection, window)


@require_http_methods(["GET", "HEAD", "POST"])
@says_so
def sheet_pick(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A list to tick, of a range if the address names one. Nothing is ticked before somebody ticks it.

    Where the sheet does not open, that is said before somebody chooses.
    """
    connection = connection_of(request, pk)
    drafts.choices_of(drafts.of(connection))
    if request.method != "POST":
        return _list(request, connection, LooksForm())
    looks = LooksForm(request.POST)
    if not looks.is_valid():
        return _list(request, connection, looks, status=422)
    said = looks.picked()
    picked = [*picking.picked(request.user, request.POST.getlist("pick")), *([said] if said else [])]
    if not picked:
        return _list(request, connection, looks, trouble=_("Nothing is ticked yet. Any one of them is enough."))
    try:
        drafts.arrange(request.user, connection, lambda pieces: picking.added(pieces, picked))
    except TooMany:
        trouble = _("A sheet holds twenty pieces, and these would be more. Fewer are easier to talk about.")
        return _list(request, connection, looks, trouble=trouble)
    return HttpResponseRedirect(f"{reverse('sheet_new', args=[pk])}#tray")


def connection_of(request: PersonRequest, pk: UUID) -> Connection:
    going_on = request.user.connections.going_on(timezone.now()).select_related("practice")
    return get_object_or_404(going_on, pk=pk)


def window_form(request: PersonRequest, said: Any = None, *, begun: Mapping[str, Any] | None = None) -> WindowForm:
    return WindowForm(said, zone=zone_of(request.user.time_zone), begun=begun)


def _too_much(request: PersonRequest, form: TrayForm) -> str:
    if request.POST.get("writer") != str(request.user.pk):
        return str(boxes.OTHER_WRITER)
    return "" if form.is_valid() else _("Something here is longer than fits. All of it is still in its box.")


def _hold(request: PersonRequest, connection: Connection, form: TrayForm, window: WindowForm) -> bool:
    """Whether it could be held: False where another page said something else meanwhile."""
    try:
        rev = int(request.POST.get("over") or request.POST["rev"])
    except (KeyError, ValueError):
        raise BadRequest("a page this house did not make") from None
    said = {"ask": form.cleaned_data["ask"], "black": form.cleaned_data["black"], "window": window.typed()}
    page = request.POST.get("page", "")[:36]
    return drafts.change(request.user, connection, rev, page=page, **said) is not None


def _hold_or_say(request: PersonRequest, connection: Connection) -> None:
    form = TrayForm(request.POST)
    if not form.is_valid():
        raise boxes.Unkept("longer than fits")
    try:
        held = _hold(request, connection, form, window_form(request, request.POST))
    except drafts.Shut:
        held = False  # the page says so once its form is pressed
    if not held:
        raise answering.Unfit


def _pressed(request: PersonRequest, connection: Connection, window: WindowForm) -> HttpResponse:
    """What was typed is held; now what the press says."""
    action, _dash, number = request.POST.get("go", "").partition("-")
    if not request.user.connections.going_on(timezone.now()).filter(pk=connection.pk).exists():
        action = "over"
    if action == "look" and not window.is_valid():
        return _tray(request, connection, window=window)
    return _onward(request, connection, action, int(number) if number.isdecimal() and len(number) < LONG else 0)


def _onward(request: PersonRequest, connection: Connection, action: str, number: int) -> HttpResponse:
    tray = reverse("sheet_new", args=[connection.pk])
    if action == "over":
        return redirect("connection", pk=connection.pk)
    if action == "look":
        return redirect("sheet_preview", pk=connection.pk)
    if action == "add":
        return redirect("sheet_pick", pk=connection.pk)
    if action == "change":
        return redirect("sheet_piece", pk=connection.pk, place=number)
    if action in MOVES:
        drafts.arrange(request.user, connection, lambda pieces: drafts.moved(pieces, number, MOVES[action]))
        return HttpResponseRedirect(f"{tray}#piece-{number}")
    if action == "off":
        drafts.arrange(request.user, connection, lambda pieces: drafts.without(pieces, number))
    return HttpResponseRedirect(f"{tray}#tray")


def _tray(  # noqa: PLR0913
    request: PersonRequest,
    connection: Connection,
    form: TrayForm | None = None,
    *,
    window: WindowForm | None = None,
    trouble: str = "",
    meanwhile: bool = False,
) -> HttpResponse:
    draft = drafts.of(connection)
    choices = drafts.choices_of(draft)
    composed = freezing.compose(request.user, choices)
    context = {
        "connection": connection,
        "form": form or TrayForm(initial=choices),
        "window": window or window_form(request, begun=request.POST.dict() if form else choices["window"]),
        "pieces": [
            (piece["number"], piece["kind"], frozen, _begins(request, frozen))
            for piece, frozen in zip(choices["pieces"], composed.pieces, strict=True)
        ],
        "composed": composed,
        "kept": draft.touched_at if draft and not form else None,  # what stands in the boxes, and nothing else
        "rev": request.POST.get("rev", "0") if form else draft.rev if draft else 0,
        "page": request.POST.get("page", "") if form else uuid4(),
        "meanwhile": choices if meanwhile else None,
        "standing": draft.rev if draft else 0,
        "trouble": trouble,
        "unkept": form is not None,
    }  # fmt: skip
    return render_page(request, "sharing/tray.html", context, status=422 if form or window else 200)


def _begins(request: PersonRequest, piece: freezing.Frozen) -> str:
    """Its first words, to tell one letter from another; "" where their owner hides first words in lists."""
    part = next(iter(piece.words["parts"]), None)
    if part is None or kept.hides(request.user):
        return ""
    marks = {blackout.BLACK: blackout.MARK, blackout.GAP: " … "}
    said = "".join(marks.get(kind, text) for kind, text in part["runs"])
    return words.first_of(said, words=12)


def _list(
    request: PersonRequest, connection: Connection, looks: LooksForm, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    span = KindForm(request.GET)
    items, more = picking.entries(request.user, span)
    context = {
        "connection": connection,
        "range": span,
        "items": items,
        "more": more,
        "again": picking.again(request.user),
        "places": picking.of_places(request.user),
        "looked": request.user.check_ins.filter(binned_at=None).exists(),
        "looks": looks,
        "picked": request.POST.getlist("pick"),
        "trouble": trouble,
    }
    return render_page(request, "sharing/pick.html", context, status=422 if trouble or span.errors else status)
