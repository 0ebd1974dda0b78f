"""Everything this house says to a person, gathered from where it is written: pure functions over source text.

A template is read with Django's own lexer, a module with `ast`, a pack with `tomllib`; only scripts are
read with an expression, and of their strings those that hold a space and no code.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.template.base import DebugLexer, Token, TokenType

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = tuple(path.parent.name for path in sorted(ROOT.glob("*/apps.py")))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.suffix in {".html", ".txt", ".json"})
PACKS = sorted((ROOT / "exercises/packs").rglob("*.toml"))
MODULES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
DRAWINGS = sorted((ROOT / "static").rglob("*.svg"))
MANIFESTS = sorted((ROOT / "static").rglob("*.webmanifest"))
HELPLINES = ROOT / "innerchild/helplines.toml"

READ_ALOUD = {"alt", "aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "label", "data-said"}
SAID_OF_A_PAGE = {"description", "og:title", "og:description", "og:image:alt", "twitter:title", "twitter:description"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
PACK_CODE = {
    "key",
    "kind",
    "value",
    "next",
    "to",
    "stay",
    "drawing",
    "quotes",
    "idea_step",
    "idea_page",
    "entry",
    "retired",
}
HELPLINE_SAID = {"name", "service", "channel", "hours", "emergency_note", "note", "cost"}
CODE_BLOCKS = re.compile(r"(?:block|capture) (?:lang|kind|leave_\w+|\w+_class)$")  # they hold a word for the page
NAMES = {"Innerchild", "– Innerchild", "findahelpline.com"}  # the same in every language
FALLBACK = re.compile(r'\|default(?:_if_none)?:"([^"]*[^\W\d_] [^"]*)"')
STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', re.DOTALL)
MARK = " \0 "  # where a tag or a variable stood


@dataclass(frozen=True)
class Said:
    """One string. `visual`: it stands in the branch for people who get a picture. `bare`: nobody can translate it."""

    words: str
    visual: bool = False
    bare: bool = False


class _Page(HTMLParser):
    """The words of a template whose tags have become marks: text, and attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in {"script", "style"}
        given = dict(attrs)
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag == "meta" and {given.get("name"), given.get("property")} & SAID_OF_A_PAGE:
            self.found.append(given.get("content") or "")
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


@dataclass
class _Reading:
    """A template on its way through the lexer."""

    said: list[Said] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    within: str = ""  # the tag whose end is waited for
    body: list[str] = field(default_factory=list)

    def take(self, token: Token) -> None:
        name = token.contents.split(" ", 1)[0] if token.token_type is TokenType.BLOCK else ""
        if self.within:
            self._inside(token, name)
        elif name in {"blocktranslate", "blocktrans", "comment"} or CODE_BLOCKS.match(token.contents):
            self.within, self.body = name, []
        elif token.token_type is TokenType.TEXT:
            self.page.append(token.contents)
        elif token.token_type is not TokenType.COMMENT:
            self.page.append(MARK)
            strings = r'_\("([^"]*)"\)' if name not in {"translate", "trans"} else r'^\S+ "([^"]*)"'
            self.said += [Said(words) for words in re.findall(strings, token.contents)]
            self.said += [Said(words, bare=True) for words in FALLBACK.findall(token.contents)]

    def _inside(self, token: Token, name: str) -> None:
        if name == f"end{self.within}":
            if self.within.startswith("blocktrans"):
                self.said.append(Said(_plain("".join(self.body))))
            self.page.append(MARK)
            self.within = ""
        else:
            self.body.append(token.contents if token.token_type is TokenType.TEXT else MARK)


def template(text: str, *, markup: bool = True) -> list[Said]:
    """What a template says. `bare` is what stands in it outside every translate tag."""
    reading = _Reading()
    for token in DebugLexer(text).tokenize():
        reading.take(token)
    source = "".join(reading.page)
    page = _Page()
    page.feed(source if markup else source.replace("<", "‹"))
    page.close()
    pieces = [piece for found in page.found for piece in found.split(MARK)]
    bare = [" ".join(piece.split()) for piece in pieces if re.search(r"[^\W\d_]", piece)]
    return reading.said + [Said(words, bare=words not in NAMES) for words in bare]


def _plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).replace(MARK, " … ").split())


def module(text: str) -> Iterator[Said]:
    """Every string a module hands to gettext."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
            yield from (
                Said(arg.value) for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )


def untranslated(text: str) -> Iterator[str]:
    """Strings a module puts before a person without gettext: errors of a form, messages, labels, hints."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        shown = [word.value for word in node.keywords if word.arg in {"label", "help_text"}]
        if name.endswith("ValidationError") or name.startswith("messages."):
            shown += node.args
        for value in shown:
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            yield from (
                part.value
                for part in parts
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value
            )


def pack(text: str) -> Iterator[Said]:
    """Every string of a pack a person may read; a table of the value or key “picture…” is the visual branch."""
    yield from _strings(tomllib.loads(text), key="", visual=False)


def _strings(value: Any, *, key: str, visual: bool) -> Iterator[Said]:
    if isinstance(value, dict):
        about = str(value.get("value", value.get("key", "")))
        inside = visual or "picture" in re.split(r"\W+", about)
        for name, each in value.items():
            yield from _strings(each, key=name, visual=inside)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, key=key, visual=visual)
    elif isinstance(value, str) and key not in PACK_CODE:
        yield Said(value, visual=visual)


def script(text: str) -> Iterator[Said]:
    """Strings of a script that could be shown: they hold a space and read as words."""
    for match in STRING.finditer(text):
        words = re.sub(r"\$\{[^}]*\}", "…", match[1] or match[2] or "")
        if " " in words and not re.search(r"[\[\]{}<>=;]", words):
            yield Said(words)


def drawing(text: str) -> Iterator[Said]:
    yield from (Said(words) for words in re.findall(r"<(?:title|desc|text)\b[^>]*>([^<]+)<", text))
    yield from (Said(words) for words in re.findall(r'aria-label="([^"]+)"', text))


def helplines(text: str) -> Iterator[Said]:
    data = tomllib.loads(text)
    for row in [*data.get("countries", []), *data.get("lines", [])]:
        yield from (Said(str(value)) for name, value in row.items() if name in HELPLINE_SAID)


def manifest(text: str) -> Iterator[Said]:
    for words in re.findall(r'"(?:name|short_name|description|label)":\s*"([^"]*)"', text):
        yield Said(words)


def everything() -> Iterator[tuple[str, list[Said]]]:
    """File → what it says. Templates are named below `templates/`, anything else from the top."""
    for path in TEMPLATES:
        markup = path.suffix == ".html"
        yield path.relative_to(ROOT / "templates").as_posix(), template(path.read_text("utf-8"), markup=markup)
    readers = ((PACKS, pack), (MODULES, module), (SCRIPTS, script), (DRAWINGS, drawing), (MANIFESTS, manifest))
    for paths, read in readers:
        for path in paths:
            yield path.relative_to(ROOT).as_posix(), list(read(path.read_text("utf-8")))
    yield HELPLINES.relative_to(ROOT).as_posix(), list(helplines(HELPLINES.read_text("utf-8")))
