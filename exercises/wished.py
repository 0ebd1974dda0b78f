"""Wishes on the way through *kindness*: which are offered, which one was chosen, and what a gift is given to."""

from dataclasses import dataclass
from uuid import UUID

from exercises import answers
from exercises.visits import Walk
from journal import wishes
from journal.models import Wish
from journal.wishes import Wished

PICK = "wished:"  # before the key of a wish, where it is picked
PICKED, CHOSEN = "wished", "wish"  # what a visit notes: that one was picked, and its key


@dataclass(frozen=True, slots=True)
class Offered:
    """Wishes to choose among: those that wait, and those that were given something."""

    waiting: list[Wished]
    given: list[Wished]
    given_is_picked: bool

    @property
    def all(self) -> list[Wished]:
        return [*self.waiting, *self.given]


def offered(walk: Walk, picked: str) -> Offered:
    """The newest of each, and the one that is `picked`, however long ago it was set down."""
    mine = wishes.offered(walk.person)
    waiting = list(mine.filter(given_at=None)[: answers.QUOTES])
    given = list(mine.exclude(given_at=None)[: answers.QUOTES])
    near = {row.pk for row in (*waiting, *given)}
    asked = [row for row in mine.filter(pk__in=_keys(picked)) if row.pk not in near]
    rows = wishes.with_gifts(walk.person, [*asked, *waiting, *given], first_words=answers.FIRST_WORDS)
    readable = [row for row in rows if row.text is not None]
    return Offered(
        waiting=[row for row in readable if not row.wish.given_at],
        given=[row for row in readable if row.wish.given_at],
        given_is_picked=any(picked == f"{PICK}{row.key}" for row in readable if row.wish.given_at),
    )


def is_offered(walk: Walk, picked: str) -> bool:
    """Whether that is a wish of theirs which was not put away."""
    return wishes.offered(walk.person).filter(pk__in=_keys(picked)).exists()


def chosen(walk: Walk) -> Wish | None:
    """The wish that was chosen on this visit, if it was one that is set down. It may be put away since."""
    screens = [walk.choices.get(screen.key, {}) for screen in walk.step.screens if screen.quotes]
    key = next((str(said[CHOSEN]) for said in screens if CHOSEN in said), "")
    return walk.person.wishes.filter(pk=key).first() if key else None


def _keys(picked: str) -> list[UUID]:
    try:
        return [UUID(picked.removeprefix(PICK))] if picked.startswith(PICK) else []
    except ValueError:
        return []
