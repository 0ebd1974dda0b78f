"""Opening a practice, one thing a page. What was said stays, so that it can be gone on with on another day."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.factors import has_second_factor
from accounts.leaving import keeps_before_leaving
from accounts.models import User
from accounts.own import sent
from accounts.requests import PersonRequest
from innerchild import failures
from innerchild.http import render_page
from sharing import practices
from sharing.models import Practice
from sharing.practice_forms import About, Bounds, Habit, Registration

TEMPLATES = {
    "about": "sharing/join_lines.html",
    "registration": "sharing/join_lines.html",
    "second-step": "sharing/join_second_step.html",
    "bounds": "sharing/join_bounds.html",
    "habit": "sharing/join_lines.html",
    "seen": "sharing/join_seen.html",
}
PAGES = tuple(TEMPLATES)
FORMS: dict[str, type[forms.Form]] = {"about": About, "registration": Registration, "bounds": Bounds, "habit": Habit}
HABIT = _("I read what you bring before our next session.")


@require_safe
def join(request: PersonRequest) -> HttpResponse:
    """To the first page that is still open."""
    return redirect("practice_join", _first_open(request.user, _of(request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def page(request: PersonRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    if page == "seen" and failures.is_leaving(request):
        raise BadRequest("left instead: nothing is opened by that")
    row = _of(request.user)
    if row is None and page != "about":
        return redirect("practice_join", "about")
    form = FORMS[page](sent(request), initial=_said(row)) if page in FORMS else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _kept(request, row, page, form)
    context = {
        "page": page,
        "form": form,
        "practice": row,
        "before": PAGES[PAGES.index(page) - 1] if page != "about" else "",
        "factor": has_second_factor(request.user),
        "open_page": _first_open(request.user, row),
    }
    return render_page(request, TEMPLATES[page], context, status=_status(form))


def _kept(request: PersonRequest, row: Practice | None, page: str, form: forms.Form | None) -> HttpResponse:
    if page == "seen":
        return _opened(request.user, row)
    if form is not None:
        row = row or Practice(owner=request.user, code=practices.new_code())
        KEEP[page](row, form)
        row.save()
    if row is not None and row.is_open:
        return redirect("practice")
    return redirect("practice_join", PAGES[PAGES.index(page) + 1])


def _opened(person: User, row: Practice | None) -> HttpResponse:
    """Only once every page was walked; else to the one that is still open."""
    still = _first_open(person, row)
    if row is None or still != "seen":
        return redirect("practice_join", still)
    practices.open_for(person, row)
    return redirect("practice")


def _about(row: Practice, form: forms.Form) -> None:
    row.name, row.profession = form.cleaned_data["name"], form.cleaned_data["profession"]
    row.place = form.cleaned_data["place"]


def _registration(row: Practice, form: forms.Form) -> None:
    row.registration = form.cleaned_data["registration"]


def _bounds(row: Practice, _form: forms.Form) -> None:
    row.bounds_at = row.bounds_at or timezone.now()


def _habit(row: Practice, form: forms.Form) -> None:
    row.reply_habit = form.cleaned_data["reply_habit"] or str(HABIT)


KEEP: dict[str, Callable[[Practice, forms.Form], None]] = {
    "about": _about,
    "registration": _registration,
    "bounds": _bounds,
    "habit": _habit,
}


def _first_open(person: User, row: Practice | None) -> str:
    if row is None:
        return "about"
    if not has_second_factor(person):
        return "second-step"
    if row.bounds_at is None:
        return "bounds"
    return "seen" if row.reply_habit else "habit"


def _said(row: Practice | None) -> dict[str, object]:
    if row is None:
        return {}
    names = ("name", "profession", "place", "registration")
    said: dict[str, object] = {name: getattr(row, name) for name in names}
    return said | {"reply_habit": row.reply_habit or HABIT, "read": row.bounds_at is not None}


def _of(person: User) -> Practice | None:
    return Practice.objects.filter(owner=person).first()


def _status(form: forms.Form | None) -> int:
    return 422 if form is not None and form.errors else 200
