"""Looking in on the younger self: telling it, what follows, changing it, letting it go, and the looks before."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.leaving import keeps_before_leaving
from accounts.own import sent
from accounts.requests import PersonRequest
from accounts.templatetags.person import younger
from innerchild.failures import is_leaving
from innerchild.http import is_autosave, render_page
from journal import boxes, checkins, drafts, nearness
from journal.checkins import LookIn
from journal.models import CheckIn
from journal.views import asked, copies


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def look_in(request: PersonRequest) -> HttpResponse:
    return _telling(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def look_in_change(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What was said, to be said otherwise. What cannot be opened is not written over."""
    row = get_object_or_404(request.user.check_ins, pk=pk)
    if checkins.opened(row) is None and request.method != "POST":
        return redirect("look_in_kept", pk=pk)
    return _telling(request, row)


@require_safe
def look_in_kept(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A soft landing: one need said back, doors, and the way to say it otherwise."""
    row = get_object_or_404(request.user.check_ins, pk=pk)
    told = checkins.opened(row)
    context = {"row": row, "told": told, "answer": told.answer(younger(request.user)) if told else ""}
    return render_page(request, "journal/looked.html", context)


@require_POST
def look_in_bin(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let it go, for thirty days; the page it leads to offers it back."""
    row = get_object_or_404(request.user.check_ins, pk=pk)
    if page := copies.asked_first(request, [row.pk], back=reverse("look_in_kept", args=[pk])):
        return page
    checkins.let_it_go(request.user, row)
    return HttpResponseRedirect(f"{reverse('look_in_earlier')}?gone={row.pk}")


@require_POST
def look_in_unbin(request: PersonRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(request.user.check_ins, pk=pk)
    request.user.check_ins.filter(pk=row.pk).update(binned_at=None)
    messages.success(request, _("It’s back where it was."))
    return redirect("look_in_earlier")


@require_safe
def look_in_earlier(request: PersonRequest) -> HttpResponse:
    """Every look there was, newest first, twenty at a time."""
    gone, before = asked.key(request, "gone"), asked.key(request, "before")
    looks, earlier = checkins.page_of(checkins.listed(request.user), checkins.mark(request.user, before))
    context = {
        "looks": looks,
        "earlier": earlier,
        "let_go": checkins.let_go(request.user).filter(pk=gone).first() if gone else None,
    }
    return render_page(request, "journal/looks.html", context)


def _telling(request: PersonRequest, row: CheckIn | None) -> HttpResponse:
    form = LookIn(sent(request), row)
    if request.method != "POST":
        return _page(request, form, row)
    if {"id", "page", "rev"} & form.errors.keys():
        raise BadRequest("a page this house did not make")
    if is_autosave(request):
        return drafts.answer(request, lambda: _hold(request, form))
    if request.POST.get("writer") != str(request.user.pk):
        form.add_error(None, str(boxes.OTHER_WRITER))
    if not form.is_valid():
        return _page(request, form, row, status=422)
    told = form.told()
    if is_leaving(request) and not (told.line or told.own):
        return redirect("look_in")  # what was only ticked is no word that could be lost
    if not told:
        return _nothing(request, form, row)
    kept = checkins.keep(request.user, form)
    if kept.apart:
        messages.info(
            request, _("This look-in had been changed elsewhere meanwhile. Both are kept, this one beside it.")
        )
    return redirect("look_in_kept", pk=kept.row.pk)


def _hold(request: PersonRequest, form: LookIn) -> None:
    """For the script, whose press waits for this before it goes on. Raises `drafts.Unfit` for the page to say why."""
    if not form.is_valid() or not form.told():
        raise drafts.Unfit
    checkins.keep(request.user, form)


def _nothing(request: PersonRequest, form: LookIn, row: CheckIn | None) -> HttpResponse:
    if row is None:
        messages.success(request, _("Nothing to keep, and that’s fine."))
        return redirect("home")
    form.add_error(None, _("Nothing is left of it that could be kept. It stays as it was, and you could let it go."))
    return _page(request, form, row, status=422)


def _page(request: PersonRequest, form: LookIn, row: CheckIn | None, *, status: int = 200) -> HttpResponse:
    """`picked` is what is ticked at this moment, by the name of its field."""
    context = {
        "form": form,
        "row": row,
        "kept": row.updated_at if row else None,
        "unkept": status != 200,
        "nearness": nearness,
        "picked": {name: form[name].value() or "" for name in ("steady", "nearness", "seems", "tone", "needs")},
    }
    return render_page(request, "journal/look_in.html", context, status=status)
