"""Wishes: the page of them, writing one, other words for it, and taking it back."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.leaving import keeps_before_leaving
from accounts.requests import PersonRequest
from innerchild import failures
from innerchild.fields import Words
from innerchild.http import is_autosave, render_page
from journal import boxes, drafts
from journal import wishes as kept_wishes
from journal.models import Wish

LOOKS = {"dir": "auto", "autocomplete": "off", "aria-describedby": "who"}


class WishForm(forms.Form):
    """A wish in words. Its text is named like a writing box, so that a page that could not be kept gives it back."""

    use_required_attribute = False

    wish = Words(
        kept_wishes.LONGEST,
        label=gettext_lazy("A wish, in your own words"),
        widget=forms.Textarea(attrs={**LOOKS, "rows": "2", "class": "area is-short"}),
    )

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}.text"

    def clean_wish(self) -> str:
        said = str(self.cleaned_data["wish"])
        if not said:
            raise forms.ValidationError(_("The words are still open. A few are enough."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def wishes(request: PersonRequest) -> HttpResponse:
    """Those still waiting, those that were given something, and those taken back; and a new one."""
    form, key = WishForm(_sent(request)), _key(request)
    if request.method == "POST" and is_autosave(request):
        return drafts.answer(request, lambda: kept_wishes.write(request.user, key, _fitting(form)))
    if request.method == "POST":
        same_writer = request.POST.get("writer") == str(request.user.pk)
        if _left_empty(request):
            return redirect("wishes")
        if form.is_valid() and same_writer:
            kept_wishes.write(request.user, key, form.cleaned_data["wish"])
            return redirect("wishes")
        if not same_writer:
            form.add_error("wish", str(boxes.OTHER_WRITER))
    rows = kept_wishes.with_gifts(request.user, list(kept_wishes.all_of(request.user)))
    context = {
        "waiting": [row for row in rows if not (row.wish.withdrawn_at or row.wish.given_at)],
        "given": [row for row in rows if row.wish.given_at and not row.wish.withdrawn_at],
        "withdrawn": [row for row in rows if row.wish.withdrawn_at],
        "form": form,
        "key": key,
    }
    return render_page(request, "journal/wishes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_before_leaving
def wish_words(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Other words for it. Where they were changed elsewhere meanwhile, both are shown and nothing is written over."""
    row = get_object_or_404(request.user.wishes, pk=pk)
    standing = kept_wishes.opened(row)
    if standing is None:
        return redirect("wishes")
    form, meanwhile = WishForm(_sent(request), initial={"wish": standing}), ""
    if request.method == "POST" and is_autosave(request):
        return drafts.answer(request, lambda: _hold_words(request, row, form))
    if request.method == "POST" and form.is_valid():
        if kept_wishes.reword(request.user, row, form.cleaned_data["wish"], seen=request.POST.get("seen", "")):
            return redirect("wishes")
        meanwhile = standing
    unkept = request.method == "POST"
    context = {
        "wish": row,
        "form": form,
        "seen": kept_wishes.mark(standing),
        "meanwhile": meanwhile,
        "unkept": unkept,
    }
    return render_page(request, "journal/wish_words.html", context, status=422 if unkept else 200)


@require_POST
def wish_withdraw(request: PersonRequest, pk: UUID) -> HttpResponse:
    kept_wishes.withdraw(request.user, get_object_or_404(request.user.wishes, pk=pk))
    return redirect("wishes")


@require_POST
def wish_have_back(request: PersonRequest, pk: UUID) -> HttpResponse:
    kept_wishes.have_back(request.user, get_object_or_404(request.user.wishes, pk=pk))
    return redirect("wishes")


def _hold_words(request: PersonRequest, row: Wish, form: WishForm) -> None:
    """For the script, whose press waits for this before it goes on."""
    if not kept_wishes.reword(request.user, row, _fitting(form), seen=request.POST.get("seen", "")):
        raise drafts.Unfit


def _fitting(form: WishForm) -> str:
    """The words, where they can be kept. Raises `drafts.Unfit` for the page to say why not."""
    if not form.is_valid():
        raise drafts.Unfit
    return str(form.cleaned_data["wish"])


def _sent(request: PersonRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _key(request: PersonRequest) -> UUID:
    """The key of a wish that is written here: made with the page, and brought back by it."""
    if request.method != "POST":
        return uuid4()
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise BadRequest("a page that is none of ours") from None


def _left_empty(request: PersonRequest) -> bool:
    """Somebody leaves from a page where nothing was typed."""
    return failures.is_leaving(request) and not request.POST.get("wish.text", "").strip()
