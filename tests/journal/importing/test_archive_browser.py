"""With its script the page keeps the chosen file: looked at, and brought in, with one choice."""

import os
import re

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from tests.journal.browsing import sign_in
from tests.journal.importing.archives import dayone, entry, zipped
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)
SAYS = """
new MutationObserver((changes) => {
  for (const { target } of changes) if (target.matches?.("[data-says]")) window.said(target.textContent);
}).observe(document, { childList: true, subtree: true });
"""
DATA = zipped({"Journal.json": dayone(entry("# The pier\n\nCold and late."), entry("A second one."))})


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_one_choice_is_enough(page: Page, context: BrowserContext, live_server: LiveServer, row: Entry) -> None:
    person: User = row.owner
    sign_in(context, live_server, person)
    page.goto(f"{live_server.url}/settings/")
    page.locator("#import").press("Enter")
    says = page.locator("[data-says]")

    # too large, as this page is told: nothing is sent
    form = page.locator("form[data-archive]")
    form.evaluate("form => { form.dataset.most = '10' }")
    page.get_by_label("One file").set_input_files(file("mine.zip", DATA))
    page.get_by_role("button", name="Look inside").press("Enter")
    expect(says).to_have_text(re.compile("larger than 200 MB"))
    form.evaluate("form => { form.dataset.most = '1000000' }")

    # no network: the file is still chosen, and one press is enough once there is one
    def broken(route: Route) -> None:
        route.abort()

    page.route("**/settings/import/look/", broken)
    page.get_by_role("button", name="Look inside").press("Enter")
    expect(says).to_have_text(re.compile("It did not get here"))
    page.unroute("**/settings/import/look/")

    # refused with a sentence, which has the keyboard; the page goes on from there
    page.get_by_label("One file").set_input_files(file("half.zip", DATA[:-40]))
    page.get_by_role("button", name="Look inside").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("half.zip")

    page.get_by_label("One file").set_input_files(file("mine.zip", DATA))
    page.get_by_role("button", name="Look inside").press("Enter")
    expect(page.get_by_role("heading", name="What is inside")).to_be_focused()
    expect(page.get_by_label("The same file, once more")).to_be_hidden()
    page.get_by_role("button", name="Bring it in").press("Enter")
    expect(page.get_by_role("heading", name="What came with it")).to_be_visible()
    assert sorted(one.body for one in person.entries.all()) == ["A second one.", "Cold and late.", "one"]

    page.get_by_role("button", name="Take it out again").press("Enter")
    expect(page.get_by_role("heading", name="Bring your writing with you")).to_be_visible()
    assert [one.body for one in person.entries.all()] == ["one"]
    close(context)


def test_how_far_it_has_come_is_said_on_both_ways(
    page: Page, context: BrowserContext, live_server: LiveServer, row: Entry
) -> None:
    said: list[str] = []

    def hear(words: str) -> None:
        said.append(words)

    page.expose_function("said", hear)
    page.add_init_script(SAYS)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3_000_000}
    line.send("Network.emulateNetworkConditions", slow)
    data = zipped({"Journal.json": dayone(entry("One."), entry("Two.")), "photos/a.jpeg": os.urandom(6_000_000)})
    sign_in(context, live_server, row.owner)
    page.goto(f"{live_server.url}/settings/import/")
    expect(page.get_by_text("you could begin again: nothing comes in twice")).to_be_visible()
    page.get_by_label("One file").set_input_files(file("mine.zip", data))
    page.get_by_role("button", name="Look inside").press("Enter")
    expect(page.get_by_role("heading", name="What is inside")).to_be_focused()
    *going, arrived = said
    assert arrived == "All of it got here, and it is being read."
    sent = [int(words[1]) for text in going if (words := re.fullmatch(r"On its way: ([0-6]) of 7 MB", text))]
    assert len(sent) == len(going) > 0
    assert sent == sorted(sent)

    said.clear()
    page.get_by_role("button", name="Bring it in").press("Enter")
    expect(page.get_by_role("heading", name="What came with it")).to_be_visible()
    expect(page.locator("#main").get_by_text("It’s here now.")).to_be_visible()
    assert said[-1] == "All of it got here, and 2 pieces are being brought in."
    assert said[0].startswith("On its way: ")
    close(context)
