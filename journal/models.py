"""What a person wrote: entries, their earlier versions, and every save that was answered."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models

from innerchild.statements import Given
from vault import numbers
from vault.sealed import SealedJSON, SealedText


class EntryQuerySet(models.QuerySet["Entry"]):
    def out(self) -> "EntryQuerySet":
        """Not in the bin."""
        return self.filter(binned_at=None)

    def let_go(self) -> "EntryQuerySet":
        """In the bin, to be had back. A turn whose words stand in its letter is not: it would stand there twice."""
        return self.exclude(binned_at=None).filter(merged=False)

    def worded(self) -> "EntryQuerySet":
        """With words in it: its own, or those of its turns.

        The comparison of revs is always true where turns are looked for. Without it PostgreSQL may read all turns of
        everybody into a table first, for the one letter on a page that asks.
        """
        turns = Entry.objects.filter(parent=models.OuterRef("pk"), rev__gte=models.OuterRef("rev"), binned_at=None)
        return self.filter(models.Q(rev__gt=0) | models.Exists(turns))

    def listed(self) -> "EntryQuerySet":
        """Everything with words in it that stands for itself, newest first: a letter by turns is one thing."""
        return self.out().filter(parent=None).worded().newest_first()

    def on_shelves(self, today: date | Given) -> "EntryQuerySet":
        """Neither in the drawer nor folded until later."""
        return self.filter(drawer=False).unsealed(today)

    def open(self) -> "EntryQuerySet":
        """Begun, and not yet kept on purpose: what a person may carry on with."""
        return self.out().filter(kept_at=None)

    def turns(self) -> "EntryQuerySet":
        """Parts of a letter. What else stands beneath an entry is a note."""
        return self.exclude(parent=None).exclude(kind=Entry.Kind.NOTE)

    def notes(self) -> "EntryQuerySet":
        """Written later, beneath an entry."""
        return self.exclude(parent=None).filter(kind=Entry.Kind.NOTE)

    def unsealed(self, today: date | Given) -> "EntryQuerySet":
        """Not folded until a day that has not come."""
        return self.filter(models.Q(sealed_until=None) | models.Q(sealed_until__lte=today))

    def newest_first(self) -> "EntryQuerySet":
        return self.order_by("-local_date", "-created_at", "-id")


class Entry(models.Model):
    """One piece of writing. It carries the question's words, so it reads without any exercise code."""

    class Kind(models.TextChoices):
        ANSWER = "answer"
        PICTURE = "picture"
        LETTER = "letter"
        GIFT = "gift"
        NOTE = "note"

    class Voice(models.TextChoices):
        ADULT = "adult"
        CHILD = "child"
        BOTH = "both"
        NONE = "none"

    class Resurfacing(models.TextChoices):
        MAY = "may"
        ASK = "ask"
        NEVER = "never"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    step = models.CharField(max_length=16)
    question_key = models.CharField(max_length=32)
    question = models.CharField(max_length=300, blank=True)
    pack = models.PositiveSmallIntegerField(default=1)
    voice = models.CharField(max_length=8, choices=Voice, default=Voice.NONE)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.DB_CASCADE, related_name="children")
    position = models.PositiveIntegerField(default=0)
    title_sealed = models.BinaryField(null=True)
    body_sealed = models.BinaryField()
    rev = models.PositiveBigIntegerField(default=0)
    language = models.CharField(max_length=8, default="en")
    local_date = models.DateField()
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    sealed_until = models.DateField(null=True, blank=True)
    drawer = models.BooleanField(default=False)
    resurfacing = models.CharField(max_length=8, choices=Resurfacing, default=Resurfacing.NEVER)
    conflict_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="conflicts"
    )
    binned_at = models.DateTimeField(null=True, blank=True)
    merged = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="replies")
    wish = models.ForeignKey("Wish", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="gifts")
    batch = models.ForeignKey("Import", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="entries")
    source_hashed = models.BinaryField(null=True)  # of what it was called where it came from

    title = SealedText("title_sealed", table=numbers.ENTRY, field=numbers.ENTRY_TITLE)
    body = SealedText("body_sealed", table=numbers.ENTRY, field=numbers.ENTRY_BODY)

    objects = EntryQuerySet.as_manager()

    class Meta:
        # None holds what a save changes, so that a save writes to none of them.
        indexes = [
            # the kept page, by key: (owner, local_date, created_at, id) downwards
            models.Index(fields=["owner", "-local_date", "-created_at", "-id"], name="entry_kept_page"),
            # a writing screen: the newest answer to its question
            models.Index(
                fields=["owner", "step", "question_key", "-local_date", "-created_at", "-id"], name="entry_by_question"
            ),
            # home: what somebody may carry on with
            models.Index(fields=["owner"], condition=models.Q(kept_at=None, binned_at=None), name="entry_open"),
            # the kept page and home: what waits for its day, and what opens on this one
            models.Index(
                fields=["owner", "sealed_until", "id"],
                condition=models.Q(sealed_until__isnull=False),
                name="entry_folded",
            ),
            # home: what may come up again
            models.Index(fields=["owner"], condition=~models.Q(resurfacing="never"), name="entry_resurfacing"),
        ]
        constraints = [models.UniqueConstraint(fields=["owner", "source_hashed"], name="entry_imported_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Revision(models.Model):
    """An earlier text of an entry."""

    class Reason(models.TextChoices):
        TIMED = "timed"
        LARGE = "large"
        SHRINK = "shrink"
        KEPT = "kept"
        CONFLICT = "conflict"
        RESTORED = "restored"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="revisions")
    entry = models.ForeignKey(Entry, on_delete=models.DB_CASCADE, related_name="revisions")
    rev = models.PositiveBigIntegerField()
    body_sealed = models.BinaryField()
    reason = models.CharField(max_length=8, choices=Reason)
    made_at = models.DateTimeField()

    body = SealedText("body_sealed", table=numbers.REVISION, field=numbers.REVISION_BODY)

    class Meta:
        # an entry's history, newest first
        indexes = [models.Index(fields=["entry", "-made_at"], name="revision_history")]

    def __str__(self) -> str:
        return f"revision {self.rev} of {self.entry_id}"


class SaveOperation(models.Model):
    """A save that was answered, so that asking again gives the same answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="save_operations")
    entry = models.ForeignKey(Entry, on_delete=models.DB_CASCADE, related_name="operations")
    operation = models.UUIDField()
    text_hash = models.BinaryField()
    rev = models.PositiveBigIntegerField()
    conflict = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "operation"], name="saveoperation_once")]
        # pruning walks by age
        indexes = [models.Index(fields=["made_at"], name="saveoperation_age")]

    def __str__(self) -> str:
        return f"operation {self.operation}"


class Wish(models.Model):
    """Something that was once hoped for, in words of its own: it outlives what it was taken from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="wishes")
    source = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="wishes")
    batch = models.ForeignKey("Import", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="wishes")
    text_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    text = SealedText("text_sealed", table=numbers.WISH, field=numbers.WISH_TEXT)

    class Meta:
        # a person's wishes, newest first
        indexes = [models.Index(fields=["owner", "-made_at", "-id"], name="wish_newest")]

    def __str__(self) -> str:
        return f"wish {self.pk}"


class CheckIn(models.Model):
    """One look at the younger self. `local_date` is the day it is about, `at` when that was, `made_at` when it was told.

    `answers`: {"nearness": 0–4 or "unsure", "seems": [words], "own": "", "tone": 0–4 or "unsure", "needs": [words],
    "line": "", "steady": 0–4}, each of them left out where nothing was said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="check_ins")
    at = models.DateTimeField()
    local_date = models.DateField()
    time_zone = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    rev = models.PositiveIntegerField(default=1)
    binned_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey("Import", null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="check_ins")
    source_hashed = models.BinaryField(null=True)
    answers_sealed = models.BinaryField()

    answers = SealedJSON("answers_sealed", table=numbers.CHECK_IN, field=numbers.CHECK_IN_ANSWERS)

    class Meta:
        # a person's check-ins by day, newest first
        indexes = [models.Index(fields=["owner", "-local_date", "-at", "-id"], name="checkin_by_day")]
        constraints = [models.UniqueConstraint(fields=["owner", "source_hashed"], name="checkin_imported_once")]

    def __str__(self) -> str:
        return f"check-in {self.pk}"


class Import(models.Model):
    """Everything that came in with one archive, so that it can be taken out again whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="imports")
    format = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    name_sealed = models.BinaryField(null=True)

    name = SealedText("name_sealed", table=numbers.IMPORT, field=numbers.IMPORT_NAME)

    class Meta:
        # a person's imports, newest first
        indexes = [models.Index(fields=["owner", "-made_at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return f"import {self.pk}"
