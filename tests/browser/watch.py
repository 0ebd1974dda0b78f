"""What a browser does that a person would not see: broken policies, and calls to strangers."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

COVERS = {urlsplit(address).hostname for address in settings.COVER_SITES.values()}
# Answers like 404 are looked at where they are asked for; a redraw may be cut off by the next page.
QUIET = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")


@dataclass
class Watch:
    """Listens to every page of a context; cover sites are answered here, so that no test leaves the machine."""

    context: BrowserContext
    host: str = "localhost"
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.route(
            lambda address: urlsplit(address).hostname in COVERS,
            lambda route: route.fulfill(body="<title>Weather</title><p>Mild, some cloud.", content_type="text/html"),
        )
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("page", lambda page: page.on("pageerror", self._crash))

    def _request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host in COVERS:
            self.covers.append(request.url)
        elif host not in {self.host, None}:
            self.strangers.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.violations.append(message.text)
        elif message.type == "error" and not message.text.startswith(QUIET):
            self.errors.append(message.text)

    def _crash(self, error: Exception) -> None:
        self.errors.append(str(error))

    @property
    def complaints(self) -> list[str]:
        """Everything that must not have happened; the cover pages are not among it."""
        return [*self.violations, *self.errors, *self.strangers]


def sign_in(page: Page, origin: str, email: str, password: str) -> None:
    """Through the page, as a person would."""
    page.goto(f"{origin}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/home/")


def prove(page: Page, origin: str, password: str) -> None:
    """Say once more who it is: some pages open only just after that."""
    page.goto(f"{origin}/accounts/reauthenticate/")
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/home/")
