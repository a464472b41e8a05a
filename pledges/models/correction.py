"""Dated corrections, which stand beside what was published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

MAX_CORRECTION_LENGTH = 2000


class DatedCorrection(models.Model):
    """What was wrong in something published, on which day and by whom."""

    text = models.TextField(_("rättelse"), max_length=MAX_CORRECTION_LENGTH)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    corrected_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
        ordering = ["corrected_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
