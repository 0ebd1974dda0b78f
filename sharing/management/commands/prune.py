"""Take away what has rested long enough: answered saves, what was let go, old versions, closed accounts, ended sessions.

It stands in the uppermost app, because it looks into all of them.
"""

from datetime import datetime, timedelta
from itertools import batched

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts import closing
from accounts.models import User
from journal import copies
from journal.models import CheckIn, Entry, Revision, SaveOperation
from sharing import connections, drafts, practices, sheets
from sharing.models import DraftSheet
from vault import keyring, opening, rotating

ANSWERED = timedelta(days=14)
BINNED = timedelta(days=30)
REVISED = timedelta(days=90)
REVISIONS = 50


class Command(BaseCommand):
    help = (
        "Delete answered saves of 14 days, entries and looks let go 30 days ago, versions that are older than 90 days and have "
        "50 newer ones, accounts closed 7 days ago, the keys of what was shared and is over, sessions and tasks that have "
        "ended, and data keys that nothing needs. "
        "`up` runs it every six hours."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:  # noqa: ARG002
        now = timezone.now()
        accounts = closing.erase_due()
        shared = sheets.close_due(now) + connections.end_due(now)
        practices.forget_over(now)
        for people in batched(rotating.unfinished(), opening.PEOPLE):
            rotating.finish(people)
        operations, _ = SaveOperation.objects.filter(made_at__lt=now - ANSWERED).delete()
        entries = _prune_let_go(now)
        looks, _ = CheckIn.objects.filter(binned_at__lt=now - BINNED).delete()
        revisions = _prune_revisions(now)
        call_command("clearsessions", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        if verbosity:
            told = f"shared {shared}, saves {operations}, entries {entries}, looks {looks}, versions {revisions}, accounts {accounts}"
            self.stdout.write(told)


def _prune_let_go(now: datetime) -> int:
    """Whoever puts a sheet together may have words of it there: a ring of theirs is open while it goes.

    What is fetched back meanwhile stays there, too: each is held from before its words are taken off.
    """
    due = Entry.objects.filter(binned_at__lt=now - BINNED)
    count = 0
    for person in User.objects.filter(pk__in=DraftSheet.objects.values("owner")).filter(pk__in=due.values("owner")):
        with keyring.opened_for(person.pk, purpose="letting go what rested long enough"), transaction.atomic():
            drafts.hold(person)
            keys = list(due.filter(owner=person).select_for_update().values_list("pk", flat=True))
            copies.gone(person, keys)
            count += due.filter(pk__in=keys).delete()[0]
    return count + due.delete()[0]


def _prune_revisions(now: datetime) -> int:
    """A version goes when it is old and fifty newer ones of its entry exist: a rare writer keeps all of them."""
    place = Window(
        RowNumber(), partition_by=[F("entry")], order_by=[F("made_at").desc(), F("rev").desc(), F("id").desc()]
    )
    beyond = Revision.objects.annotate(place=place).filter(place__gt=REVISIONS).values("pk")
    gone, _ = Revision.objects.filter(pk__in=beyond, made_at__lt=now - REVISED).delete()
    return gone
