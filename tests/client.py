"""A test client that refuses what no page of ours may hold, whatever the test was about."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.utils.cache import has_vary_header

HEADERS = {
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"same-origin", "no-referrer"},  # the second only on the way out of here
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "X-Frame-Options": {"DENY"},
}
MARKS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
DATA = {"application/json", "importmap"}


class StrictClient(Client):
    """`typed` names text a test put in itself, which may look like a template mark or a script."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.typed: list[str] = []

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        check_headers(response)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            check_page(response.text, self.typed)
        return response


def check_headers(response: Any) -> None:
    """Trust R41: the same guards on every answer, and private unless truly public."""
    assert not (
        wrong := {name: response.get(name) for name, good in HEADERS.items() if response.get(name) not in good}
    ), wrong
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response["Permissions-Policy"]
    kind = response.get("Content-Type", "").replace('"', "")
    assert not kind.startswith("text/") or "charset=utf-8" in kind, kind
    if "public" in response.get("Cache-Control", ""):
        assert not response.cookies, "a public page sets no cookie"
        assert not has_vary_header(response, "Cookie"), "a public page reads no cookie"
    else:
        assert response["Cache-Control"] == "no-store, private"


def check_page(page: str, typed: list[str]) -> None:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.faults == []
    words = reader.text
    for text in typed:
        words = words.replace(text, "")
    assert not (mark := MARKS.search(words)), (
        f"a template mark was not rendered: …{words[mark.start() - 30 : mark.end() + 30]}…"
    )


def _is_box(tag: str, given: dict[str, str | None]) -> bool:
    """Whether words can be typed into it."""
    return tag == "textarea" or (tag == "input" and given.get("type", "text") in {"text", "search", "email"})


class _Reader(HTMLParser):
    """Collects faults and text; what stands in a writing box is the person's own."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.text = ""
        self._in: list[str] = []
        self._data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in.append(tag)
        if _is_box(tag, given) and "autocomplete" not in given:
            self.faults.append(f"a browser would keep what is typed into {given.get('name') or given.get('id')}")
        if tag == "style":
            self.faults.append("a <style> element")
        if tag == "script" and not given.get("src") and given.get("type") not in DATA:
            self.faults.append("an inline <script>")
        self._data = tag == "script" and given.get("type") in DATA
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{name}= on <{tag}>")
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self.faults.append(f"a script in {name}= of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            while self._in.pop() != tag:
                pass
        self._data = False

    def handle_data(self, data: str) -> None:
        if self._data:
            json.loads(data)
        elif self._in[-1:] != ["textarea"]:
            self.text += data
