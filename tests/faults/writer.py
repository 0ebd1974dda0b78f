"""An honest client: the real sign-in page, the real save protocol, and a note of everything that was acknowledged.

It calls a text kept only where the page's own script would: 200, its own operation, the hash of its own text.
"""

import hashlib
import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

PASSWORD = "correct horse battery"
PAGE = "/steps/hello/first-words/"
TIMEOUT = 10.0
WAITS = (1.0, 2.0, 4.0)  # seconds, as in static/js/saver.js, but never longer than four
IMPATIENT = (0.05, 0.1)
RESTS = 5.0  # seconds after which a connection is not used again: the server may have closed it
AGAIN = {0, 408, 429, 502, 503, 504, 507}  # what the page's script asks again after
INPUT = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


class Refused(Exception):
    """An answer after which the page's script would not go on by itself."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """Status 0 is no answer at all."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def fields(self) -> dict[str, str]:
        """What the forms on a page would send."""
        return {name: unescape(value) for name, value in INPUT.findall(self.text) + AREA.findall(self.text)}


@dataclass
class Sheet:
    """One entry as its writer knows it: what was acknowledged for it, in order."""

    entry: UUID = field(default_factory=uuid4)
    rev: int = 0
    text: str = ""
    acknowledged: list[tuple[str, int]] = field(default_factory=list)  # operation, rev


@dataclass
class Kept:
    """How one text came to be acknowledged."""

    seconds: float
    asked: int
    replay: bool


class Writer:
    """One person in one browser with one connection: for one thread at a time."""

    def __init__(self, port: int, email: str, *, waits: Sequence[float] = WAITS, timeout: float = TIMEOUT) -> None:
        self.port, self.email, self.waits, self.timeout = port, email, waits, timeout
        self.cookies: dict[str, str] = {}
        self.page: dict[str, str] = {}
        self.sheets: list[Sheet] = []
        self.statuses: Counter[int] = Counter()
        self.log: list[Kept] = []
        self.misread = 0
        self.on_sent: Callable[[], object] = lambda: None
        self._line: http.client.HTTPConnection | None = None
        self._used = 0.0

    # --- the browser -------------------------------------------------------------------------
    def ask(
        self, method: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request on a connection that is kept while it lasts."""
        rested = time.monotonic() - self._used > RESTS
        self._used = time.monotonic()
        if self._line is None or self._line.port != self.port or rested:
            self.hang_up()
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        said = {"Host": f"localhost:{self.port}", "Cookie": self._cookie(), **(headers or {})}
        try:
            self._line.request(method, path, body, said)
            self.on_sent()
            response = self._line.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return Answer(0)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def post(self, path: str, fields: Mapping[str, str], *, origin: str = "") -> Answer:
        origin = origin or f"http://localhost:{self.port}"
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        return self.ask("POST", path, urlencode(fields).encode(), headers=kind)

    def sign_in(self) -> "Writer":
        """By the real page. Then the page with a writing box is opened."""
        login = self.ask("GET", "/accounts/login/").fields()
        login.update(login=self.email, password=PASSWORD, device="")
        answer = self.post("/accounts/login/", login)
        assert answer.status == 302, f"sign-in was answered {answer.status}"
        self.open_page()
        return self

    def open_page(self) -> None:
        self.page = self.ask("GET", PAGE).fields()
        assert self.page.get("first-words.about"), "the page has no writing box"

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    # --- the save protocol -------------------------------------------------------------------
    def new_sheet(self) -> Sheet:
        self.sheets.append(Sheet())
        return self.sheets[-1]

    def put(self, sheet: Sheet, text: str, operation: str, **change: str) -> Answer:
        """Send a text once, as `static/js/request.js` does; `change` replaces headers."""
        said = {
            "Content-Type": "text/plain; charset=utf-8",
            "If-Match": f'"{sheet.rev}"',
            "Idempotency-Key": operation,
            "X-Writer": self.page["writer"],
            "X-CSRFToken": self.page["csrfmiddlewaretoken"],
            "X-Requested-With": "journal",
            "X-About": self.page["first-words.about"],
            "Origin": f"http://localhost:{self.port}",
            **{name.replace("_", "-"): value for name, value in change.items()},
        }
        answer = self.ask("PUT", f"/kept/{sheet.entry}/text/", text.encode(), headers=said)
        self.statuses[answer.status] += 1
        return answer

    def keep(self, sheet: Sheet, text: str, *, operation: str = "", seconds: float = 90) -> Kept:
        """Ask until it is acknowledged, with the same operation. Raises `Refused`."""
        operation = operation or str(uuid4())
        began, asked = time.monotonic(), 0
        while True:
            answer = self.put(sheet, text, operation)
            asked += 1
            if self.is_mine(answer, text, operation):
                said = answer.json()
                if said["conflict"] is not None:
                    raise Refused(200)  # a conflict with oneself
                self.note(sheet, text, operation, said["rev"])
                kept = Kept(time.monotonic() - began, asked, said["replay"])
                self.log.append(kept)
                return kept
            if answer.status == 403 and asked < 3:
                self.page["csrfmiddlewaretoken"] = self.session().get("csrf", "")
            elif answer.status not in AGAIN or time.monotonic() - began > seconds:
                raise Refused(answer.status)
            else:
                time.sleep(self._pause(answer, asked))

    def note(self, sheet: Sheet, text: str, operation: str, rev: int) -> None:
        sheet.text, sheet.rev = text, rev
        sheet.acknowledged.append((operation, rev))

    def read_again(self, sheet: Sheet) -> None:
        """What the entry's own page shows, where a page comes at all."""
        page = self.ask("GET", f"/kept/{sheet.entry}/edit/")
        self.misread += page.status == 200 and page.fields().get("words.text") != sheet.text

    def session(self) -> dict[str, str]:
        said: dict[str, str] = self.ask("GET", "/session/", headers={"X-Requested-With": "journal"}).json()
        return said

    def _pause(self, answer: Answer, asked: int) -> float:
        wait = self.waits[min(asked, len(self.waits)) - 1] * random.uniform(0.5, 1.5)
        said = float({name.lower(): value for name, value in answer.headers.items()}.get("retry-after", 0))
        return wait if self.waits is IMPATIENT else max(wait, said)

    @staticmethod
    def is_mine(answer: Answer, text: str, operation: str) -> bool:
        """Whether these very words were kept by this very operation."""
        said = answer.json() if answer.status == 200 else {}
        return said.get("op") == operation and said.get("sha256") == fingerprint(text)


def another(owner: Writer, *, timeout: float = TIMEOUT) -> Writer:
    """The same browser with one more connection, and sheets of its own."""
    line = Writer(owner.port, owner.email, timeout=timeout)
    line.cookies, line.page = dict(owner.cookies), dict(owner.page)
    return line


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def words(number: int, size: int) -> str:
    """A text of about that size, like no other."""
    return f"{number} {uuid4()} " + "dear small one, 💛 " * (size // 18)


def side_by_side(works: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Do all of it at once; what went wrong comes back."""
    troubles: list[BaseException] = []

    def one(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as trouble:  # noqa: BLE001 - told in the tally
            troubles.append(trouble)

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles
