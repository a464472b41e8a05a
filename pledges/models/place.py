"""Places in a municipality where actions are done: schools above all."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledges.models.municipality import Municipality, swedish_sort_key, without_diacritics


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places, in Swedish order."""

    def in_use(self) -> PlaceQuerySet:
        """Return only places where something can still be done.

        A closed school is kept for its past.
        """
        return self.filter(is_closed=False)

    def search(self, words: str) -> PlaceQuerySet:
        """Find by any part of the name; case and diacritics do not matter."""
        key = " ".join(without_diacritics(words.replace("\x00", " ")).split())[:60]
        if not key:
            return self
        begins = models.Case(models.When(search_key__startswith=key, then=0), default=1)
        return self.filter(search_key__contains=key).order_by(begins, "sort_key", "pk")

    def visible_to(self, user: Person) -> PlaceQuerySet:
        """Return the places of the municipalities where a person reads pledges.

        Through the police too.
        """
        own = of_own_places(
            user,
            Action.READ_PLEDGES,
            municipality="municipality",
            police_area="municipality__police_areas",
        )
        return self.filter(pk__in=Place.objects.filter(own).order_by().values("pk"))


class Place(models.Model):
    """A school or another place of a municipality."""

    class Kind(models.TextChoices):
        """What sort of place it is."""

        SCHOOL = "school", _("skola")
        OTHER = "other", _("annan plats")

    class Level(models.TextChoices):
        """The highest level that a school teaches.

        The public may be told it in place of the school's name.
        """

        PRIMARY = "primary", _("låg- och mellanstadieskola")
        LOWER_SECONDARY = "lower_secondary", _("högstadieskola")
        UPPER_SECONDARY = "upper_secondary", _("gymnasieskola")
        ADULT = "adult", _("vuxenutbildning")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="places", verbose_name=_("kommun")
    )
    name = models.CharField(_("namn"), max_length=120)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind, default=Kind.SCHOOL)
    level = models.CharField(_("stadium"), max_length=20, choices=Level, blank=True)
    is_closed = models.BooleanField(
        _("används inte längre"),
        default=False,
        help_text=_("Platsen står kvar vid det som har gjorts där men går inte att välja."),
    )
    sort_key = models.CharField(max_length=240, editable=False)
    search_key = models.CharField(max_length=240, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("plats")
        verbose_name_plural = _("platser")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "municipality", Lower("name"), name="place_once_in_its_municipality"
            ),
            models.CheckConstraint(
                condition=Q(kind="school", level__gt="") | Q(kind="other", level=""),
                name="schools_and_only_schools_have_a_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Save with the keys for order and search drawn anew from the name."""
        self.sort_key = swedish_sort_key(self.name)
        self.search_key = without_diacritics(self.name)
        super().save(*args, **kwargs)
