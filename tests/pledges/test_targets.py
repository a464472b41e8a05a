"""What targets say in words, and the periods that they are counted over."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import translation

from pledges.targets import Period, Shape, Target, spans


@pytest.mark.parametrize(
    ("target", "swedish", "english"),
    [
        (
            Target(Shape.COUNT, Decimal(2), Period.YEAR, unit="hundsök"),
            "Minst 2 hundsök per år",
            "At least 2 hundsök a year",
        ),
        (
            Target(Shape.COUNT, Decimal("1.00"), Period.SCHOOL_YEAR, at_least=False),
            "1 gång per läsår",
            "1 time a school year",
        ),
        (
            Target(Shape.AVERAGE, Decimal("2.50"), Period.WEEK, unit="kontakter"),
            "Minst 2,5 kontakter i genomsnitt per vecka",
            "At least 2.5 kontakter on average a week",
        ),
        (
            Target(Shape.COVERAGE, unit="klasser i årskurs 7"),
            "Alla klasser i årskurs 7",
            "All klasser i årskurs 7",
        ),
        (
            Target(Shape.COVERAGE, Decimal(3), of=4, unit="skolor"),
            "3 av 4 skolor",
            "3 of 4 skolor",
        ),
        (
            Target(Shape.DONE),
            "Genomförs under löftesperioden",
            "Carried out while the pledge lasts",
        ),
    ],
)
def test_a_target_is_said_in_words(target: Target, swedish: str, english: str) -> None:
    with translation.override("sv"):
        assert target.sentence() == swedish
    with translation.override("en"):
        assert target.sentence() == english


def test_a_target_without_measure_says_that_it_cannot_be_followed_up() -> None:
    assert not Target(Shape.NONE).is_measurable
    assert "går inte att följa upp" in Target(Shape.NONE).sentence()


def labels(period: Period, until: date) -> list[tuple[str, bool]]:
    all_spans = spans(period, date(2023, 1, 1), date(2025, 12, 31), until)
    return [(span.label, span.is_extra) for span in all_spans]


def test_a_yearly_target_goes_on_for_the_new_year_while_the_pledge_is_held_over() -> None:
    assert labels(Period.YEAR, date(2025, 12, 31)) == [
        ("2023", False),
        ("2024", False),
        ("2025", False),
    ]
    assert labels(Period.YEAR, date(2026, 11, 23))[-1] == ("2026", True)


def test_terms_and_school_years_follow_the_school() -> None:
    assert labels(Period.TERM, date(2025, 12, 31))[:2] == [
        ("vårterminen 2023", False),
        ("höstterminen 2023", False),
    ]
    assert labels(Period.SCHOOL_YEAR, date(2026, 11, 23)) == [
        ("läsåret 2022/23", False),
        ("läsåret 2023/24", False),
        ("läsåret 2024/25 och början av läsåret 2025/26", False),
        ("läsåret 2025/26", True),
        ("läsåret 2026/27", True),
    ]


def test_spans_follow_on_each_other_without_gap_or_overlap_and_stay_within_the_pledge() -> None:
    for period in (Period.YEAR, Period.TERM, Period.SCHOOL_YEAR, Period.WHOLE):
        all_spans = [*spans(period, date(2018, 7, 1), date(2020, 6, 30), date(2020, 6, 30))]
        assert all_spans[0].first == date(2018, 7, 1)
        assert all_spans[-1].last == date(2020, 6, 30)
        for earlier, later in pairwise(all_spans):
            assert (later.first - earlier.last).days == 1


def test_days_and_weeks_are_not_listed() -> None:
    assert labels(Period.WEEK, date(2026, 1, 1)) == []
