"""What every page says about itself: who can read it, how it looks, where leaving leads."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from innerchild.http import safe_next

Person = AbstractBaseUser | AnonymousUser

# Who else can read what this person writes, as words; an app above adds its own in ready().
READERS: list[Callable[[Person], list[str]]] = []


@dataclass(frozen=True)
class CoverSite:
    title: str
    address: str


def who_can_see(person: Person | None) -> str:
    """One sentence, true for this person now."""
    others = [name for readers in READERS for name in readers(person)] if person else []
    if not others:
        return _("Only you can see this.")
    return _("You and %(others)s can see this.") % {"others": ", ".join(others)}


def chosen_look(person: Person) -> SafeString:
    """Attributes for `<html>`. `auto` follows the device and needs none."""
    preferences: dict[str, object] = getattr(person, "preferences", None) or {}
    theme = preferences.get("theme")
    said = format_html(' data-theme="{}"', theme) if theme in ("day", "night") else SafeString()
    return format_html("{}{}", said, SafeString(" data-quiet" if preferences.get("quiet") else ""))


def cover_site(person: Person | None) -> CoverSite:
    """The neutral site behind "Leave this page": the person's choice, else the first we keep."""
    preferences: dict[str, object] = getattr(person, "preferences", None) or {}
    chosen = str(preferences.get("cover", ""))
    name = chosen if chosen in settings.COVER_SITES else next(iter(settings.COVER_SITES))
    return CoverSite(title=name.capitalize(), address=settings.COVER_SITES[name])


def back_query(request: HttpRequest) -> str:
    """`?back=<this page>`; between Steady me and Help now the place before both is handed on."""
    if request.path.startswith((reverse("steady"), reverse("help"))):
        back = safe_next(request, request.GET.get("back", ""), otherwise="")
    else:
        back = request.path
    return f"?{urlencode({'back': back})}" if back else ""
