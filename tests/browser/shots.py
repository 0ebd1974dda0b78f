"""Photograph every screen: `python -m tests.browser.shots [word …]`, into var/shots/.

Words pick the screens whose names hold one of them. The app runs as `up` serves it, in a folder of
its own, with one person who has something in every room and one who has nothing yet.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innerchild.settings")
django.setup()

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 (the lists below need the apps)

from tests import factories  # noqa: E402
from tests.browser import practising, screens  # noqa: E402
from tests.browser.watch import Watch, prove, sign_in  # noqa: E402
from tests.up.house import House  # noqa: E402

OUT = Path("var/shots")
FULL, EMPTY, PRACTICE = "full@example.org", "empty@example.org", "practice@example.org"
MAKE = f"""
import json
from tests.browser import world
from tests import factories
made = world.furnish({FULL!r})
factories.person({EMPTY!r})
print(json.dumps(made))
"""


def main(words: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ic-shots-") as folder, sync_playwright() as playwright:
        house = House(Path(folder))
        house.up()
        try:
            done = house.python(MAKE)
            assert done.returncode == 0, done.stderr
            made = json.loads(done.stdout)
            begun = json.loads(house.python(practising.MAKE).stdout)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            for theme in ("light", "dark"):
                for width in (390, 1280):
                    origin = f"http://localhost:{house.port}"
                    photograph(browser, origin, made, begun, theme=theme, width=width, words=words)
            browser.close()
        finally:
            house.clear()


def photograph(
    browser: Browser,
    origin: str,
    made: dict[str, str],
    begun: dict[str, str],
    *,
    theme: str,
    width: int,
    words: list[str],
) -> None:
    """Public screens, then the full house, the empty one, and a practice."""
    look = "day" if theme == "light" else "night"
    rounds: tuple[tuple[str | None, dict[str, str]], ...] = (
        (None, screens.PUBLIC),
        (FULL, screens.private(made)),
        (EMPTY, {f"empty-{name}": path for name, path in screens.private().items()}),
        (PRACTICE, {}),
    )
    for email, paths in rounds:
        context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 844}, locale="en-GB")  # type: ignore[arg-type]
        Watch(context)
        page = context.new_page()
        if email == PRACTICE:
            paths = practising.let_in(context, origin, begun)  # noqa: PLW2901
        elif email:
            sign_in(page, origin, email, factories.PASSWORD)
            prove(page, origin, factories.PASSWORD)
        for name, path in paths.items():
            if not words or any(word in name for word in words):
                shoot(page, origin + path, OUT / f"{name}-{width}-{look}.png")
        context.close()


def shoot(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
