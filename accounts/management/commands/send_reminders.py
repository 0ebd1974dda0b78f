"""Hand the reminders that are due to the task worker."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import reminder_mail


class Command(BaseCommand):
    help = "Send the reminders that are due, through the task worker. `up` runs it every few minutes."

    def handle(self, *, verbosity: int, **options: object) -> None:  # noqa: ARG002
        count = reminder_mail.tick(timezone.now())
        if verbosity:
            self.stdout.write(f"reminders {count}")
