"""What stands between two lines of dashes at the very beginning of a Markdown file: names and values.

It is YAML to those who write it. Read here are plain values, quoted ones and lists, which is what journals write;
whatever else stands there is given back as it was written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY = re.compile(r"([A-Za-z_][\w \-]*?)\s*:(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class Front:
    """`values` by name in small letters, each a list; `raw` has the lines of each, as they were written."""

    values: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)

    def one(self, *names: str) -> str:
        """The first value of the first of those names that has one."""
        return next((self.values[name][0] for name in names if self.values.get(name)), "")

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def line(self, name: str) -> str:
        """A text that went on over several lines, or was taken for a list, in one."""
        return " ".join(self.all(name))

    def rest(self, known: set[str]) -> str:
        """What stands under any other name, as it was written."""
        return "\n".join(lines for name, lines in self.raw.items() if name not in known and self.values.get(name))


def parted(text: str) -> tuple[Front, str]:
    """Front matter and the text beneath it. Dashes that nothing closes, or that close nothing named, are text."""
    lines = text.split("\n")
    ends = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), 0)
    if lines[0].rstrip() != "---" or not ends:
        return Front(), text
    front = _read([line.rstrip("\r") for line in lines[1:ends]])
    if front is None:
        return Front(), text
    return front, "\n".join(lines[ends + 1 :]).lstrip("\n")


def _read(lines: list[str]) -> Front | None:
    values: dict[str, list[str]] = {}
    raw: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        found = KEY.fullmatch(line)
        if found:
            name = found[1].lower()
            values[name], raw[name] = _values(found[2] or ""), [line]
        elif name:
            raw[name].append(line)
            values[name] += _item(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            return None
    return Front(values, {name: "\n".join(written) for name, written in raw.items()})


def _values(said: str) -> list[str]:
    said = said.strip()
    if said.startswith("[") and said.endswith("]"):
        return [value for part in _apart(said[1:-1]) if (value := _plain(part))]
    return [value] if (value := _plain(said)) else []


def _item(line: str) -> list[str]:
    """An item of a list on a line of its own, or the further lines of a longer text."""
    stripped = line.strip()
    value = _plain(stripped.removeprefix("- ")) if stripped != "-" else ""
    return [value] if value else []


def _plain(said: str) -> str:
    said = said.strip()
    if len(said) > 1 and said[0] == said[-1] == '"':
        try:
            value = str(json.loads(said)).replace("\x00", "")
            value.encode()
        except ValueError:  # half a character, too
            return said[1:-1]
        return value
    if len(said) > 1 and said[0] == said[-1] == "'":
        return said[1:-1].replace("''", "'")
    return "" if said in {"~", "null", "|", ">", "|-", ">-"} else said


def _apart(said: str) -> list[str]:
    """The parts of a list in one line; a comma inside quotes parts nothing."""
    return re.findall(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,]+)', said)
