"""Looking for words in what was kept: they come in a form, and stay out of every address."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import retarget

from accounts.models import User
from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild.http import render_page
from innerchild.pace import Pace
from journal import kept as shelf
from journal import search

LOOKS = Pace(at_once=30, per_second=0.5, people=4096)  # each opens everything one person kept (trust R81)


@require_http_methods(["GET", "HEAD", "POST"])
def kept_search(request: PersonRequest) -> HttpResponse:
    """What was found; `before` names where the page before it ended. Opened by its address, it asks."""
    form = search.Search(sent(request))
    before = request.POST.get("before", "")
    context: dict[str, object] = {"form": form}
    if form.is_valid() and LOOKS.wait(request.user.pk):
        form.add_error("words", _("That was a lot of looking in a short while. In a moment it goes on."))
    if form.errors:
        return _asked_again(request, context, earlier=bool(before))
    if form.is_bound:
        context |= _found(request.user, form, before)
    part, target = ("more", "earlier") if before else ("looked", "looked")
    return render_page(request, "journal/search.html", context, partial=part, target=target)


def _asked_again(request: PersonRequest, context: dict[str, object], *, earlier: bool) -> HttpResponse:
    """What does not fit is said at the box, wherever on the page it was asked from."""
    target = "earlier" if earlier else "looked"
    response = render_page(request, "journal/search.html", context, partial="looked", target=target, status=422)
    return retarget(response, "#looked") if earlier else response


def _found(person: User, form: search.Search, before: str) -> dict[str, object]:
    terms, drawer = form.cleaned_data["words"], form.cleaned_data["drawer"]
    found = search.find(person, terms, drawer=drawer)
    results, earlier = search.page_of(person, found, terms, before, hide=shelf.hides(person))
    return {"results": results, "earlier": earlier, "count": len(found.where), "shut": found.shut, "drawer": drawer}
