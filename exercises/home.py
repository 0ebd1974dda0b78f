"""What an app above puts on home: quiet cards, each of which stands for itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Card:
    """`template` draws it, and finds what to say under `said`."""

    template: str
    said: object = field(repr=False)


# Filled in ready(). Who has no such card costs one query, and no more.
CARDS: list[Callable[[User], list[Card]]] = []
