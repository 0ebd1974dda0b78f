"""What an archive says of the person: it fills what is still empty, and changes nothing that was said here."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts import guesses, own, preferences
from accounts.models import Reminder, User
from innerchild.help import helplines
from journal.importing import Refused, records

WORDS = {"name": own.NAME_MAX, "child_word": own.OWN_WORD_MAX, "call": own.CALL_MAX}


class Once:
    """What there may be one of: a home among the places, and an open walk through each step."""

    def __init__(self, person: User) -> None:
        self._taken: set[str] = set()
        for manager, flag in (("places", {"is_home": True}), ("visits", {"closed_at": None})):
            if rows := getattr(person, manager, None):
                self._taken |= {_name(row) for row in rows.filter(**flag)}

    def allows(self, made: Model) -> bool:
        """Whether it finds room. A second home is a place like any other; a second open walk stays out."""
        if getattr(made, "is_home", False):
            made.is_home = _HOME not in self._taken  # type: ignore[attr-defined] # it has one, or this is not reached
            self._taken.add(_HOME)
        if hasattr(made, "closed_at") and made.closed_at is None:
            free = _name(made) not in self._taken
            self._taken.add(_name(made))
            return free
        return True


_HOME = "home"


def _name(row: Model) -> str:
    return f"step {row.step}" if hasattr(row, "closed_at") and hasattr(row, "step") else _HOME


@transaction.atomic
def bring_in(person: User, document: Mapping[str, Any]) -> None:
    """What cannot be read is left out: it is a wish about the look, or a word that can be said again."""
    said, row = document.get("person"), User.objects.select_for_update().get(pk=person.pk)
    if isinstance(said, dict):
        for name, limit in WORDS.items():
            text = _text(said, name)
            if getattr(row, f"{name}_sealed") is None and 0 < len(text) <= limit:
                setattr(row, name, text)
        _settings(row, said)
        row.save()
    _reminder(row, document.get("reminder"))


def _settings(row: User, said: Mapping[str, Any]) -> None:
    zone, country, language = (_text(said, name) for name in ("time_zone", "country", "language"))
    if row.time_zone == "UTC" and zone:
        row.time_zone = guesses.time_zone(zone[:64])
    if not row.country and country in helplines().countries:
        row.country = country
    if row.language == settings.LANGUAGE_CODE and language in dict(settings.LANGUAGES):
        row.language = language
    chosen = said.get("preferences")
    if isinstance(chosen, dict):
        known = {key: value for key, value in chosen.items() if _is_choice(key, value)}
        row.preferences = {**known, **row.preferences}


def _text(said: Mapping[str, Any], name: str) -> str:
    """What is no text, or has half a character in it, is empty."""
    try:
        return records.whole(name, said.get(name))
    except Refused:
        return ""


def _is_choice(key: str, value: object) -> bool:
    offered = preferences.ALL[key].choices if key in preferences.ALL else {}
    return any(value == each and type(value) is type(each) for each in offered)


def _reminder(person: User, said: object) -> None:
    """The rhythm comes along, at rest: a mail goes out only where it was asked for here."""
    if not isinstance(said, dict) or Reminder.objects.filter(owner=person).exists():
        return
    rhythm, weekday, hour = said.get("rhythm"), said.get("weekday"), said.get("hour")
    if rhythm not in Reminder.Rhythm.values or type(weekday) is not int or type(hour) is not int:
        return
    if 0 <= weekday <= 6 and 0 <= hour <= 23:
        zone = guesses.time_zone(_text(said, "time_zone")[:64])
        Reminder.objects.create(owner=person, rhythm=rhythm, weekday=weekday, hour=hour, time_zone=zone)
