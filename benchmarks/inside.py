"""What is done in the product's own process: filling it with people, and counting the statements of a page.

Each function prints one JSON object; the servers are asked from outside.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innerchild.settings")
django.setup()

from django.conf import settings  # noqa: E402 (models need the apps that setup() makes ready)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.jobs import FILLING, SIZE, WORD  # noqa: E402
from journal.about import About  # noqa: E402
from journal.models import CheckIn, Entry  # noqa: E402
from vault import keyring  # noqa: E402

PURPOSE = "measuring"
BATCH = 2000
EVERY = 1000  # in one text of so many stands the word that is looked for
TEN_YEARS = 3650
BEGAN = datetime(2016, 11, 20, 20, 0, tzinfo=UTC)
ENDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
ABOUT = About(kind="answer", step="hello", question_key="first-words", question="Which few words?", pack=1)


def fill(*, writers: int, texts: int, long: int) -> None:
    """Some people to save at once, one with many texts of 3 kB and ten years of looking in, one with `long` short ones."""
    made = {f"writer{number}": _person(f"writer{number}@example.org") for number in range(writers)}
    made["shelf"] = shelf = _person("shelf@example.org")
    _texts(shelf, texts, size=SIZE)
    _looks(shelf, TEN_YEARS)
    if long:
        made["long"] = _person("long@example.org")
        _texts(made["long"], long, size=120)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sessions = {name: {"email": person.email, "session": _session(person)} for name, person in made.items()}
    _show_look_back(shelf)
    named = {name: _address(name) for name in ("kept_search", "look_back")}
    print(json.dumps({"people": sessions, "urls": named}))


def count(*, paths: dict[str, str]) -> None:
    """Statements of each of those pages, of a first and a further save, for the one with many texts."""
    person = User.objects.get(email="shelf@example.org")
    client = _client(person)
    found = {}
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        found[name] = _statements(queries)
    found["a_first_save"], found["a_save"] = _saves(client, person)
    print(json.dumps(found))


def _saves(client: Client, person: User) -> list[int]:
    pk, found = uuid4(), []
    for rev in (0, 1):
        said = {
            "If-Match": f'"{rev}"',
            "Idempotency-Key": str(uuid4()),
            "X-Writer": str(person.pk),
            "X-Requested-With": "journal",
            "X-About": ABOUT.token(person.pk),
        }
        with CaptureQueriesContext(connection) as queries:
            client.put(f"/kept/{pk}/text/", f"text {rev}", content_type="text/plain; charset=utf-8", headers=said)
        found.append(_statements(queries))
    person.entries.filter(pk=pk).delete()
    return found


def _statements(queries: CaptureQueriesContext) -> int:
    return sum(not query["sql"].startswith(ENDS) for query in queries.captured_queries)


def _person(email: str) -> User:
    now = timezone.now()
    return User.objects.create_user(email, adult_at=now, consent_at=now)


def _client(person: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def _session(person: User) -> str:
    return _client(person).cookies[settings.SESSION_COOKIE_NAME].value


def _texts(person: User, many: int, *, size: int) -> None:
    filling = FILLING * (size // len(FILLING) + 1)
    kinds = (("answer", "hello", "none"), ("letter", "letter", "adult"), ("gift", "kindness", "none"))
    with keyring.opened_for(person.pk, purpose=PURPOSE):
        for first in range(0, many, BATCH):
            rows = []
            for number in range(first, min(first + BATCH, many)):
                at = BEGAN + timedelta(minutes=number * 50)
                kind, step, voice = kinds[number % 3]
                row = Entry(owner=person, kind=kind, step=step, voice=voice, question_key="measured", rev=1)
                row.question, row.local_date, row.time_zone = "Which few words?", at.date(), "UTC"
                row.created_at = row.updated_at = row.kept_at = at
                row.body = f"{number} {WORD if number % EVERY == 0 else ''} {filling}"[:size]
                rows.append(row)
            Entry.objects.bulk_create(rows)


def _looks(person: User, many: int) -> None:
    seems, needs = ("curious", "tired", "content", "on guard", "sad"), ("rest", "play", "company", "quiet")
    rows = []
    with keyring.opened_for(person.pk, purpose=PURPOSE):
        for number in range(many):
            at = BEGAN + timedelta(days=number)
            row = CheckIn(owner=person, at=at, made_at=at, updated_at=at, local_date=at.date(), time_zone="UTC")
            row.answers = {
                "nearness": number * 7 % 5,
                "seems": [seems[number % 5], seems[number * 3 % 4]],
                "tone": number * 3 % 5,
                "needs": [needs[number % 4]],
                "line": f"The kettle clicked off, for the time numbered {number}.",
            }
            rows.append(row)
    CheckIn.objects.bulk_create(rows, batch_size=BATCH)


def _show_look_back(person: User) -> None:
    """That page is off until somebody asks for it; this asks as a person does."""
    if asked := _address("look_back_show"):
        _client(person).post(asked)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
