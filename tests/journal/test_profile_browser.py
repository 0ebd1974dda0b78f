"""What a whole visit leaves in the browser's own files and stores: no readable word (trust R43 to R45)."""

import json
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from journal.models import Entry
from tests.canary import spellings
from tests.journal.browsing import TEXT, kept, sign_in, wait_on_device
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)
STORES = """async () => {
  const found = { local: { ...localStorage }, session: { ...sessionStorage }, caches: await caches.keys(), db: {} };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const ask = indexedDB.open(name); ask.onsuccess = () => done(ask.result); });
    for (const store of db.objectStoreNames) {
      const asked = db.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { asked.onsuccess = done; });
      const text = (value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
      found.db[store] = JSON.stringify(asked.result, (_, value) => text(value));
    }
    db.close();
  }
  return found;
}"""


def holding(profile: Path, words: str) -> list[str]:
    needles = spellings(words)
    files = [path for path in profile.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def write(page: Page, words: str) -> None:
    page.locator("textarea").press("Control+End")
    page.keyboard.type(f" {words} ")


def test_no_word_can_be_read_in_the_profile_or_in_any_store(
    lived_in: BrowserContext, profile: Path, live_server: LiveServer, row: Entry
) -> None:
    words, planted = f"canary {secrets.token_hex(8)}", f"planted {secrets.token_hex(8)}"
    sign_in(lived_in, live_server, row.owner)
    page = lived_in.pages[0]
    page.goto(f"{live_server.url}/kept/{row.pk}/edit/")
    write(page, words)
    kept(page, 2)
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(f"**/kept/{row.pk}/")
    page.goto(f"{live_server.url}/steps/place/scene/")
    page.locator("#name").press_sequentially(words)
    expect(page.locator("[data-state]")).to_contain_text("Kept at")
    page.goto(f"{live_server.url}/kept/{row.pk}/edit/")
    page.route(TEXT, lambda route: route.abort())
    write(page, words)
    wait_on_device(page, texts=1)
    assert words not in json.dumps(page.evaluate(STORES))
    beside = lived_in.new_page()
    beside.goto(f"{live_server.url}/steady/")
    beside.evaluate("(words) => localStorage.setItem('planted', words)", planted)
    assert planted in json.dumps(beside.evaluate(STORES))
    close(lived_in)
    assert (holding(profile, planted) != [], holding(profile, words)) == (True, [])
