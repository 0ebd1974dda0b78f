"""The person: who they are to this house, how they like it, and how long a session may rest."""

import logging
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Lower

from innerchild.statements import Given, Statement
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

    def get(self, *args: Any, **kwargs: Any) -> "User":
        """Each request asks for whoever is signed in, by their key alone: that query is composed once."""
        if args or kwargs.keys() != {"pk"}:
            return super().get(*args, **kwargs)
        if found := BY_KEY.first(**kwargs):
            return found
        raise User.DoesNotExist

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
    # whoever never knew one is asked for nothing about it; old code does not know the column
    knows_a_practice = models.BooleanField(default=False, db_default=False)

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


BY_KEY = Statement(lambda: User.objects.filter(pk=Given("pk")))


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
    mail whose fate is not known is never sent twice. `refused` counts those in a row that the mailbox did not take.
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
    refused = models.PositiveSmallIntegerField(default=0, db_default=0)
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


class SecurityEvent(models.Model):
    """Something that happened to an account or to what is kept in it, chained to what happened there before.

    It holds no words of anybody: `details` are ids and names of our own. What browser it was is sealed, where that is
    known. `accounts/ledger.py` writes it, and nothing changes it.
    """

    class Kind(models.TextChoices):
        SIGNED_UP = "signed-up"
        SIGNED_IN = "signed-in"
        SIGN_IN_FAILED = "sign-in-failed"
        TOO_OFTEN = "too-often"
        SIGNED_OUT = "signed-out"
        SESSION_ENDED = "session-ended"
        PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind
        PASSWORD_RESET = "password-reset"  # noqa: S105 - a kind
        EMAIL_CHANGED = "email-changed"
        SECOND_STEP_ADDED = "second-step-added"
        SECOND_STEP_REMOVED = "second-step-removed"
        RECOVERY_CODES_MADE = "recovery-codes-made"
        EXPORTED = "exported"
        BROUGHT_IN = "brought-in"
        TAKEN_OUT = "taken-out"
        RESTING = "resting"
        CLOSED = "closed"
        HAD_BACK = "had-back"
        KEY_CHANGED = "key-changed"
        DECRYPT_FAILED = "decrypt-failed"
        DENIED = "denied"
        PRACTICE_OPENED = "practice-opened"
        PRACTICE_CLOSED = "practice-closed"
        CONNECTED = "connected"
        CONNECTION_ENDED = "connection-ended"
        PARTING_NAMED = "parting-named"
        PARTING_TAKEN_BACK = "parting-taken-back"
        SHARE_OFFERED = "share-offered"
        SHARE_OPENED = "share-opened"
        SHARE_STOPPED = "share-stopped"
        SHARE_ENDED = "share-ended"
        SUGGESTION_OFFERED = "suggestion-offered"
        SUGGESTION_SILENCED = "suggestion-silenced"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=Kind)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    about_sealed = models.BinaryField(null=True)
    previous_hash = models.BinaryField()
    own_hash = models.BinaryField()

    about = SealedText("about_sealed", table=numbers.EVENT, field=numbers.EVENT_ABOUT)

    class Meta:
        # its index finds a person's newest events, and the whole of them in order
        constraints = [models.UniqueConstraint(fields=["owner", "number"], name="event_one_per_number")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class LedgerEnd(models.Model):
    """Where the record of one person ends: the number and hash of its last event, vouched for under a master key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(User, on_delete=models.DB_CASCADE, related_name="ledger_end")
    number = models.PositiveIntegerField(default=0)
    last_hash = models.BinaryField()
    kek_id = models.CharField(max_length=16)
    proof_hash = models.BinaryField()

    def __str__(self) -> str:
        return f"end of the record {self.pk}"
