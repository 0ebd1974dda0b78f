"""The strict client finds what it is there to find."""

import pytest

from tests.client import check_page


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        "<script type=module>1</script>",
        "<style>a{}</style>",
        "<p style='color:red'>a</p>",
        "<a onclick='x()'>a</a>",
        "<a hx-on:click='x()'>a</a>",
        "<a href=' JavaScript:x()'>a</a>",
        "<p>{{ name }}</p>",
        "<p>{% if %}</p>",
        "<p>{# note #}</p>",
        "<textarea></textarea>",
        "<input name='own_word'>",
    ],
)
def test_a_page_that_breaks_a_rule_fails(page: str) -> None:
    with pytest.raises(AssertionError):
        check_page(page, [])


@pytest.mark.parametrize(
    "page",
    [
        "<script src='/a.js' type=module></script><p>Fine.</p>",
        '<script type="application/json">{"a": {"b": 1}}</script>',
        '<textarea autocomplete="off">{{ what a person wrote }}</textarea>',
    ],
)
def test_a_page_within_the_rules_passes(page: str) -> None:
    check_page(page, [])


def test_text_a_test_typed_may_look_like_a_mark() -> None:
    check_page("<p>{{ 7*7 }}</p>", ["{{ 7*7 }}"])
