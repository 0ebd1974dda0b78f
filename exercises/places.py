"""The places somebody made: what their form says, and finding, keeping and changing them.

One that came with an import leaves it with the first word that is said of it here, and stays when the import goes.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from exercises import scene
from exercises.models import Place
from innerchild.fields import Words

PICKS: Mapping[str, Mapping[str, object]] = {**scene.TABLES, "who": {**scene.WHO, "open": ""}, "key": scene.KEYS}
NAME_MAX, WELCOME_MAX, WORD_MAX, LINE_MAX, BOX_MAX = 60, 200, 80, 500, 20_000
LINES = ("somewhere", "reach", "welcome", "name")  # each a text of its own, in the order of their screens
WORDS = ("word_1", "word_2", "word_3")
INSIDE = "inside"  # among the choices: what is being changed in the box, until its lid is closed


class PlaceForm(forms.Form):
    """What is typed about a place. What is picked is looked up instead: see `picked`."""

    somewhere = Words(WELCOME_MAX)
    reach = Words(WELCOME_MAX)
    welcome = Words(WELCOME_MAX)
    name = Words(NAME_MAX)
    word_1 = Words(WORD_MAX)
    word_2 = Words(WORD_MAX)
    word_3 = Words(WORD_MAX)
    line = Words(LINE_MAX)

    def add_prefix(self, field_name: str) -> str:
        """Named like writing boxes, so that a page that could not be kept gives the words back."""
        return f"{field_name}.text"

    def choices(self) -> dict[str, Any]:
        """Everything this form asked that belongs to the place itself. A word stays in the line it was typed in."""
        said: dict[str, Any] = picked(self.data) | {key: self.cleaned_data[key] for key in LINES if self.asked(key)}
        words = [self.cleaned_data[key] for key in WORDS]
        while words and not words[-1]:
            words.pop()
        return said | {"words": words} if any(map(self.asked, WORDS)) else said

    def asked(self, key: str) -> bool:
        """A short screen asks for some of the lines; what it doesn’t ask for stays as it was."""
        return self.add_prefix(key) in self.data


def picked(data: Mapping[str, Any]) -> dict[str, str]:
    """The radios of a form; what no table knows is left out."""
    return {part: str(data[part]) for part, table in PICKS.items() if data.get(part) in table}


def typed(choices: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a place, as its form names them."""
    texts = {part: choices.get(part, "") for part in (*LINES, "line")}
    texts |= dict(zip(WORDS, choices.get("words", ()), strict=False))
    return {f"{key}.text": text for key, text in texts.items()}


def personal(choices: Mapping[str, Any]) -> bool:
    """Whether somebody said more than what the scene looks like."""
    return any(choices.get(part) for part in ("who", "key", "words", *LINES))


def of(person: User) -> "QuerySet[Place]":
    """Somebody's places, the one at home first, then the one changed last."""
    return person.places.filter(binned_at=None).order_by("-is_home", "-updated_at", "-id")


def current(person: User) -> Place | None:
    """The place to come back to."""
    return of(person).first()


def keep(person: User, place: Place | None, choices: Mapping[str, Any], *, pack: int) -> Place:
    """Change that place, or make a new one on this day where the person is."""
    now = timezone.now()
    held = {INSIDE: place.choices[INSIDE]} if place and INSIDE in place.choices else {}
    place = place or Place(
        owner=person,
        local_date=timezone.localdate(now),
        time_zone=timezone.get_current_timezone_name(),
        created_at=now,
    )
    place.pack, place.updated_at, place.choices = pack, now, {**choices, **held}
    place.batch = None
    place.save()
    return place


def set_home(person: User, place: Place) -> None:
    """Make it the home scene, and no other."""
    with transaction.atomic():
        person.places.filter(is_home=True).update(is_home=False)
        person.places.filter(pk=place.pk).update(is_home=True)


def begin_on(person: User, place: Place) -> None:
    """A draft about it is held elsewhere, which nobody would find without the place."""
    if place.batch_id:
        person.places.filter(pk=place.pk).update(batch=None)


class BoxFull(Exception):
    """No room for another line. The line is still with whoever sent it."""


def put_away(person: User, place: Place, line: str) -> None:
    """Add a line to the box, below what lies there. Raises `BoxFull`."""
    with transaction.atomic():
        locked = person.places.select_for_update().get(pk=place.pk)
        inside = "\n".join(part for part in (locked.box, line) if part)
        if len(inside) > BOX_MAX:
            raise BoxFull
        locked.box, locked.batch = inside, None
        locked.save(update_fields=["box_sealed", "batch"])


def inside(place: Place) -> str:
    """What the open box shows: what somebody began to make of it, else what lies in it."""
    return str(place.choices.get(INSIDE, place.box or ""))


def hold_inside(person: User, place: Place, text: str | None) -> None:
    """Remember what is being made of the box, or (None) forget that. What lies in it stays as it was."""
    with transaction.atomic():
        locked = person.places.select_for_update().get(pk=place.pk)
        rest = {part: value for part, value in locked.choices.items() if part != INSIDE}
        locked.choices, locked.batch = rest if text is None else {**rest, INSIDE: text}, None
        locked.save(update_fields=["choices_sealed", "batch"])


@transaction.atomic
def refill_box(person: User, place: Place, text: str) -> None:
    """What lies in the box now; nothing at all leaves no trace of one."""
    hold_inside(person, place, None)
    place.box = text if text.strip() else None
    place.save(update_fields=["box_sealed"])
