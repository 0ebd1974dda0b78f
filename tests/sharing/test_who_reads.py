"""Beside each box of sharing stands who can read what is typed there, and wherever something is shared, the boundary."""

import pytest
from django.urls import reverse

from sharing import sheets
from sharing.models import Connection
from tests import factories
from tests.client import StrictClient
from tests.sharing import people

pytestmark = pytest.mark.django_db
BOUNDARY = "Nobody is watching between times. In an emergency the help page has numbers."
NOT_NOW = "Nobody is reading this now."


@pytest.fixture
def met() -> Connection:
    return people.connection(factories.person(), people.practice())


@pytest.fixture
def mine(met: Connection) -> StrictClient:
    client = StrictClient()
    client.force_login(met.owner)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


@pytest.fixture
def theirs(met: Connection) -> StrictClient:
    client = StrictClient()
    people.with_factor(client, met.practice.owner)
    return client


def around(page: str, box: str) -> str:
    """What a page says in the form that this box is in."""
    forms = [form.partition("</form>")[0] for form in page.split("<form")[1:]]
    return next((form for form in forms if f'name="{box}"' in form), f"no {box}")


def test_beside_a_clients_boxes(mine: StrictClient, met: Connection) -> None:
    entry = factories.entry(met.owner, "the flat stones")
    people.draft(met, people.passage(entry, "flat"))
    tray = f"/sharing/{met.pk}/sheet/"
    said = {
        (tray, "ask.text"): "Only you can see this. Once you share the sheet, Robin Vale can read it, too.",
        (tray, "black.text"): "Wherever it stands, a black mark takes its place",
        (
            f"{tray}pieces/1/",
            "passage-1.text",
        ): "Only you can see this. Robin Vale sees what you put on a sheet, and nothing",
        (reverse("sharing_code", args=[met.practice.code]), "name"): "They see this beside what you bring",
    }
    for (address, box), sentence in said.items():
        assert sentence in (form := around(mine.get(address).text, box)), (address, form)


def test_beside_a_therapists_boxes(theirs: StrictClient, met: Connection) -> None:
    anybody = "Whoever has your link can read"
    said = {
        reverse("practice_suggest", args=[met.pk]): "They read it under your name, and nobody else does.",
        **{reverse("practice_join", args=[page]): anybody for page in ("about", "registration", "habit")},
    }
    for address, sentence in said.items():
        assert sentence in theirs.get(address).text, address


def test_the_boundary_stands_wherever_something_is_shared(
    mine: StrictClient, theirs: StrictClient, met: Connection
) -> None:
    entry = factories.entry(met.owner, "the flat stones")
    people.draft(met, people.whole(entry))
    preview = f"/sharing/{met.pk}/sheet/preview/"
    assert BOUNDARY in mine.get(preview).text
    sheet = people.sheet(met, people.whole(entry))
    own = f"/sharing/sheets/{sheet.pk}/"
    for address in ("/sharing/", f"/sharing/{met.pk}/", own, f"{own}window/"):
        assert BOUNDARY in mine.get(address).text, address
    assert (
        "Nobody is watching between times, and nobody expects you to."
        in theirs.get(f"/practice/sheets/{sheet.pk}/").text
    )
    assert NOT_NOW not in mine.get(own).text
    sheets.stop(sheet)
    page = mine.get(own).text
    assert (NOT_NOW in page, "the help page has people who answer now" in page) == (True, True)
