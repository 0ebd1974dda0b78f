"""Packs as files: what loads, what falls back, and what a check says about a file that is wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from exercises import checks, packs
from exercises.views import steps

GOOD = """
version = 1
title = "Say hello"
line = "Two questions"
drawing = "chair"
order = 1
[[screens]]
key = "intro"
kind = "intro"
title = "Hello"
lead = "Two questions."
[[screens]]
key = "hopes"
kind = "question"
title = "What was hoped for?"
[[screens]]
key = "close"
kind = "close"
title = "That’s plenty."
lead = "Look around."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of packs with one English step."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "hello.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / checks.LEDGER).write_text("hello/hopes\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def wrong(folder: Path) -> Callable[[str, str], list[str]]:
    """What is said about the step once one piece of it reads differently."""

    def problems(piece: str, other: str) -> list[str]:
        assert piece in GOOD
        (folder / "en" / "hello.toml").write_text(GOOD.replace(piece, other, 1), encoding="utf-8")
        return checks.problems(folder)

    return problems


def test_our_packs_are_whole() -> None:
    assert checks.packs_are_whole() == []


def test_a_good_folder_has_no_problems(folder: Path) -> None:
    assert checks.problems(folder) == []


def test_every_kind_has_a_view_and_every_view_a_kind() -> None:
    assert set(steps.KINDS) == set(packs.KINDS)


def test_the_four_steps_stand_in_their_order() -> None:
    assert list(packs.load()) == ["hello", "place", "letter", "kindness"]


def test_the_ledger_holds_every_question() -> None:
    asked = {f"{step.key}/{ask.key}" for step in packs.load().values() for ask in step.asks}
    assert set((packs.HOME / checks.LEDGER).read_text(encoding="utf-8").split()) == asked


def test_the_memory_note_appears_once_in_hello() -> None:
    notes = [screen.note for screen in packs.load()["hello"].screens if "Imagining and remembering" in screen.note]
    assert len(notes) == 1


def test_a_language_falls_back_to_english_step_by_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "de").mkdir()
    shutil.copy(folder / "en" / "hello.toml", folder / "en" / "letter.toml")
    (folder / "de" / "hello.toml").write_text(GOOD.replace("Say hello", "Hallo"), encoding="utf-8")
    monkeypatch.setattr(packs, "HOME", folder)
    assert [(step.title, step.language) for step in packs.load("de").values()] == [("Hallo", "de"), ("Say hello", "en")]
    assert packs.load("fr") == packs.load("en")


@pytest.mark.parametrize(
    ("piece", "other", "problem"),
    [
        ("version = 1", "version = ", "hello.toml: Invalid value (at line 2, column 11)"),
        ("version = 1", 'version = "1"', "hello.toml: version: '1' is not of the right type"),
        ('title = "Say hello"\n', "", "hello.toml: missing field title"),
        ('line = "Two questions"', 'line = "Two"\nlime = "x"', "hello.toml: unknown field lime"),
        ('kind = "question"', 'kind = "quiz"', "en/hello.toml: hopes: unknown kind quiz"),
        ('kind = "question"\n', "", "hello.toml: screens: hopes: missing field kind"),
        ('kind = "question"', 'kind = "question"\nhnit = "x"', "hello.toml: screens: hopes: unknown field hnit"),
        ('key = "hopes"', 'key = "Hopes!"', "en/hello.toml: 'Hopes!' is no key"),
        ('kind = "question"', 'kind = "question"\nnext = "gone"', "en/hello.toml: hopes: next names gone, which is no screen of this step"),
        ('kind = "question"', 'kind = "question"\nquotes = "letter/x"', "en/hello.toml: hopes: quotes names letter/x, which nobody asks"),
        ('kind = "question"', 'kind = "question"\nentry = "poem"', "en/hello.toml: hopes: hopes: unknown kind of entry poem"),
        ('kind = "question"', f'kind = "question"\nhint = "{"Some words. " * 31}"', "en/hello.toml: hopes: 62 words above the input; 60 is the most"),
        ("What was hoped for?", "What should it be?", "en/hello.toml: hopes: “should” is patronising"),
        ('lead = "Look around."', "", "en/hello.toml: close: it lacks lead"),
        ('kind = "question"', 'kind = "choice"', "en/hello.toml: hopes: it lacks choices"),
        ('kind = "question"', 'kind = "gift"', "en/hello.toml: hopes: it lacks questions"),
        ('kind = "question"', 'kind = "part"', "en/hello.toml: hopes: a step with parts has a screen of the kind card"),
        ('kind = "question"', 'kind = "part"\ngroups = [{ key = "light", title = "x", choices = ["Dusk"] }]', "en/hello.toml: hopes: light offers dusk, which nothing draws"),
        ('kind = "question"', 'kind = "part"\nsays = { words = "Three" }', "en/hello.toml: hopes: it lacks says.word_2"),
        ('kind = "question"', 'kind = "question"\nsays = { line_to = "hello/gone" }', "en/hello.toml: hopes: line_to names hello/gone, which is no screen"),
        ('lead = "Look around."', 'lead = "Look around."\nsays = { idea = "Some day", idea_step = "gone" }', "en/hello.toml: close: idea_step names gone, which is no step"),
        ('lead = "Look around."', 'lead = "Look around."\nsays = { idea = "Some day", idea_page = "gone" }', "en/hello.toml: close: idea_page names gone, which is no page"),
        ('lead = "Look around."', 'lead = "Look around."\nsays = { idea = "Some day", idea_page = "entry" }', "en/hello.toml: close: idea_page names entry, which is no page"),
        ('lead = "Look around."', 'lead = "Look around."\nsays = { idea = "Some day" }', "en/hello.toml: close: an idea leads to one of idea_step and idea_page"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(wrong: Callable[[str, str], list[str]], piece: str, other: str, problem: str) -> None:
    assert problem in wrong(piece, other)


def test_a_repeated_key_is_named(wrong: Callable[[str, str], list[str]]) -> None:
    again = '[[screens]]\nkey = "hopes"\nkind = "question"\ntitle = "Again?"\n[[screens]]\nkey = "close"'
    assert wrong('[[screens]]\nkey = "close"', again) == [
        "en/hello.toml: the screen hopes is there twice",
        "en/hello.toml: the question hopes is there twice",
    ]


def test_a_vanished_key_is_named(wrong: Callable[[str, str], list[str]]) -> None:
    assert wrong('key = "hopes"', 'key = "wishes"') == [
        "hello/hopes was asked once and has vanished: bring it back, or name it under `retired`"
    ]


def test_a_retired_key_may_be_gone(wrong: Callable[[str, str], list[str]]) -> None:
    assert (
        wrong('order = 1\n[[screens]]\nkey = "intro"', 'order = 1\nretired = ["other"]\n[[screens]]\nkey = "intro"')
        == []
    )


def test_a_retired_key_asked_again_is_named(wrong: Callable[[str, str], list[str]]) -> None:
    assert wrong("order = 1", 'order = 1\nretired = ["hopes"]') == ["en/hello.toml: hopes is retired and asked again"]


def test_a_step_without_an_end_is_named(wrong: Callable[[str, str], list[str]]) -> None:
    assert wrong('kind = "close"', 'kind = "readback"') == ["en/hello.toml: one screen of the kind close is wanted"]


def test_a_missing_counterpart_is_named(folder: Path) -> None:
    (folder / "de").mkdir()
    other = GOOD.replace('key = "hopes"', 'key = "wuensche"').replace("version = 1", "version = 2")
    (folder / "de" / "hello.toml").write_text(other, encoding="utf-8")
    (folder / "de" / "extra.toml").write_text(GOOD, encoding="utf-8")
    assert checks.problems(folder) == [
        "de/extra.toml: there is no English step of that name",
        "de/hello.toml: screens differ from English: hopes, wuensche",
        "de/hello.toml: questions differ from English: hopes, wuensche",
        "de/hello.toml: version 2, and English has 1",
    ]
