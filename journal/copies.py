"""Where else something stands that is let go. An app above says so, and takes it off there when its owner wants that."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from accounts.models import User

TAKE, LEAVE = "take", "leave"


class Told(Protocol):
    """Where copies of any of these stand, in words. `closed`: those that nobody can open any more count, too."""

    def __call__(self, person: User, keys: Collection[UUID], *, closed: bool) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Holder:
    told: Told
    take: Callable[..., object]  # as `told` is called
    gone: Callable[[User, Collection[UUID]], object]


HOLDERS: list[Holder] = []  # filled in ready() by the apps that keep copies


def told(person: User, keys: Collection[UUID], *, closed: bool = False) -> list[str]:
    return [words for holder in HOLDERS for words in holder.told(person, keys, closed=closed)]


def take_off(person: User, keys: Collection[UUID], *, closed: bool = False) -> None:
    for holder in HOLDERS:
        holder.take(person, keys, closed=closed)


def gone(person: User, keys: Collection[UUID]) -> None:
    """These go for good: what somebody was about to copy of them goes along. Called in the transaction that deletes
    them, while they are there, with a ring of that person open.
    """
    for holder in HOLDERS:
        holder.gone(person, keys)
