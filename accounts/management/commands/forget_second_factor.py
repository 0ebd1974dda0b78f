"""Let somebody in who lost their telephone: take their second step away. What they wrote is not touched."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import devices
from accounts.models import User


class Command(BaseCommand):
    help = "Take away somebody's app, passkeys and codes on paper, and end their sessions. Be sure that it is them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address of their account")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["address"]).first()
        if person is None:
            raise CommandError("There is no account with that address.")
        with transaction.atomic():
            gone, _ = Authenticator.objects.filter(user=person).delete()
            devices.end_all(person)
        if not gone:
            raise CommandError("That account has no second step. Its sessions were ended.")
        if settings.MAIL:
            get_adapter().send_mail("mfa/email/forgotten", person.email, {})
        self.stdout.write("The second step is gone, and every session was ended. Their password works by itself now.")
