"""Charts of what was done draw what was done, and nothing hidden at zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pledge_portal.pages.text import Wording
from pledges.actions.search_charts import search_chart
from pledges.actions.searches import SearchYear
from pledges.actions.target_charts import target_chart
from pledges.charts.kinds import TargetChart
from pledges.charts.table import table
from pledges.charts.values import HIDDEN
from pledges.progress import Amount, Mean, Progress, SpanProgress, Verdict
from pledges.targets import Period, Shape, Span, Target
from tests.builders import a_pledge

YEAR: dict[str, Any] = {
    "premises": None,
    "indications": None,
    "finds": None,
    "is_demonstration": False,
}


def test_a_year_that_can_not_be_told_in_full_is_not_drawn_as_none() -> None:
    chart = search_chart(
        [
            SearchYear(school_year=2023, searches=0, is_whole=True, **YEAR),
            SearchYear(school_year=2024, searches=2, is_whole=True, **YEAR),
            SearchYear(school_year=2025, searches=0, is_whole=False, **YEAR),
        ]
    )
    assert chart is not None
    assert [point.value for point in chart.series[0].points] == [0, 2, HIDDEN]
    assert search_chart([SearchYear(school_year=2025, searches=0, is_whole=False, **YEAR)]) is None


@pytest.mark.django_db
def test_amounts_of_several_kinds_and_the_time_of_a_mean_are_told() -> None:
    commitment = a_pledge(commitments=1).commitments.get()
    amounts = (Amount("trafikkontroller", 303), Amount("mopedinsats", 1))
    mean = Mean(Decimal("1.23"), 301, date(2018, 5, 1), date(2018, 12, 31), 245, 365)
    several = Progress(Target(Shape.NONE), Verdict.UNMEASURED, done=304, amounts=amounts)
    daily = Target(Shape.AVERAGE, Decimal(1), Period.DAY)
    of_mean = Progress(daily, Verdict.REPORTED, done=301, mean=mean)
    chart = target_chart(
        commitment.pledge,
        [(commitment, Wording("Trafik"), several), (commitment, Wording("Dygn"), of_mean)],
        {},
    )
    rows = [[str(cell) for cell in row] for row in table(chart).rows]
    assert rows[0][1] == "303 trafikkontroller, 1 mopedinsats"
    assert rows[0][3].startswith("Gjort: 303 trafikkontroller, 1 mopedinsats, ")
    assert rows[1][1:3] == ["1,23", "1,00"]
    assert "1 maj 2018–31 december 2018 (245 av 365 dygn redovisade)" in rows[1][3]


@pytest.mark.django_db
def test_done_is_what_was_done_in_every_judged_period() -> None:
    """More in one year making up for less is told by the verdict."""
    pledge = a_pledge(commitments=1)
    years = [
        SpanProgress(Span(date(year, 1, 1), date(year, 12, 31), str(year), False), 2, done, verdict)
        for year, done, verdict in ((2023, 5, Verdict.REACHED), (2024, 1, Verdict.MISSED))
    ]
    target = Target(Shape.COUNT, Decimal(2), Period.YEAR)
    progress = Progress(target, Verdict.PARTLY, tuple(years), done=6, actions=6)
    chart = target_chart(pledge, [(pledge.commitments.get(), Wording("Hundsök"), progress)], {})
    assert isinstance(chart, TargetChart)
    assert (chart.rows[0].done, chart.rows[0].target) == (6, 4)
    assert chart.rows[0].length == 3, "a full bar says that the target is reached"
    assert "fler än lovat i en period räknas inte för en annan" in str(table(chart).rows[0][3])
    unreported = Progress(
        target,
        Verdict.UNREPORTED,
        tuple(years),
        done=6,
        actions=6,
        reached=1,
        judged=2,
        unreported=1,
    )
    chart = target_chart(pledge, [(pledge.commitments.get(), Wording("Hundsök"), unreported)], {})
    assert "1 år av 2; för 1 år saknas redovisningen" in str(table(chart).rows[0][3])
    once = Progress(Target(Shape.DONE), Verdict.REACHED, done=3, actions=3)
    chart = target_chart(pledge, [(pledge.commitments.get(), Wording("Plan"), once)], {})
    assert isinstance(chart, TargetChart)
    assert (chart.rows[0].done, chart.rows[0].target) == (3, 1)
    yearly = Target(Shape.DONE, last=date(2023, 6, 1), every_year=True)
    years = [
        SpanProgress(Span(date(year, 1, 1), date(year, 6, 1), str(year), False), 1, 1, verdict)
        for year, verdict in ((2023, Verdict.REACHED), (2024, Verdict.PARTLY))
    ]
    late = Progress(yearly, Verdict.PARTLY, tuple(years), done=2, actions=2)
    chart = target_chart(pledge, [(pledge.commitments.get(), Wording("Plan"), late)], {})
    assert isinstance(chart, TargetChart)
    row = chart.rows[0]
    assert (row.done, row.target, row.length) == (2, 2, 1)
