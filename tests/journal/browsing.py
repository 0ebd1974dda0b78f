"""A writing page in a real browser: signing in, and what it says about keeping."""

import re
import time
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry

expect.set_options(timeout=20_000)  # the machine may be busy

TEXT = re.compile(r"/kept/[^/]+/text/$")
KEPT = re.compile(r"^Kept at \d\d:\d\d$")
NOT_KEPT = "Not kept yet"
NOTE = "Not kept yet. Your words are still on this device and we’ll go on trying."


def sign_in(context: BrowserContext, live_server: LiveServer, person: User) -> None:
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


def state(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-state]")).to_have_text(words, timeout=20_000)


def kept(page: Page, rev: int) -> None:
    """The newest words are on the server, and the line under the box says so."""
    expect(page.locator("[name='words.base_rev']")).to_have_value(str(rev), timeout=20_000)
    state(page, KEPT)


def stored(pk: UUID) -> str:
    return Entry.objects.get(pk=pk).body


def only_row(row: Entry) -> bool:
    return row.owner.entries.count() == 1


WAITS_HERE = """async () => {
  const all = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const ask = indexedDB.open(name); ask.onsuccess = () => done(ask.result); });
    for (const store of db.objectStoreNames) {
      if (store !== "drafts") continue;
      const asked = db.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { asked.onsuccess = done; });
      all.push(...asked.result);
    }
    db.close();
  }
  return all.map(({ v, gen, base_rev, op, iv, ct }) => ({ v, gen, base_rev, op, iv: iv.length, ct: ct.byteLength }));
}"""


def on_device(page: Page) -> list[dict[str, object]]:
    """What lies sealed on this device, by everything that can be read of it."""
    found: list[dict[str, object]] = page.evaluate(WAITS_HERE)
    return found


def wait_on_device(page: Page, *, texts: int) -> None:
    end = time.monotonic() + 20
    while len(on_device(page)) != texts:
        assert time.monotonic() < end, f"{len(on_device(page))} wait on the device"
        page.wait_for_timeout(50)


def offer(page: Page) -> Locator:
    """The question about words that only this device had."""
    return page.locator(".note", has_text="from this device")


def until(page: Page, expression: str) -> None:
    """Asked from outside: a page that allows no evaluated strings cannot be asked to wait for one itself."""
    end = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


def wait_for_key(page: Page) -> None:
    """From now on words can be sealed on the device; before, they are on the page alone, and the page says so."""
    until(page, "performance.getEntriesByName(new URL('/session/', location.href).href).length > 0")


def crash(page: Page) -> None:
    """The page is gone at once: a page that is closed would still send its words along."""
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()
