"""The person: who they are to this house, how they like it, and how long a session may rest."""

import logging
import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Lower

from vault import envelope, keyring, numbers
from vault.sealed import SealedText

log = logging.getLogger(__name__)


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Make a person and their data key in one transaction."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """One person with an account. Reads and writes of sealed names need their key-ring."""

    class SessionRule(models.TextChoices):
        PLAIN = "plain"
        OWN = "own"
        SHARED = "shared"
        PRACTICE = "practice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    adult_at = models.DateTimeField()
    consent_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # hidden since; erased some days later
    name_sealed = models.BinaryField(null=True)
    child_word_sealed = models.BinaryField(null=True)
    call_sealed = models.BinaryField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    session_rule = models.CharField(max_length=8, choices=SessionRule, default=SessionRule.PLAIN)

    name = SealedText("name_sealed", table=numbers.USER, field=numbers.USER_NAME, owner="id")
    child_word = SealedText("child_word_sealed", table=numbers.USER, field=numbers.USER_CHILD_WORD, owner="id")
    call = SealedText("call_sealed", table=numbers.USER, field=numbers.USER_CALL, owner="id")

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def greeted_as(self) -> str:
        """The name they like to be greeted by, or ""; no page fails over one that cannot be opened."""
        return self._opened("name")

    @property
    def own_word(self) -> str:
        """What they call the child they were, or ""."""
        return self._opened("child_word")

    @property
    def to_call(self) -> str:
        """Whom they could call, and how, or ""."""
        return self._opened("call")

    def _opened(self, attribute: str) -> str:
        try:
            return str(getattr(self, attribute))
        except (envelope.Refused, keyring.KeyNotInRing):
            log.warning("decrypt_failed person %s", attribute)
            return ""

    def save(self, *args: object, **kwargs: object) -> None:
        """A person's key is made in the transaction that makes the person."""
        new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)  # type: ignore[arg-type]
            if new:
                keyring.make_key(self.pk)


class Device(models.Model):
    """A session that began somewhere, told so that its owner can recognise it: no address, and no more than needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    what_sealed = models.BinaryField()

    what = SealedText("what_sealed", table=numbers.DEVICE, field=numbers.DEVICE_WHAT)

    def __str__(self) -> str:
        return f"device {self.pk}"


class Reminder(models.Model):
    """How often somebody likes to be reminded, in their own zone; a row only where somebody asked. It holds no words.

    `next_at` is when the next mail is due, None while none is. It moves on before a mail is handed over, so that a
    mail whose fate is not known is never sent twice.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly"
        FORTNIGHTLY = "fortnight"
        AFTER_SESSIONS = "sessions"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(User, on_delete=models.DB_CASCADE, related_name="reminder")
    rhythm = models.CharField(max_length=9, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(default=6)
    hour = models.PositiveSmallIntegerField(default=18)
    time_zone = models.CharField(max_length=64)
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    feed_hashed = models.BinaryField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="reminder_weekday"),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="reminder_hour"),
        ]
        # what is due
        indexes = [models.Index(fields=["next_at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"
