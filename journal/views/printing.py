"""On paper: pieces picked from a list, as one calm document, or as a single sheet for a session."""

from collections.abc import Sequence
from math import ceil
from uuid import UUID

from django.db.models import FETCH_RAISE, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import kept
from journal.export import Piece, own
from journal.export.forms import PrintForm, RangeForm
from journal.models import Entry, EntryQuerySet

LISTED = 100
ON_PAPER = 2_000_000  # bytes that one page of a browser carries well
ONE_PAGE, ACROSS = 38, 85  # lines beneath the head of a sheet, and about how many characters are in one
HEAD, VOICE = 5, 2  # lines that a piece takes before its words, and a voice


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PersonRequest) -> HttpResponse:
    """The list, newest first, of a range if the address names one; posting leads to the paper, and changes nothing."""
    span = RangeForm(request.GET)
    rows = _in(request, span)
    if request.method != "POST":
        return _list(request, span, rows, PrintForm())
    form = PrintForm(request.POST)
    keys = _picked(request, rows)
    trouble = _trouble(request, keys)
    if trouble or not form.is_valid():
        return _list(request, span, rows, form, trouble=trouble)
    pieces = sorted(own.entry_pieces(request.user, keys), key=lambda piece: (piece.day, piece.made_at, piece.key))
    context = {"pieces": pieces, **form.cleaned_data, "today": timezone.localdate()}
    if request.POST.get("as") != "sheet":
        return render_page(request, "export/document.html", context)
    return render_page(request, "export/session.html", {**context, "long": _lines(pieces) > ONE_PAGE})


def _lines(pieces: Sequence[Piece]) -> int:
    """About how many lines these take on a sheet for a session."""
    texts = [part.text or "" for piece in pieces for part in piece.parts]
    texts += [note.text or "" for piece in pieces for note in piece.notes]
    words = sum(max(ceil(len(line) / ACROSS), 1) for text in texts for line in text.split("\n"))
    return HEAD * len(pieces) + VOICE * len(texts) + words


def _in(request: PersonRequest, span: RangeForm) -> EntryQuerySet:
    rows = kept.listed(request.user).filter(drawer=False)
    if not span.is_valid():
        return rows
    since, until = span.cleaned_data["since"], span.cleaned_data["until"]
    rows = rows.filter(local_date__gte=since) if since else rows
    return rows.filter(local_date__lte=until) if until else rows


def _list(
    request: PersonRequest, span: RangeForm, rows: EntryQuerySet, form: PrintForm, *, trouble: str = ""
) -> HttpResponse:
    found: list[Entry] = list(rows.fetch_mode(FETCH_RAISE)[: LISTED + 1])
    context = {
        "items": kept.items_of(found[:LISTED], hide=kept.hides(request.user)),
        "more": len(found) > LISTED,
        "range": span,
        "form": form,
        "picked": request.POST.getlist("pick"),
        "trouble": trouble,
    }
    refused = trouble or form.errors or span.errors
    return render_page(request, "export/choose.html", context, status=422 if refused else 200)


def _picked(request: PersonRequest, rows: EntryQuerySet) -> list[UUID]:
    """What was ticked; or all of the list, but what is folded: that is opened by its own tick alone."""
    if "everything" in request.POST:
        return list(rows.unsealed(timezone.localdate())[:LISTED].values_list("pk", flat=True))
    return list(request.user.entries.out().filter(parent=None, pk__in=_uuids(request)).values_list("pk", flat=True))


def _uuids(request: PersonRequest) -> list[UUID]:
    found = []
    for said in request.POST.getlist("pick")[:LISTED]:
        try:
            found.append(UUID(said))
        except ValueError:
            continue
    return found


def _trouble(request: PersonRequest, keys: Sequence[UUID]) -> str:
    if not keys:
        return _("Nothing is ticked yet. Any one of them is enough.")
    size = request.user.entries.filter(pk__in=keys).annotate(size=own.SIZE).aggregate(all=Sum("size"))["all"]
    return _("That is more than one page carries well. The book holds all of it.") if size > ON_PAPER else ""
