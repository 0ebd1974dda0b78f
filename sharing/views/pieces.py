"""How one piece is shown on a sheet: all of it, some passages, or its name and day; looks by days and fields."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import boxes
from sharing import drafts, freezing
from sharing.models import Connection
from sharing.picking import LooksForm
from sharing.views.sheets import connection_of
from sharing.views.shut import says_so

PASSAGE_MAX = 20_000  # characters of all passages of one piece
WAYS = (drafts.WHOLE, drafts.PASSAGE, drafts.TITLE)
BOX = re.compile(r"passage(-\d+)?\.text")  # without a number on a page from before there were several


@dataclass(slots=True)
class Passage:
    """One box of the page, and what there is to say about it."""

    text: str = field(default="", repr=False)
    trouble: str = ""
    new: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@says_so
def sheet_piece(request: PersonRequest, pk: UUID, place: int) -> HttpResponse:
    connection = connection_of(request, pk)
    pieces = drafts.choices_of(drafts.of(connection))["pieces"]
    piece = next((piece for piece in pieces if piece["number"] == place), None)
    if piece is None or piece["kind"] not in ("entry", "looks"):
        raise Http404
    if piece["kind"] == "looks":
        return _looks(request, connection, piece)
    return _entry(request, connection, piece)


def _looks(request: PersonRequest, connection: Connection, piece: drafts.Picked) -> HttpResponse:
    form = LooksForm(request.POST if request.method == "POST" else None, said=piece)
    said = form.picked() if form.is_valid() else None
    if said:
        return _changed(request, connection, piece, said)
    if form.is_bound and not form.errors:
        form.add_error("fields_told", _("None of the fields is ticked. One of them is enough."))
    context = {"connection": connection, "piece": piece, "looks": form}
    return render_page(request, "sharing/piece.html", context, status=422 if form.is_bound else 200)


def _entry(request: PersonRequest, connection: Connection, piece: drafts.Picked) -> HttpResponse:
    whole = freezing.one(request.user, {**piece, "how": drafts.WHOLE})

    def page(how: str, chosen: list[Passage], trouble: str = "") -> HttpResponse:
        said = {"how": how, "passages": chosen or [Passage()], "trouble": trouble}
        context = {"connection": connection, "piece": piece, "whole": whole, **said}
        failed = trouble and request.method == "POST"
        return render_page(request, "sharing/piece.html", context, status=422 if failed else 200)

    if request.method != "POST" or whole.trouble:
        chosen = [Passage(words) for words in drafts.passages_of(piece)]
        return page(piece.get("how", drafts.WHOLE), chosen, whole.trouble)
    how, chosen = request.POST.get("how", ""), _typed(request)
    press, _dash, number = request.POST.get("go", "").partition("-")
    if press == "more":
        return page(drafts.PASSAGE, [*chosen, Passage(new=True)])
    if press == "out":
        left = [passage for place, passage in enumerate(chosen, 1) if str(place) != number]
        return page(how, left)
    if trouble := _unfit(request, how, chosen, whole):
        return page(how, chosen, trouble)
    said = [passage.text for passage in chosen] if how == drafts.PASSAGE else []
    return _changed(request, connection, piece, {"how": how, "passages": said, "passage": ""})


def _typed(request: PersonRequest) -> list[Passage]:
    """What stands in the boxes, in their order; empty ones are none."""
    said = (str(request.POST[name]).replace("\x00", "").strip() for name in request.POST if BOX.fullmatch(name))
    return [Passage(words.replace("\r\n", "\n")) for words in said if words]


def _unfit(request: PersonRequest, how: str, chosen: list[Passage], whole: freezing.Frozen) -> str:
    """What is in the way, in one sentence; what a single passage has to say for itself stands beside it."""
    if request.POST.get("writer") != str(request.user.pk):
        return str(boxes.OTHER_WRITER)
    if how not in WAYS:
        raise BadRequest("none of the three ways")
    if how != drafts.PASSAGE:
        return ""
    if not chosen:
        return _("No passage stands here yet. One of them is enough.")
    if len(chosen) > drafts.PASSAGES or sum(len(passage.text) for passage in chosen) > PASSAGE_MAX:
        return _("That’s more than passages. The whole piece may be what you want.")
    for passage in chosen:
        if not freezing.passage_in(whole, passage.text):
            passage.trouble = _("These words don’t stand there, one after the other.")
    if any(passage.trouble for passage in chosen):
        return _("A passage isn’t in the text as it stands here. You could copy it from the text again.")
    return ""


def _changed(request: PersonRequest, connection: Connection, piece: drafts.Picked, said: drafts.Picked) -> HttpResponse:
    number = piece["number"]
    drafts.arrange(request.user, connection, lambda pieces: drafts.changed(pieces, number, said))
    return HttpResponseRedirect(f"{reverse('sheet_new', args=[connection.pk])}#piece-{number}")
