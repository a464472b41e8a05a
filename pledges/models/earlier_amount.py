"""What an action counted to, before it was corrected.

What was told when a period was closed is thus told beside what is right. It holds what the public
may be told of it and nothing else, as `published_action` does; `pledges.actions.earlier_amounts`
writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.action import CompletedAction
from pledges.models.action_sums import tallied
from pledges.models.commitment import Commitment
from pledges.models.municipality import Municipality


class EarlierAmountQuerySet(models.QuerySet["EarlierAmount"]):
    """What actions counted to earlier."""

    def public(self, on: date) -> EarlierAmountQuerySet:
        """Return only what may be seen on the day `on`."""
        return self.filter(public_from__lte=on)

    def superseded(self, on: date) -> Subquery:
        """Return the latest day that an outer row's action was corrected.

        At most the day `on`.
        """
        of_action = self.filter(action=OuterRef("action"), superseded_on__lte=on).order_by()
        return Subquery(of_action.values("action").annotate(day=Max("superseded_on")).values("day"))

    def tallied(self, closed_on: Sequence[date] = ()) -> models.QuerySet:
        """Sum up by commitment and stretch of time, see `action_sums.tallied`."""
        return tallied(
            self,
            "shown_first",
            "shown_last",
            is_span=Q(is_span=True),
            added_on=F("added_on"),
            superseded_on=F("superseded_on"),
            closed_on=closed_on,
        )


class EarlierAmount(models.Model):
    """What an action counted to, from `added_on` until `superseded_on`.

    On the day that it was corrected it counted so no more. `shown_first` and `shown_last` are the
    days that the public may know it lay within. `public_from` is None when nobody outside may know
    of it: it was corrected before it could be told, or isn't public.
    """

    action = models.ForeignKey(
        CompletedAction, on_delete=models.CASCADE, related_name="earlier_amounts"
    )
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    public_from = models.DateField(null=True)
    shown_first = models.DateField()
    shown_last = models.DateField()
    is_span = models.BooleanField(default=False)
    added_on = models.DateField(null=True)
    superseded_on = models.DateField()
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=80, blank=True)
    requests = models.PositiveIntegerField(null=True)
    outcome = models.CharField(
        max_length=20,
        choices=CompletedAction.Outcome,
        default=CompletedAction.Outcome.AS_PLANNED,
    )

    objects = EarlierAmountQuerySet.as_manager()

    class Meta:
        verbose_name = _("tidigare antal")
        verbose_name_plural = _("tidigare antal")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "superseded_on"], name="superseded_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(public_from=None) | Q(superseded_on__gte=F("public_from")),
                name="superseded_when_it_could_be_told",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.superseded_on}"
