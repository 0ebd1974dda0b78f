"""Make the floor's tables, one person who is signed in, and notes to write over. Prints them as JSON."""

import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.floor.settings"
django.setup()

from django.conf import settings  # noqa: E402 (models need the apps that setup() makes ready)
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.floor.models import Note  # noqa: E402

NOTES = 40

call_command("migrate", verbosity=0)
call_command("migrate", run_syncdb=True, verbosity=0)  # our one table has no migration and points at theirs
person, _ = User.objects.get_or_create(username="floor")
notes = Note.objects.bulk_create([Note(owner=person, text="") for _number in range(NOTES)])
client = Client(SERVER_NAME="localhost")
client.force_login(person)  # type: ignore[arg-type] # the floor’s own people, not the product’s
session = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({"session": session, "notes": [note.pk for note in notes]}))
