"""Indicators (indikatorer) and their observations.

Reported offences, safety surveys, key figures. All of it is official or published statistics of
whole areas, free for anyone to read. Figures of single pupils' surveys are elsewhere (`survey`),
under disclosure control.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.commitment import Commitment, FocusArea
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge, of_own_pledges
from pledges.models.statistics_import import StatisticsImport


class Area(models.Model):
    """The area that an observation is of.

    The country, a county, a municipality or a police area. The level is always shown beside the
    figure: a safety survey of a police area says little of one municipality in it. `code` is SCB's:
    "00", "25", "2560"; a police area's is "lpo-" and its key.
    """

    class Level(models.TextChoices):
        """How large the area is."""

        COUNTRY = "country", _("riket")
        COUNTY = "county", _("län")
        MUNICIPALITY = "municipality", _("kommun")
        POLICE_AREA = "police_area", _("lokalpolisområde")

    code = models.CharField(_("kod"), max_length=20, unique=True)
    level = models.CharField(_("nivå"), max_length=20, choices=Level)
    name = models.CharField(_("namn"), max_length=80)
    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="area"
    )
    police_area = models.OneToOneField(
        PoliceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="area"
    )

    class Meta:
        verbose_name = _("statistikområde")
        verbose_name_plural = _("statistikområden")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="municipality", municipality__isnull=False, police_area=None)
                | Q(level="police_area", municipality=None, police_area__isnull=False)
                | Q(level__in=["country", "county"], municipality=None, police_area=None),
                name="area_is_of_its_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(HasEnglish):
    """Something that is measured over time (indikator, nyckeltal)."""

    class Kind(models.TextChoices):
        """The sort of figure, and so its source."""

        REPORTED_OFFENCES = "reported_offences", _("anmälda brott")
        SAFETY_SURVEY = "safety_survey", _("Nationella trygghetsundersökningen")
        LOCAL_SAFETY = "local_safety", _("Polisens lokala trygghetsmätning")
        KEY_FIGURE = "key_figure", _("kommunalt nyckeltal")
        POPULATION = "population", _("folkmängd")

    class Unit(models.TextChoices):
        """The unit of its numbers."""

        COUNT = "count", _("antal")
        PER_100_000 = "per_100_000", _("per 100 000 invånare")
        PERCENT = "percent", _("procent")
        INDEX = "index", _("index")
        OTHER = "other", _("annat mått")

    class Better(models.TextChoices):
        """The direction that is better.

        Of reported offences mostly neither, since more reports can mean more trust.
        """

        LOWER = "lower", _("lägre är bättre")
        HIGHER = "higher", _("högre är bättre")
        NEITHER = "neither", _("inget av dem")

    key = models.SlugField(_("adress"), max_length=80, unique=True)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind)
    unit = models.CharField(_("enhet"), max_length=20, choices=Unit)
    better = models.CharField(_("riktning"), max_length=10, choices=Better, default=Better.NEITHER)
    name = models.CharField(_("namn"), max_length=160)
    explanation = models.TextField(_("förklaring"), max_length=1000, blank=True)
    # As the source names it, such as Kolada's id or Brå's offence type: what imports find it by.
    source = models.CharField(_("källa"), max_length=80)
    source_code = models.CharField(_("källans beteckning"), max_length=160)
    position = models.PositiveSmallIntegerField(_("ordning"), default=100)

    # Added by modeltranslation (translation.py).
    name_sv: str
    name_en: str | None
    explanation_sv: str
    explanation_en: str | None

    class Meta:
        verbose_name = _("indikator")
        verbose_name_plural = _("indikatorer")
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_code"], name="indicator_of_source"),
            models.CheckConstraint(
                condition=~Q(kind__in=["reported_offences", "population"]) | Q(unit="count"),
                name="offences_and_people_are_counted",
            ),
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_count(self) -> bool:
        """Whether it counts events in a population.

        Only then rates and their intervals are known.
        """
        return self.kind == self.Kind.REPORTED_OFFENCES


class IndicatorAlias(models.Model):
    """Another name that a source has for an indicator (alias).

    Imports take the two for one. Added by staff; some are known without (`statistics.names`).
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="aliases")
    source = models.CharField(_("källa"), max_length=80, editable=False)
    name = models.CharField(_("namn i källan"), max_length=160)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(_("tillagt"))

    class Meta:
        verbose_name = _("annat namn på en indikator")
        verbose_name_plural = _("andra namn på indikatorer")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("source"), Lower("name"), name="a_name_of_one_indicator"),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.name


class PeriodKind(models.TextChoices):
    """How long a period an observation is of."""

    YEAR = "year", _("år")
    QUARTER = "quarter", _("kvartal")
    MONTH = "month", _("månad")


class ObservationQuerySet(models.QuerySet["Observation"]):
    """Observations: official statistics, all of them public."""

    def public(self) -> ObservationQuerySet:
        """Return all of them.

        Nothing that isn't published by its source is ever imported.
        """
        return self

    def of_everyone(self) -> ObservationQuerySet:
        """Return those not parted by gender."""
        return self.filter(gender=Observation.Gender.ALL)


class Observation(models.Model):
    """One figure: of an indicator, an area and a period.

    `value` is in the indicator's unit, null when the source says that it is missing or secret.
    `per_100_000` is the source's own rate beside a count; `lower` and `upper` the source's own
    interval (95 %). One row for each period: a revised figure is replaced, and the earlier one kept
    in `EarlierFigure`.
    """

    class Gender(models.TextChoices):
        """Of whom; the letters are Kolada's."""

        ALL = "T", _("alla")
        WOMEN = "K", _("kvinnor")
        MEN = "M", _("män")

    class Note(models.TextChoices):
        """The source's note on the figure."""

        NONE = "", _("ingen anmärkning")
        PRELIMINARY = "preliminary", _("preliminär")
        MISSING = "missing", _("uppgift saknas")
        SECRET = "secret", _("sekretess hos källan")

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    gender = models.CharField(max_length=1, choices=Gender, default=Gender.ALL)
    period = models.CharField(max_length=8, choices=PeriodKind)
    begins = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    per_100_000 = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    lower = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    upper = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    note = models.CharField(max_length=12, choices=Note, default=Note.NONE, blank=True)
    imported_in = models.ForeignKey(
        StatisticsImport, on_delete=models.PROTECT, related_name="observations", db_index=False
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observationer")
        constraints = [
            # Also the index by which pages read: an indicator's figures of an area, in time.
            models.UniqueConstraint(
                fields=["indicator", "area", "gender", "period", "begins"],
                name="one_figure_of_a_period",
            ),
            models.CheckConstraint(
                condition=Q(period="month", begins__day=1)
                | Q(period="quarter", begins__day=1, begins__month__in=[1, 4, 7, 10])
                | Q(period="year", begins__day=1, begins__month=1),
                name="periods_begin_at_their_beginning",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, note__in=["", "preliminary"])
                | Q(value=None, note__in=["missing", "secret"], lower=None, upper=None),
                name="a_figure_or_why_there_is_none",
            ),
            models.CheckConstraint(
                condition=Q(lower=None, upper=None)
                | Q(lower__lte=F("value"), upper__gte=F("value")),
                name="interval_holds_the_figure",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}, {self.area_id}, {self.begins}"


class EarlierFigure(models.Model):
    """An observation as it was before its source revised it.

    Written by imports alone.
    """

    observation = models.ForeignKey(
        Observation, on_delete=models.PROTECT, related_name="earlier", db_index=True
    )
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    per_100_000 = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    lower = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    upper = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    note = models.CharField(max_length=12, choices=Observation.Note, blank=True)
    imported_in = models.ForeignKey(
        StatisticsImport, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaced_in = models.ForeignKey(
        StatisticsImport, on_delete=models.PROTECT, related_name="replaced", db_index=True
    )
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("tidigare siffra")
        verbose_name_plural = _("tidigare siffror")
        ordering = ["observation", "-replaced_at", "-pk"]
        constraints = [REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.observation_id}: {self.value}"


class IndicatorLinkQuerySet(models.QuerySet["IndicatorLink"]):
    """Links from indicators to what is promised."""

    def public(self) -> IndicatorLinkQuerySet:
        """Return only those of pledges that anyone may read."""
        return self.filter(focus_area__pledge__in=Pledge.objects.public())

    def visible_to(self, user: Person) -> IndicatorLinkQuerySet:
        """Return those of the pledges that a person may read."""
        return self.filter(focus_area__pledge__in=Pledge.objects.visible_to(user))

    def changeable_by(self, user: Person) -> IndicatorLinkQuerySet:
        """Return those of the pledges whose statistics a person looks after."""
        own = of_own_pledges(user, Action.MANAGE_STATISTICS, "focus_area__pledge__")
        return self.filter(pk__in=IndicatorLink.objects.filter(own).order_by().values("pk"))


class IndicatorLink(HasEnglish):
    """The link of an indicator to a focus area or one commitment.

    The indicator shows something of the area's problem, and of the commitment's effect. Not a part
    of what was signed: links are made and deleted while the pledge runs.
    """

    focus_area = models.ForeignKey(
        FocusArea, on_delete=models.PROTECT, related_name="indicator_links"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="indicator_links"
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="links")
    reason = models.CharField(_("vad den säger om problemet"), max_length=300, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    # Added by modeltranslation (translation.py).
    reason_sv: str
    reason_en: str | None

    objects = IndicatorLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("koppling till en indikator")
        verbose_name_plural = _("kopplingar till indikatorer")
        ordering = ["focus_area__position", "indicator__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "commitment", "indicator"],
                nulls_distinct=False,
                name="indicator_tied_once",
            ),
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.focus_area_id}: {self.indicator_id}"


def first_day_of(period: str, year: int, number: int = 1) -> date:
    """Return the first day of a year, or of a quarter or month of it.

    `number` is the quarter's or the month's, from 1.
    """
    months = {PeriodKind.YEAR: 12, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
    return date(year, 1 + (number - 1) * months[PeriodKind(period)], 1)
