"""Template tags for the look: drawings inlined from files, and small shared pieces."""

import re
from functools import cache
from pathlib import Path

import segno
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import Node, NodeList, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from innerchild import public, shell

register = template.Library()

DRAWING_NAME = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")


@cache
def _drawn(name: str, cls: str, light: str) -> SafeString:
    """The file's own markup, with the class and the light this page asks for.

    Drawings colour themselves with custom properties, so they stand in the page and not in an `<img>`.
    A SafeString, because the words of nobody but this repository come through here.
    """
    if not DRAWING_NAME.fullmatch(name):
        raise template.TemplateSyntaxError(f"no drawing can be called {name!r}")
    text = (Path(settings.BASE_DIR) / "static" / "svg" / f"{name}.svg").read_text(encoding="utf-8").strip()
    text = text.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    if 'class="' not in text.partition(">")[0]:
        text = text.replace("<svg", format_html('<svg class="{}"', cls or "ill"), 1)
    elif cls:
        text = re.sub(r'class="[^"]*"', lambda _: format_html('class="{}"', cls), text, count=1)
    if light:
        text = text.replace('data-light="evening"', format_html('data-light="{}"', light))
    return SafeString(text)


@register.simple_tag
def drawing(name: str, cls: str = "", light: str = "") -> SafeString:
    """Inline `static/svg/<name>.svg`. Always decoration: what it shows is said in words beside it."""
    return _drawn(name, cls, light)


@cache
def _coded(text: str) -> SafeString:
    """Black on white by day and by night, with the quiet edge around it that a camera wants. No style inside."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    return SafeString(code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff"))


@register.simple_tag
def qr(text: str) -> SafeString:
    """A QR code. A code cannot be read by eye, so the address stands in words beside it."""
    return _coded(text)


@register.simple_tag
def absolute(path: str) -> str:
    """The whole address, for programs that read a page from elsewhere, and for paper."""
    return f"{settings.INNERCHILD_URL}{path}"


@register.simple_tag
def ruled(lines: int) -> SafeString:
    """Lines to write on. Each is an element, because browsers leave backgrounds out when they print."""
    return format_html('<span class="ruled" aria-hidden="true">{}</span>', SafeString("<i></i>" * lines))


@register.inclusion_tag("parts/contact.html")
def contact() -> dict[str, str]:
    """Whom to write to, or that nobody left an address."""
    return {"contact": settings.CONTACT, "address": public.uri(settings.CONTACT)}


@register.inclusion_tag("parts/only_you.html", takes_context=True)
def only_you(context: template.Context) -> dict[str, object]:
    """The line beside every writing box: who can see what is written there."""
    return {"line": shell.who_can_see(context.get("user"))}


@register.simple_tag(takes_context=True)
def look(context: template.Context) -> SafeString:
    """Attributes of `<html>`: the theme a person chose, if they chose one and are known here."""
    request: HttpRequest | None = context.get("request")
    if context.get("impersonal") or request is None or not hasattr(request, "user"):
        return SafeString()
    return shell.chosen_look(request.user)


@register.simple_tag(takes_context=True)
def tab_title(context: template.Context, title: str) -> SafeString:
    """What the tab says: for somebody signed in a verb alone, unless they like to find it by the name of the site."""
    person = None if context.get("impersonal") else context.get("user")
    return format_html("{}{}", title, shell.title_tail(person, title))


@register.simple_tag(takes_context=True)
def cover_site(context: template.Context) -> shell.CoverSite:
    """Where "Leave this page" leads, for this person or for anybody."""
    return shell.cover_site(None if context.get("impersonal") else context.get("user"))


@register.simple_tag(takes_context=True)
def back_query(context: template.Context) -> str:
    """`?back=…` for the links to Steady me and Help now, so that they can lead back to this very page."""
    request: HttpRequest | None = context.get("request")
    return "" if request is None else shell.back_query(request)


class Capture(Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = self.nodelist.render(context).strip()
        return SafeString()


@register.tag
def capture(parser: Parser, token: Token) -> Capture:
    """`{% capture name %}…{% endcapture %}`: a block's words, wanted in more than one place of the page."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return Capture(name, nodelist)


class Alike(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        if language not in self.rendered:
            empty = template.Context()
            empty.template = context.template  # names that are not there are said as on any page: by nothing
            self.rendered[language] = self.nodelist.render(empty)
        return self.rendered[language]


@register.tag
def alike(parser: Parser, _token: Token) -> Alike:
    """`{% alike %}…{% endalike %}`: our own words and addresses, rendered once for each language.

    It sees nothing of the page or of who reads it: every name in it is empty.
    """
    nodelist = parser.parse(("endalike",))
    parser.delete_first_token()
    return Alike(nodelist)
