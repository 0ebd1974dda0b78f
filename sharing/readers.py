"""Who else can read something of this person: the therapists they are connected with."""

from django.utils import timezone

from accounts.models import User
from innerchild.shell import Person


def names(person: Person) -> list[str]:
    """By the name they state, each once, in the order they came."""
    if not isinstance(person, User) or not person.knows_a_practice:
        return []
    rows = person.connections.going_on(timezone.now()).order_by("made_at", "id")
    return list(dict.fromkeys(rows.values_list("practice__name", flat=True)))
