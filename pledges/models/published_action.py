"""What the public may see of a completed action.

It lies in a table of its own, which holds nothing else: the exact day, the place and the notes
never stand in a row that anonymous requests can read. `pledges.actions.action_disclosure` says what
goes there and from when.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.action import CompletedAction
from pledges.models.action_sums import by_unit, searches_by_school_year, tallied
from pledges.models.commitment import Commitment
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.place import Place
from pledges.models.pledge import Pledge


class PublishedActionQuerySet(models.QuerySet["PublishedAction"]):
    """The public part of actions."""

    def public(self, on: date) -> PublishedActionQuerySet:
        """Return only what may be seen on the day `on`."""
        return self.filter(public_from__lte=on)

    def for_pledge(self, pledge: Pledge) -> PublishedActionQuerySet:
        """Return those of one pledge, with what a page says of them."""
        return self.filter(commitment__pledge=pledge).select_related(
            "commitment", "municipality", "place", "police_area"
        )

    def tallied(self, closed_on: Sequence[date] = ()) -> models.QuerySet:
        """Sum up by commitment and stretch of time, see `action_sums.tallied`."""
        return tallied(
            self,
            "shown_first",
            "shown_last",
            is_span=Q(is_span=True),
            added_on=F("added_on"),
            closed_on=closed_on,
        )

    def by_unit(self) -> models.QuerySet:
        """Sum up by commitment and what was counted, see `action_sums.by_unit`."""
        return by_unit(self)

    def searches_by_school_year(self) -> models.QuerySet:
        """Sum up the dog searches, see `action_sums`.

        The days shown lie within a month or a term, and so within one school year.
        """
        return searches_by_school_year(self, "shown_first")

    def latest_first(self) -> PublishedActionQuerySet:
        """Order by the days shown.

        Rows of the same days are mixed, so that order tells nothing.
        """
        return self.order_by("-shown_first", "-shown_last", "uid")


class PublishedAction(models.Model):
    """What the public may be told of an action, from `public_from` on.

    And nothing more. `shown_first` and `shown_last` are the days that it is known to lie within;
    `is_span` says that they are its own first and last day. `added_on` is the day it was recorded,
    for what was recorded when it could be told at once. Written by `action_disclosure.publish`
    alone; the database throws it out when the action is struck out or no longer marked public.
    """

    # The key is drawn by lot: a running number would tell how many are still held back.
    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.OneToOneField(
        CompletedAction, on_delete=models.CASCADE, related_name="published", db_constraint=True
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="published_actions"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, related_name="+"
    )
    public_from = models.DateField()
    shown_first = models.DateField()
    shown_last = models.DateField()
    is_span = models.BooleanField(default=False)
    added_on = models.DateField(null=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    place_level = models.CharField(max_length=20, choices=Place.Level, blank=True)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=80, blank=True)
    requests = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=20, choices=CompletedAction.Outcome)
    premises_searched = models.PositiveIntegerField(null=True)
    indications = models.PositiveIntegerField(null=True)
    finds = models.PositiveIntegerField(null=True)
    note = models.TextField(blank=True)
    is_secret_kind = models.BooleanField()
    is_demonstration = models.BooleanField(default=False)

    objects = PublishedActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("offentlig insats")
        verbose_name_plural = _("offentliga insatser")
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_first=F("shown_last"), public_from__gte=F("shown_first"))
                | Q(shown_first__lt=F("shown_last"), public_from__gt=F("shown_last")),
                name="shown_only_when_the_days_shown_are_past",
            ),
            models.CheckConstraint(
                condition=Q(is_secret_kind=False)
                | Q(shown_first__lt=F("shown_last"), public_from__gt=F("shown_last")),
                name="a_secret_kinds_day_is_never_shown",
            ),
            models.CheckConstraint(
                condition=Q(is_span=False)
                | Q(is_secret_kind=False, shown_first__lt=F("shown_last")),
                name="a_secret_kinds_span_is_never_shown",
            ),
            models.CheckConstraint(
                condition=Q(added_on=None) | Q(added_on__gte=F("public_from")),
                name="added_when_it_could_be_told",
            ),
            REFUSE_TRUNCATE,
        ]
        indexes = [
            models.Index(
                fields=["commitment", "public_from", "shown_first", "shown_last"],
                include=["amount", "requests"],
                name="published_tally",
            ),
            models.Index(
                fields=["commitment", "-shown_first", "-shown_last", "uid"],
                name="published_latest_first",
            ),
            # Open data is read by it, a page at a time.
            models.Index(fields=["municipality", "uid"], name="published_by_municipality"),
        ]

    def __str__(self) -> str:
        return str(self.uid)
