"""A page as a browser without scripts has it: its heading, its links, and the form it would send."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client

type Typed = Mapping[str, str | list[str]]


class Page(HTMLParser):
    """`fields` is what pressing a button would post; `buttons` are values of `go`; `main` is the text of the page."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.response = response
        self.status: int = response.status_code
        self.fields: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.title = ""
        self.heading = ""
        self._inside: list[str] = []
        self._area = ""
        self.feed(response.text)
        self.text = " ".join(self.text.split())
        self.heading = " ".join(self.heading.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in {"main", "h1", "title", "textarea"}:
            self._inside.append(tag)
        if "main" not in self._inside:
            return
        if tag == "a":
            self.links.append(has["href"])
        elif tag == "button" and has.get("name") == "go":
            self.buttons.append(has["value"])
        elif tag == "input" and "name" in has and (has.get("type") not in {"radio", "checkbox"} or "checked" in has):
            self.fields.setdefault(has["name"], []).append(has.get("value", ""))
        elif tag == "textarea":
            self._area = has["name"]
            self.fields[self._area] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data.strip()
        if "main" not in self._inside:
            return
        self.text += f" {data}"
        if "h1" in self._inside:
            self.heading += data
        if self._area:
            self.fields[self._area][0] += data.removeprefix("\n")


def get(client: Client, address: str) -> Page:
    return Page(client.get(address))


def press(client: Client, address: str, button: str, typed: Typed | None = None) -> str:
    """Open a page, type, choose, press; returns where it leads."""
    page = get(client, address)
    assert button in page.buttons
    response = client.post(address, data_for(page, button, typed))
    assert response.status_code == 302, response.text
    return str(response["Location"])


def data_for(page: Page, button: str, typed: Typed | None = None) -> dict[str, str | list[str]]:
    """What this page posts. Text is given by the name of its box, anything else by the name of its field."""
    wanted = {f"{name}.text" if f"{name}.text" in page.fields else name: value for name, value in (typed or {}).items()}
    return {**page.fields, **wanted, "go": button}
