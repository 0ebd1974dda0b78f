"""Whose keys there are and how each is wrapped. No key lies here in clear."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class UserKey(models.Model):
    """One generation of a person's data key."""

    class State(models.TextChoices):
        ACTIVE = "active"
        OLD = "old"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="keys")
    generation = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "generation"], name="userkey_one_per_generation"),
            models.UniqueConstraint(fields=["owner"], condition=models.Q(state="active"), name="userkey_one_active"),
        ]

    def __str__(self) -> str:
        return f"key {self.generation} of {self.owner_id}"


class KeyWrap(models.Model):
    """A data key wrapped once. Slot 1: under a server master key. Slots 3 to 5 wait for later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(UserKey, on_delete=models.DB_CASCADE, related_name="wraps")
    slot = models.PositiveSmallIntegerField(default=1)
    kek_id = models.CharField(max_length=16)
    blob = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "slot"], name="keywrap_one_per_slot")]
        # rewrap_keys walks the wraps of one master key
        indexes = [models.Index(fields=["kek_id"], name="keywrap_by_kek")]

    def __str__(self) -> str:
        return f"wrap {self.slot} of {self.key_id} under {self.kek_id}"


class ShareKey(models.Model):
    """The key of one thing that is shared, wrapped once. Deleting the row is what taking back means.

    Only its owner and its reader ever hold it, and nothing of the owner's own keys goes with it.
    """

    share = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="share_keys")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="held_share_keys")
    kek_id = models.CharField(max_length=16)
    blob = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        # rewrap_keys walks the wraps of one master key
        indexes = [models.Index(fields=["kek_id"], name="sharekey_by_kek")]

    def __str__(self) -> str:
        return f"key of share {self.pk}"


class KeyCheck(models.Model):
    """Thirty-two zero bytes wrapped under a master key: read at start to tell a wrong key from a right one."""

    kek_id = models.CharField(max_length=16, primary_key=True)
    blob = models.BinaryField()

    def __str__(self) -> str:
        return f"check of {self.kek_id}"
