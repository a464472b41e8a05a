"""Imports of statistics, and the files that wait for a yes."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Person
from pledge_portal.database.triggers import REFUSE_TRUNCATE


class StatisticsImportQuerySet(models.QuerySet["StatisticsImport"]):
    """Imports of statistics."""

    def standing(self) -> StatisticsImportQuerySet:
        """Return those that nobody has taken back."""
        return self.filter(taken_back_at=None)


class StatisticsImport(models.Model):
    """The import of a file of statistics: whose, when, and what it brought."""

    class Format(models.TextChoices):
        """The format of the file."""

        BRA = "bra", _("Brås tabell")
        KOLADA = "kolada", _("Koladas JSON")
        PLAIN = "plain", _("portalens egen CSV")
        SURVEY = "survey", _("tabell från en trygghetsundersökning")
        POPULATION = "population", _("tabell över folkmängden")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("fil"), max_length=120)
    format = models.CharField(_("format"), max_length=20, choices=Format)
    fingerprint = models.CharField(max_length=64)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("importerad"))
    added = models.PositiveIntegerField(_("nya"), default=0)
    revised = models.PositiveIntegerField(_("ändrade"), default=0)
    unchanged = models.PositiveIntegerField(_("oförändrade"), default=0)
    # What came with the figures, so that all of it can be taken back: the keys of the indicators
    # that the file made, and how those that it named were described before.
    made = models.JSONField(default=list, editable=False)
    described_before = models.JSONField(default=list, editable=False)
    taken_back_at = models.DateTimeField(_("tillbakatagen"), null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("varför den togs tillbaka"), max_length=500, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = StatisticsImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import av statistik")
        verbose_name_plural = _("importer av statistik")
        ordering = ["-imported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at=None, reason="", taken_back_by=None)
                | Q(taken_back_at__isnull=False, reason__gt=""),
                name="taken_back_with_a_reason",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.file_name


class HeldStatisticsFileQuerySet(models.QuerySet["HeldStatisticsFile"]):
    """Files that wait for a confirmation."""

    def waiting_of(self, user: Person, at: datetime) -> HeldStatisticsFileQuerySet:
        """Return a person's own, while it is kept."""
        return self.filter(sent_by=user.pk, sent_at__gt=at - HeldStatisticsFile.RETENTION)

    def forgotten(self, at: datetime) -> HeldStatisticsFileQuerySet:
        """Return those that were not confirmed in time."""
        return self.filter(sent_at__lte=at - HeldStatisticsFile.RETENTION)


class HeldStatisticsFile(models.Model):
    """A file of statistics that waits for its sender's confirmation.

    `summary` is what its preview showed (`statistics.staged_files`). One for each person at most:
    the next takes the place of the one before. It is deleted when it is confirmed, or after a day.
    """

    RETENTION = timedelta(days=1)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    sent_at = models.DateTimeField()
    file_name = models.CharField(_("fil"), max_length=120)
    content = models.BinaryField()
    summary = models.JSONField(default=dict)
    # Each figure that would change, before and after (`statistics.changes`).
    changes = models.JSONField(default=list)

    objects = HeldStatisticsFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fil med statistik som väntar")
        verbose_name_plural = _("filer med statistik som väntar")

    def __str__(self) -> str:
        return self.file_name
