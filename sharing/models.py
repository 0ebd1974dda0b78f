"""What leaves the journal because its owner chose so: to whom, what exactly, until when, and each time it was read."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from vault import numbers
from vault.sealed import SealedJSON, SealedText, SharedJSON, SharedText


class Practice(models.Model):
    """Somebody who sees clients. All of it is what they tell about themselves, shown to whoever has their link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="practice")
    code = models.CharField(max_length=12, unique=True)  # names the practice, never a client
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    profession = models.CharField(max_length=120)
    registration = models.CharField(max_length=160, blank=True)
    reply_habit = models.CharField(max_length=200, blank=True)
    bounds_at = models.DateTimeField(null=True, blank=True)  # when they read what this is and isn't
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"practice {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None


class Invitation(models.Model):
    """A link for one person, once. Whom it was for is written nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.DB_CASCADE, related_name="invitations")
    token_hashed = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # the invitations of a practice that wait, newest first
        indexes = [models.Index(fields=["practice", "-made_at"], name="invitation_newest")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def going_on(self, now: datetime) -> "ConnectionQuerySet":
        """Neither ended nor over, and both accounts are here."""
        ends = Q(ends_at=None) | Q(ends_at__gt=now)
        here = Q(owner__closed_at=None, practice__closed_at=None, practice__owner__closed_at=None)
        here &= Q(practice__isnull=False)
        return self.filter(ends, here, ended_at=None)


class Connection(models.Model):
    """A client knows a practice, and may bring it something. By itself it shows nothing but a name made for it."""

    class Side(models.TextChoices):
        CLIENT = "client"
        PRACTICE = "practice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="connections")
    # A practice that is erased leaves what was brought to it: that is the client's. While it goes on there is one.
    practice: "models.ForeignKey[Practice, Practice]" = models.ForeignKey(  # type: ignore[misc] # what is over asks `whom`
        Practice, null=True, on_delete=models.DB_SET_NULL, related_name="connections"
    )
    name_sealed = models.BinaryField(null=True)
    understood_at = models.DateTimeField()  # both ticks: what they see, and that nobody watches
    made_at = models.DateTimeField()
    takes_suggestions = models.BooleanField(default=True)
    ends_at = models.DateTimeField(null=True, blank=True)  # the parting, which both see
    ends_by = models.CharField(max_length=8, choices=Side, blank=True, default="", db_default="")  # whose day it is
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, choices=Side, blank=True)

    name = SharedText("name_sealed", share="pk", table=numbers.CONNECTION, field=numbers.CONNECTION_NAME)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "practice"], condition=Q(ended_at=None), name="connection_once_at_a_time"
            )
        ]
        # a practice's clients; a client's therapists
        indexes = [
            models.Index(fields=["practice", "-made_at", "-id"], name="connection_of_practice"),
            models.Index(fields=["owner", "-made_at", "-id"], name="connection_of_client"),
        ]

    def __str__(self) -> str:
        return f"connection {self.pk}"

    @property
    def whom(self) -> str:
        """Whose practice it is, as they state it."""
        return self.practice.name if self.practice_id else _("A practice that is no longer here")

    @property
    def reader_id(self) -> uuid.UUID:
        """Whose eyes a sheet is for. Raises `Practice.DoesNotExist` where nobody is there to read."""
        if self.practice_id is None:
            raise Practice.DoesNotExist
        return self.practice.owner_id

    @property
    def practice_may_prolong(self) -> bool:
        """Whether a later day, or none, is for the practice to say, too: only where the day is its own."""
        return self.ends_at is None or self.ends_by == self.Side.PRACTICE

    @property
    def parted(self) -> bool:
        """Whether it ended on the day that both had seen before."""
        return self.ends_at is not None and self.ended_at is not None and self.ended_at >= self.ends_at


class DraftSheet(models.Model):
    """A sheet that is being put together. It names pieces and how to show them; nobody but its owner can open it.

    `choices`: see `sharing/drafts.py`. One that does not open can be put aside, so that another is begun beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="draft_sheets")
    connection = models.ForeignKey(Connection, on_delete=models.DB_CASCADE, related_name="drafts")
    choices_sealed = models.BinaryField()
    rev = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField()
    put_aside_at = models.DateTimeField(null=True, blank=True)

    choices = SealedJSON("choices_sealed", table=numbers.DRAFT_SHEET, field=numbers.DRAFT_SHEET_CHOICES)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(put_aside_at=None), name="draftsheet_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"draft sheet {self.pk}"


class SheetQuerySet(models.QuerySet["Sheet"]):
    def out(self, now: datetime) -> "SheetQuerySet":
        """Not taken back, and not over: open, or waiting for its time."""
        ends = Q(closes_at=None) | Q(closes_at__gt=now)
        return self.filter(ends, stopped_at=None)

    def readable(self, now: datetime) -> "SheetQuerySet":
        """What its reader may open at this moment."""
        return self.out(now).filter(opens_at__lte=now)


class Sheet(models.Model):
    """What a client brings: a copy that was frozen when they pressed, under a key of its own.

    What its reader sees lies under the sheet's key and goes with it; beside it lies the owner's own copy.
    """

    class Rule(models.TextChoices):
        SESSION = "session"  # until the day of the next session is over
        WINDOW = "window"  # around a time
        DAYS = "days"  # a number of days, thirty at most
        OPEN = "open"  # until its owner stops

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="sheets")
    connection = models.ForeignKey(Connection, on_delete=models.DB_CASCADE, related_name="sheets")
    ask_sealed = models.BinaryField(null=True)
    own_ask_sealed = models.BinaryField(null=True)
    own_whom_sealed = models.BinaryField(null=True)  # whom it was for, as they stated it then
    shared_at = models.DateTimeField()
    rule = models.CharField(max_length=8, choices=Rule)
    session_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64)
    stopped_at = models.DateTimeField(null=True, blank=True)
    talked_at = models.DateTimeField(null=True, blank=True)

    ask = SharedText("ask_sealed", share="pk", table=numbers.SHEET, field=numbers.SHEET_ASK)
    own_ask = SealedText("own_ask_sealed", table=numbers.SHEET, field=numbers.SHEET_OWN_ASK)
    own_whom = SealedText("own_whom_sealed", table=numbers.SHEET, field=numbers.SHEET_OWN_WHOM)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="sheet_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None, rule="open") | Q(closes_at__isnull=False), name="sheet_ends"
            ),
        ]
        # the sheets of a connection, newest first
        indexes = [models.Index(fields=["connection", "-shared_at", "-id"], name="sheet_newest")]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    @property
    def over_at(self) -> datetime | None:
        """When it is over: with its own time, or with a parting that comes before. `connection` has to be at hand."""
        parting = self.connection.ended_at or self.connection.ends_at
        return min(filter(None, (self.closes_at, parting)), default=None)

    @property
    def comes_too_late(self) -> bool:
        """Whether its time would begin after the parting."""
        return self.over_at is not None and self.over_at <= self.opens_at


class SheetItem(models.Model):
    """One piece on a sheet, as it will stand there whatever becomes of where it was taken from.

    `words` and `own_words`: see `sharing/freezing.py`. `sources`: the rows of its owner that it was taken from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="sheet_items")
    sheet = models.ForeignKey(Sheet, on_delete=models.DB_CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    sources = models.JSONField()  # ids, as texts
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    words_sealed = models.BinaryField(null=True)
    own_words_sealed = models.BinaryField()

    words = SharedJSON("words_sealed", share="sheet_id", table=numbers.SHEET_ITEM, field=numbers.SHEET_ITEM_WORDS)
    own_words = SealedJSON("own_words_sealed", table=numbers.SHEET_ITEM, field=numbers.SHEET_ITEM_OWN_WORDS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "position"], name="sheetitem_in_order")]

    def __str__(self) -> str:
        return f"item {self.position} of {self.sheet_id}"


class Opening(models.Model):
    """A receipt: the sheet was opened by its reader, then. Its owner sees every one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="openings")
    sheet = models.ForeignKey(Sheet, on_delete=models.DB_CASCADE, related_name="openings")
    at = models.DateTimeField()

    class Meta:
        # a sheet's receipts, newest first
        indexes = [models.Index(fields=["sheet", "-at", "-id"], name="opening_newest")]

    def __str__(self) -> str:
        return f"opening {self.pk}"


class Suggestion(models.Model):
    """A step that a therapist offers, and a sentence that invites. It has no day to be done by, and tells nothing back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="suggestions")
    connection = models.ForeignKey(Connection, on_delete=models.DB_CASCADE, related_name="suggestions")
    step = models.CharField(max_length=16)
    sentence_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True, blank=True)  # by the client; nobody is told

    sentence = SharedText(
        "sentence_sealed", share="connection_id", table=numbers.SUGGESTION, field=numbers.SUGGESTION_SENTENCE
    )

    class Meta:
        # what waits for a client, newest first
        indexes = [models.Index(fields=["owner", "-made_at", "-id"], name="suggestion_newest")]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"
