"""The book: one HTML file that needs nothing else, in reading order, set in our own faces."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from journal import export
from journal.export import Wanted
from journal.export.zipped import gathered

FACES = {"Fraunces": "fraunces", "Literata": "literata", "Atkinson": "atkinson"}
SHEETS = ("tokens.css", "light-dawn.css", "light-afternoon.css", "light-evening.css", "light-night.css", "book.css")
HOME = settings.BASE_DIR / "static"


def chunks(person: User, wanted: Wanted) -> Iterator[bytes]:
    yield from gathered(_texts(person, wanted))


def _texts(person: User, wanted: Wanted) -> Iterator[str]:
    """The cover, every piece under its year, and a last page that says that this was all."""
    contents = export.table_of_contents(person, wanted)
    years = [(year, len(list(lines))) for year, lines in groupby(line.day.year for line, _ in contents)]
    context = {"years": years, "count": len(contents), "wanted": wanted, "style": style()}
    with export.reading(person):
        cover = {"name": person.greeted_as, "scene": _scene(person), "language": person.language}
        opening = render_to_string("export/opening.html", {**context, **cover})
    yield opening
    year = 0
    for piece in export.pieces(person, contents):
        begins, year = piece.day.year != year, piece.day.year
        with export.speaking(person):
            text = render_to_string("export/piece.html", {"piece": piece, "begins": begins})
        yield text
    with export.speaking(person):
        ending = render_to_string("export/ending.html", context)
    yield ending


@cache
def style() -> SafeString:
    """Faces and rules of the book in one element: its own, and the tokens and inks of the product."""
    faces = "".join(_face(family, name) for family, name in FACES.items())
    rules = "\n".join((HOME / "css" / name).read_text(encoding="utf-8") for name in SHEETS)
    return SafeString(f"<style>\n{faces}@layer tokens, adjust, book;\n{rules}</style>")


def _face(family: str, name: str) -> str:
    data = b64encode((HOME / "fonts" / f"{name}.woff2").read_bytes()).decode()
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: 400 700; '
        f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )


def _scene(person: User) -> SafeString:
    """The place on the cover, if one was made."""
    drawn = (section.covers(person) for section in export.SECTIONS)
    return next((scene for scene in drawn if scene), SafeString())
