"""Closings: that all that was done in a period is reported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.commitment import Commitment
from pledges.models.guards import GUARD_CLOSING
from pledges.models.municipality import Municipality, PoliceArea


class PeriodClosingQuerySet(models.QuerySet["PeriodClosing"]):
    """Closings."""

    def in_force(self) -> PeriodClosingQuerySet:
        """Return those that aren't undone."""
        return self.filter(undone_at=None)


class PeriodClosing(models.Model):
    """A party's word that all it did for a commitment in a period is reported.

    A period is closed when everybody responsible has said so. For a third party, which has no
    account here, one of the parties says it: `third_party` is its name. A closing is undone with a
    reason, and never deleted.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="closings")
    first_day = models.DateField(_("från och med"))
    last_day = models.DateField(_("till och med"))
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    third_party = models.CharField(_("för någon annan"), max_length=120, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("klar"), db_default=Now())
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("öppnad igen"), null=True, blank=True, editable=False)
    undone_reason = models.CharField(_("skäl till att den öppnades"), max_length=500, blank=True)

    objects = PeriodClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("avslutad redovisning")
        verbose_name_plural = _("avslutade redovisningar")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None, police_area__isnull=False)
                | Q(municipality__isnull=False, police_area=None),
                name="closed_by_one_party",
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="closing_of_a_period"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_reason="", undone_by=None)
                | Q(undone_at__isnull=False, undone_reason__gt=""),
                name="closing_undone_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=[
                    "commitment",
                    "first_day",
                    "last_day",
                    "municipality",
                    "police_area",
                    "third_party",
                ],
                condition=Q(undone_at=None),
                name="period_closed_once_by_a_party",
                nulls_distinct=False,
            ),
            GUARD_CLOSING,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.first_day:%Y-%m-%d}"

    @property
    def party(self) -> Municipality | PoliceArea:
        """Who said it: a municipality or a police area."""
        party = self.municipality or self.police_area
        assert party is not None  # noqa: S101  (the database holds it)
        return party
