"""The page before sharing: exactly what the therapist will see, blacking out in it, and the press that shares it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factors
from accounts.requests import PersonRequest
from accounts.views.door import freshly_proved
from innerchild.http import render_page
from sharing import blackout, drafts, freezing, sheets
from sharing.models import Connection, DraftSheet
from sharing.opening import name_of
from sharing.tray_form import BLACK_MAX
from sharing.views.sheets import connection_of, window_form
from sharing.views.shut import says_so
from sharing.windows import Window


@require_http_methods(["GET", "HEAD", "POST"])
@says_so
def sheet_preview(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A proof that is too old costs nothing: the page comes again, and says how to go on."""
    connection = connection_of(request, pk)
    if request.method != "POST":
        return _look_freshly(request, connection)
    draft = drafts.of(connection)
    if draft is None:
        return _shared_already(request, connection)
    window = window_form(request, drafts.choices_of(draft)["window"])
    stale = not factors.fresh(request)
    if stale or not window.is_valid() or window.window is None:
        return _page(request, connection, draft, stale=stale)
    return _shared(request, connection, window.window)


@require_POST
@says_so
def sheet_black(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What was selected on the preview joins the words to black out, wherever they stand."""
    connection = connection_of(request, pk)
    draft = drafts.of(connection)
    if draft is None:
        return redirect("sheet_new", pk=pk)
    before = str(drafts.choices_of(draft)["black"])
    black = "\n".join(blackout.phrases(f"{before}\n{request.POST.get('phrase.text', '')}".replace("\x00", "")))
    full = len(black) > BLACK_MAX
    if not full:
        drafts.change(request.user, connection, draft.rev, black=black)
    return HttpResponseRedirect(f"{reverse('sheet_preview', args=[pk])}{'?full' if full else ''}#sheet")


def _look(request: PersonRequest, connection: Connection) -> HttpResponse:
    draft = drafts.of(connection)
    if draft is None:
        return redirect("sheet_new", pk=connection.pk)
    return _page(request, connection, draft, status=200)


def _look_freshly(request: PersonRequest, connection: Connection) -> HttpResponse:
    response = freshly_proved(_look)(request, connection)
    assert isinstance(response, HttpResponse)
    return response


def _shared(request: PersonRequest, connection: Connection, window: Window) -> HttpResponse:
    try:
        sheet = sheets.share(request.user, connection, window, seen=request.POST.get("seen", ""))
    except Connection.DoesNotExist:
        raise Http404 from None
    except DraftSheet.DoesNotExist:
        return _shared_already(request, connection)
    except (sheets.NotAsSeen, sheets.NotReady):
        return _page(request, connection, drafts.of(connection), changed=True)
    return HttpResponseRedirect(f"{reverse('sheet', args=[sheet.pk])}?shared")


def _shared_already(request: PersonRequest, connection: Connection) -> HttpResponse:
    """Pressed twice: the sheet that the first press made has the id that its draft had."""
    try:
        sheet = request.user.sheets.filter(pk=UUID(request.POST.get("sheet", ""))).first()
    except ValueError:
        sheet = None
    if sheet is None:
        return redirect("sheet_new", pk=connection.pk)
    return HttpResponseRedirect(f"{reverse('sheet', args=[sheet.pk])}?shared")


def _page(
    request: PersonRequest, connection: Connection, draft: DraftSheet | None, *, status: int = 422, **said: bool
) -> HttpResponse:
    if draft is None:
        return redirect("sheet_new", pk=connection.pk)
    choices = drafts.choices_of(draft)
    composed = freezing.compose(request.user, choices)
    window = window_form(request, choices["window"])
    window.is_valid()
    context: Mapping[str, Any] = {
        "connection": connection,
        "own": name_of(connection),
        "draft": draft,
        "composed": composed,
        "ask": composed.ask,
        "pieces": [piece.words | {"trouble": piece.trouble} for piece in composed.pieces],
        "window": window.window,
        "twice": window.twice,
        "seen": freezing.seen(request.user, composed, choices["window"]),
        "full": "full" in request.GET,
        **said,
    }
    return render_page(request, "sharing/preview.html", context, status=status)
