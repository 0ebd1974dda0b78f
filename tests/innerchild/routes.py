"""Routes that fail on purpose, beside the real ones: `ROOT_URLCONF = "tests.innerchild.routes"`."""

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import path
from django.views.decorators.cache import cache_control
from psycopg.errors import DiskFull, ReadOnlySqlTransaction

from innerchild import urls
from innerchild.urls import handler400, handler403, handler404, handler500  # noqa: F401

CANARY = "CANARY-7f3a-in-the-locals"


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    secret = CANARY
    raise RuntimeError(secret)


@login_not_required
def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the server closed the connection unexpectedly")


@login_not_required
def gone(request: HttpRequest) -> HttpResponse:
    raise InterfaceError("connection already closed")


@login_not_required
def full(request: HttpRequest) -> HttpResponse:
    raise OperationalError from DiskFull("could not extend file: No space left on device")


@login_not_required
def shut(request: HttpRequest) -> HttpResponse:
    raise InternalError from ReadOnlySqlTransaction("cannot execute UPDATE in a read-only transaction")


@login_not_required
def broken_off(request: HttpRequest) -> HttpResponse:
    raise UnreadablePostError("the request broke off")


@login_not_required
def asks(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(str(cursor.fetchone()[0]))


@login_not_required
def takes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)))


@login_not_required
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("words.text", ""))


@login_not_required
@cache_control(public=True, max_age=60)
def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for everyone")


@login_not_required
@cache_control(public=True, max_age=60)
def public_by_mistake(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"for {request.user}")


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for one person")


urlpatterns = [
    path("-/breaks/", breaks),
    path("-/away/", away),
    path("-/gone/", gone),
    path("-/full/", full),
    path("-/shut/", shut),
    path("-/broken-off/", broken_off),
    path("-/asks/", asks),
    path("-/takes/", takes),
    path("-/reads/", reads),
    path("-/public/", public),
    path("-/public-by-mistake/", public_by_mistake),
    path("-/private/", private),
    *urls.urlpatterns,
]
