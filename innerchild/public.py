"""How a page that anyone may read is answered: the same for everybody, or one person's own.

A visitor without a session gets pages that are the same for everybody ("impersonal"): they ask nothing about
who is looking, so a browser may keep them and show them without a network. Somebody signed in gets their own
page, with their theme and a real "Leave this page", and nothing keeps it. The bar of a signed-in page links
with a query, so the kept page without one is never met on that path.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page

from innerchild.http import render_page

AN_HOUR = 3600
A_DAY = 86_400


def is_stranger(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


@gzip_page
def public_page(
    request: HttpRequest, template: str, context: dict[str, object] | None = None, *, seconds: int = AN_HOUR
) -> HttpResponse:
    stranger = is_stranger(request)
    response = render_page(request, template, {**(context or {}), "impersonal": stranger})
    if stranger:
        patch_cache_control(response, public=True, max_age=seconds)
    return response


def uri(contact: str) -> str:
    """What a link to somebody holds: a bare mail address gets its scheme."""
    return f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
