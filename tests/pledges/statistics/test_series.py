"""Public pages read statistics right, in few queries, by the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledge_portal.database.acting import as_owner, as_public
from pledges.models import Area, Indicator, Observation, StatisticsImport
from pledges.statistics.areas import surrounding_areas
from pledges.statistics.reading import (
    Series,
    indicators_with_figures,
    populations,
    series_of,
)
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import AT, a_long_table, imported_report, plain

pytestmark = pytest.mark.django_db

# The page of a municipality may cost this, however much there is.
MAX_QUERIES = 10


@pytest.fixture
def figures(places: Places, population: Indicator) -> None:
    """Years and months of two offences, with the population."""
    years = [
        f"Misshandel;{area};{year};;{n};{n + 100}"
        for year in (2022, 2023)
        for area, n in (("Älvsbyn", 10), ("Piteå", 40), ("Hela landet", 9000))
    ]
    imported_report(a_long_table(*years))
    imported_report(
        a_long_table(
            *(f"Misshandel;Älvsbyn;;2024-{month:02d};{month};.." for month in range(1, 13)),
            "Misshandel;Älvsbyn;;2023-01;99;..",
            "Misshandel;Älvsbyn;;2025-01 prel;3;..",
            "Misshandel;Älvsbyn;;2025-02 prel;..;..",
        )
    )
    rows = [
        f"folkmangd;Älvsbyn;{year};;{8100 - 50 * (year - 2020)};;;;" for year in range(2020, 2025)
    ]
    imported_report(
        plain(*rows, "folkmangd;Piteå;2024;;42290;;;;", "folkmangd;Riket;2024;;10587710;;;;")
    )


def of_alvsbyn() -> Series:
    areas = list(Area.objects.filter(code="2560"))
    (series,) = series_of(Indicator.objects.filter(name_sv="Misshandel"), areas)
    return series


@pytest.mark.usefixtures("figures")
def test_years_have_their_population_and_years_of_months_are_summed() -> None:
    series = of_alvsbyn()
    assert [
        (point.year, point.value, point.months, point.population) for point in series.yearly
    ] == [
        (2022, 10, 0, 8000),
        (2023, 10, 0, 7950),
        (2024, 78, 12, 7900),
        (2025, 3, 1, None),
    ]
    assert [point.is_of_whole_year for point in series.yearly] == [True, True, True, False]
    assert series.yearly[0].per_100_000 == 110
    assert series.yearly[3].note == "preliminary"
    assert len(series.monthly) == 15


@pytest.mark.usefixtures("figures")
def test_earlier_figures_are_counted_and_made_up_ones_told() -> None:
    imported_report(a_long_table("Misshandel;Älvsbyn;2023;;11;138"), is_demonstration=True)
    series = of_alvsbyn()
    assert [point.earlier for point in series.yearly] == [0, 1, 0, 0]
    assert [point.is_demonstration for point in series.yearly] == [False, True, False, False]
    assert series.is_demonstration


@pytest.mark.usefixtures("figures")
def test_the_public_reads_the_same_as_everybody(places: Places) -> None:
    imported_report(a_long_table("Misshandel;Älvsbyn;2023;;11;138"), is_demonstration=True)
    own = of_alvsbyn()
    with as_public():
        assert of_alvsbyn() == own
        assert populations() == {"2560": 7900, "2581": 42290}
        assert surrounding_areas(places.alvsbyn) is not None
        assert not StatisticsImport.objects.filter(is_demonstration=False).exists()
    assert StatisticsImport.objects.filter(is_demonstration=False).exists()


@pytest.mark.usefixtures("figures")
def test_people_are_not_summed_over_months_nor_shares(places: Places) -> None:
    imported_report(plain(*(f"folkmangd;Habo;2024-{m:02d};;12000;;;;" for m in range(1, 13))))
    (series,) = series_of(
        Indicator.objects.filter(kind="population"), Area.objects.filter(code="0643")
    )
    assert series.yearly == ()
    assert len(series.monthly) == 12


def test_without_any_statistics_there_is_nothing_and_no_fault(places: Places) -> None:
    assert series_of([], []) == []
    assert populations() == {}
    assert indicators_with_figures(Area.objects.all()) == []


@pytest.fixture
def many(places: Places, population: Indicator) -> list[Indicator]:
    """300,000 figures of 60 areas and 20 indicators, known to the planner."""
    names = [f"Brott {number}" for number in range(20)]
    indicators = [
        Indicator.objects.create(
            key=f"brott-{number}",
            kind="reported_offences",
            unit="count",
            name_sv=name,
            source="Brå",
            source_code=name,
        )
        for number, name in enumerate(names)
    ]
    areas = [
        *Area.objects.all(),
        *Area.objects.bulk_create(
            Area(code=f"9{number}", level="county", name=f"Län {number}") for number in range(40)
        ),
    ]
    done = StatisticsImport.objects.create(
        file_name="x", format="bra", fingerprint="0" * 64, imported_at=AT
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pledges_observation (indicator_id, area_id, gender, period, begins, value,"
            " note, imported_in_id) SELECT i, a, 'T', 'month', d, 5, '', %s"
            " FROM unnest(%s::bigint[]) i, unnest(%s::bigint[]) a,"
            " generate_series(date '2004-01-01', date '2023-12-01', interval '1 month') d",
            [
                done.pk,
                [*(indicator.pk for indicator in indicators), population.pk],
                [a.pk for a in areas],
            ],
        )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE pledges_observation")
    return indicators


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes_of(below)


def plans_of(read: Callable[[], Any]) -> list[dict[str, Any]]:
    """Return the plans of all questions that `read` asks about observations."""
    with CaptureQueriesContext(connection) as queries:
        read()
    assert len(queries) <= MAX_QUERIES
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            if "pledges_observation" in query["sql"]:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                plans.append(cursor.fetchone()[0][0]["Plan"])
    assert plans
    return plans


def test_no_question_reads_the_whole_table(many: list[Indicator], places: Places) -> None:
    surrounding = surrounding_areas(places.alvsbyn)
    assert surrounding is not None
    assert Observation.objects.count() > 200_000
    for read in (
        lambda: series_of(many[:1], surrounding.all_areas()),
        lambda: series_of(many[:6], surrounding.all_areas()),
        lambda: series_of(many, surrounding.all_areas()),
        populations,
        lambda: indicators_with_figures(surrounding.all_areas()),
    ):
        for plan in plans_of(read):
            nodes = list(nodes_of(plan))
            assert "Seq Scan" not in {
                node["Node Type"]
                for node in nodes
                if node.get("Relation Name") == "pledges_observation"
            }
            assert "one_figure_of_a_period" in {node.get("Index Name") for node in nodes}


def test_the_number_of_questions_does_not_grow(many: list[Indicator], places: Places) -> None:
    surrounding = surrounding_areas(places.alvsbyn)
    assert surrounding is not None
    with CaptureQueriesContext(connection) as few:
        series_of(many[:1], surrounding.all_areas()[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        series_of(many, surrounding.all_areas())
    assert len(few) == len(all_of_them) <= 5
    assert Decimal(60) == series_of(many[:1], surrounding.all_areas()[:1])[0].yearly[0].value
