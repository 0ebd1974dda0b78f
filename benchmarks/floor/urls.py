"""Three addresses: HTML alone, a page for somebody signed in, and one UPDATE."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from benchmarks.floor.models import Note

BARE = f"<!doctype html><title>Bare</title><p>{'five thousand bytes of it ' * 192}</p>"
ROWS = [{"title": f"Row {number}", "words": "a few words of it, and a few more " * 2} for number in range(25)]


def bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(BARE)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Session and user come from the database, 25 rows from memory."""
    return render(request, "floor.html", {"rows": ROWS, "day": timezone.localdate()})


@login_required
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Session, user, UPDATE."""
    changed = Note.objects.filter(pk=pk, owner=request.user.pk).update(
        text=request.body.decode(), changed_at=timezone.now()
    )
    return JsonResponse({"changed": changed})


urlpatterns = [
    path("bare/", bare, name="bare"),
    path("page/", page, name="page"),
    path("notes/<int:pk>/", autosave, name="autosave"),
]
