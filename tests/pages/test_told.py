"""What we say about ourselves: the list of what lies in clear, what was tried, whom to write to."""

import json
import re
import tomllib
from fnmatch import fnmatchcase
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine

from accounts import closing
from innerchild import in_clear, public
from sharing.management.commands import prune
from tests.client import StrictClient

ROOT = Path(__file__).resolve().parent.parent.parent


def plain() -> set[str]:
    """Every column in clear, as `table.column`."""
    listed = tomllib.loads((ROOT / "vault/columns.toml").read_text("utf-8"))
    return {f"{table}.{column}" for table, kinds in listed.items() for column in kinds.get("plain", [])}


def words(page: str) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return unescape(re.sub(r"<[^>]+>", " ", main)).split()


def test_every_column_in_clear_is_told_in_plain_words() -> None:
    patterns = [pattern for _, columns in in_clear.TOLD for pattern in columns]
    untold = sorted(c for c in plain() if not any(fnmatchcase(c, pattern) for pattern in patterns))
    idle = [pattern for pattern in patterns if not any(fnmatchcase(column, pattern) for column in plain())]
    advice = "innerchild/in_clear.py: give each of these to the sentence that speaks of it, or write one. Take idle names out."
    assert (untold, idle) == ([], []), advice


def test_no_pattern_is_so_wide_that_a_new_secret_would_slip_through() -> None:
    """A table of ours is named column by column; `*.name` is for what every table has."""
    theirs = ("account_emailaddress", "account_emailconfirmation", "vault_", "auth_", "django_")
    wide = [p for _, columns in in_clear.TOLD for p in columns if p.endswith("*") and not p.startswith(theirs)]
    assert wide == ["journal_entry.question*"]
    everywhere = {p for _, columns in in_clear.TOLD for p in columns if p.startswith("*")}
    assert everywhere == {f"*.{name}" for name in ("created_at", "updated_at", "local_date", "time_zone", "pack", "binned_at", "rev", "entry_id", "id", "owner_id", "batch_id")}  # fmt: skip


def test_privacy_page_shows_the_list_and_is_short(client: StrictClient) -> None:
    page = client.get("/privacy/").text
    shown = re.findall(r"<li>(.*?)</li>", page.partition("<ul data-in-clear>")[2].partition("</ul>")[0])
    assert [unescape(line) for line in shown] == [str(line) for line, _ in in_clear.TOLD]
    assert 500 < len(words(page)) < 1500
    assert page.index("In one minute") < page.index("What is sealed")
    sentence = (
        "Our running service can open it – to show it to you, search it, and share what you choose. "
        "Staff have no screen to read it. When you delete your account we destroy your key."
    )
    assert sentence in page


def test_privacy_page_gives_the_times_that_hold(client: StrictClient) -> None:
    page = client.get("/privacy/").text
    device = int(re.findall(r"LONGEST_MS = (\d+) \* 24", (ROOT / "static/js/device.js").read_text("utf-8"))[0])
    for told in (
        f"can be taken back for {prune.BINNED.days} days",
        f"for {prune.REVISED.days} days, and after that the newest {prune.REVISIONS} of a page",
        f"for {closing.UNDO.days} days it can be had back whole",
        f"that a save arrived: {prune.ANSWERED.days} days",
        f"one that never arrived goes after {device} days",
    ):
        assert told in page


def test_accessibility_page_names_what_was_not_tried(client: StrictClient) -> None:
    page = client.get("/accessibility/").text.partition("Not tried yet")[2]
    untried = (ROOT / "docs/decisions/0005-not-tried.md").read_text("utf-8")
    for name in ("NVDA", "VoiceOver", "TalkBack", "Firefox", "Safari"):
        assert (name in untried, name in page) == (True, True), name


@pytest.mark.parametrize(
    ("contact", "link"),
    [("someone@example.org", "mailto:someone@example.org"), ("https://example.org/us", "https://example.org/us")],
)
@pytest.mark.parametrize("path", ["/about/", "/privacy/", "/accessibility/", "/therapists/"])
def test_whoever_runs_it_is_named_where_they_left_an_address(
    client: StrictClient, settings: Any, path: str, contact: str, link: str
) -> None:
    assert "has left no address here" in client.get(path).text
    settings.CONTACT = contact
    page = client.get(path).text
    assert "has left no address here" not in page
    assert f'<a href="{link}" rel="noopener noreferrer">{contact}</a>' in page


@pytest.mark.parametrize("now", ["2026-11-28T23:59:59Z", "2031-02-28T12:00:00Z"])
def test_security_txt_never_ends_by_being_forgotten(client: StrictClient, settings: Any, now: str) -> None:
    with time_machine.travel(now, tick=False):
        response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in response["Cache-Control"]
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    ends = {"2026": "2027-05-27T00:00:00Z", "2031": "2031-08-27T00:00:00Z"}[now[:4]]
    assert fields == {
        "Contact": "http://localhost:8000/about/#contact",
        "Expires": ends,
        "Preferred-Languages": "en",
        "Canonical": "http://localhost:8000/.well-known/security.txt",
    }
    assert 'id="contact"' in client.get("/about/").text
    settings.SECURITY_CONTACT = "holes@example.org"
    assert "Contact: mailto:holes@example.org\n" in client.get("/.well-known/security.txt").text


def test_an_address_becomes_a_link_once() -> None:
    given = ("a@b.example", "mailto:a@b.example", "https://b.example/@a", "")
    assert [public.uri(one) for one in given] == [
        "mailto:a@b.example",
        "mailto:a@b.example",
        "https://b.example/@a",
        "",
    ]


def test_what_a_phone_shows_tells_nobody_what_it_opens(client: StrictClient) -> None:
    """Trust R89: names and drawings on a first screen are read by others."""
    response = client.get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    said = json.loads(response.content)
    assert (said["name"], said["short_name"]) == ("Notes", "Notes")
    assert re.search("inner|child|therap|heal|diary|journal", response.text.lower()) is None
    assert said["display"] == "browser"  # in a window without a bar, leaving would not be leaving
    for icon in said["icons"]:
        assert (ROOT / icon["src"].lstrip("/")).is_file(), icon
    page = client.get("/").text
    assert '<link rel="manifest" href="/site.webmanifest">' in page
    assert '<meta name="apple-mobile-web-app-title" content="Notes">' in page
