"""Looking for words in what was kept: they come in a form, and stay out of every address."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild.http import render_page
from journal import kept as shelf
from journal import search


@require_http_methods(["GET", "HEAD", "POST"])
def kept_search(request: PersonRequest) -> HttpResponse:
    """What was found; `before` names where the page before it ended. Opened by its address, it asks."""
    form = search.Search(sent(request))
    before = request.POST.get("before", "")
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= _found(request.user, form, before)
    status = 422 if form.errors else 200
    if before:
        return render_page(request, "journal/search.html", context, partial="more", target="earlier", status=status)
    return render_page(request, "journal/search.html", context, partial="looked", target="looked", status=status)


def _found(person: User, form: search.Search, before: str) -> dict[str, object]:
    terms, drawer = form.cleaned_data["words"], form.cleaned_data["drawer"]
    found = search.find(person, terms, drawer=drawer)
    results, earlier = search.page_of(person, found, terms, before, hide=shelf.hides(person))
    return {"results": results, "earlier": earlier, "count": len(found.where), "shut": found.shut, "drawer": drawer}
