"""Surveys of pupils' drug habits (drogvaneundersökningar).

No answer of a pupil's is ever stored, only how many of a group said yes. These sums are for those
who make the survey; what the public may read lies in tables of its own, `PublishedRound` and
`PublishedShare`, written by `pledges.surveys.publishing` alone, as
`pledges.surveys.statistical_disclosure` allows.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.commitment import Commitment
from pledges.models.guards import GUARD_PUBLISHED_SURVEY
from pledges.models.municipality import Municipality

MAX_PUPILS = 100_000


class Grade(models.TextChoices):
    """The years of school that the field's standard surveys ask.

    CAN asks them since 1971 and 2004.
    """

    NINE = "grade_9", _("årskurs 9")
    UPPER_TWO = "upper_2", _("gymnasiet år 2")


class Measure(models.TextChoices):
    """The questions of the field's standard surveys that the portal shows."""

    SMOKING = "smoking", _("röker")
    SNUS = "snus", _("snusar")
    E_CIGARETTES = "e_cigarettes", _("använder e-cigaretter")
    ALCOHOL = "alcohol", _("har druckit alkohol de senaste 12 månaderna")
    NARCOTICS_EVER = "narcotics_ever", _("har någon gång använt narkotika")
    NARCOTICS_30_DAYS = "narcotics_30_days", _("har använt narkotika de senaste 30 dagarna")
    OFFERED = "offered", _("har blivit erbjuden narkotika")


# Each a question and those that narrow it, see `pledges.surveys.statistical_disclosure`.
CHAINS: tuple[tuple[Measure, ...], ...] = (
    (Measure.SMOKING,),
    (Measure.SNUS,),
    (Measure.E_CIGARETTES,),
    (Measure.ALCOHOL,),
    (Measure.NARCOTICS_EVER, Measure.NARCOTICS_30_DAYS),
    (Measure.OFFERED,),
)


class AnsweringGroup(models.TextChoices):
    """The group whose answers a sum is of.

    By gender, or all pupils when gender wasn't asked.
    """

    GIRLS = "girls", _("flickor")
    BOYS = "boys", _("pojkar")
    OTHER = "other", _("annat eller inte uppgett")
    ALL = "all", _("alla")


class SurveyRoundQuerySet(models.QuerySet["SurveyRound"]):
    """Rounds with their sums, for those who make the survey.

    Never for a public page.
    """

    def visible_to(self, user: Person) -> SurveyRoundQuerySet:
        """Return the rounds of the municipalities where a person may work.

        The police may not work with surveys.
        """
        own = keys_of_own_places(user, Action.WRITE_SURVEYS)
        return self if own is None else self.filter(municipality__in=own[0])

    def with_sums(self) -> SurveyRoundQuerySet:
        """Fetch with all sums and what was published.

        In a fixed number of queries.
        """
        return self.select_related(
            "commitment__pledge", "municipality", "published"
        ).prefetch_related("groups__counts")


class SurveyRound(models.Model):
    """One round: a year group of a municipality in one school year."""

    class Method(models.TextChoices):
        """How the pupils were asked."""

        WEB_AT_SCHOOL = "web_at_school", _("webbenkät på lektionstid")
        PAPER_AT_SCHOOL = "paper_at_school", _("pappersenkät på lektionstid")
        WEB_ELSEWHERE = "web_elsewhere", _("webbenkät på egen tid")
        OTHER = "other", _("på annat sätt")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="survey_rounds"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="survey_rounds"
    )
    school_year = models.PositiveSmallIntegerField(
        _("läsår"), help_text=_("Det år då läsåret började.")
    )
    grade = models.CharField(_("årskurs"), max_length=20, choices=Grade)
    method = models.CharField(
        _("metod"), max_length=20, choices=Method, default=Method.WEB_AT_SCHOOL
    )
    instrument = models.CharField(_("enkät"), max_length=120, blank=True)
    invited = models.PositiveIntegerField(_("antal elever i årskursen"))
    note = models.TextField(_("kommentar som visas för alla"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = SurveyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("omgång av drogvaneundersökningen")
        verbose_name_plural = _("omgångar av drogvaneundersökningen")
        ordering = ["-school_year", "grade", "pk"]
        constraints = [
            # Two rounds of the same pupils could be subtracted from one another.
            models.UniqueConstraint(
                fields=["municipality", "school_year", "grade"], name="pupils_are_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(school_year__gte=1970, school_year__lte=2100), name="survey_school_year"
            ),
            models.CheckConstraint(
                condition=Q(invited__gte=1, invited__lte=MAX_PUPILS), name="survey_invited"
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.school_year}/{(self.school_year + 1) % 100:02}"


class SurveyGroup(models.Model):
    """How many of a group answered in a round."""

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="groups")
    group = models.CharField(_("grupp"), max_length=10, choices=AnsweringGroup)
    answered = models.PositiveIntegerField(_("svarade"))

    class Meta:
        verbose_name = _("grupp i en undersökning")
        verbose_name_plural = _("grupper i en undersökning")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "group"], name="survey_group_once"),
            models.CheckConstraint(
                condition=Q(answered__lte=MAX_PUPILS), name="survey_answered_in_bounds"
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.group}"


class SurveyCount(models.Model):
    """How many of a group said yes to a question."""

    group = models.ForeignKey(SurveyGroup, on_delete=models.CASCADE, related_name="counts")
    measure = models.CharField(_("fråga"), max_length=30, choices=Measure)
    yes = models.PositiveIntegerField(_("svarade ja"))

    class Meta:
        verbose_name = _("antal ja i en undersökning")
        verbose_name_plural = _("antal ja i en undersökning")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "measure"], name="survey_count_once"),
            models.CheckConstraint(condition=Q(yes__lte=MAX_PUPILS), name="survey_yes_in_bounds"),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.measure}"


class SurveyPublication(models.Model):
    """A publication of a round: of which sums, and what was published.

    Also a withdrawal. Kept for ever, since a later publication must not give away what this one
    hid. `sums` is {"answered": {group: number}, "yes": {measure: {group: number}}};
    `published_figures` is {"groups": {group: number}, "shares": [[measure, group, per cent or
    null], ...]}, empty for a withdrawal.
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    sums = models.JSONField(default=dict)
    published_figures = models.JSONField(default=dict)
    reason = models.CharField(_("skäl"), max_length=500, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("publicering av en undersökning")
        verbose_name_plural = _("publiceringar av en undersökning")
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="publication_once"),
            models.CheckConstraint(
                condition=Q(number=1) | Q(reason__gt=""), name="published_again_with_a_reason"
            ),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.number}"


class PublishedRoundQuerySet(models.QuerySet["PublishedRound"]):
    """The public part of rounds."""

    def public(self) -> PublishedRoundQuerySet:
        """Return those that may be read, in the order of charts.

        A row is here only while it may be read. One that was published by lower thresholds than
        those of today isn't, until `pledges.surveys.thresholds` has looked at it.
        """
        return self.filter(
            smallest_group__gte=settings.SURVEY_SMALLEST_GROUP,
            smallest_cell__gte=settings.SURVEY_SMALLEST_CELL,
        ).order_by("grade", "school_year")

    def below_thresholds(self) -> PublishedRoundQuerySet:
        """Return those published by lower thresholds than those of today."""
        return self.filter(
            Q(smallest_group__lt=settings.SURVEY_SMALLEST_GROUP)
            | Q(smallest_cell__lt=settings.SURVEY_SMALLEST_CELL)
        )

    def for_municipality(self, municipality: Municipality) -> PublishedRoundQuerySet:
        """Return those of a municipality, with their shares."""
        return self.filter(municipality=municipality).prefetch_related("shares")


class PublishedRound(models.Model):
    """The public part of a round.

    `answered` is null when there were too few to show. It counts only the groups that are shown,
    and `response_rate` (whole per cent) is of it. `is_least` says that both are the least: pupils
    of another gender may have answered too, and are told of only when they are enough.
    `smallest_group` and `smallest_cell` are the thresholds that it was published by. The database
    holds it to what its latest `SurveyPublication` says, with a correction where that is another.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.OneToOneField(SurveyRound, on_delete=models.PROTECT, related_name="published")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="published_rounds"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="published_rounds"
    )
    school_year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=20, choices=Grade)
    method = models.CharField(max_length=20, choices=SurveyRound.Method)
    instrument = models.CharField(max_length=120, blank=True)
    invited = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(null=True)
    response_rate = models.PositiveSmallIntegerField(null=True)
    is_least = models.BooleanField(default=False)
    smallest_group = models.PositiveSmallIntegerField()
    smallest_cell = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    published_on = models.DateField()
    corrected_on = models.DateField(null=True)
    correction = models.CharField(max_length=500, blank=True)
    is_demonstration = models.BooleanField(default=False)

    objects = PublishedRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("offentlig omgång av drogvaneundersökningen")
        verbose_name_plural = _("offentliga omgångar av drogvaneundersökningen")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "school_year", "grade"], name="pupils_are_told_of_once"
            ),
            models.CheckConstraint(
                condition=Q(answered=None, response_rate=None)
                | Q(answered__lte=F("invited"), response_rate__lte=100),
                name="no_more_answers_than_pupils",
            ),
            GUARD_PUBLISHED_SURVEY,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.school_year}/{(self.school_year + 1) % 100:02}"


class PublishedShare(models.Model):
    """A published share: whole per cent of `answered` pupils.

    `percent` is null when it may not be shown.
    """

    round = models.ForeignKey(PublishedRound, on_delete=models.CASCADE, related_name="shares")
    measure = models.CharField(max_length=30, choices=Measure)
    group = models.CharField(max_length=10, choices=AnsweringGroup)
    answered = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("offentlig andel")
        verbose_name_plural = _("offentliga andelar")
        # Not in the order of the key, so that the order of writing tells nothing.
        ordering = ["round", "measure", "group"]
        constraints = [
            models.UniqueConstraint(fields=["round", "measure", "group"], name="share_once"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100), name="share_of_the_whole"
            ),
            GUARD_PUBLISHED_SURVEY,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.group}"
