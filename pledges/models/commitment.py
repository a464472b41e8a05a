"""Focus areas (inriktningar) and the commitments (åtaganden) made in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import GUARD_ORIGIN, REFUSE_WHEN_LOCKED
from pledges.models.has_target import HasTarget, target_constraints
from pledges.models.pledge import MAX_PARTY_NAME_LENGTH, Pledge, invented_parts, of_own_pledges
from pledges.targets import Target


class FocusArea(HasEnglish):
    """What the pledge concentrates on: a problem and its cause."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="focus_areas")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("namn"), max_length=120)
    problem = models.TextField(_("problembild"), blank=True)
    cause = models.TextField(_("orsak"), blank=True)
    expected_effects = models.TextField(_("förväntade effekter"), blank=True)
    invented = invented_parts()

    # Added by modeltranslation (translation.py); Swedish is what was signed.
    name_sv: str
    name_en: str | None
    problem_sv: str
    problem_en: str | None
    cause_sv: str
    cause_en: str | None
    expected_effects_sv: str
    expected_effects_en: str | None

    class Meta:
        verbose_name = _("inriktning")
        verbose_name_plural = _("inriktningar")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="focus_area_position_once"),
            models.UniqueConstraint(fields=["id", "pledge"], name="focus_area_with_pledge"),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.name


# What is undertaken is a sentence; the longest of real pledges has 176 characters.
MAX_COMMITMENT_LENGTH = 600
# What it is called in lists, links and titles.
MAX_SHORT_NAME_LENGTH = 60


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Commitments. Public code begins with `public()`."""

    def public(self) -> CommitmentQuerySet:
        """Return only commitments of pledges that anyone may read."""
        return self.filter(pledge__in=Pledge.objects.public())

    def visible_to(self, user: Person) -> CommitmentQuerySet:
        """Return the commitments of the pledges that a person may read."""
        return self.filter(pledge__in=Pledge.objects.visible_to(user))

    def recordable_by(self, user: Person, on: date) -> CommitmentQuerySet:
        """Return the commitments that a person may record actions for.

        Of signed pledges that have begun.
        """
        own = of_own_pledges(user, Action.RECORD_ACTIONS)
        begun = Pledge.objects.public().filter(valid_from__lte=on)
        return self.filter(pledge__in=begun.filter(own).order_by().values("pk")).order_by(
            "-pledge__valid_from", "pledge_id", "number"
        )


class Commitment(HasEnglish, HasTarget):
    """One undertaking (åtagande): who does what, how much and by when."""

    class Kind(models.TextChoices):
        """What sort of measure it is; some kinds are secret until they are done."""

        DRUG_DOG_SEARCH = "drug_dog_search", _("narkotikasök med hund")
        DRUG_HABIT_SURVEY = "drug_habit_survey", _("drogvaneundersökning")
        FOLLOW_UP = "follow_up", _("uppföljning av löftet")
        COOPERATION = "cooperation", _("samverkan")
        OTHER = "other", _("annan åtgärd")

    class Party(models.TextChoices):
        """Who answers for it, beside third parties by name."""

        POLICE = "police", _("Polisen")
        MUNICIPALITY = "municipality", _("Kommunen")
        BOTH = "both", _("Kommunen och Polisen tillsammans")
        THIRD_PARTY = "third_party", _("Bara någon annan, som namnges")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="commitments")
    focus_area = models.ForeignKey(FocusArea, on_delete=models.CASCADE, related_name="commitments")
    number = models.PositiveSmallIntegerField(_("nummer"))
    kind = models.CharField(_("slag"), max_length=30, choices=Kind)
    responsible = models.CharField(_("ansvarig part"), max_length=20, choices=Party)
    # SCB codes; empty when all the municipalities that give the pledge answer for it.
    responsible_municipalities = ArrayField(
        models.CharField(max_length=4),
        verbose_name=_("ansvariga kommuner"),
        default=list,
        blank=True,
    )
    third_parties = ArrayField(
        models.CharField(max_length=MAX_PARTY_NAME_LENGTH),
        verbose_name=_("andra ansvariga"),
        default=list,
        blank=True,
    )
    # The first of those that it carries on, in pledges that were revised.
    origin = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later_versions",
        verbose_name=_("fortsätter ett åtagande"),
    )
    name = models.CharField(_("kort namn"), max_length=MAX_SHORT_NAME_LENGTH, blank=True)
    text = models.TextField(_("åtagande"))
    explanation = models.TextField(_("förklaring"), blank=True)
    invented = invented_parts()

    # Added by modeltranslation (translation.py); Swedish is what was signed.
    name_sv: str | None
    name_en: str | None
    text_sv: str
    text_en: str | None
    explanation_sv: str
    explanation_en: str | None

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("åtagande")
        verbose_name_plural = _("åtaganden")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "number"], name="commitment_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="commitment_number_from_one"),
            models.UniqueConstraint(fields=["pledge", "origin"], name="carried_on_once"),
            *target_constraints(),
            models.CheckConstraint(
                condition=~Q(responsible="third_party") | ~Q(third_parties=[]),
                name="a_third_party_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(responsible__in=["municipality", "both"])
                | Q(responsible_municipalities=[]),
                name="municipalities_answer_for_their_own",
            ),
            GUARD_ORIGIN,
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:60]}"

    @property
    def is_secret_kind(self) -> bool:
        """Whether it is of a kind that is secret until its period is over."""
        return self.kind in SECRET_KINDS

    @property
    def source_in_force(self) -> HasTarget:
        """What holds the target that counts today: itself or a change of it.

        Asks the database once for a commitment, or nothing when `target_changes` are fetched.
        """
        models.prefetch_related_objects([self], "target_changes")
        return self.source_after(list(self.target_changes.all()))

    def source_after(self, changes: Sequence[HasTarget]) -> HasTarget:
        """Return what holds the target that counts after some of its changes.

        They are given the first first: the latest counts, or without any what was signed.
        """
        return changes[-1] if changes else self

    @property
    def counted_from(self) -> date:
        """The day that its target is counted from: its pledge's first.

        Where it carries another on, the first day of the period that it was carried on in. Its
        pledge is fetched; asks the database twice where it carries another on.
        """
        if self.origin is None:
            return self.pledge.valid_from
        return self.counted_from_by(self.source_in_force)

    def counted_from_by(self, source: HasTarget) -> date:
        """Return the day it is counted from, by what holds its target.

        It carries another on, which is fetched with its pledge.
        """
        pledge, origin = self.pledge, self.origin
        assert origin is not None  # noqa: S101  (it carries one on)
        return source.target.period_start(
            origin.pledge.valid_from, pledge.valid_to, pledge.valid_from
        )

    @property
    def target_in_force(self) -> Target:
        """The target that counts today, as decided and corrected."""
        return self.source_in_force.target

    def secret_until(self, day: date) -> date:
        """Return the last day on which nothing of a day may be told.

        By the target that counts today; it is of a secret kind.
        """
        return self.target_in_force.secret_until(self.counted_from, self.pledge.full_end, day)

    @property
    def hides_how_many_are_left(self) -> bool:
        """Whether how much is left of its number stays secret to the end.

        It is of a secret kind and for the whole pledge, as signed or as it counts: whoever carries
        it on begins anew.
        """
        targets = (self.target, self.target_in_force)
        return self.is_secret_kind and any(target.is_over_the_whole for target in targets)


# Kinds whose days are never told beforehand: telling them would defeat the measure.
SECRET_KINDS = frozenset({Commitment.Kind.DRUG_DOG_SEARCH})
