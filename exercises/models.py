"""Where a person is in a step, and the place they made."""

import uuid

from django.conf import settings
from django.db import models

from journal.models import Import
from vault import numbers
from vault.sealed import SealedJSON, SealedText


class Visit(models.Model):
    """One walk through a step: where it rests, and what was chosen on the way. Words are entries."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="visits")
    step = models.CharField(max_length=16)
    pack = models.PositiveSmallIntegerField()
    screen = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(Import, null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="visits")
    choices_sealed = models.BinaryField(null=True)

    choices = SealedJSON("choices_sealed", table=numbers.VISIT, field=numbers.VISIT_CHOICES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "step"], condition=models.Q(closed_at=None), name="visit_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"


class Place(models.Model):
    """A good place somebody made: choices that compose a scene, and a box with a lid."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="places")
    pack = models.PositiveSmallIntegerField()
    local_date = models.DateField()
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    is_home = models.BooleanField(default=False)
    binned_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(Import, null=True, blank=True, on_delete=models.DB_SET_NULL, related_name="places")
    choices_sealed = models.BinaryField()
    box_sealed = models.BinaryField(null=True)

    choices = SealedJSON("choices_sealed", table=numbers.PLACE, field=numbers.PLACE_CHOICES)
    box = SealedText("box_sealed", table=numbers.PLACE, field=numbers.PLACE_BOX)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=models.Q(is_home=True), name="place_one_home")
        ]

    def __str__(self) -> str:
        return f"place {self.pk}"
