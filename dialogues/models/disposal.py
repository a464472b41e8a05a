"""How long a municipality keeps what residents write, and what went."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models import Municipality

_YEARS = [MinValueValidator(1), MaxValueValidator(100)]


class DisposalPlan(models.Model):
    """After how many years a municipality destroys what residents write.

    None means that it is kept for ever; so does a missing plan (arkivlagen 1990:782, 10 §).
    """

    municipality = models.OneToOneField(
        Municipality,
        on_delete=models.PROTECT,
        related_name="disposal_plan",
        verbose_name=_("kommun"),
    )
    submissions_years = models.PositiveSmallIntegerField(
        _("år efter dialogen som svar sparas"), null=True, blank=True, validators=_YEARS
    )
    comments_years = models.PositiveSmallIntegerField(
        _("år som publicerade kommentarer sparas"), null=True, blank=True, validators=_YEARS
    )
    hidden_years = models.PositiveSmallIntegerField(
        _("år som dolda och återtagna kommentarer sparas"),
        null=True,
        blank=True,
        validators=_YEARS,
    )
    decision = models.CharField(_("beslutet som säger det"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("gallringsplan")
        verbose_name_plural = _("gallringsplaner")
        constraints = [
            models.CheckConstraint(
                condition=Q(submissions_years=None, comments_years=None, hidden_years=None)
                | ~Q(decision=""),
                name="disposal_rests_on_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)


class Disposal(models.Model):
    """A disposal by the plan: what, how many, when, by which decision."""

    class What(models.TextChoices):
        """What was destroyed."""

        SUBMISSIONS = "submissions", _("svar på dialoger")
        COMMENTS = "comments", _("publicerade kommentarer")
        HIDDEN = "hidden", _("dolda och återtagna kommentarer")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="disposals"
    )
    what = models.CharField(_("vad"), max_length=20, choices=What)
    number = models.PositiveIntegerField(_("antal"))
    decision = models.CharField(_("beslut"), max_length=200)
    disposed_on = models.DateField(_("gallrat"))

    class Meta:
        verbose_name = _("gallring")
        verbose_name_plural = _("gallringar")
        constraints = [REFUSE_CHANGE, REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.what} {self.disposed_on}"
