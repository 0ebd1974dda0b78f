"""What every page says about itself: who can read it, how it looks, where leaving leads."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from innerchild.http import safe_next

Person = AbstractBaseUser | AnonymousUser

# Whom this person may bring something to, by name; an app above adds its own in ready(). What stands in a box none of
# them reads: they see a copy that was made for them.
READERS: list[Callable[[Person], list[str]]] = []

# What somebody may choose about the look, as `data-…` of `<html>`; anything else in a row is not said.
LOOKS = {
    "theme": ("day", "night"),
    "face": ("atkinson", "system"),
    "size": ("larger", "largest"),
    "spacing": ("roomier",),
}


@dataclass(frozen=True)
class CoverSite:
    title: str
    address: str
    shift: bool = True  # whether three taps of that key lead there, too


def who_can_see(person: Person | None) -> str:
    """What stands beside a writing box, true for this person now."""
    names = others(person)
    if not names:
        return _("Only you can see this.")
    told = ngettext(
        "Only you can see this. %(names)s sees what you put on a sheet, and nothing else.",
        "Only you can see this. %(names)s see what you put on a sheet for them, and nothing else.",
        len(names),
    )
    return told % {"names": get_text_list(names, _("and"))}


def others(person: Person | None) -> list[str]:
    """Everybody who can read what this person puts on a sheet for them."""
    return [name for readers in READERS for name in readers(person)] if person else []


def chosen_look(person: Person) -> SafeString:
    """Attributes for `<html>`; what is left as it comes needs none. Spelling marks are off until somebody asks."""
    preferences = _preferences(person)
    said = [(name, preferences.get(name)) for name in LOOKS]
    chosen = [(name, value) for name, value in said if value in LOOKS[name]]
    flags = SafeString(" data-quiet" if preferences.get("quiet") is True else "")
    flags += SafeString(' data-dim="off"' if preferences.get("dim") is False else "")
    flags += SafeString("" if preferences.get("spellcheck") is True else ' spellcheck="false"')
    return format_html_join("", ' data-{}="{}"', chosen) + flags


def title_tail(person: Person | None, title: str) -> str:
    """What follows a page's name in the tab: nothing, unless this person switched discreet titles off."""
    discreet = _preferences(person).get("titles") is not False
    return "" if discreet or "Innerchild" in title else " – Innerchild"


def cover_site(person: Person | None) -> CoverSite:
    """The neutral site behind "Leave this page": the person's choice, else the first we keep."""
    preferences = _preferences(person)
    chosen = str(preferences.get("cover", ""))
    name = chosen if chosen in settings.COVER_SITES else next(iter(settings.COVER_SITES))
    return CoverSite(name.capitalize(), settings.COVER_SITES[name], shift=preferences.get("shift") is not False)


def back_query(request: HttpRequest) -> str:
    """`?back=<this page>`; between Steady me and Help now the place before both is handed on."""
    if request.path.startswith((reverse("steady"), reverse("help"))):
        back = safe_next(request, request.GET.get("back", ""), otherwise="")
    else:
        back = request.path
    return f"?{urlencode({'back': back})}" if back else ""


def _preferences(person: Person | None) -> dict[str, object]:
    return getattr(person, "preferences", None) or {}
