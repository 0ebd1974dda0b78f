"""A therapist at their own pages, in a session that showed its second factor: what it takes to open each of them."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from sharing.models import Practice, Sheet
from tests.sharing import people

SCREENS = {
    "practice": "/practice/",
    "practice-handouts": "/practice/handouts/",
    "practice-seen": "/practice/seen/",
    "practice-close": "/practice/close/",
    **{f"practice-join-{page}": f"/practice/join/{page}/" for page in ("about", "registration", "second-step", "bounds", "habit", "seen")},
}  # fmt: skip
MAKE = (  # the first of the two sets Django up
    "import json; from tests.browser import world; from tests.browser import practising; "
    "print(json.dumps(practising.begin()))"
)


def begin() -> dict[str, str]:
    """Addresses by name, of the practice that `brought.furnish` made, and its session as `cookie`."""
    practice = Practice.objects.get(owner__email="practice@example.org")
    browser = Client()
    people.with_factor(browser, practice.owner)
    sheet = Sheet.objects.filter(connection__practice=practice).earliest("shared_at")
    client = f"/practice/clients/{sheet.connection_id}"
    return {
        "cookie": browser.cookies[settings.SESSION_COOKIE_NAME].value,
        "practice-read": f"/practice/sheets/{sheet.pk}/",
        "practice-suggest": f"{client}/suggest/",
        "practice-end": f"{client}/end/",
        "practice-parting": f"{client}/parting/",
    }


def let_in(context: BrowserContext, origin: str, begun: dict[str, str]) -> dict[str, str]:
    """Give a browser that session; the screens it can open now."""
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": begun["cookie"], "url": origin}])
    return {**SCREENS, **{name: path for name, path in begun.items() if name != "cookie"}}
