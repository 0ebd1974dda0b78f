"""The longest words somebody may give, without one place to break: no page gets wider than a small phone."""

import json

import pytest
from playwright.sync_api import Browser

from tests import factories
from tests.browser import probes
from tests.browser.watch import sign_in
from tests.up.house import House

EMAIL = "longest@example.org"
MAKE = f"""
import json
from tests.browser import world
from tests import factories
from tests.sharing import people
from sharing import connections
from vault import keyring
me = factories.person({EMAIL!r}, child_word="W" * 40)
factories.check_in(me, nearness=2, own="W" * 40, line="W" * 200)
factories.check_in(me, nearness=2, own="W" * 40, line="W" * 200, binned_at=world.timezone.now())
letter = factories.entry(me, "W" * 200, kind="letter", step="letter", question_key="letter-adult", voice="adult")
row = people.connection(me, people.practice(factories.person("longest-practice@example.org"), name="N" * 120, place="P" * 120, profession="F" * 120), "W" * 40)
with keyring.opened_for(row.practice.owner_id, purpose="a test"):
    connections.suggest(row, "place", "S" * 200)
sheet = people.sheet(row, people.whole(letter), ask="A" * 200)
print(json.dumps([f"/sharing/{{row.pk}}/", f"/sharing/{{row.pk}}/sheet/", f"/sharing/sheets/{{sheet.pk}}/",
                  f"/kept/{{letter.pk}}/", f"/steps/letter/write/?answer={{letter.pk}}"]))
"""
PAGES = ("/home/", "/look-in/", "/look-in/earlier/", "/kept/", "/kept/bin/", "/sharing/", "/steps/letter/write/", "/steps/letter/voices/")  # fmt: skip


@pytest.mark.xdist_group("screens 0")
def test_the_longest_words_break_on_a_small_phone(browser: Browser, house: House, origin: str) -> None:
    done = house.python(MAKE)
    assert done.returncode == 0, done.stderr
    page = browser.new_page(viewport={"width": 320, "height": probes.HEIGHT}, locale="en-GB")
    sign_in(page, origin, EMAIL, factories.PASSWORD)
    found: dict[str, list[str]] = {}
    for path in (*PAGES, *json.loads(done.stdout)):
        answer = page.goto(origin + path)
        assert answer
        assert answer.ok, path
        found[path] = probes.asked(page, probes.WITHIN)
    page.close()
    assert {path: faults for path, faults in found.items() if faults} == {}
