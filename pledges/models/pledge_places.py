"""Where a pledge holds, and which police give it.

A pledge holds for whole municipalities, or for named parts of one. Most are given by one police
area, that of the pledge itself; some by several.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import REFUSE_WHEN_LOCKED
from pledges.models.municipality import MunicipalityPart, PoliceArea
from pledges.models.pledge import Pledge


class PledgePart(models.Model):
    """That a pledge holds for a part of a municipality, not for all of it."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="pledge_parts")
    part = models.ForeignKey(
        MunicipalityPart, on_delete=models.PROTECT, related_name="pledge_parts"
    )

    class Meta:
        verbose_name = _("del av kommun i löfte")
        verbose_name_plural = _("delar av kommuner i löften")
        ordering = ["part__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "part"], name="pledge_part_once"),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.part)


class FurtherPoliceArea(models.Model):
    """A police area that gives a pledge together with the pledge's own."""

    pledge = models.ForeignKey(
        Pledge, on_delete=models.CASCADE, related_name="further_police_areas"
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, related_name="further_pledges"
    )

    class Meta:
        verbose_name = _("lokalpolisområde till")
        verbose_name_plural = _("lokalpolisområden till")
        ordering = ["police_area__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "police_area"], name="further_police_area_once"
            ),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.police_area)
