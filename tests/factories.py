"""People and writing for tests: real rows, made through the models that the product uses."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from journal.models import CheckIn, Entry, Revision
from vault import keyring

PASSWORD = "correct horse battery"
_numbers = iter(range(1, 1_000_000))


def person(email: str = "", *, child_word: str = "", **fields: object) -> User:
    """Somebody with an account, a key, and PASSWORD."""
    now = timezone.now()
    values = {"adult_at": now, "consent_at": now, **fields}
    made = User.objects.create_user(email or f"person{next(_numbers)}@example.org", PASSWORD, **values)
    if child_word:
        with keyring.opened_for(made.pk, purpose="a test"):
            made.child_word = child_word
        made.save()
    return made


def entry(owner: User, text: str = "a few words", **fields: object) -> Entry:
    """Something that person wrote and kept."""
    now = timezone.now()
    values: dict[str, object] = {
        "id": uuid4(),
        "kind": Entry.Kind.ANSWER,
        "step": "hello",
        "question_key": "first-words",
        "question": "Which few words would come first?",
        "rev": 1,
        "local_date": date(2026, 11, 23),
        "time_zone": "UTC",
        "created_at": now,
        "updated_at": now,
        "kept_at": now,
        **fields,
    }
    with keyring.opened_for(owner.pk, purpose="a test"):
        written = Entry(owner=owner, **values)
        written.body = text
        written.save()
    return written


def revision(entry: Entry, text: str = "as it was", **fields: object) -> Revision:
    """An earlier text of that entry."""
    values: dict[str, object] = {"id": uuid4(), "rev": 1, "reason": "timed", "made_at": timezone.now(), **fields}
    with keyring.opened_for(entry.owner_id, purpose="a test"):
        made = Revision(owner_id=entry.owner_id, entry=entry, **values)
        made.body = text
        made.save()
    return made


def check_in(
    owner: User, day: date = date(2026, 11, 23), *, binned_at: datetime | None = None, **answers: object
) -> CheckIn:
    """One look at the younger self, at noon of that day; `answers` as `nearness.Told` stores them."""
    noon = datetime.combine(day, time(12), UTC)
    row = CheckIn(owner=owner, at=noon, made_at=noon, updated_at=noon, local_date=day, time_zone="UTC")
    row.binned_at = binned_at
    with keyring.opened_for(owner.pk, purpose="a test"):
        row.answers = answers or {"nearness": 2}
        row.save()
    return row
