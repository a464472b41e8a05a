"""Municipalities and the police areas that cover them."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledges.models.contact import Contact

_DATA = Path(__file__).resolve().parent.parent / "data"
_SWEDISH_ORDER = {"å": "zz1", "ä": "zz2", "æ": "zz2", "ö": "zz3", "ø": "zz3"}


@cache
def counties() -> dict[str, str]:
    """Return the name of each of the 21 counties by its two-digit SCB code."""
    with (_DATA / "counties.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream)}


def without_diacritics(text: str) -> str:
    """Return `text` in lower case without accents, rings and dots.

    "Älvsbyn" gives "alvsbyn".
    """
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def swedish_sort_key(text: str) -> str:
    """Return a key that sorts by byte as Swedish does.

    With å, ä and ö after z, accents ignored. The embedded database knows no Swedish collation, so
    the order is kept in a column.
    """
    return "".join(
        _SWEDISH_ORDER.get(sign) or without_diacritics(sign)
        for sign in unicodedata.normalize("NFC", text.casefold())
    )


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Municipalities, in the words of the field."""

    def alphabetical(self) -> MunicipalityQuerySet:
        """Order by name as Swedish does."""
        return self.order_by("sort_key", "pk")

    def where_may(self, user: Person, action: Action) -> MunicipalityQuerySet:
        """Return those where a person may do something, by name."""
        own = keys_of_own_places(user, action)
        return (self if own is None else self.filter(pk__in=own[0])).alphabetical()

    def search(self, words: str) -> MunicipalityQuerySet:
        """Find by a part of the name, or by a name misspelt a little.

        Case and diacritics do not matter; "kommun" and "stad" are passed over. Names that begin
        with the words come first, then those that hold them, then those with a part so named that a
        pledge is for, then the alike.
        """
        from django.contrib.postgres.search import TrigramSimilarity

        key = " ".join(
            word
            for word in without_diacritics(words.replace("\x00", " ")).split()
            if word not in {"kommun", "kommuns", "stad", "region"}
        )[:60]
        if not key:
            return self.none()
        with_such_a_part = MunicipalityPart.objects.filter(
            municipality=OuterRef("pk"), slug__startswith=part_slug(key), pledge_parts__isnull=False
        )
        return (
            self.annotate(
                likeness=TrigramSimilarity("search_key", key),
                place=models.Case(
                    models.When(search_key__startswith=key, then=0),
                    models.When(search_key__contains=key, then=1),
                    models.When(Exists(with_such_a_part), then=2),
                    default=3,
                ),
            )
            .filter(Q(place__lt=3) | Q(likeness__gte=0.4))
            .order_by("place", "-likeness", "sort_key")
        )

    def with_public_pledge(self) -> MunicipalityQuerySet:
        """Add `has_pledge`: whether the public may read any pledge there."""
        from pledges.models.pledge import Pledge

        return self.annotate(
            has_pledge=Exists(Pledge.objects.public().filter(parties__municipality=OuterRef("pk")))
        )


class Municipality(Contact):
    """A Swedish municipality (kommun)."""

    code = models.CharField(_("kommunkod (SCB)"), max_length=4, unique=True)
    name = models.CharField(_("namn"), max_length=60)
    official_name = models.CharField(_("officiellt namn"), max_length=80)
    slug = models.SlugField(_("adress"), max_length=60, unique=True)
    sort_key = models.CharField(max_length=120, editable=False, db_index=True)
    search_key = models.CharField(max_length=120, editable=False)

    objects = MunicipalityQuerySet.as_manager()

    # Added by with_public_pledge().
    has_pledge: bool

    class Meta:
        verbose_name = _("kommun")
        verbose_name_plural = _("kommuner")
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}$"), name="municipality_code"
            ),
        ]
        indexes = [
            GinIndex(name="municipality_search", fields=["search_key"], opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.official_name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Save with the keys for order and search drawn anew from the name."""
        self.sort_key = swedish_sort_key(self.name)
        self.search_key = without_diacritics(self.name)
        super().save(*args, **kwargs)

    @property
    def party_key(self) -> str:
        """What the operator's settings call it: "alvsbyn"."""
        return self.slug

    @property
    def county(self) -> str:
        """The county's name, such as "Norrbottens län".

        SCB's codes begin with the county's.
        """
        return counties().get(self.code[:2], "")


class MunicipalityPartQuerySet(models.QuerySet["MunicipalityPart"]):
    """Parts of municipalities."""

    def named(self, municipality: Municipality, name: str) -> MunicipalityPart:
        """Return a municipality's part of a name, made when it isn't there."""
        slug = part_slug(name)
        part, _is_new = self.get_or_create(
            municipality=municipality, slug=slug, defaults={"name": name}
        )
        return part


def part_slug(name: str) -> str:
    """Return what tells a part apart: "vastra-goteborg"."""
    return re.sub(r"[^a-z0-9]+", "-", without_diacritics(name)).strip("-")


class MunicipalityPart(models.Model):
    """A part of a municipality that a pledge can hold for.

    A district, an area or a town (stadsdel, stadsområde, ort).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(_("namn"), max_length=80)
    slug = models.SlugField(_("namn i adressen"), max_length=80)

    objects = MunicipalityPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("del av kommun")
        verbose_name_plural = _("delar av kommuner")
        ordering = ["municipality", "name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "slug"], name="part_once"),
            models.CheckConstraint(condition=~Q(slug=""), name="part_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PoliceArea(Contact):
    """A local police area (lokalpolisområde).

    It covers one or several municipalities.
    """

    name = models.CharField(_("namn"), max_length=80, unique=True)
    municipalities = models.ManyToManyField(
        Municipality,
        through="PoliceAreaCoverage",
        related_name="police_areas",
        verbose_name=_("kommuner"),
    )

    class Meta:
        verbose_name = _("lokalpolisområde")
        verbose_name_plural = _("lokalpolisområden")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"lokalpolisområde {self.name}"

    @property
    def party_key(self) -> str:
        """What the operator's settings call it: "polisen-pitea-alvdal"."""
        return f"polisen-{part_slug(self.name)}"


class PoliceAreaCoverage(models.Model):
    """That a police area covers a municipality."""

    police_area = models.ForeignKey(PoliceArea, on_delete=models.CASCADE)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("kommun i lokalpolisområde")
        verbose_name_plural = _("kommuner i lokalpolisområde")
        ordering = ["municipality__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["police_area", "municipality"], name="covered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.police_area}: {self.municipality}"
