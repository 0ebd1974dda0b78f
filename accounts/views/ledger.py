"""What happened here: the record of an account, read by its owner and by nobody else."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts import happened, ledger
from accounts.requests import PersonRequest
from innerchild.http import render_page

LARGEST = 2**31 - 1
LONG = 10  # digits that it has; more of them cannot be read, and mean no other page


@require_safe
def record(request: PersonRequest) -> HttpResponse:
    """Newest first; `before` is the number where the last page ended. The first page says whether all of it is there."""
    said = request.GET.get("before", "")
    before = min(int(said[:LONG]), LARGEST) if said.isascii() and said.isdigit() else None
    days, earlier = happened.page_of(request.user, before)
    verdict = ledger.verify(request.user.pk) if before is None else None
    return render_page(request, "accounts/ledger.html", {"days": days, "earlier": earlier, "verdict": verdict})
