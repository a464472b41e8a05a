"""A municipality's statistics as PDF, made by the queue."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledges.models.municipality import Municipality
from pledges.models.stored_file import StoredFile


class StatisticsDocument(StoredFile):
    """The latest document of a municipality's statistics in a language.

    `shows` is the digest of what it shows. The public's role can't read it: it is given to readers
    only while what they may see has the same digest (statistics.stored_document).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2)
    shows = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("statistikens dokument")
        verbose_name_plural = _("statistikens dokument")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "language"], name="one_statistics_document_per_language"
            )
        ]
