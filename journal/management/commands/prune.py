"""Take away what has rested long enough: answered saves, what was let go, old versions, ended sessions."""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from journal.models import Entry, Revision, SaveOperation

ANSWERED = timedelta(days=14)
BINNED = timedelta(days=30)
REVISED = timedelta(days=90)
REVISIONS = 50


class Command(BaseCommand):
    help = (
        "Delete answered saves of 14 days, entries let go 30 days ago, versions past the newest 50 or 90 days, "
        "and sessions and tasks that have ended. `up` runs it every six hours."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:  # noqa: ARG002
        now = timezone.now()
        operations, _ = SaveOperation.objects.filter(made_at__lt=now - ANSWERED).delete()
        entries, _ = Entry.objects.filter(binned_at__lt=now - BINNED).delete()
        revisions = _prune_revisions(now)
        call_command("clearsessions", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        if verbosity:
            self.stdout.write(f"saves {operations}, entries {entries}, versions {revisions}")


def _prune_revisions(now: datetime) -> int:
    """A version goes when it is old, or when fifty newer ones of its entry exist."""
    old, _ = Revision.objects.filter(made_at__lt=now - REVISED).delete()
    place = Window(RowNumber(), partition_by=[F("entry")], order_by=[F("made_at").desc(), F("rev").desc()])
    beyond = Revision.objects.annotate(place=place).filter(place__gt=REVISIONS).values("pk")
    many, _ = Revision.objects.filter(pk__in=beyond).delete()
    return old + many
