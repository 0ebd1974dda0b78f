"""A second step when signing in: what is set up, and the codes that stand in for a lost telephone."""

from collections.abc import Callable
from functools import wraps

from allauth.mfa.recovery_codes.internal import flows
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import factors
from accounts.requests import PersonRequest
from innerchild.http import render_page


@require_safe
def second_step(request: PersonRequest) -> HttpResponse:
    person = request.user
    context = {
        "app": factors.has_app(person),
        "passkeys": len(factors.passkeys(person)),
        "left": factors.codes_left(person),
        "onward": [template for each in factors.ONWARD if (template := each(person))],
    }
    return render_page(request, "accounts/second_step.html", context)


@require_safe
def passkeys(request: PersonRequest) -> HttpResponse:
    return render_page(request, "accounts/passkeys.html", {"passkeys": factors.passkeys(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: PersonRequest) -> HttpResponse:
    """Shown once, and only to a press: whoever looks at this page by chance sees none, and uses none up."""
    if not factors.has_codes(request.user):
        raise Http404
    shown: list[str] = []
    if request.method == "POST":
        kept, may_see = flows.view_recovery_codes(request)
        shown = kept.get_unused_codes() if may_see else []
    context = {"codes": shown, "unseen": factors.codes_unseen(request.user), "left": factors.codes_left(request.user)}
    return render_page(request, "accounts/codes.html", context)


@require_POST
def new_codes(request: PersonRequest) -> HttpResponse:
    """Others in place of those there are. They stand in for an app or a passkey, so one of those comes first."""
    if not factors.has_second_factor(request.user):
        raise Http404
    flows.generate_recovery_codes(request)
    return redirect("mfa_view_recovery_codes")


def back_to_the_question(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A passkey that didn’t fit leads back to where one is asked for; allauth leads to the door, which is passed."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if getattr(response, "url", "") == resolve_url("account_login"):
            return redirect(request.get_full_path())
        return response

    return wrapped
