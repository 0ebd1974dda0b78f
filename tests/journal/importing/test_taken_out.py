"""What was typed after an import stays when the import is taken out, whatever it was typed into."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from accounts.models import User
from exercises import letters, places
from exercises.models import Place, Visit
from journal import wishes
from journal.models import Entry, Wish
from tests import factories
from tests.exercises.pages import press
from tests.export.reading import packed
from tests.journal.importing import archives
from tests.journal.importing.archives import START
from vault import keyring

EARLY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WISHES = ("kept", "reworded", "given", "taken back")


def lived() -> bytes:
    """An archive of somebody with places, wishes, an open walk, a letter that is not kept yet, and a look-in."""
    person = factories.person()
    with keyring.opened_for(person.pk, purpose="a test"):
        for name in ("whole", "changed", "in the box", "box begun", "draft"):
            row = Place(owner=person, pack=1, local_date=EARLY.date(), time_zone="UTC", is_home=name == "changed")
            row.created_at = row.updated_at = EARLY
            row.choices, row.box = {"name": name}, "a line"
            row.save()
        for name in WISHES:
            wish = Wish(owner=person, made_at=EARLY)
            wish.text = name
            wish.save()
        for step in ("hello", "kindness"):
            walk = Visit(owner=person, step=step, pack=1, screen="first-words", opened_at=EARLY, touched_at=EARLY)
            walk.choices = {}
            walk.save()
    factories.entry(person, "a letter", kind="letter", voice="adult", kept_at=None, updated_at=EARLY)
    factories.revision(factories.entry(person, "left alone", updated_at=EARLY), made_at=EARLY)
    for day in (1, 2):
        factories.check_in(person, EARLY.date() + timedelta(days=day))
    data = packed(person).getvalue()
    person.delete()
    return data


def named(person: User) -> dict[str, UUID]:
    return {row.choices["name"]: row.pk for row in person.places.all()}


def test_no_word_goes_that_was_typed_after_an_archive_came(ada: User, signed_in: Client) -> None:
    """In places, their boxes, drafts of them, wishes, walks, the name of a letter, and looks."""
    archives.send(signed_in, lived())
    batch, spots = ada.imports.get(), named(ada)
    wished = {row.text: row for row in ada.wishes.all()}
    press(signed_in, "/steps/place/scene/", "keep", {"name": "changed", "reach": "by the low door"})
    places.put_away(ada, ada.places.get(pk=spots["in the box"]), "one more line")
    places.hold_inside(ada, ada.places.get(pk=spots["box begun"]), "half a line")
    signed_in.post(f"/place/{spots['draft']}/change/")
    press(signed_in, "/steps/place/scene/", "show", {"reach": "only begun"})
    wishes.reword(ada, wished["reworded"], "a boat, a blue one", seen=wishes.mark("reworded"))
    wishes.withdraw(ada, wished["taken back"])
    gift = {"kind": "gift", "step": "kindness", "question_key": "gift", "wish": wished["given"]}
    factories.entry(ada, "a gift that is not kept yet", kept_at=None, **gift)
    press(signed_in, "/steps/hello/first-words/", "stop", {})
    letter = ada.entries.get(kind="letter")
    letters.name(ada, letter, "For the one at the window")
    look = ada.check_ins.earliest("at")
    ada.check_ins.filter(pk=look.pk).update(updated_at=timezone.now())

    page = signed_in.get(f"{START}{batch.pk}/")
    assert {one.key for one in page.context["changed"]} == {f"piece:{letter.pk}", f"look:{look.pk}"}
    assert "a place that you changed here since" in page.text.lower()
    signed_in.post(f"{START}{batch.pk}/out/")

    assert set(named(ada)) == {"changed", "in the box", "box begun", "draft"}
    assert ada.places.get(pk=spots["changed"]).choices["reach"] == "by the low door"
    assert ada.places.get(pk=spots["in the box"]).box == "a line\none more line"
    assert places.inside(ada.places.get(pk=spots["box begun"])) == "half a line"
    drafts = ada.visits.get(step="place").choices["scene"]["drafts"]
    assert drafts[str(spots["draft"])]["reach"] == "only begun"
    assert {row.text for row in ada.wishes.all()} == {"a boat, a blue one", "given", "taken back"}
    assert set(ada.visits.values_list("step", flat=True)) == {"place", "hello"}
    assert [row.title for row in ada.entries.filter(kind="letter")] == ["For the one at the window"]
    assert {row.body for row in ada.entries.all()} == {"a letter", "a gift that is not kept yet"}
    assert list(ada.check_ins.all()) == [look]


def test_what_nobody_changed_goes_whole(ada: User, signed_in: Client) -> None:
    archives.send(signed_in, lived())
    page = signed_in.get(f"{START}{ada.imports.get().pk}/")
    counts = {str(kind): count for kind, count in page.context["held"].counts.items()}
    assert (counts["Places"], counts["Earlier versions"], counts["Wishes"]) == (5, 1, 4)
    signed_in.post(f"{START}{ada.imports.get().pk}/out/")
    assert [getattr(ada, rows).count() for rows in ("entries", "check_ins", "wishes", "places", "visits")] == [0] * 5
    assert not Entry.objects.filter(owner=ada).exists()
