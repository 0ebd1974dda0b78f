"""Bringing in what was written elsewhere: choose a file, look inside, bring it in, and take it out again.

Between looking and bringing in, the server keeps nothing of the file: it is sent twice, and known by its hash.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import PersonRequest
from innerchild.http import render_page
from innerchild.uploads import FIELD, takes_file
from journal.importing import Format, Preview, Refused, batches, known, meanings
from journal.importing.bundle import Bundle
from journal.importing.pieces import KINDS
from journal.views import copies

MOST = 200 << 20
MANY = 2_000  # pieces, of which a thousand come in within a second or two

NO_FILE = gettext_lazy("No file came along. You could choose one, and press again.")
TOO_LARGE = gettext_lazy(
    "This file is larger than 200 MB, which is more than this page can take. Nothing was brought in."
)
ANOTHER = gettext_lazy(
    "This is another file than the one you looked at, so nothing was brought in. Below is what is in this one."
)
ALL_HERE = gettext_lazy("All of it is here already, so nothing was brought in.")


@require_safe
def imports(request: PersonRequest) -> HttpResponse:
    return _start(request)


@takes_file(most=MOST)
@require_POST
def import_look(request: PersonRequest) -> HttpResponse:
    """What would come in. Nothing is written, and nothing kept."""
    try:
        bundle = _sent(request)
        found = known.format_of(bundle)
        preview = found.preview(request.user, bundle)
    except Refused as refused:
        return _start(request, refused)
    return _shown(request, bundle, found, preview)


@takes_file(most=MOST)
@require_POST
def import_bring(request: PersonRequest) -> HttpResponse:
    """Bring in the file that was looked at, and no other one."""
    try:
        bundle = _sent(request)
        found = known.format_of(bundle)
        if bundle.sha256 != request.POST.get("sha256"):
            return _shown(request, bundle, found, found.preview(request.user, bundle), ANOTHER)
        bundle.told = meanings.read(request.POST)
        batch, _told = batches.bring_in(request.user, found, bundle)
    except Refused as refused:
        return _start(request, refused)
    except batches.NothingNew:
        return _start(request, Refused(bundle.name, ALL_HERE))
    messages.success(request, _("It’s here now."))
    there = reverse("imported", args=[batch.pk])
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


@require_safe
def imported(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What came with one archive, and the way to take it out again."""
    row = get_object_or_404(request.user.imports, pk=pk)
    context = {
        "batch": batches.told(row),
        "held": batches.held(request.user, row),
        "changed": batches.changed(request.user, row),
    }
    return render_page(request, "journal/importing/imported.html", context)


@require_POST
def import_out(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take it out again, except what was changed since and not ticked. Copies of it elsewhere are asked about first."""
    row, also = get_object_or_404(request.user.imports, pk=pk), set(request.POST.getlist("also"))
    going, back = batches.going(request.user, row, also), reverse("imported", args=[pk])
    if page := copies.asked_first(request, going, back=back, for_good=True):
        return page
    batches.take_out(request.user, row, also)
    messages.success(request, _("It’s out again."))
    return redirect("imports")


def _sent(request: PersonRequest) -> Bundle:
    """The archive that came along. Raises `Refused`."""
    file = request.FILES.get(FIELD)
    if file is None or not file.size:
        raise Refused("", NO_FILE)
    name = file.name or ""
    if file.size > MOST:
        raise Refused(name, TOO_LARGE)
    assert file.file is not None
    return Bundle(file.file, name)


def _start(request: PersonRequest, refused: Refused | None = None) -> HttpResponse:
    context = {"refused": refused, "earlier": batches.earlier(request.user), "most": MOST}
    return render_page(request, "journal/importing/start.html", context, status=422 if refused else 200)


def _shown(
    request: PersonRequest, bundle: Bundle, found: Format, preview: Preview, trouble: object = ""
) -> HttpResponse:
    context = {
        "name": bundle.name,
        "title": found.title,
        "preview": preview,
        "counts": {KINDS.get(kind, kind): count for kind, count in preview.counts.items()},
        "moods": meanings.asked(preview.labels),
        "plain": meanings.PLAIN,
        "scales": meanings.offered(),
        "sha256": bundle.sha256,
        "trouble": trouble,
        "most": MOST,
        "many": MANY,
    }
    return render_page(request, "journal/importing/look.html", context, status=422 if trouble else 200)
