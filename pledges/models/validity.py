"""When a pledge is in force, and its annulment."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.guards import GUARD_VALIDITY
from pledges.models.municipality import Municipality, MunicipalityPart
from pledges.models.pledge import Pledge

ONE_IN_FORCE = "one_pledge_in_force_per_part_and_day"


class ValidityPeriod(models.Model):
    """The days on which a pledge is in force in a municipality or part.

    Written when the last signatory has signed. Its end is open while the pledge holds until it is
    replaced, and is cut when a successor takes over or the pledge is annulled. The database holds
    it impossible that two pledges are in force for the same part on one day; a pledge for all of a
    municipality is another one than those for its parts, and stands beside them.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="validity_periods")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="validity_periods"
    )
    # The part of the municipality where it holds; None is all of it.
    part = models.ForeignKey(
        MunicipalityPart,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="validity_periods",
    )
    during = DateRangeField()
    # Whether it was cut by a revision of its own pledge.
    is_revised = models.BooleanField(_("reviderat"), default=False, db_default=False)

    class Meta:
        verbose_name = _("giltighetstid")
        verbose_name_plural = _("giltighetstider")
        ordering = ["pledge", "municipality"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "municipality", "part"],
                nulls_distinct=False,
                name="validity_once",
            ),
            ExclusionConstraint(
                name=ONE_IN_FORCE,
                # Put off within `lifecycle.put_in_force` alone: the successor comes before its
                # predecessor is cut short, so that the cut has its reason in sight.
                deferrable=models.Deferrable.IMMEDIATE,
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    (Coalesce("part", 0), RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            GUARD_VALIDITY,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.pledge} {self.during}"


class Annulment(models.Model):
    """That a pledge was annulled: from which day, and why.

    The pledge stays readable.
    """

    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="annulment")
    from_day = models.DateField(_("upphävt från och med"))
    reason = models.TextField(_("skäl"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("upphävande")
        verbose_name_plural = _("upphävanden")
        constraints = [REFUSE_CHANGE, REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.pledge} {self.from_day}"
