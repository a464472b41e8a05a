"""A pledge's poster and leaflet as PDF, made by the queue."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledges.models.pledge import Pledge
from pledges.models.stored_file import StoredFile


class PledgeSheet(StoredFile):
    """The latest of a pledge's sheets to print, of a kind and in a language.

    Unsigned, and made anew with what it shows, of which `shows` is the digest. The public's role
    can't read it: it is given to readers only while what they may see has the same digest
    (sheets.stored).
    """

    class Kind(models.TextChoices):
        """What is printed."""

        POSTER_A4 = "poster-a4", _("Affisch, A4")
        POSTER_A3 = "poster-a3", _("Affisch, A3")
        LEAFLET = "leaflet", _("Flygblad, A4 med två sidor")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=2)
    shows = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("blad att skriva ut")
        verbose_name_plural = _("blad att skriva ut")
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "kind", "language"], name="one_pledge_sheet_of_a_kind"
            )
        ]
