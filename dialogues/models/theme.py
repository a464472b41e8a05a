"""What residents may tick: the themes and the parts of a municipality."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledges.models import Municipality


class _ListedQuerySet(models.QuerySet):
    """Rows of a list that staff keep, in their own order."""

    def in_use(self) -> _ListedQuerySet:
        """Keep those that can still be chosen.

        The others stay where they were chosen once.
        """
        return self.filter(is_retired=False)

    def in_order(self) -> _ListedQuerySet:
        """Order as staff have put them."""
        return self.order_by("position", "pk")


class _Listed(models.Model):
    """A row of a list that staff keep for their municipality."""

    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("kommun"),
    )
    name = models.CharField(_("namn"), max_length=80)
    position = models.PositiveSmallIntegerField(_("plats i listan"))
    is_retired = models.BooleanField(_("går inte att välja längre"), default=False)

    objects = _ListedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Theme(HasEnglish, _Listed):
    """Something that residents say matters, such as "Narkotika"."""

    class Meta:
        verbose_name = _("tema")
        verbose_name_plural = _("teman")
        constraints = [
            models.UniqueConstraint(
                "municipality", Lower("name_sv"), name="theme_once_in_its_municipality"
            ),
            TELL_OLDER_ENGLISH,
        ]


class District(_Listed):
    """A part of a municipality, such as "Vidsel"."""

    class Meta:
        verbose_name = _("del av kommunen")
        verbose_name_plural = _("delar av kommunen")
        constraints = [
            models.UniqueConstraint(
                "municipality", Lower("name"), name="district_once_in_its_municipality"
            ),
        ]
