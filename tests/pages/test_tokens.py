"""The look as numbers: contrast by day and by night (experience §7.1), and what style sheets may hold."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from exercises.views.reading import SIZES, WIDTHS

CSS = Path(__file__).resolve().parent.parent.parent / "static/css"
SHEETS = sorted(CSS.rglob("*.css"))
TOKENS, ADJUSTED = (CSS / "tokens.css").read_text("utf-8").split("@layer adjust")

# foreground, background, the ratio it needs
PAIRS = [
    *((text, ground, need) for text, need in (("ink", 7), ("ink-soft", 4.5), ("ink-faint", 4.5)) for ground in ("paper", "surface", "sunken")),
    ("on-moss", "moss", 4.5), ("on-moss", "moss-strong", 4.5), ("moss", "paper", 4.5), ("moss", "surface", 4.5), ("moss", "moss-tint", 4.5),
    ("lantern-ink", "lantern-tint", 4.5), ("lantern-ink", "paper", 4.5), ("lantern-ink", "surface", 4.5),
    ("dusk-ink", "dusk-tint", 4.5), ("dusk-ink", "paper", 4.5), ("dusk-ink", "surface", 4.5),
    ("brick", "brick-tint", 4.5), ("brick", "surface", 4.5), ("brick", "paper", 4.5),
    *(("ink", tint, 7) for tint in ("moss-tint", "lantern-tint", "dusk-tint", "brick-tint")),
    *(("line-strong", ground, 3) for ground in ("surface", "paper", "sunken", "moss-tint")),
    *(("focus", ground, 3) for ground in ("paper", "surface", "sunken", "moss-tint", "lantern-tint", "dusk-tint", "brick-tint")),
    ("dusk", "surface", 3), ("dusk", "paper", 3), ("lantern-mid", "surface", 3), ("lantern-mid", "paper", 3),
    # words on the lamp: the pacer's cue, and the close and steady pages, where rings reach the whole wall
    ("on-lamp", "i-lamp-2", 7), ("on-lamp", "lantern", 4.5), ("cover-ink", "cover", 7),
    *((text, ring, need) for text, need in (("ink", 7), ("ink-soft", 4.5)) for ring in ("ring-1", "ring-2", "ring-3", "ring-4")),
]  # fmt: skip


def theme(*selectors: str) -> dict[str, str]:
    """Raw colours of these rules, later ones winning."""
    values: dict[str, str] = {}
    for selector in selectors:
        for block in re.findall(rf"^ *{re.escape(selector)} {{(.*?)}}", TOKENS, re.DOTALL | re.MULTILINE):
            values |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", block))
    return values


DAY = theme(":root")
CHOSEN_NIGHT = DAY | theme(':root[data-theme="night"]')
DEVICE_NIGHT = DAY | theme(':root:not([data-theme="day"])')


def channels(colour: str) -> list[float]:
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    return [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def quieted(colour: list[float]) -> list[float]:
    """What `filter: saturate(.5)` makes of a colour (Filter Effects, the saturate matrix)."""
    r, g, b = colour
    luma = 0.213 * r + 0.715 * g + 0.072 * b
    return [0.5 * luma + 0.5 * c for c in (r, g, b)]


def luminance(colour: list[float]) -> float:
    """Relative luminance of WCAG 2."""
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: list[float], other: list[float]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast(channels("#000"), channels("#ffffff")) == pytest.approx(21)


@pytest.mark.parametrize(("name", "values"), [("day", DAY), ("night", CHOSEN_NIGHT)])
@pytest.mark.parametrize("quiet", [False, True])
def test_every_pair_of_tokens_has_its_contrast(*, name: str, values: dict[str, str], quiet: bool) -> None:
    low = []
    for text, ground, need in PAIRS:
        one, other = channels(values[text]), channels(values[ground])
        ratio = contrast(quieted(one), quieted(other)) if quiet else contrast(one, other)
        if ratio < need:
            low.append(f"{name}: {text} on {ground} is {ratio:.2f}, needs {need}")
    assert low == []


def test_paper_gets_black_on_white() -> None:
    printed = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", ADJUSTED[ADJUSTED.index("@media print") :]))
    assert contrast(channels(printed["ink"]), channels(printed["paper"])) == pytest.approx(21)
    assert contrast(channels(printed["ink-faint"]), channels(printed["paper"])) > 7


def test_night_is_the_same_whether_chosen_or_the_device_says_so() -> None:
    assert DEVICE_NIGHT == CHOSEN_NIGHT
    assert CHOSEN_NIGHT["paper"] != DAY["paper"]


@pytest.mark.parametrize("scene", sorted(CSS.glob("light-*.css")), ids=lambda path: path.stem)
def test_a_place_has_the_same_night_inks_whether_chosen_or_not(scene: Path) -> None:
    blocks = [
        dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))
        for block in re.findall(r"\[data-light=.*?{(.*?)}", scene.read_text("utf-8"), re.DOTALL)
    ]
    day, device, chosen = blocks
    assert device == chosen
    assert day.keys() == chosen.keys()


def test_raw_colours_stand_in_the_palettes_alone() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|rgba|hsl|oklch|lab)\(")
    others = [path for path in SHEETS if path.name != "tokens.css" and not path.name.startswith("light-")]
    assert [
        (path.name, raw.findall(path.read_text("utf-8"))) for path in others if raw.search(path.read_text("utf-8"))
    ] == []


def test_every_sheet_is_imported_once_and_every_property_is_set_somewhere() -> None:
    imported = re.findall(r'url\("([\w/-]+\.css)"\)', (CSS / "app.css").read_text("utf-8"))
    alone = {
        "app.css",
        "paper.css",
        "leaflet.css",
        "book.css",
        "brought.css",
        "brought-print.css",
        "pieces.css",
        "looking.css",
    }  # linked by the few pages they are for, or put into the book
    assert sorted(imported) == sorted(p.relative_to(CSS).as_posix() for p in SHEETS if p.name not in alone)
    everything = "\n".join(path.read_text("utf-8") for path in SHEETS)
    drawn = "\n".join(path.read_text("utf-8") for path in (CSS.parent / "svg").rglob("*.svg"))
    used = set(re.findall(r"var\((--[\w-]+)", everything + drawn))
    assert used - set(re.findall(r"(--[\w-]+):", everything)) == set()


def test_rules_use_logical_sides_layers_and_no_ids() -> None:
    physical = re.compile(
        r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right|top|bottom|width|height|min-width|max-width):|text-align:\s*(?:left|right)|!important"
    )
    slips = []
    for path in SHEETS:
        text = re.sub(
            r"/\*.*?\*/|@media[^{]*|@supports[^{]*|@page[^}]*}", " ", path.read_text("utf-8"), flags=re.DOTALL
        )
        slips += [f"{path.name}: {found}" for found in physical.findall(text)]
        slips += [f"{path.name}: {found}" for found in re.findall(r"(?:^|[\s,>+~])#[a-z][\w-]*(?=[^;{}]*{)", text)]
        if path.name != "app.css" and "@layer" not in text:
            slips.append(f"{path.name}: no layer")
    assert slips == []


def test_headings_step_up_in_size() -> None:
    largest = [float(rem) for rem in re.findall(r"--step-{1,2}\d: clamp\([^)]*?([\d.]+)rem\)", TOKENS)]
    assert all(low < high for low, high in pairwise(largest))


def test_every_class_in_a_sheet_is_used_somewhere() -> None:
    """Templates, scripts, drawings and the code that names a class for them; a class put together counts by its halves."""
    root = CSS.parent.parent
    folders = [(root / "templates", "*.html"), (root / "static/js", "*.js"), (root / "static/svg", "*.svg")]
    folders += [(root / app, "*.py") for app in ("innerchild", "accounts", "journal", "exercises", "sharing")]
    used = "\n".join(path.read_text("utf-8") for folder, kind in folders for path in folder.rglob(kind))
    composed = {f"is-{value}" for value in ("wobbly", "flooded", "far", "adult", "child", *SIZES) if "is-{{" in used}
    composed |= {f"wide-{value}" for value in WIDTHS if "wide-{{" in used}
    for path in SHEETS:
        text = re.sub(r"/\*.*?\*/|url\(.*?\)", " ", path.read_text("utf-8"), flags=re.DOTALL)
        named = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", text)))
        idle = {name for name in named - composed if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", used)}
        assert idle - {"css"} == set(), path.name
