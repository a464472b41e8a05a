"""Follow-ups of a pledge in the crime-prevention council (BRÅ).

And the assessments in them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pledge_portal.accounts.permissions import Person
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.commitment import Commitment
from pledges.models.correction import DatedCorrection
from pledges.models.guards import GUARD_FOLLOW_UP, REFUSE_UNLESS_PUBLISHED, REFUSE_WHEN_PUBLISHED
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge
from pledges.models.stored_file import StoredFile

DAYS_UNTIL_DUE, MAX_DAYS_UNTIL_DUE = 45, 366


class FollowUpPlan(models.Model):
    """How often a pledge is followed up.

    A pledge without one is followed up every half-year.
    """

    class Every(models.TextChoices):
        """How long each period is that a follow-up covers."""

        QUARTER = "quarter", _("varje kvartal")
        HALF_YEAR = "half_year", _("varje halvår")
        YEAR = "year", _("varje år")

    # How many months of the calendar a follow-up is about.
    MONTHS = {Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}

    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="follow_up_plan")
    every = models.CharField(_("hur ofta"), max_length=20, choices=Every, default=Every.HALF_YEAR)
    days_until_due = models.PositiveSmallIntegerField(
        _("dagar efter periodens slut"),
        default=DAYS_UNTIL_DUE,
        validators=[MaxValueValidator(MAX_DAYS_UNTIL_DUE)],
    )
    next_meeting_on = models.DateField(_("nästa möte i rådet"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan för uppföljning")
        verbose_name_plural = _("planer för uppföljning")

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.get_every_display()}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups. Public code begins with `public()`."""

    def public(self) -> FollowUpQuerySet:
        """Return only those that are published."""
        return self.exclude(published_at=None)

    def visible_to(self, user: Person) -> FollowUpQuerySet:
        """Return those of the pledges that a person may read, drafts too."""
        return self.filter(pledge__in=Pledge.objects.visible_to(user))

    def drafts(self) -> FollowUpQuerySet:
        """Return those that aren't published yet."""
        return self.filter(published_at=None)

    def latest_first(self) -> FollowUpQuerySet:
        """Order by the meeting, the latest first."""
        return self.order_by("-meeting_on")


class FollowUp(models.Model):
    """A follow-up of a pledge at one meeting of the council, for one period."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="follow_ups")
    first_day = models.DateField(_("från och med"))
    last_day = models.DateField(_("till och med"))
    meeting_on = models.DateField(_("mötets datum"))
    # Whoever assesses where there is no council; empty for the council.
    assessed_by = models.CharField(_("vem som bedömer"), max_length=120, blank=True)
    introduction = models.TextField(_("inledning"), max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    in_review_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("publicerad"), null=True, blank=True, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("uppföljning")
        verbose_name_plural = _("uppföljningar")
        ordering = ["-meeting_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "meeting_on"], name="one_follow_up_of_a_pledge_and_day"
            ),
            models.UniqueConstraint(
                fields=["pledge"], condition=Q(published_at=None), name="one_draft_of_a_pledge"
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day"), meeting_on__gte=F("first_day")),
                name="follow_up_of_a_period_begun",
            ),
            GUARD_FOLLOW_UP,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.meeting_on:%Y-%m-%d}"

    @property
    def is_published(self) -> bool:
        """Whether everyone may read it, and nobody change it."""
        return self.published_at is not None


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments. Public code begins with `public()`."""

    def public(self) -> AssessmentQuerySet:
        """Return only those of published follow-ups."""
        return self.filter(follow_up__published_at__isnull=False)

    def given(self) -> AssessmentQuerySet:
        """Return those that assess: neither empty nor left for another time."""
        return self.exclude(verdict__in=["", Assessment.Verdict.NOT_ASSESSED])


class Assessment(models.Model):
    """What the council says of one commitment in a follow-up.

    `output_text`, `process_text` and `effect_text` are the three kinds of follow-up that Brå tells
    apart: what was done, how, and whether the problem changed. `figures` is how far the commitment
    had come in public when the follow-up was published: {"sv": ..., "en": ..., "verdict": ...}.
    """

    class Verdict(models.TextChoices):
        """How far the commitment is kept (måluppfyllelse)."""

        NOT_STARTED = "not_started", pgettext_lazy("bedömning", "Ej påbörjat")
        UNDER_WAY = "under_way", pgettext_lazy("bedömning", "Pågår")
        PARTLY_KEPT = "partly_kept", pgettext_lazy("bedömning", "Delvis uppfyllt")
        KEPT = "kept", pgettext_lazy("bedömning", "Uppfyllt")
        NOT_KEPT = "not_kept", pgettext_lazy("bedömning", "Ej uppfyllt")
        # Then the earlier assessment stands, with its own day and time.
        NOT_ASSESSED = "not_assessed", pgettext_lazy("bedömning", "Inte bedömt den här gången")

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="assessments")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="assessments")
    verdict = models.CharField(_("bedömning"), max_length=20, choices=Verdict, blank=True)
    reason = models.TextField(_("skäl"), max_length=2000, blank=True)
    output_text = models.TextField(_("vad har gjorts"), max_length=4000, blank=True)
    process_text = models.TextField(_("hur har det gjorts"), max_length=4000, blank=True)
    effect_text = models.TextField(_("har problemet förändrats"), max_length=4000, blank=True)
    decision = models.TextField(_("vad ska göras nu"), max_length=4000, blank=True)
    difference = models.TextField(
        _("varför bedömningen skiljer sig från det som är redovisat"), max_length=2000, blank=True
    )
    figures = models.JSONField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("bedömning")
        verbose_name_plural = _("bedömningar")
        ordering = ["commitment__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "commitment"], name="commitment_assessed_once"
            ),
            REFUSE_WHEN_PUBLISHED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.commitment_id}"

    @property
    def is_given(self) -> bool:
        """Whether it assesses: is neither empty nor left for another time."""
        return self.verdict not in {"", self.Verdict.NOT_ASSESSED}


class Approval(models.Model):
    """A party's approval of a follow-up.

    `digest` says which content it read then.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="approvals")
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("godkännande")
        verbose_name_plural = _("godkännanden")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None, police_area__isnull=False)
                | Q(municipality__isnull=False, police_area=None),
                name="approved_by_one_party",
            ),
            models.UniqueConstraint(
                fields=["follow_up", "municipality"], name="municipality_approves_once"
            ),
            models.UniqueConstraint(
                fields=["follow_up", "police_area"], name="police_approve_once"
            ),
            REFUSE_WHEN_PUBLISHED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.party)

    @property
    def party(self) -> Municipality | PoliceArea | None:
        """Who approved: a municipality or the police area."""
        return self.municipality or self.police_area


class FollowUpCorrection(DatedCorrection):
    """A dated correction that stands beside a published follow-up."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="corrections")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(DatedCorrection.Meta):
        verbose_name = _("rättelse av en uppföljning")
        verbose_name_plural = _("rättelser av uppföljningar")
        constraints = [REFUSE_CHANGE, REFUSE_UNLESS_PUBLISHED, REFUSE_TRUNCATE]


class FollowUpDocument(StoredFile):
    """A published follow-up as PDF, for the council's minutes; written once."""

    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="document")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        # Its permanent address is found by it.
        indexes = [models.Index(fields=["sha256"], name="follow_up_document_sha256")]
        verbose_name = _("uppföljningens dokument")
        verbose_name_plural = _("uppföljningarnas dokument")
        constraints = [REFUSE_CHANGE, REFUSE_UNLESS_PUBLISHED, REFUSE_TRUNCATE]

    @classmethod
    def store(cls, follow_up: FollowUp, content: bytes, **times: datetime) -> FollowUpDocument:
        """Keep the bytes with their SHA-256.

        `times` are when it was made, if not now.
        """
        return cls._write(content, follow_up=follow_up, **times)


class Reminder(models.Model):
    """A letter that reminded of a follow-up, or of periods not reported."""

    class About(models.TextChoices):
        """What it reminded of."""

        FOLLOW_UP = "follow_up", _("uppföljning")
        PERIODS = "periods", _("redovisning")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=20, choices=About, default=About.FOLLOW_UP)
    due_on = models.DateField()
    sent_on = models.DateField()

    class Meta:
        verbose_name = _("påminnelse")
        verbose_name_plural = _("påminnelser")
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "about", "due_on", "sent_on"], name="reminded_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.due_on}"


def approving_parties(pledge: Pledge) -> Iterable[Municipality | PoliceArea]:
    """Return the parties that must approve a follow-up.

    Every municipality that gives the pledge, and every police area.
    """
    return pledge.givers
