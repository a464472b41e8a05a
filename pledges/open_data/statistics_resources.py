"""Statistics with their source, and what is published of surveys.

Of surveys only the public part is here, which `pledges.surveys.statistical_disclosure` has let
through.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import (
    Area,
    Indicator,
    Municipality,
    Observation,
    PeriodKind,
    PublishedRound,
    PublishedShare,
    StatisticsImport,
    SurveyRound,
)
from pledges.models.survey import AnsweringGroup, Measure
from pledges.open_data.columns import IS_DEMONSTRATION, Kind, column, of_field
from pledges.open_data.commitment_resources import commitment_number
from pledges.open_data.paging import as_day, as_uuid
from pledges.open_data.place_resources import MUNICIPALITY_CODE
from pledges.open_data.pledge_resources import pledge_key
from pledges.open_data.resource import Key, Resource, Terms, register
from pledges.targets import school_year_label

# Where a source has terms of its own that are known.
_LICENCES = {"Kolada (RKA)": "https://creativecommons.org/licenses/by/4.0/"}


def _observations(_on: date) -> Any:
    invented = StatisticsImport.objects.filter(is_demonstration=True, pk=OuterRef("imported_in"))
    return (
        Observation.objects.public()
        .annotate(is_demonstration=Exists(invented))
        .select_related("indicator", "area")
    )


def _indicator(key: str) -> int:
    return Indicator.objects.values_list("pk", flat=True).get(key=key)


def _area(code: str) -> int:
    return Area.objects.values_list("pk", flat=True).get(code=code)


def _at(municipality: Municipality) -> Q:
    """Return the filter for a municipality's figures and those of its police."""
    areas = Area.objects.filter(
        Q(municipality=municipality) | Q(police_area__in=municipality.police_areas.all())
    )
    return Q(area__in=list(areas.values_list("pk", flat=True)))


def _shares(rounds: list[PublishedRound], _on: date) -> Iterator[PublishedShare]:
    shares = PublishedShare.objects.filter(round__in=rounds).select_related("round__municipality")
    yield from shares.order_by("round__uid", "measure", "group")


def _licence(source: str) -> str | None:
    return _LICENCES.get(source)


register(
    Resource(
        "indicators",
        _("Indikatorer"),
        _("Vad statistiken mäter, med källa."),
        Terms.STATISTICS,
        lambda _on: Indicator.objects.all(),
        (Key("key"),),
        (
            column("indicator", Kind.TEXT, _("indikatorns nyckel"), "key"),
            *of_field(Indicator, "kind"),
            *of_field(Indicator, "unit"),
            *of_field(Indicator, "better"),
            *of_field(Indicator, "name"),
            *of_field(Indicator, "explanation"),
            *of_field(Indicator, "source"),
            *of_field(Indicator, "source_code"),
            column(
                "licence",
                Kind.ADDRESS,
                _("källans licens, där den är känd"),
                lambda row: _licence(row.source),
            ),
        ),
        lambda municipality: Q(
            Exists(Observation.objects.filter(_at(municipality), indicator=OuterRef("pk")))
        ),
        shared=Q(),
    ),
    Resource(
        "observations",
        _("Statistik"),
        _("Siffror för en indikator, ett område och en period, som källan har gett dem."),
        Terms.STATISTICS,
        _observations,
        (
            Key("indicator_id", _indicator, lambda row: row.indicator.key),
            Key("area_id", _area, lambda row: row.area.code),
            Key("gender"),
            Key("period"),
            Key("begins", as_day),
        ),
        (
            column("indicator", Kind.TEXT, _("indikatorns nyckel"), "indicator.key"),
            column("area", Kind.TEXT, _("områdets kod"), "area.code"),
            *of_field(Area, "name", at="area.", name="area_name"),
            *of_field(Area, "level", at="area.", name="area_level"),
            column(
                "gender", Kind.TEXT, _("vilka det gäller"), "gender", Observation.Gender.choices
            ),
            column(
                "period",
                Kind.TEXT,
                _("hur lång perioden är"),
                "period",
                PeriodKind.choices,
            ),
            column("begins", Kind.DAY, _("periodens första dag")),
            column("value", Kind.NUMBER, _("siffran, i indikatorns enhet")),
            column("per_100_000", Kind.NUMBER, _("källans egen siffra per 100 000 invånare")),
            column("lower", Kind.NUMBER, _("nedre gränsen för källans intervall (95 %)")),
            column("upper", Kind.NUMBER, _("övre gränsen för källans intervall (95 %)")),
            column(
                "note",
                Kind.TEXT,
                _("källans anmärkning"),
                "note",
                [choice for choice in Observation.Note.choices if choice[0]],
            ),
            *of_field(Indicator, "source", at="indicator."),
            column(
                "licence",
                Kind.ADDRESS,
                _("källans licens, där den är känd"),
                lambda row: _licence(row.indicator.source),
            ),
            IS_DEMONSTRATION,
        ),
        _at,
        days=("begins", "begins"),
        shared=Q(area__municipality=None, area__police_area=None),
    ),
    Resource(
        "survey-rounds",
        _("Drogvaneundersökningar"),
        _("Omgångar av elevernas drogvaneundersökning. Det som kan peka ut någon visas inte."),
        Terms.FREE,
        lambda _on: PublishedRound.objects.public().select_related(
            "municipality", "commitment__pledge"
        ),
        (Key("uid", as_uuid),),
        (
            column("round", Kind.KEY, _("omgångens nyckel"), "uid"),
            MUNICIPALITY_CODE,
            pledge_key("commitment.pledge.uid"),
            commitment_number("commitment.number"),
            column(
                "school_year",
                Kind.TEXT,
                _("läsår"),
                lambda row: school_year_label(row.school_year),
            ),
            *of_field(SurveyRound, "grade"),
            *of_field(SurveyRound, "method"),
            *of_field(SurveyRound, "instrument"),
            *of_field(SurveyRound, "invited"),
            column("answered", Kind.INTEGER, _("antal svar, av dem som visas")),
            column("response_rate", Kind.INTEGER, _("svarsfrekvens i hela procent")),
            column(
                "is_least",
                Kind.YES_OR_NO,
                _("om fler kan ha svarat, som är för få för att visas"),
            ),
            *of_field(SurveyRound, "note"),
            column("published_on", Kind.DAY, _("publiceringsdag")),
            column("corrected_on", Kind.DAY, _("rättelsens dag")),
            column("correction", Kind.TEXT, _("rättelse")),
            IS_DEMONSTRATION,
        ),
        lambda municipality: Q(municipality=municipality),
    ),
    Resource(
        "survey-shares",
        _("Svar på drogvaneundersökningar"),
        _("Andelar i hela procent. Tom andel betyder att den inte får visas."),
        Terms.FREE,
        lambda _on: PublishedRound.objects.public(),
        (Key("uid", as_uuid),),
        (
            column("round", Kind.KEY, _("omgångens nyckel"), "round.uid"),
            column("measure", Kind.TEXT, _("frågan"), "measure", Measure.choices),
            column("group", Kind.TEXT, _("gruppen som svarade"), "group", AnsweringGroup.choices),
            column("answered", Kind.INTEGER, _("antal svar i gruppen")),
            column("percent", Kind.INTEGER, _("andel i hela procent")),
        ),
        lambda municipality: Q(municipality=municipality),
        _shares,
        counted=_("omgångar"),
    ),
)
