"""Words borrowed from a list become part of the answer, so that they are kept and found like any other."""

from collections.abc import Sequence


def joined(text: str, words: Sequence[str], label: str) -> str:
    """An answer with its borrowed words: the whole of it when nothing was typed, else its last line.

    Joining the same words again changes nothing, so a page that is posted twice is kept once.
    """
    if not words:
        return text
    lower = [word.lower() for word in words]
    if not text.strip():
        return ", ".join(lower).capitalize()
    *above, last = text.rstrip().splitlines()
    if last.startswith(f"{label}: "):
        had = last.removeprefix(f"{label}: ").split(", ")
        return "\n".join([*above, f"{label}: {', '.join(dict.fromkeys([*had, *lower]))}"])
    if last.lower() == ", ".join(lower):
        return text
    return f"{text.rstrip()}\n{label}: {', '.join(lower)}"
