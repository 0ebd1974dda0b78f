"""Sheets as they leave the printer: as many pages as meant, the right size, nothing cut, room to write."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from innerchild.paper import HANDOUTS

pytestmark = pytest.mark.xdist_group("screens 1")

A4, LETTER = (595, 842), (612, 792)  # points
MM = 96 / 25.4  # CSS pixels
CUT = """() => [...document.querySelectorAll(".paper-sheet, .paper-sheet *")]
  .filter((part) => !part.closest(".ruled, .unseen, svg") && part.scrollHeight > part.clientHeight + 2 && part.clientHeight)
  .map((part) => part.className || part.tagName)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")]
  .filter((part) => part.checkVisibility() && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((part) => Math.round(parseFloat(getComputedStyle(part).fontSize) * 7.5) / 10))"""  # points
ROOM = (
    "[...document.querySelectorAll('.ruled')].map((lines) => lines.clientHeight / lines.firstElementChild.offsetHeight)"
)


@pytest.fixture(scope="module")
def page(browser: Browser, origin: str) -> Iterator[Page]:
    context = browser.new_context(base_url=origin, locale="en-GB")
    yield context.new_page()
    context.close()


def printed(page: Page, path: str) -> tuple[int, tuple[int, int]]:
    """How many pages, and their size in points, rounded."""
    page.goto(path)
    page.evaluate("document.fonts.ready")
    pdf = page.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box is not None
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf)), (round(float(box[1])), round(float(box[2])))


@pytest.mark.parametrize("key", HANDOUTS)
def test_a_handout_is_one_page_of_either_paper_and_two_at_most_in_large_print(page: Page, key: str) -> None:
    path = f"/therapists/handouts/{key}/"
    assert printed(page, path) == (1, A4)
    page.set_viewport_size({"width": round((210 - 28) * MM), "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert [room for room in page.evaluate(ROOM) if room < 3] == []
    page.emulate_media()
    assert printed(page, f"{path}?paper=letter") == (1, LETTER)
    pages, size = printed(page, f"{path}?print=large")
    assert (pages <= 2, size) == (True, A4)
    assert float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.paper-sheet')).fontSize)")) >= 24


@pytest.mark.parametrize(
    ("path", "most"), [("/therapists/", 1), ("/about/", 2), ("/privacy/", 2), ("/therapists/link/", 1)]
)
def test_a_page_to_decide_by_fits_one_sheet_in_letters_of_ten_points(page: Page, path: str, most: int) -> None:
    """Both sides of one. Broken once by the 7.8 points that had all of it on one side."""
    assert printed(page, path)[0] <= most
    page.emulate_media(media="print")
    assert page.evaluate(SMALLEST) >= 10
    page.emulate_media()


def test_the_code_is_big_enough_for_a_camera_and_black_on_white_at_night(page: Page) -> None:
    page.goto("/therapists/link/")
    page.emulate_media(media="print", color_scheme="dark")
    box = page.locator(".qr").bounding_box()
    assert box is not None
    modules = 1 - 8 / int(page.locator(".qr").get_attribute("viewBox").split()[2])  # type: ignore[union-attr]
    assert box["width"] * modules >= 25 * MM
    paths = page.locator(".qr path")
    assert (paths.first.get_attribute("fill"), paths.last.get_attribute("stroke")) == ("#fff", "#000")
    page.emulate_media()
