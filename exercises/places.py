"""The places somebody made: what their form says, and finding, keeping and changing them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from exercises import scene
from exercises.models import Place

PICKS: Mapping[str, Mapping[str, object]] = {**scene.TABLES, "who": {**scene.WHO, "open": ""}, "key": scene.KEYS}
NAME_MAX, WELCOME_MAX, WORD_MAX, LINE_MAX, BOX_MAX = 60, 200, 80, 500, 20_000
WORDS = ("word_1", "word_2", "word_3")


class Words(forms.CharField):
    """A few words, never required. A NUL is dropped: nobody typed it."""

    def __init__(self, limit: int) -> None:
        said = format_lazy(_("That’s longer than fits here. Up to {limit} characters find room."), limit=limit)
        super().__init__(required=False, max_length=limit, error_messages={"max_length": said})

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value or "").replace("\x00", "")) or ""


class PlaceForm(forms.Form):
    """What is typed about a place. What is picked is looked up instead: see `picked`."""

    name = Words(NAME_MAX)
    welcome = Words(WELCOME_MAX)
    word_1 = Words(WORD_MAX)
    word_2 = Words(WORD_MAX)
    word_3 = Words(WORD_MAX)
    line = Words(LINE_MAX)

    def add_prefix(self, field_name: str) -> str:
        """Named like writing boxes, so that a page that could not be kept gives the words back."""
        return f"{field_name}.text"

    def choices(self) -> dict[str, Any]:
        """Everything of a valid form that belongs to the place itself."""
        words = [self.cleaned_data[key] for key in WORDS]
        return picked(self.data) | {
            "name": self.cleaned_data["name"],
            "welcome": self.cleaned_data["welcome"],
            "words": [word for word in words if word],
        }


def picked(data: Mapping[str, Any]) -> dict[str, str]:
    """The radios of a form; what no table knows is left out."""
    return {part: str(data[part]) for part, table in PICKS.items() if data.get(part) in table}


def typed(choices: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a place, as its form names them."""
    texts = {"name": choices.get("name", ""), "welcome": choices.get("welcome", "")}
    texts |= dict(zip(WORDS, choices.get("words", ()), strict=False))
    return {f"{key}.text": text for key, text in texts.items()}


def personal(choices: Mapping[str, Any]) -> bool:
    """Whether somebody said more than what the scene looks like."""
    return any(choices.get(part) for part in ("who", "key", "name", "welcome", "words"))


def of(person: User) -> "QuerySet[Place]":
    """Somebody's places, the one at home first, then the one changed last."""
    return person.places.filter(binned_at=None).order_by("-is_home", "-updated_at", "-id")


def current(person: User) -> Place | None:
    """The place to come back to."""
    return of(person).first()


def keep(person: User, place: Place | None, choices: Mapping[str, Any], *, pack: int) -> Place:
    """Change that place, or make a new one on this day where the person is."""
    now = timezone.now()
    place = place or Place(
        owner=person,
        local_date=timezone.localdate(now),
        time_zone=timezone.get_current_timezone_name(),
        created_at=now,
    )
    place.pack, place.updated_at, place.choices = pack, now, dict(choices)
    place.save()
    return place


def set_home(person: User, place: Place) -> None:
    """Make it the home scene, and no other."""
    with transaction.atomic():
        person.places.filter(is_home=True).update(is_home=False)
        person.places.filter(pk=place.pk).update(is_home=True)


class BoxFull(Exception):
    """No room for another line. The line is still with whoever sent it."""


def put_away(person: User, place: Place, line: str) -> None:
    """Add a line to the box, below what lies there. Raises `BoxFull`."""
    with transaction.atomic():
        locked = person.places.select_for_update().get(pk=place.pk)
        inside = "\n".join(part for part in (locked.box, line) if part)
        if len(inside) > BOX_MAX:
            raise BoxFull
        locked.box = inside
        locked.save(update_fields=["box_sealed"])


def refill_box(place: Place, inside: str) -> None:
    """What lies in the box now; nothing at all leaves no trace of one."""
    place.box = inside if inside.strip() else None
    place.save(update_fields=["box_sealed"])
