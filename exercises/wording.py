"""What this house does not say, and how long a sentence may be. Pure functions over plain text."""

import re
from collections.abc import Iterable, Mapping

WORDS_ABOVE_INPUT = 60
WORDS_IN_SENTENCE = 20

# Why a word is avoided → the words. Whole words, any case; the first group is the experience page's R27.
AVOIDED: Mapping[str, Iterable[str]] = {
    "patronising": (
        "should", "must", "need to", "needs to", "just", "simply", "try harder", "fix", "broken", "toxic", "damaged",
        "victim", "normal", "actually", "obviously",
    ),
    "a command about the eyes": ("close your eyes",),
    "a promise": ("you are safe", "you’re safe", "completely safe"),
    "a score": (
        "streak", "in a row", "missed", "behind", "catch up", "don’t break", "keep it up", "goal", "level", "badge",
        "complete", "completed", "progress", "minutes left",
    ),
    "an absence": ("no entries yet", "nothing here"),
    "a comparison": ("better than", "worse than", "improved", "declined", "average user"),
    "an assumption about a family": ("mum", "mom", "dad", "mother", "father", "parents", "birthday"),
    "a label": (
        "attachment style", "trauma response", "trauma", "symptom", "symptoms", "disorder", "diagnosis", "inner child",
    ),
    "a claim": ("cure", "heal", "healing", "recover", "recovery", "diagnose", "therapy", "treatment"),
    "an instruction to see": ("visualise", "visualize", "see your", "imagine seeing"),
}  # fmt: skip
PATTERNS = {
    reason: re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
    for reason, words in AVOIDED.items()
}
ALLOWED = re.compile(r"\bjust (me|mine|you|us|now|for)\b", re.IGNORECASE)  # “only”, not “merely”
SENTENCE = re.compile(r"[.?!:;]+(?:\s|$)")


def objections(text: str) -> list[str]:
    """Everything against a text, in words for whoever wrote it."""
    plain = ALLOWED.sub("", text.replace("'", "’"))
    found = [
        f"“{match.group()}” is {reason}" for reason, pattern in PATTERNS.items() for match in pattern.finditer(plain)
    ]
    if "'" in text or '"' in text:
        found.append("straight quotes: write ’ and “ ”")
    long = [sentence for sentence in SENTENCE.split(text) if len(sentence.split()) > WORDS_IN_SENTENCE]
    return found + [f"a sentence of {len(sentence.split())} words: “{sentence[:40]} …”" for sentence in long]
