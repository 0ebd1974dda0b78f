"""Words this house does not use (experience §1), looked for in every template, pack and translated string."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PACKS = sorted((ROOT / "exercises/packs").rglob("*.toml"))
APPS = ("innerchild", "vault", "accounts", "journal", "exercises")
MODULES = [p for app in APPS for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

# “just” belittles a task ("just write"); as "just now" or "just for you" it does not.
WORDS = {
    "R2 nothing counts down": "minutes left|seconds left|time left",
    "R11 no image is asked for": "pictures?|visuali[sz]e|see your|imagine seeing",
    "R12 eyes stay open": "(close|shut) your eyes|eyes (closed|shut)",
    "R13 safe is no promise": "you are safe|you’re safe|completely safe|safe here|safe place",
    "R19 no counting of days": "streaks?|in a row|missed|behind|catch up|don’t break|keep it up|goals?|level|badges?|complete",
    "R21 no absence": "no entries|nothing here|nothing yet|nothing to show",
    "R24 no comparing": "better than|worse than|improved?|declined|average user",
    "R27 plain and kind": "should|must|need to|just(?! (?:now|me|mine|for))|simply|try harder|fix|broken|toxic|damaged|victim|normal|actually|obviously",
    "R29 no family assumed": "mum|dad|mother|father|parents?|home|school|birthday",
    "R31 no labels": "attachment|trauma|triggers?|triggered|disorder|symptoms?|dissociat\\w+|dysregulat\\w+|inner wound",
    "R45 no claims": "treat|treats|treatment|cures?|heal|heals|healing|recover|recovery|diagnos\\w+|reduces? symptoms",
}  # fmt: skip

# (rule, file, the words around it, why they may stand)
ALLOWED = [
    ("R27", "landing.html", "No need to do it all", "one of the three promises, and it takes a duty away"),
    ("R29", "parts/bar.html", "Home", "the name of a page"),
    ("R29", "landing.html", "Go home", "the name of a page"),
    ("R29", "failures/base.html", "Home", "the name of a page"),
    ("R29", "exercises/home.html", "Home", "the name of a page"),
    ("R29", "accounts/signed_in.html", "Home", "the name of a page"),
    ("R29", "exercises/packs/en/place.toml", "home scene", "the scene on the page called Home"),
    ("R29", "exercises/views/place.py", "home scene", "the scene on the page called Home"),
    ("R11", "exercises/packs/en/hello.toml", "A picture ¶", "one of five answers, and the door to the visual branch"),
    ("R11", "journal/words.py", "Picture", "the name of what that answer was"),
    ("R11", "help.html", "we don’t see your words", "nobody is asked to see anything"),
    ("R19", "accounts/validators.py", "words in a row", "words, no days"),
    ("R24", "about/evidence.html", "better than shorter spells", "studies compared with each other, no person"),
    ("R27", "handouts/before.html", "No need to do it all", "one of the three promises, and it takes a duty away"),
    ("R31", "handouts/before.html", "eating disorder", "who might wait is told by the name they were given"),
    ("R31", "therapists/hold_off.html", "eating disorder", "written for clinicians"),
    ("R45", "about/sources.html", "Advances in Psychiatric Treatment", "the name of a journal"),
    ("R31", "accounts/good_day.py", "eating disorder", "who might wait is told by the name they were given"),
    ("R31", "about/waiting.html", "eating disorder", "who might wait is told by the name they were given"),
]


def words_of_template(text: str) -> str:
    """What a person reads: text between tags, translated strings, and labels; tags and comments left out."""
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", " ", text, flags=re.DOTALL)
    said = " ".join(re.findall(r'\b_\("([^"]*)"\)', text))
    text = re.sub(r'\{% translate "([^"]*)"[^%]*%\}', r" \1 ", text)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', text))
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)
    return f"{text} {said} {labels}"


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Every string of a pack a person may read: keys, kinds and file names are none."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, key)
    elif isinstance(value, str) and key not in {"key", "kind", "value", "next", "to", "drawing", "idea_step"}:
        yield value


def sources() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        yield path.relative_to(ROOT / "templates").as_posix(), words_of_template(path.read_text("utf-8"))
    for path in PACKS:
        yield path.relative_to(ROOT).as_posix(), " ¶ ".join(strings(tomllib.loads(path.read_text("utf-8"))))
    for path in MODULES:
        said = re.findall(r'_\(\s*"((?:[^"\\]|\\.)*)"', path.read_text("utf-8"))
        yield path.relative_to(ROOT).as_posix(), " ¶ ".join(said)
    for path in SCRIPTS:
        code = re.sub(r"//.*|/\*.*?\*/", " ", path.read_text("utf-8"), flags=0)
        yield path.relative_to(ROOT).as_posix(), " ¶ ".join(re.findall(r'"([^"\n]* [^"\n]*)"', code))


def found(rule: str, text: str) -> Iterator[str]:
    """Each forbidden word with what stands around it."""
    for match in re.finditer(rf"(?<![\w-])(?:{WORDS[rule]})(?![\w-])", text, re.IGNORECASE):
        yield " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())


def allowed(rule: str, name: str, around: str) -> bool:
    return any(rule.startswith(f"{r} ") and name == n and words in around for r, n, words, _ in ALLOWED)


@pytest.mark.parametrize("rule", WORDS)
def test_no_page_or_pack_uses_the_words_we_avoid(rule: str) -> None:
    slips = [f"{name}: …{a}…" for name, text in sources() for a in found(rule, text) if not allowed(rule, name, a)]
    assert slips == []


def test_every_exception_is_still_needed() -> None:
    texts = dict(sources())
    rules = {rule.partition(" ")[0]: rule for rule in WORDS}
    idle = [row for row in ALLOWED if not any(row[2] in a for a in found(rules[row[0]], texts.get(row[1], "")))]
    assert idle == []


def test_words_of_template_reads_translated_and_plain_text_alone() -> None:
    page = '{# must #}<p class="must">{% translate "one" %} two {{ must }}</p><nav aria-label="three">{% firstof a _("four") %}'
    assert words_of_template(page).split() == ["one", "two", "four", "three"]


def test_nothing_counts_down_or_plays() -> None:
    pages = "\n".join(path.read_text("utf-8") for path in [*TEMPLATES, *SCRIPTS])
    assert re.findall(r"setInterval|<progress|<meter|<audio|<video|\bvibrate\(|autoplay|autofocus", pages) == []
