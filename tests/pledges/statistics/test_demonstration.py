"""The demonstration's statistics are marked as made up.

They are loaded once, and of a likely size.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pledges.demonstration.pledge import ALVSBYN, load_pledge
from pledges.demonstration.statistics import load_statistics
from pledges.models import (
    EarlierFigure,
    Indicator,
    IndicatorLink,
    Municipality,
    Observation,
    Pledge,
    StatisticsImport,
)
from pledges.statistics.areas import surrounding_areas
from pledges.statistics.reading import series_of
from tests.pledges.statistics.files import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge() -> Pledge:
    return load_pledge(ALVSBYN)


def test_the_demonstration_is_loaded_once_and_its_thread_holds_together(pledge: Pledge) -> None:
    assert load_statistics(pledge, AT) == Observation.objects.count() > 250
    before = (Observation.objects.count(), EarlierFigure.objects.count())
    imports = StatisticsImport.objects.count()
    assert load_statistics(pledge, AT) == 0
    assert (Observation.objects.count(), EarlierFigure.objects.count()) == before
    assert StatisticsImport.objects.count() == imports
    assert before[1] == 1, "one figure has been revised"
    assert not StatisticsImport.objects.filter(is_demonstration=False).exists()
    link = IndicatorLink.objects.get(commitment__number=3)
    assert (link.indicator.name, link.focus_area.name) == ("Narkotikabrott", "Narkotika i skolan")
    assert all(link.reason_sv and link.reason_en for link in IndicatorLink.objects.all())
    IndicatorLink.objects.exclude(pk=link.pk).delete()
    load_statistics(pledge, AT)
    assert IndicatorLink.objects.count() == 1, "what was taken away stays away"


def test_its_figures_are_whole_and_of_a_likely_size(pledge: Pledge) -> None:
    load_statistics(pledge, AT)
    areas = surrounding_areas(Municipality.objects.get(code="2560"))
    assert areas is not None
    offences = Indicator.objects.filter(kind="reported_offences")
    area_series = series_of(offences, areas.all_areas())
    assert {series.area.name for series in area_series} >= {
        *("Älvsbyn", "Piteå", "Arvidsjaur", "Arjeplog", "Norrbottens län", "Riket")
    }
    assert len({series.indicator for series in area_series}) == 6
    for series in area_series:
        assert [point.year for point in series.yearly] == [2021, 2022, 2023, 2024, 2025]
        for point in series.yearly:
            assert point.is_demonstration
            assert point.value is not None
            assert point.population
            rate = point.value / point.population * 100_000
            assert point.per_100_000 is not None
            assert abs(rate - point.per_100_000) <= max(rate * Decimal("0.06"), 1)
            assert rate < 15_000
    months = next(series.monthly for series in area_series if series.monthly)
    (yearly,) = (series.yearly for series in area_series if series.monthly)
    by_year = {point.year: point.value for point in yearly}
    for year in (2023, 2024, 2025):
        assert sum(point.value or 0 for point in months if point.year == year) == by_year[year]
    assert Indicator.objects.get(source_code="N07403").name_sv.startswith("Anmälda våldsbrott")
    assert Observation.objects.filter(lower__isnull=False, area__level="police_area").count() == 10
    assert not Indicator.objects.filter(name_en=None).exists()
