"""What is rendered once for everybody has nothing of anybody in it."""

from django.template import engines
from django.utils import translation

SOURCE = (
    "{% load i18n %}{{ who }}: {% alike %}{{ who }}{{ user.email }}{{ request.path }}"
    '{% translate "Monday" %} {% url "home" %}{% endalike %}'
)


def test_what_is_alike_sees_neither_page_nor_person() -> None:
    template = engines["django"].from_string(SOURCE)
    page = {"user": {"email": "ada@example.org"}, "request": {"path": "/somewhere/"}}
    assert template.render({"who": "Ada", **page}) == "Ada: Monday /home/"
    assert template.render({"who": "Bo"}) == "Bo: Monday /home/"


def test_what_is_alike_is_rendered_once_for_each_language() -> None:
    template = engines["django"].from_string(SOURCE)
    with translation.override("de"):
        assert template.render({"who": "Ada"}) == "Ada: Montag /home/"
    assert template.render({"who": "Ada"}) == "Ada: Monday /home/"
    with translation.override("de"):
        assert template.render({"who": "Bo"}) == "Bo: Montag /home/"
