"""What a therapist suggests, as its client meets it: a quiet card that asks for nothing back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from accounts.models import User
from exercises import packs
from exercises.home import Card
from exercises.packs import Step
from sharing import connections
from sharing.models import Connection, Suggestion
from sharing.opening import opened


@dataclass(frozen=True, slots=True)
class Suggested:
    """One that waits, opened."""

    suggestion: Suggestion
    step: Step
    sentence: str = field(repr=False)

    @property
    def connection(self) -> Connection:
        return self.suggestion.connection


def card(person: User) -> list[Card]:
    """For home: the newest alone, so that nothing piles up there."""
    if not person.knows_a_practice:
        return []
    newest = next(_opened(connections.offered(person), person), None)
    return [Card("sharing/suggested.html", newest)] if newest else []


def by(connection: Connection, person: User) -> list[Suggested]:
    """All that wait from one therapist, newest first."""
    rows = connections.offered(person)
    return list(_opened((row for row in rows if row.connection_id == connection.pk), person))


def _opened(rows: Iterable[Suggestion], person: User) -> Iterator[Suggested]:
    """What cannot be opened is left out, and so is a step that is no longer there."""
    steps = packs.load(person.language)
    for row in rows:
        sentence = opened(row, "sentence", None)
        if sentence is not None and row.step in steps:
            yield Suggested(row, steps[row.step], sentence)
