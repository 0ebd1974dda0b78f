"""Set down as a wish: a line of what somebody hoped for, or words of their own about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.leaving import keeps_before_leaving
from accounts.requests import PersonRequest
from exercises import answers
from innerchild import failures
from innerchild.http import is_autosave, render_page, safe_next
from journal import boxes, drafts, wishes
from journal.models import Entry


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def entry_wish(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Only from an answer that was kept and is neither let go nor folded; its own words stay as they are."""
    step, question = wishes.HOPED
    hopes = request.user.entries.out().unsealed(timezone.localdate()).exclude(kept_at=None)
    row = get_object_or_404(hopes, pk=pk, step=step, question_key=question, parent=None, conflict_of=None)
    lines = answers.lines(answers.text_of(row))
    chosen, own = request.POST.getlist("line"), _own(request)
    texts = [*chosen, *([own] if own else [])]
    trouble = _trouble(request, chosen, own, lines) if request.method == "POST" else ""
    if request.method == "POST" and is_autosave(request):
        return drafts.answer(request, lambda: _hold(request, row, texts, trouble))
    if request.method == "POST" and not trouble:
        return _set_down(request, row, texts)
    known = {wishes.opened(wish) for wish in wishes.offered(request.user).filter(source=row)}
    context = {
        "entry": row,
        "lines": [(line, line in known) for line in lines],
        "chosen": chosen,
        "own": own,
        "trouble": trouble,
        "back": safe_next(request, request.GET.get("next", ""), otherwise=reverse("entry", args=[pk])),
    }
    return render_page(request, "exercises/wish.html", context, status=422 if trouble else 200)


def _own(request: PersonRequest) -> str:
    return request.POST.get("wish.text", "").replace("\x00", "").replace("\r\n", "\n").strip()


def _trouble(request: PersonRequest, chosen: list[str], own: str, lines: list[str]) -> str:
    if request.POST.get("writer") != str(request.user.pk):
        return str(boxes.OTHER_WRITER)
    if not set(chosen) <= set(lines):
        return _("One of these lines isn’t in that answer any more. You could choose again.")
    if len(own) > wishes.LONGEST:
        limit = {"limit": wishes.LONGEST}
        return _("That’s longer than fits here. Up to %(limit)s characters find room.") % limit
    if not (chosen or own or failures.is_leaving(request)):
        return _("Nothing is chosen so far. A line will do, or a few words of your own.")
    return ""


def _hold(request: PersonRequest, row: Entry, texts: list[str], trouble: str) -> None:
    """For the script, whose press waits for this before it goes on. Raises `drafts.Unfit` for the page to say why."""
    if trouble:
        raise drafts.Unfit
    wishes.set_down(request.user, row, texts)


def _set_down(request: PersonRequest, row: Entry, texts: list[str]) -> HttpResponse:
    wishes.set_down(request.user, row, texts)
    messages.success(request, _("Set down. It waits with your wishes, for as long as it likes."))
    back = safe_next(request, request.GET.get("next", ""), otherwise=reverse("wishes"))
    return HttpResponseRedirect(back)
