"""One table, for one UPDATE."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    objects: models.Manager["Note"] = models.Manager()

    def __str__(self) -> str:
        return f"note {self.pk}"
