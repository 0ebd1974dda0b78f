"""The welcome: a few pages, one thing each. Every one can be skipped, and come back to from settings."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import good_day, preferences
from accounts.leaving import keeps_before_leaving
from accounts.own import ChoiceForm, PeopleForm, WordForm, sent
from accounts.requests import PersonRequest
from innerchild import shell
from innerchild.help import helplines
from innerchild.http import render_page


@keeps_before_leaving
@require_http_methods(["GET", "HEAD", "POST"])
def hello(request: PersonRequest) -> HttpResponse:
    """What this is like, and which word to use."""
    form = WordForm(request.user, sent(request))
    if request.method == "POST" and form.is_valid():
        form.keep()
        return redirect("welcome_today")
    return render_page(request, "welcome/hello.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def today(request: PersonRequest) -> HttpResponse:
    """Is today a good day? What is said here is answered, and kept nowhere: not in a row, a session or an address."""
    said, signs = request.POST.get("steady", ""), request.POST.getlist("sign")
    context = {
        "steadiness": good_day.STEADINESS,
        "signs": good_day.SIGNS,
        "said": said,
        "held": signs,
        "suggestion": good_day.suggest(said, signs) if request.method == "POST" else None,
    }
    return render_page(request, "welcome/today.html", context)


@require_safe
def who(request: PersonRequest) -> HttpResponse:
    """Who can see what, and what was agreed to."""
    return render_page(request, "welcome/who.html", {"readers": shell.others(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: PersonRequest) -> HttpResponse:
    """How to be gone, before anybody writes anything."""
    form = ChoiceForm(request.user, sent(request), preference=preferences.COVER)
    if request.method == "POST" and form.is_valid():
        form.keep()
        return redirect("welcome_practice" if request.POST.get("go") == "practice" else "welcome_people")
    context = {"form": form, "shift": preferences.SHIFT.of(request.user)}
    return render_page(request, "welcome/leaving.html", context, status=422 if form.errors else 200)


@require_safe
def practice(request: PersonRequest) -> HttpResponse:
    """A page on which leaving is tried: it covers the page, and nobody is signed out."""
    context = {"practice": reverse("welcome_practised"), "shift": preferences.SHIFT.of(request.user)}
    return render_page(request, "welcome/practice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def practised(request: PersonRequest) -> HttpResponse:
    """Where the practice ends. Without a script it comes as a form."""
    if request.method == "POST":
        return redirect("welcome_practised")
    return render_page(request, "welcome/practised.html")


@keeps_before_leaving
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: PersonRequest) -> HttpResponse:
    """Whose help lines to show, and somebody to call."""
    form = PeopleForm(request.user, sent(request))
    if request.method == "POST" and form.is_valid():
        form.keep()
        showing = request.POST.get("go") == "show"
        return redirect(f"{reverse('welcome_people')}#lines" if showing else "welcome_begin")
    context = {"form": form, "country": helplines().country(request.user.country)}
    return render_page(request, "welcome/people.html", context, status=422 if form.errors else 200)
