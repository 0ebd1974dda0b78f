"""Taking everything along: the page that asks how, and the file it sends."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import factors, ledger
from accounts.models import SecurityEvent, User
from accounts.requests import PersonRequest
from accounts.views.door import freshly_proved
from innerchild.http import render_page
from innerchild.pace import Pace
from journal import export
from journal.export import Wanted, archive, book, day_one, fhir, pages
from journal.export.forms import KINDS, ExportForm
from journal.export.zipped import zipped

# One in ten minutes, as trust asks, after a handful: who picked the wrong form first, wants the book beside the archive
# or whose line broke off is not made to wait for their own words. Each is made while it is sent, a few rows at a time.
PACE = Pace(at_once=6, per_second=1 / 600, people=4096)
ZIPS: dict[str, Callable[[User, Wanted], Iterator[tuple[str, bytes]]]] = {
    "archive": archive.files,
    "markdown": pages.files,
    "day-one": day_one.files,
}
PLAIN: dict[str, tuple[Callable[[User, Wanted], Iterator[bytes]], str, str]] = {
    "book": (book.chunks, "text/html; charset=utf-8", "html"),
    "fhir": (fhir.chunks, "application/fhir+json", "json"),
}

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def take_along(request: PersonRequest) -> HttpResponseBase:
    """A stale proof never costs what was chosen: the page comes again with it, and says how to go on."""
    if request.method != "POST":
        return _ask_freshly(request)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not factors.fresh(request):
        return _page(request, form, stale=True, status=422)
    if seconds := PACE.wait(request.user.pk):
        response = _page(request, form, often=True, status=429)
        response["Retry-After"] = str(seconds)
        return response
    now = timezone.now()
    ledger.note(request.user.pk, SecurityEvent.Kind.EXPORTED, form=form.cleaned_data["form"])
    log.info("exported person=%s form=%s", request.user.pk, form.cleaned_data["form"])
    return _sent(request.user, form.cleaned_data["form"], form.wanted(now), now)


def _ask(request: PersonRequest) -> HttpResponse:
    return _page(request, ExportForm())


_ask_freshly = freshly_proved(_ask)


def _page(request: PersonRequest, form: ExportForm, *, status: int = 200, **said: bool) -> HttpResponse:
    everything = Wanted(kinds=frozenset(KINDS), began=timezone.now(), binned=True)
    context = {"form": form, "empty": not export.anything(request.user, everything), **said}
    return render_page(request, "export/ask.html", context, status=status)


def _sent(person: User, form: str, wanted: Wanted, now: datetime) -> StreamingHttpResponse:
    """The file, made while it is sent. Its name says what it is to its owner, and nothing to anybody else."""
    if form in ZIPS:
        chunks, kind, ending = zipped(ZIPS[form](person, wanted), timezone.localtime(now)), "application/zip", "zip"
    else:
        make, kind, ending = PLAIN[form]
        chunks = make(person, wanted)
    name = f"notes-{form}-{timezone.localdate(now):%Y-%m-%d}.{ending}"
    return StreamingHttpResponse(
        chunks, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
