"""Completed actions (genomförda insatser): what was done, for staff alone.

What the public may see of an action lies in a table of its own (`published_action`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now, TruncDate
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.action_sums import by_unit, searches_by_school_year, tallied
from pledges.models.commitment import Commitment
from pledges.models.guards import GUARD_ACTION, WITHDRAW_PUBLISHED
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.place import Place
from pledges.models.pledge import Pledge, of_own_pledges

MAX_AMOUNT = 100_000


# How long what is done may be kept from the public, by its kind or for one action.
MAX_EMBARGO_DAYS = 730


class Disclosure(models.Model):
    """How closely the public is told of a commitment's actions."""

    class PlaceDetail(models.TextChoices):
        """How closely the place is told."""

        EXACT = "exact", _("platsens namn")
        LEVEL = "level", _("bara skolans stadium")
        MUNICIPALITY = "municipality", _("bara kommunen")

    class DateDetail(models.TextChoices):
        """How closely the day is told."""

        DAY = "day", _("dagen")
        MONTH = "month", _("bara månaden")
        TERM = "term", _("bara terminen")

    commitment = models.OneToOneField(
        Commitment, on_delete=models.PROTECT, related_name="disclosure"
    )
    place_detail = models.CharField(
        _("plats som visas"), max_length=20, choices=PlaceDetail, default=PlaceDetail.EXACT
    )
    date_detail = models.CharField(
        _("tid som visas"), max_length=20, choices=DateDetail, default=DateDetail.DAY
    )
    embargo_days = models.PositiveSmallIntegerField(
        _("dagar innan en insats visas"),
        default=0,
        validators=[MaxValueValidator(MAX_EMBARGO_DAYS)],
    )
    shows_search_outcome = models.BooleanField(_("visa hundsökens utfall"), default=False)

    class Meta:
        verbose_name = _("offentlighet för ett åtagande")
        verbose_name_plural = _("offentlighet för åtaganden")

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.place_detail}, {self.date_detail}"


class CompletedActionQuerySet(models.QuerySet["CompletedAction"]):
    """Completed actions, for staff; never for a public page.

    That is what PublishedAction is for.
    """

    def visible_to(self, user: Person) -> CompletedActionQuerySet:
        """Return the actions of the pledges that a person may read.

        Those struck out as well.
        """
        return self.filter(commitment__pledge__in=_own_pledges(user, Action.READ_PLEDGES))

    def counted(self) -> CompletedActionQuerySet:
        """Return those that count: all that aren't struck out.

        Whether the public may see them or not.
        """
        return self.filter(struck_at=None)

    def like(self, action: CompletedAction) -> CompletedActionQuerySet:
        """Return those that count and say the same: it may have been sent twice."""
        return self.counted().filter(
            commitment=action.commitment_id,
            done_on=action.done_on,
            last_day=action.last_day,
            place=action.place_id,
            amount=action.amount,
            unit=action.unit,
            recorded_by=action.recorded_by_id,
        )

    def between(self, first: date, last: date) -> CompletedActionQuerySet:
        """Return those of which any day lies within these days."""
        begun = self.filter(done_on__lte=last)
        return begun.filter(Q(done_on__gte=first) | Q(last_day__gte=first))

    def tallied(self, closed_on: Sequence[date] = ()) -> models.QuerySet:
        """Sum up by commitment and stretch of time, see `action_sums.tallied`."""
        return tallied(
            self.alias(until=Coalesce("last_day", "done_on")),
            "done_on",
            "until",
            is_span=Q(last_day__isnull=False),
            added_on=Coalesce(_corrected_on(), TruncDate("recorded_at"))
            if closed_on
            else TruncDate("recorded_at"),
            closed_on=closed_on,
        )

    def by_unit(self) -> models.QuerySet:
        """Sum up by commitment and what was counted, see `action_sums.by_unit`."""
        return by_unit(self)

    def searches_by_school_year(self) -> models.QuerySet:
        """Sum up the dog searches, see `action_sums`."""
        return searches_by_school_year(self, "done_on")

    def latest_first(self) -> CompletedActionQuerySet:
        """Order by the day they were done, the latest first."""
        return self.order_by("-done_on", "-pk")


def _corrected_on() -> models.Subquery:
    """Return the last day on which what an action counts to was corrected."""
    from pledges.models.earlier_amount import EarlierAmount

    earlier = EarlierAmount.objects.filter(action=models.OuterRef("pk"))
    return models.Subquery(earlier.order_by("-superseded_on").values("superseded_on")[:1])


def _own_pledges(user: Person, action: Action) -> models.QuerySet:
    own = of_own_pledges(user, action)
    return Pledge.objects.filter(own).order_by().values("pk")


class CompletedAction(models.Model):
    """Something that was done to keep a commitment.

    What is yet to come is never stored. It was done on the day `done_on`, or from that day to
    `last_day`. `unit` says what `amount` counts where that isn't what the target counts.

    Rows are corrected with a reason (`ActionCorrection`; the history keeps how they were) or struck
    out with one, and never deleted. `submission` names the sending of the form, so that sending
    twice records once.
    """

    class Outcome(models.TextChoices):
        """How it went."""

        AS_PLANNED = "as_planned", _("som det var tänkt")
        PARTLY = "partly", _("bara delvis")

    class Side(models.TextChoices):
        """Which of the pledge's parties recorded it."""

        POLICE = "police", _("Polisen")
        MUNICIPALITY = "municipality", _("Kommunen")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="actions", verbose_name=_("åtagande")
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("kommun")
    )
    done_on = models.DateField(_("datum"))
    last_day = models.DateField(_("sista dag"), null=True, blank=True)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("plats"),
    )
    amount = models.PositiveIntegerField(_("antal"), default=1)
    unit = models.CharField(_("vad som räknades"), max_length=80, blank=True)
    requests = models.PositiveIntegerField(_("hur många som bad om det"), null=True, blank=True)
    outcome = models.CharField(
        _("hur det gick"), max_length=20, choices=Outcome, default=Outcome.AS_PLANNED
    )
    premises_searched = models.PositiveIntegerField(_("genomsökta lokaler"), null=True, blank=True)
    indications = models.PositiveIntegerField(_("markeringar"), null=True, blank=True)
    finds = models.PositiveIntegerField(_("fynd"), null=True, blank=True)
    public_note = models.TextField(_("text som visas för alla"), max_length=1000, blank=True)
    is_public = models.BooleanField(_("får visas för alla"), default=True)
    embargo_until = models.DateField(_("visas tidigast"), null=True, blank=True)

    recorded_side = models.CharField(max_length=20, choices=Side, editable=False)
    # Whose police it was: a pledge may be given by several police areas.
    police_area = models.ForeignKey(
        PoliceArea,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("lokalpolisområde"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(_("registrerad"), db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    struck_at = models.DateTimeField(_("struken"), null=True, blank=True, editable=False)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    strike_reason = models.CharField(_("skäl till strykningen"), max_length=500, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    imported_in = models.ForeignKey(
        "pledges.ActionImport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="actions",
    )

    objects = CompletedActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("genomförd insats")
        verbose_name_plural = _("genomförda insatser")
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gt=F("done_on")),
                name="last_day_after_the_first",
            ),
            models.CheckConstraint(
                condition=Q(amount__lte=MAX_AMOUNT), name="action_amount_in_bounds"
            ),
            models.CheckConstraint(
                # Compared with NULL alone the database says neither yes nor no, and takes the row.
                condition=Q(requests=None, amount__gte=1)
                | Q(requests__isnull=False, requests__gte=F("amount")),
                name="action_counts_something",
            ),
            models.CheckConstraint(
                condition=Q(premises_searched=None, indications=None, finds=None)
                | Q(
                    premises_searched__isnull=False, indications__isnull=False, finds__isnull=False
                ),
                name="search_outcome_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, strike_reason="", struck_by=None)
                | Q(struck_at__isnull=False, strike_reason__gt=""),
                name="struck_out_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(police_area=None) | Q(recorded_side="police"),
                name="only_the_police_have_a_police_area",
            ),
            GUARD_ACTION,
            WITHDRAW_PUBLISHED,
            REFUSE_TRUNCATE,
        ]
        indexes = [
            models.Index(fields=["commitment", "-done_on", "-id"], name="action_by_commitment")
        ]

    def __str__(self) -> str:
        return f"{self.done_on:%Y-%m-%d} ({self.commitment_id})"

    @property
    def until(self) -> date:
        """The last day of it, which is often the only one."""
        return self.last_day or self.done_on

    @property
    def is_struck(self) -> bool:
        """Whether it was struck out and counts no longer."""
        return self.struck_at is not None


class ActionCorrection(models.Model):
    """A correction of an action: why, by whom and when, and how it was before."""

    action = models.ForeignKey(
        CompletedAction, on_delete=models.PROTECT, related_name="corrections"
    )
    version = models.PositiveIntegerField()
    reason = models.CharField(_("skäl"), max_length=500)
    before = models.JSONField()
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    corrected_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("rättelse av en insats")
        verbose_name_plural = _("rättelser av insatser")
        ordering = ["action", "version"]
        constraints = [
            models.UniqueConstraint(fields=["action", "version"], name="correction_once"),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.reason


class InternalNoteQuerySet(models.QuerySet["InternalNote"]):
    """Internal notes."""

    def visible_to(self, user: Person) -> InternalNoteQuerySet:
        """Return the notes of a person's own side alone.

        Secrecy holds between authorities too (OSL 8:1).
        """
        own = of_own_places(
            user, Action.READ_PLEDGES, municipality="municipality", police_area="police_area"
        )
        return self.filter(own)


class InternalNote(models.Model):
    """An internal note on an action.

    For the side that wrote it and for nobody else.
    """

    action = models.OneToOneField(
        CompletedAction, on_delete=models.PROTECT, related_name="internal_note"
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("intern anteckning"), max_length=2000, blank=True)

    objects = InternalNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("intern anteckning")
        verbose_name_plural = _("interna anteckningar")
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None, police_area__isnull=False)
                | Q(municipality__isnull=False, police_area=None),
                name="note_of_one_side",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.action_id)
