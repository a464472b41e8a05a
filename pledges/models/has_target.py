"""A target, as the tables that hold one store it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.targets import Period, Shape, Target

TARGET_FIELDS = (
    "target_shape",
    "target_amount",
    "target_unit_sv",
    "target_unit_en",
    "target_period",
    "target_first",
    "target_last",
    "target_every_year",
    "target_at_least",
    "target_at_most",
    "target_within_days",
    "target_of",
)


class HasTarget(models.Model):
    """Something with a target: a commitment, or a change of its target."""

    target_shape = models.CharField(
        _("mål"), max_length=20, choices=Shape, default=Shape.NONE, db_default=Shape.NONE
    )
    target_amount = models.DecimalField(
        _("målets antal"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    target_period = models.CharField(_("målets period"), max_length=20, choices=Period, blank=True)
    target_at_least = models.BooleanField(_("minst"), default=True)
    target_at_most = models.BooleanField(_("högst"), default=False, db_default=False)
    target_of = models.PositiveIntegerField(_("av hur många"), null=True, blank=True)
    target_first = models.DateField(_("målets första dag"), null=True, blank=True)
    target_last = models.DateField(_("målets sista dag"), null=True, blank=True)
    target_every_year = models.BooleanField(_("varje år"), default=False, db_default=False)
    target_within_days = models.PositiveSmallIntegerField(
        _("svarstid i dagar"), null=True, blank=True
    )
    target_unit = models.CharField(_("vad som räknas"), max_length=80, blank=True)

    # Added by modeltranslation (translation.py).
    target_unit_sv: str
    target_unit_en: str | None

    class Meta:
        abstract = True

    @property
    def target(self) -> Target:
        """The target in one piece, its unit in the language in use."""
        return Target(
            shape=Shape(self.target_shape),
            amount=self.target_amount,
            period=Period(self.target_period) if self.target_period else None,
            at_least=self.target_at_least,
            of=self.target_of,
            unit=self.target_unit or "",
            at_most=self.target_at_most,
            first=self.target_first,
            last=self.target_last,
            within_days=self.target_within_days,
            every_year=self.target_every_year,
        )

    def fields(self) -> dict[str, Any]:
        """Return the target as its own columns hold it."""
        return {name: getattr(self, name) for name in TARGET_FIELDS}


def target_constraints(prefix: str = "") -> list[models.CheckConstraint]:
    """Return the constraints of a table that has a target.

    `prefix` goes before their names, which are the database's own.
    """
    return [
        models.CheckConstraint(
            condition=Q(target_amount__isnull=True) | Q(target_amount__gt=0),
            name=f"{prefix}target_amount_above_zero",
        ),
        models.CheckConstraint(
            condition=~Q(target_shape__in=["count", "average"])
            | (Q(target_amount__isnull=False) & ~Q(target_period="")),
            name=f"{prefix}counted_target_has_amount_and_period",
        ),
        models.CheckConstraint(
            condition=Q(target_shape__in=["count", "average", "coverage"]) | Q(target_period=""),
            name=f"{prefix}only_counted_targets_have_a_period",
        ),
        models.CheckConstraint(
            condition=Q(target_shape__in=["count", "average", "coverage"])
            | Q(target_amount__isnull=True),
            name=f"{prefix}only_measured_targets_have_an_amount",
        ),
        models.CheckConstraint(
            condition=Q(target_of__isnull=True)
            | (
                Q(target_shape="coverage")
                & (Q(target_amount__isnull=True) | Q(target_of__gte=F("target_amount")))
            ),
            name=f"{prefix}target_within_the_whole",
        ),
        models.CheckConstraint(
            condition=Q(
                target_period="own",
                target_first__isnull=False,
                target_last__isnull=False,
                target_last__gte=F("target_first"),
            )
            | (
                ~Q(target_period="own")
                & Q(target_first=None)
                & (Q(target_last=None) | Q(target_shape="done"))
            ),
            name=f"{prefix}target_days_are_of_its_own_period",
        ),
        models.CheckConstraint(
            condition=Q(target_at_most=False)
            | Q(target_at_least=False, target_shape__in=["count", "average"]),
            name=f"{prefix}target_is_at_least_or_at_most",
        ),
        models.CheckConstraint(
            condition=Q(target_every_year=False)
            | Q(target_shape="done", target_last__isnull=False),
            name=f"{prefix}only_a_day_comes_every_year",
        ),
        models.CheckConstraint(
            condition=Q(target_within_days=None)
            | Q(target_shape="on_demand", target_within_days__gte=1),
            name=f"{prefix}only_targets_on_demand_have_a_time_to_answer",
        ),
    ]
