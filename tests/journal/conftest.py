"""A person with an open key-ring, a signed-in client or browser, and a save as the script sends it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, BrowserType, Error, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.about import About
from journal.models import Entry
from tests import factories
from tests.journal.browsing import sign_in, wait_for_key
from tests.live import close
from vault import keyring

ABOUT = About(kind="answer", step="hello", question_key="first-words", question="Which few words?", pack=1)

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

type Put = Callable[..., Response]


@pytest.fixture
def ada(db: None) -> Iterator[User]:
    person = factories.person("ada@example.org")
    with keyring.opened_for(person.pk, purpose="a test"):
        yield person


@pytest.fixture
def bob(db: None) -> User:
    return factories.person("bob@example.org")


@pytest.fixture
def signed_in(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def put(ada: User, signed_in: Client) -> Put:
    """Send a text as the script does; keywords change single headers, None leaves one out."""

    def send(pk: UUID, body: str | bytes, rev: object = 0, *, op: object = "", **headers: object) -> "Response":
        said: dict[str, object] = {
            "If-Match": f'"{rev}"',
            "Idempotency-Key": op or uuid4(),
            "X-Writer": ada.pk,
            "X-Requested-With": "journal",
            "X-About": ABOUT.token(ada.pk),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        data = body.encode() if isinstance(body, str) else body
        kind = str(said.pop("Content-Type", "text/plain; charset=utf-8"))
        sent = {name: str(value) for name, value in said.items() if value is not None}
        return signed_in.put(f"/kept/{pk}/text/", data, content_type=kind, headers=sent)

    return send


@pytest.fixture
def thread(ada: User) -> Entry:
    """Three turns: roof, wind, torch."""
    made = factories.entry(ada, "", kind="letter", voice="both", rev=0, kept_at=None)
    for place, (voice, text) in enumerate([("adult", "the roof"), ("child", "the wind"), ("adult", "the torch")]):
        factories.entry(ada, text, kind="letter", voice=voice, parent=made, position=place, kept_at=None)
    return made


@pytest.fixture
def row(transactional_db: None) -> Iterator[Entry]:
    person = factories.person("ada@example.org")
    made = factories.entry(person, "one")
    with keyring.opened_for(person.pk, purpose="a test"):
        yield made


@pytest.fixture
def writing(page: Page, context: BrowserContext, live_server: LiveServer, row: Entry) -> Iterator[Page]:
    """The edit page of one entry, its box in focus, the caret after its words."""
    sign_in(context, live_server, row.owner)
    page.goto(f"{live_server.url}/kept/{row.pk}/edit/")
    wait_for_key(page)
    page.locator("textarea").press("Control+End")
    yield page
    for open_ in context.pages:  # no last words while tables are emptied
        with suppress(Error):  # it was on its way elsewhere
            open_.evaluate("document.dispatchEvent(new Event('innerchild:leaving'))")
    close(context)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where a browser that is lived in keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def lived_in(
    profile: Path, browser_type: BrowserType, browser_type_launch_args: dict[str, object]
) -> Iterator[BrowserContext]:
    context = browser_type.launch_persistent_context(profile, **browser_type_launch_args)  # type: ignore[arg-type]
    yield context
    context.close()
