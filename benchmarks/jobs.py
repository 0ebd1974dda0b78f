"""What is asked for: pages, a search, and texts kept by the save protocol, each as the pages themselves do it."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import cycle
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import Job
from tests.faults.writer import PAGE, Sheet, Writer, fingerprint

SIZE = 3000  # characters of a text that is kept
FILLING = "dear small one, a word about the umbrellas; "
WORD = "heliotrope"  # what is looked for
FIELD = re.compile(r'<input\b(?=[^>]*\btype="(?:text|search)")[^>]*\bname="([^"]+)"')


def head(method: str, path: str, port: int, fields: Mapping[str, str], body: bytes = b"") -> bytes:
    """One request, whole."""
    said = {"Host": f"localhost:{port}", "Accept-Encoding": "gzip", **fields}
    if method != "GET":
        said["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode() + body


class Page:
    """The same request again and again."""

    def __init__(self, port: int, path: str, *, cookie: str = "") -> None:
        self._request = head("GET", path, port, {"Cookie": cookie} if cookie else {})

    def request(self) -> bytes:
        return self._request

    def heard(self, status: int, _body: bytes) -> bool:
        return status == 200


class Form(Page):
    """A form that is sent again and again; its answer is a page."""

    def __init__(self, writer: Writer, path: str, fields: Mapping[str, str]) -> None:
        body = urlencode({"csrfmiddlewaretoken": writer.page["csrfmiddlewaretoken"], **fields}).encode()
        said = {
            "Cookie": cookies(writer),
            "Origin": f"http://localhost:{writer.port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._request = head("POST", path, writer.port, said, body)


class Saves:
    """Texts of those people in turn, each a little longer than the last: nobody saves faster than their pace."""

    def __init__(self, writers: Sequence[Writer]) -> None:
        self._turns = cycle([(writer, Sheet()) for writer in writers])
        self._text = self._operation = ""
        self._sheet = Sheet()

    def request(self) -> bytes:
        writer, self._sheet = next(self._turns)
        self._operation = str(uuid4())
        self._text = text_of(self._sheet.rev)
        said = {
            "Cookie": cookies(writer),
            "Origin": f"http://localhost:{writer.port}",
            "Content-Type": "text/plain; charset=utf-8",
            "If-Match": f'"{self._sheet.rev}"',
            "Idempotency-Key": self._operation,
            "X-Writer": writer.page["writer"],
            "X-CSRFToken": writer.page["csrfmiddlewaretoken"],
            "X-Requested-With": "journal",
            "X-About": writer.page["first-words.about"],
        }
        return head("PUT", f"/kept/{self._sheet.entry}/text/", writer.port, said, self._text.encode())

    def heard(self, status: int, body: bytes) -> bool:
        """Kept is what the page's own script would call kept."""
        said = json.loads(body) if status == 200 else {}
        kept = said.get("op") == self._operation and said.get("sha256") == fingerprint(self._text)
        if kept:
            self._sheet.rev = said["rev"]
        return kept and said["conflict"] is None


class FloorSaves:
    """The floor's one UPDATE, of as many characters."""

    def __init__(self, port: int, session: str, notes: Sequence[int]) -> None:
        self._port, self._turns, self._count = port, cycle(notes), 0
        token = "floor" * 6 + "ab"  # a secret of 32 letters, as Django makes one
        self._said = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}

    def request(self) -> bytes:
        self._count += 1
        said = {**self._said, "Content-Type": "text/plain; charset=utf-8"}
        return head("PUT", f"/notes/{next(self._turns)}/", self._port, said, text_of(self._count).encode())

    def heard(self, status: int, body: bytes) -> bool:
        return status == 200 and json.loads(body)["changed"] == 1


def text_of(rev: int) -> str:
    """A text of that many characters and a few more each time, as somebody goes on writing."""
    return (FILLING * (SIZE // len(FILLING) + 1))[:SIZE] + " and so on" * (rev % 30)


def cookies(writer: Writer) -> str:
    return "; ".join(f"{name}={value}" for name, value in writer.cookies.items())


def signed_in(port: int, email: str, session: str) -> Writer:
    """A browser that holds that session, with a page of its own open."""
    writer = Writer(port, email)
    writer.cookies["sid"] = session
    writer.open_page()
    return writer


def writing_screen(writer: Writer) -> Page:
    return Page(writer.port, PAGE, cookie=cookies(writer))


def search(writer: Writer, path: str, word: str) -> Form | None:
    """The search as its own page sends it, or None where that page has no field to type in."""
    page = writer.ask("GET", path)
    asked = re.search(rf'<form\b[^>]*action="{re.escape(path)}".*?</form>', page.text, re.DOTALL)
    field = FIELD.search(asked[0]) if asked else None
    return Form(writer, path, {field[1]: word}) if field else None


def split(writers: Sequence[Writer], among: int) -> list[Job]:
    """So many jobs, each with people of its own."""
    return [Saves(writers[number::among]) for number in range(among)]
