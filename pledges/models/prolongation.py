"""That a signed pledge was prolonged by a decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.decision import HasDecision
from pledges.models.guards import GUARD_PROLONGATION
from pledges.models.pledge import Pledge


class Prolongation(HasDecision):
    """A decision that a pledge holds to a later day than its text says.

    It counts from its own day on. The text that was signed stays as it is.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="prolongations")
    valid_to = models.DateField(_("gäller till"))
    reason = models.TextField(_("skäl"), max_length=2000)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("inskrivet av"),
    )
    entered_at = models.DateTimeField(_("inskrivet"))

    class Meta:
        verbose_name = _("förlängning")
        verbose_name_plural = _("förlängningar")
        ordering = ["valid_to"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "valid_to"], name="prolonged_to_a_day_once"),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=False) & ~Q(decided_by=""),
                name="somebody_decided_to_prolong_on_a_day",
            ),
            GUARD_PROLONGATION,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.pledge} {self.valid_to}"
