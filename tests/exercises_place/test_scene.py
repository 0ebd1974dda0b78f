"""Choices become five layers and a sentence, whatever they are."""

from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.template import loader

from exercises import flow, packs, places, scene

OFFERED_ONCE = {"room", "within"}  # old cards still say these
ALL = [dict(zip(scene.TABLES, names, strict=True)) for names in product(*scene.TABLES.values())]


def drawn(chosen: scene.Scene) -> ET.Element:
    return ET.fromstring(loader.render_to_string("parts/scene.html", {"scene": chosen}))


def test_compose_of_every_combination_is_valid_xml_with_a_sentence_of_its_own() -> None:
    sentences = set()
    for choices in ALL:
        composed = scene.compose(choices)
        picture = drawn(composed)
        assert [layer.get("data-layer") for layer in picture] == [
            f"light-{choices['light']}",
            f"ground-{choices['ground']}-back",
            f"shelter-{choices['shelter']}",
            f"ground-{choices['ground']}-front",
            f"weather-{choices['weather']}",
        ]
        assert picture.get("data-light") == choices["light"]
        assert picture.get("aria-label") == composed.sentence
        sentences.add(composed.sentence)
    assert len(sentences) == len(ALL) == 5 * 6 * 4 * 5


def test_compose_of_every_drawing_there_is_uses_each() -> None:
    used = {layer for choices in ALL for layer in scene.compose(choices).layers}
    there = {f"place/{path.stem}" for path in (Path(settings.BASE_DIR) / "static/svg/place").glob("*.svg")}
    assert used == there


@pytest.mark.parametrize("value", ["../../manage", "GARDEN", "", "a\x00b", None, 7, ["garden"], {"x": 1}])
def test_compose_of_something_unknown_falls_back_to_the_first(value: object) -> None:
    assert scene.compose(dict.fromkeys(scene.TABLES, value)) == scene.compose({})
    assert scene.compose({}).layers[0] == "place/light-evening"


def test_sentence_of_known_choices_says_them() -> None:
    chosen = scene.compose({"ground": "shore", "shelter": "boat", "light": "dawn", "weather": "mist"})
    assert chosen.sentence == "A boat on a shore, at first light. There’s a little mist."


def test_company_of_what_was_chosen_uses_the_persons_own_word() -> None:
    assert scene.company({"who": "sight", "key": "both"}, "little bear") == [
        "With little bear far off, and in sight.",
        "The key is shared.",
    ]


@pytest.mark.parametrize("choices", [{}, {"who": "open"}, {"who": "nobody", "key": "thief"}, {"who": ["me"], "key": 3}])
def test_company_of_what_was_left_open_says_nothing(choices: dict[str, object]) -> None:
    assert scene.company(choices, "little bear") == []


def test_company_of_a_word_with_a_percent_sign_is_taken_as_it_is() -> None:
    assert scene.company({"who": "beside"}, "100%s") == ["With 100%s beside you."]


def test_pack_offers_exactly_what_can_be_drawn_and_said() -> None:
    parts = flow.beside(packs.load()["place"], "part")
    offered = {group.key: {choice.value for choice in group.choices} for part in parts for group in part.groups}
    known = {part: set(table) for part, table in places.PICKS.items()}
    assert {**offered, "who": offered["who"] | OFFERED_ONCE} == known
    assert {key for part in parts for key in part.says if key in places.LINES} == set(places.LINES)


@pytest.mark.parametrize(
    ("who", "draws"),
    [
        ("den", "A blanket den at the end of a garden"),
        ("outdoors", "A big tree on a low hill"),
        ("made-up", "A blanket den somewhere made up"),
        ("me", "A rug and a lantern on a low hill"),
        ("arms", "A blanket den at the end of a garden"),
    ],
)
def test_where_draws_what_nobody_has_chosen_yet(who: str, draws: str) -> None:
    assert scene.compose({"who": who}).sentence.startswith(draws)
    chosen = scene.compose({"who": who, "ground": "shore", "shelter": "boat"})
    assert chosen.sentence.startswith("A boat on a shore")
