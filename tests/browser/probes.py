"""What is looked at on a page that is open, beyond what axe can see (experience §9). Each probe gives its faults as lines."""

from collections.abc import Iterator, Mapping
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
# All that a theme can change: it redefines tokens of colour and nothing else. These two rules are half of axe's time.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}, "resultTypes": ["violations"]}
ALL_BUT_COLOURS = {**AXE, "rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
HEIGHT = 844
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BAR = ["Home", "Steady me", "Help now", "Leave this page"]

# What a person sees: not for screen readers alone, not inside something closed.
SHARED = """
const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".unseen, noscript") && getComputedStyle(e).clipPath === "none";
const named = (e) => `${e.tagName.toLowerCase()}.${e.className} “${(e.textContent ?? "").trim().slice(0, 24)}”`;
const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
const faults = [];
"""
ON_LOAD = """
if (document.getAnimations().length) faults.push("something moves on load");
const live = document.querySelectorAll("#live[role=status]");
if (live.length !== 1 || live[0].textContent) faults.push("the live line is missing, or says something at once");
const asked = location.hash ? "h1, h2, [data-focus], #box-turn" : "[data-focus]"; // who follows a link into a page is led there
if (document.activeElement !== document.body && !document.activeElement.matches(asked))
  faults.push(`the keyboard was taken to ${named(document.activeElement)}`);
if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} h1`);
// the switch of a light is filled too: it is no way on
const required = document.querySelector("main form:has([name=go], [data-box]) :is([required], [aria-required=true])");
if (required) faults.push(`${named(required)} has to be filled in`);
if (document.querySelector("main :is([data-box], [data-draft] .input)") && !document.querySelector("main .only-you"))
  faults.push("a box without who can see it");
const filled = [...document.querySelectorAll("main .button:not(.is-quiet, .is-plain, .is-lantern, .switch)")].filter(shown);
if (filled.length > 1) faults.push(`more than one filled button: ${filled.map(named)}`);
return faults;
"""
ABOVE = """
const main = document.querySelector("main");
const box = [...main.querySelectorAll("textarea, input.input")].find(shown);
if (!box) return 0;
const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
let words = 0;
for (let node; (node = walker.nextNode()); ) {
  if (!(box.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING)) break;
  if (shown(node.parentElement) && !node.parentElement.closest("h1, .trail, .option, .chip, .rows, .voices, .kept-before, .pocket, .messages"))
    words += node.data.split(/\\s+/u).filter(Boolean).length;
}
return words;
"""
BEFORE = """() => {
  const main = document.querySelector("main");
  return [...document.querySelectorAll("a[href]:not([href^='tel:']), button:not([tabindex='-1'])")]
    .filter((e) => e.compareDocumentPosition(main) & Node.DOCUMENT_POSITION_FOLLOWING)
    .map((e) => e.textContent.replace(/\\s+/gu, " ").trim());
}"""
TARGETS = """
const inText = (e) => getComputedStyle(e).display === "inline" && own(e.parentElement);
for (const e of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
  if (!shown(e) || inText(e)) continue;
  const target = (e.matches("[type=radio], [type=checkbox]") && e.closest("label")) || e;
  const { width, height } = target.getBoundingClientRect();
  const least = target.matches(".button, .option") ? 48 : 24;
  if (height < least - .5 || width < 24) faults.push(`${named(target)} is ${width.toFixed()} × ${height.toFixed()}`);
}
return faults;
"""
WITHIN = """
if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
for (const e of document.querySelectorAll("body *")) {
  if (!own(e) || !shown(e) || e.closest("svg, textarea, select, option")) continue;
  const { left, right } = e.getBoundingClientRect();
  if (left < -1 || right > innerWidth + 1) faults.push(`${named(e)} reaches from ${left.toFixed()} to ${right.toFixed()}`);
  const style = getComputedStyle(e);
  if (style.overflow !== "visible" && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1))
    faults.push(`${named(e)} is cut off`);
}
return faults.slice(0, 5); // where one thing is too wide, all that stands above it is
"""
REMEMBER = """
window.seen = new Set([...document.querySelectorAll("body *")].filter((e) => own(e) && shown(e)));
return faults;
"""
NEW = """
window.unseen = [...document.querySelectorAll("body *")].filter((e) => own(e) && shown(e) && !window.seen.has(e));
return window.unseen.map(named);
"""
# WCAG 1.4.12, put in as a person's own sheet would be.
SPACING = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }`);
document.adoptedStyleSheets = [sheet];
"""
COVERED = """
const stops = [...document.querySelectorAll("a[href], button:not([tabindex='-1']), summary, select, textarea, input:not([type=hidden])")];
for (const e of stops) {
  if (e.disabled || !e.checkVisibility()) continue;
  e.focus();
  if (document.activeElement !== e) continue;
  const target = (e.matches("[type=radio], [type=checkbox]") && e.closest("label")) || e;
  const box = target.getBoundingClientRect();
  const left = Math.max(box.left, 0), top = Math.max(box.top, 0);
  const width = Math.min(box.right, innerWidth) - left, height = Math.min(box.bottom, innerHeight) - top;
  const seen = [.1, .5, .9].some((x) => [.1, .5, .9].some((y) => {
    const found = document.elementFromPoint(left + width * x, top + height * y);
    return found && (target.contains(found) || found.contains(target) && found !== document.body && found.closest("main, header, footer") !== found);
  }));
  if (!seen) faults.push(`${named(target)} is covered when it has the keyboard (${top.toFixed()}–${(top + height).toFixed()})`);
  const ring = [e, target, e.closest(".sheet")].some((r) => r && getComputedStyle(r).outlineStyle !== "none" && parseFloat(getComputedStyle(r).outlineWidth) >= 2);
  if (!ring) faults.push(`${named(target)} has the keyboard and shows no ring`);
}
document.activeElement.blur();
return faults;
"""
EDGES = """
for (const e of document.querySelectorAll(".button, .option, .chip, .input, .area, .leave, .call, .hand label, .sheet.is-open")) {
  if (!shown(e)) continue;
  const style = getComputedStyle(e);
  if (style.borderBlockStartStyle !== "solid" || parseFloat(style.borderBlockStartWidth) < 1) faults.push(`${named(e)} has no edge`);
}
for (const e of document.querySelectorAll(".option input, .chip input, .hand input"))
  if (shown(e) && getComputedStyle(e).appearance === "none") faults.push(`${named(e.closest("label"))} cannot be told from a chosen one`);
return faults;
"""


def asked(page: Page, probe: str) -> list[str]:
    found: list[str] = page.evaluate(f"() => {{ {SHARED} {probe} }}")
    return found


def words_above_the_box(page: Page) -> int:
    count: int = page.evaluate(f"() => {{ {SHARED} {ABOVE} }}")
    return count


def bar_order(page: Page) -> list[str]:
    """What the Tab key meets before the page's own part; on the help page the emergency call stands before all."""
    names: list[str] = page.evaluate(BEFORE)
    return [name.removesuffix(" (opens beside this page)") for name in names]


def axe(page: Page, options: Mapping[str, object] = AXE, of: str = "document") -> Iterator[str]:
    """Violations as they are now; axe itself is brought along once a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    run = f"(options) => axe.run({of}, options).then((results) => results.violations)"
    for rule in page.evaluate(run, options):
        yield from (f"axe {rule['id']} at {node['target']}" for node in rule["nodes"])


def looks(page: Page) -> Iterator[str]:
    """Day and night, on a phone and at a desk: axe, and nothing past the edge. Ends by day at a desk.

    On a phone axe reads with every rule by day, and with those about colour by night; at a desk with every
    other rule, and with those about colour where something stands that a phone did not show.
    """
    page.emulate_media(reduced_motion="reduce", color_scheme="light")  # colours change at once
    page.evaluate("scrollTo(0, 0)")  # what stays in sight on a long page lies over what was scrolled away
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    yield from (f"light 390: {fault}" for fault in [*axe(page), *asked(page, WITHIN), *asked(page, TARGETS)])
    asked(page, REMEMBER)
    page.emulate_media(color_scheme="dark")
    yield from (f"dark 390: {fault}" for fault in axe(page, COLOURS))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    found = [*axe(page, ALL_BUT_COLOURS), *asked(page, WITHIN), *asked(page, TARGETS)]
    yield from (f"light 1280: {fault}" for fault in found)
    if asked(page, NEW):
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            yield from (f"{theme} 1280: {fault}" for fault in axe(page, COLOURS, "{ include: window.unseen }"))
    page.emulate_media(reduced_motion="no-preference", color_scheme="light")


def bent(page: Page) -> Iterator[str]:
    """A page made small, its text made large, its lines set apart, its colours taken away. Leaves the page in pieces."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        yield from (f"text at 200 % on {width}: {fault}" for fault in asked(page, WITHIN))
        page.evaluate("document.documentElement.style.fontSize = ''")
    page.emulate_media(forced_colors="active")
    yield from (f"forced colours: {fault}" for fault in asked(page, EDGES))
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    yield from (f"at 400 %: {fault}" for probe in (WITHIN, COVERED) for fault in asked(page, probe))
    page.evaluate(SPACING)
    yield from (f"lines set apart: {fault}" for fault in asked(page, WITHIN))
    page.set_viewport_size({"width": 390, "height": HEIGHT})
