"""F9: a browser that is killed while somebody types offline. What its device had sealed is offered on return."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect, sync_playwright

from tests.faults.scene import Scene, invited
from tests.faults.tally import Tally
from tests.faults.writer import PAGE, PASSWORD
from tests.up.house import ROOT, naming, until

DRAFTS = ROOT / "static" / "js" / "drafts.js"
AT_MOST_MS = 500  # of typing may be lost
EMAIL = "browser@example.org"


def f9(scene: Scene) -> Tally:
    tally = Tally("F9 browser killed while typing offline")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not scene.full:
        tally.skipped = "a browser is started in the full set only; tests/journal closes tabs"
    elif not DRAFTS.exists():
        tally.skipped = "nothing is kept on the device yet"
    elif not chromium:
        tally.skipped = "no Chromium"
    if tally.skipped:
        return tally
    invited(scene.house, [EMAIL])  # the crew's own texts are looked at by what the crew wrote
    for number in range(3):
        profile = tempfile.mkdtemp(prefix="ic-faults-profile-")
        try:
            with sync_playwright() as player:
                _killed(player, str(chromium), profile, scene, tally, f" {number} the swing by the wall")
        finally:
            for pid in naming(profile):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            shutil.rmtree(profile, ignore_errors=True)
    return tally


def _killed(player: Playwright, chromium: str, profile: str, scene: Scene, tally: Tally, text: str) -> None:
    with _browser(player, chromium, profile) as context:
        page = _at_the_box(context, scene)
        context.set_offline(True)
        page.keyboard.type(text, delay=20)
        page.wait_for_timeout(AT_MOST_MS)
        page.keyboard.type(" and more", delay=10)
        for pid in naming(f"--user-data-dir={profile}"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    until(lambda: not naming(profile))
    (Path(profile) / "SingletonLock").unlink(missing_ok=True)
    tally.tried += 1
    with _browser(player, chromium, profile) as context:
        page = _at_the_box(context, scene)
        page.get_by_role("button", name="Use it").click(timeout=15_000)
        expect(page.locator("textarea").first).not_to_have_value("")
        back = page.locator("textarea").first.input_value()
        tally.acknowledged += 1
        tally.missing += text not in back
        expect(page.locator("[data-state]").first).to_contain_text("Kept at", timeout=15_000)


@contextlib.contextmanager
def _browser(player: Playwright, chromium: str, profile: str) -> Iterator[BrowserContext]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    context = player.chromium.launch_persistent_context(profile, executable_path=chromium, args=arguments)
    try:
        yield context
    finally:
        with contextlib.suppress(Error):
            context.close()


def _at_the_box(context: BrowserContext, scene: Scene) -> Page:
    """Signed in by the real page, the caret at the end of the box, and the key of this device's words at hand."""
    page = context.new_page()
    page.goto(f"http://localhost:{scene.house.port}/accounts/login/?next={PAGE}")
    page.locator("[name='login']").fill(EMAIL)
    page.locator("[name='password']").fill(PASSWORD)
    with page.expect_response("**/session/"):
        page.get_by_role("button", name="Sign in").click()
    expect(page.locator("textarea").first).to_be_editable()
    page.wait_for_load_state("networkidle")
    page.locator("textarea").first.press("Control+End")
    return page
