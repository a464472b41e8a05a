"""That another target counts than the one that was signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.commitment import Commitment
from pledges.models.guards import GUARD_TARGET_CHANGE
from pledges.models.has_target import HasTarget, target_constraints
from pledges.models.pledge import Pledge
from pledges.models.prolongation import Prolongation


class TargetChangeQuerySet(models.QuerySet["TargetChange"]):
    """Changes of targets, the first first."""

    def for_pledges(self, pledges: Iterable[Pledge]) -> TargetChangeQuerySet:
        """Return those of some pledges, with the decisions behind them."""
        return self.filter(commitment__pledge__in=pledges).select_related(
            "commitment", "prolongation"
        )

    def corrections(self) -> TargetChangeQuerySet:
        """Return those that say that the signed target was wrong."""
        return self.filter(prolongation=None)


def changes_until(changes: Iterable[TargetChange], on: date) -> tuple[TargetChange, ...]:
    """Return those that count from a day or earlier."""
    return tuple(change for change in changes if change.from_day <= on)


class TargetChange(HasEnglish, HasTarget):
    """The target that counts from a day on, beside the signed one.

    Either the decision of a prolongation gave a new number, or the signed target was wrong: then
    this is what is right, and `reason` says why. The text that was signed stays as it is.
    """

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="target_changes"
    )
    prolongation = models.ForeignKey(
        Prolongation, on_delete=models.PROTECT, null=True, related_name="target_changes"
    )
    from_day = models.DateField(_("gäller från"))
    reason = models.TextField(_("skäl"), max_length=2000, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("inskrivet av"),
    )
    entered_at = models.DateTimeField(_("inskrivet"))

    objects = TargetChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("ändrat mål")
        verbose_name_plural = _("ändrade mål")
        ordering = ["from_day", "entered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prolongation", "commitment"], name="one_new_number_of_a_prolongation"
            ),
            models.CheckConstraint(
                condition=Q(prolongation=None, reason__gt="")
                | Q(prolongation__isnull=False, reason=""),
                name="a_target_is_corrected_for_a_reason",
            ),
            *target_constraints("changed_"),
            GUARD_TARGET_CHANGE,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.from_day}"

    @property
    def is_correction(self) -> bool:
        """Whether it says that the signed target was wrong."""
        return self.prolongation_id is None
