"""Marks of other journals, turned into plain words. No word is lost on the way, and an unknown mark stays as it was."""

import re
from html.parser import HTMLParser

BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "body", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "title", "tr", "ul",
}  # fmt: skip
APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "table", "hr"}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "caption", "cite", "code", "col", "colgroup", "data", "del", "em",
    "center", "font", "head", "i", "img", "input", "ins", "kbd", "label", "link", "mark", "meta", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "tbody", "td", "tfoot", "th", "thead", "time", "tt", "u",
    "var", "wbr",
}  # fmt: skip
KNOWN = BLOCKS | INLINE
UNSEEN = re.compile(r"<(/?)(script|style)\b[^<>]*>|<!--|-->", re.IGNORECASE)
_TAG = rf"</?(?:{'|'.join(sorted(KNOWN))})(?:\s[^<>]*)?/?>"
TAG = re.compile(_TAG, re.IGNORECASE)
# Python's reader of HTML takes the longer the more marks break off, or stops at one it cannot make out.
TYPED = re.compile(rf"<(?!{_TAG[1:]}|!doctype\b[^<>]*>|\?[^<>]*>)", re.IGNORECASE)

# A backtick behind a backslash begins no code.
ESCAPED = re.compile(r"(```.*?```|`[^`\n]+`)|\\([!-/:-@\[-`{-~])", re.DOTALL)


def unescaped(text: str) -> str:
    r"""Markdown whose punctuation came with backslashes (`\.` `\!`), without them; what is code stays as it is."""
    if "\\" not in text:
        return text
    return ESCAPED.sub(lambda found: found[1] or found[2], text)


def is_html(text: str) -> bool:
    """Whether a mark stands in it that HTML knows: “I <3 you” has none."""
    return bool(TAG.search(text))


def from_html(text: str) -> str:
    """The words of an HTML text, its paragraphs apart by empty lines, list items each on a line."""
    reader = _Words()
    reader.feed(_shown(text))
    reader.close()
    return reader.said()


def _shown(text: str) -> str:
    """Without what a page would not show: scripts, styles and remarks that are whole. What is no mark is words."""
    parts, since, began = [], 0, None
    for mark in UNSEEN.finditer(text):
        what = (mark[2] or "remark").lower()
        if not mark[1] and mark[0] != "-->":
            began = began or (what, mark.start())
        elif began and began[0] == what:
            parts.append(text[since : began[1]])
            since, began = mark.end(), None
    return TYPED.sub("&lt;", "".join([*parts, text[since:]]))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []  # address, and how many parts stood before it
        self.lists: list[int] = []  # 0 for a plain list, else the next number

    def set_cdata_mode(self, elem: str, **_how: bool) -> None:
        """What a page would hide to its very end stays in sight: somebody may have typed such a mark themselves."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.parts)))
        elif tag == "img" and given.get("alt"):
            self.parts.append(f"[{given['alt']}]")
        elif tag in {"td", "th"} and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\t")
        elif tag in BLOCKS:
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            self._link(*self.links.pop())
        elif tag in BLOCKS:
            if tag in {"ol", "ul"} and self.lists:
                self.lists.pop()
            self._line(2 if tag in APART and not (tag in {"ol", "ul"} and self.lists) else 1)

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def said(self) -> str:
        lines = [re.sub(r" *\t *", "\t", line).strip(" \t") for line in "".join(self.parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")

    def _block(self, tag: str) -> None:
        nested = tag in {"ol", "ul"} and self.lists
        self._line(2 if tag in APART and not nested else 1)
        if tag in {"ol", "ul"}:
            self.lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            number = self.lists[-1] if self.lists else 0
            self.parts.append(f"{number}. " if number else "- ")
            if number:
                self.lists[-1] += 1

    def _link(self, address: str, since: int) -> None:
        """Its words, and where it leads unless they say that themselves."""
        words = "".join(self.parts[since:]).strip()
        if address.startswith(("http://", "https://", "mailto:")) and address.removeprefix("mailto:") != words:
            self.parts.append(f" ({address})" if words else address)

    def _line(self, count: int) -> None:
        """That many ends of lines, and no more where some are there already."""
        said = "".join(self.parts[-3:]).rstrip(" ")
        there = len(said) - len(said.rstrip("\n"))
        if said or len(self.parts) > 3:  # not at the very beginning
            self.parts.append("\n" * max(count - there, 0))
