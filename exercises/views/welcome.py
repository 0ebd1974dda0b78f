"""The last page of the welcome: where to begin, and how long it may take."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import preferences
from accounts.own import ChoiceForm, sent
from accounts.requests import PersonRequest
from exercises import packs
from innerchild.http import render_page


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: PersonRequest) -> HttpResponse:
    """Four windows of one house. None is dim, none is locked."""
    form = ChoiceForm(request.user, sent(request), preference=preferences.PACE)
    if request.method == "POST" and form.is_valid():
        form.keep()
        messages.success(request, _("Kept."))
        return redirect("welcome_begin")
    context = {"form": form, "steps": packs.load(request.user.language).values()}
    return render_page(request, "welcome/begin.html", context, status=422 if form.errors else 200)
