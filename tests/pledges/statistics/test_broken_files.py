"""Every fault of a broken file is reported by file, row and column.

And nothing of the file is written.
"""

from __future__ import annotations

import pytest
from django.utils import translation

from pledges.models import (
    Area,
    EarlierFigure,
    Indicator,
    Observation,
    StatisticsImport,
)
from pledges.statistics.source_rows import MAX_FAULTS, StatisticsFileError
from tests.pledges.statistics.broken import EVERY, Broken
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import imported_report, plain, previewed

pytestmark = pytest.mark.django_db

MODELS = (Area, EarlierFigure, Indicator, Observation, StatisticsImport)


def numbers() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_the_corpus_is_large_and_each_file_has_a_name_of_its_own() -> None:
    assert len(EVERY) >= 100
    assert len({broken.name for broken in EVERY}) == len(EVERY)


@pytest.mark.parametrize("broken", EVERY, ids=str)
def test_a_broken_file_is_refused_with_its_place_and_writes_nothing(
    broken: Broken, places: Places, population: Indicator
) -> None:
    before = numbers()
    with pytest.raises(StatisticsFileError) as refused:
        imported_report(broken.make(), broken.file)
    lines = [str(fault) for fault in refused.value.faults]
    assert all(line.startswith(f"{broken.file}: ") for line in lines)
    assert any(broken.where in line and broken.words in line for line in lines), lines
    if not broken.where:
        assert all("rad " not in line and "post " not in line for line in lines), lines
    assert numbers() == before
    with pytest.raises(StatisticsFileError):
        previewed(broken.make(), broken.file)
    assert numbers() == before


def test_every_fault_is_told_in_the_order_of_rows_up_to_a_bound_and_the_rest_counted(
    places: Places, population: Indicator
) -> None:
    rows = [f"folkmangd;Ingenstans;{year};;fel;;;;" for year in range(1900, 2100)]
    with pytest.raises(StatisticsFileError) as refused:
        imported_report(plain(*rows))
    assert len(refused.value.faults) == MAX_FAULTS
    assert refused.value.total > 2 * len(rows)
    assert [fault.row for fault in refused.value.faults] == sorted(
        fault.row or 0 for fault in refused.value.faults
    )


def test_one_faulty_row_keeps_all_the_good_ones_out(places: Places, population: Indicator) -> None:
    good = [f"folkmangd;2560;{year};;7900;;;;" for year in range(1950, 2020)]
    with pytest.raises(StatisticsFileError):
        imported_report(plain(*good, "folkmangd;2560;2020;;fel;;;;"))
    assert not Observation.objects.exists()


def test_faults_are_told_in_the_readers_language(places: Places) -> None:
    with translation.override("en"), pytest.raises(StatisticsFileError) as refused:
        imported_report("")
    assert "fil.csv" in str(refused.value.faults[0])
