"""What programs read at fixed addresses: how to put us on a phone's first screen, whom to tell about a hole."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from innerchild.public import A_DAY, uri

STANDS = timedelta(days=180)  # RFC 9116 asks for a day on which somebody looks again, less than a year away


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_DAY)
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The name below the icon tells nobody what it opens (trust R89).

    It opens in the browser: without its bar "Leave this page" could not put another page in place of ours.
    """
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    said = {
        "name": _("Notes"),
        "short_name": _("Notes"),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "browser",
        "background_color": "#faf5ed",
        "theme_color": "#faf5ed",
        "icons": [*icons, {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_DAY)
def security(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """RFC 9116. The day it ends is counted from today, so that it never ends by being forgotten."""
    until = (timezone.now() + STANDS).replace(hour=0, minute=0, second=0, microsecond=0)
    about = f"{settings.INNERCHILD_URL}{reverse('about')}"
    lines = [
        f"Contact: {uri(settings.SECURITY_CONTACT) or about + '#contact'}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.INNERCHILD_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
