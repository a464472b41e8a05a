"""What targets say in words, and the periods that they are counted over."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.targets import LONG_PERIODS, Period, Shape, Target, spans
from pledges.targets.units import unit_for


@pytest.mark.parametrize(
    ("target", "swedish", "english"),
    [
        (
            Target(Shape.COUNT, Decimal(2), Period.YEAR, unit="hundsök"),
            "Minst 2 hundsök per år",
            "At least 2 hundsök a year",
        ),
        (
            Target(Shape.COUNT, Decimal(1), Period.WHOLE, unit="trygghetsvandringar"),
            "Minst 1 trygghetsvandring under hela löftesperioden",
            "At least 1 trygghetsvandringar over the whole period of the pledge",
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
            Target(Shape.COUNT, Decimal(3), Period.HALF_YEAR, at_least=False, at_most=True),
            "Högst 3 gånger per halvår",
            "At most 3 times a half-year",
        ),
        (
            Target(Shape.DONE, last=date(2026, 6, 1)),
            "Genomförs senast 1 juni 2026",
            "Carried out by 1 June 2026",
        ),
        (
            Target(Shape.DONE, last=date(2026, 6, 1), every_year=True),
            "Genomförs senast 1 juni varje år, första gången 2026",
            "Carried out by 1 June every year, the first time in 2026",
        ),
        (
            Target(Shape.ON_DEMAND, within_days=7),
            "Genomförs inom en vecka när någon ber om det",
            "Carried out within a week when somebody asks for it",
        ),
        (
            Target(
                Shape.COUNT,
                Decimal(4),
                Period.OWN,
                first=date(2026, 6, 1),
                last=date(2026, 8, 31),
            ),
            "Minst 4 gånger från 1 juni 2026 till 31 augusti 2026",
            "At least 4 times from 1 June 2026 to 31 August 2026",
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


def test_a_target_without_measure_says_that_it_has_no_number() -> None:
    assert not Target(Shape.NONE).is_measurable
    assert Target(Shape.NONE).sentence() == "Inget mål i siffror"


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


def told(period: Period, first: date, last: date, until: date | None = None) -> list[str]:
    """Return the spans as "label: first to last (whole days)"."""
    return [
        f"{span.label}: {span.first}–{span.last}"
        + (f" av {span.whole_days}" if span.whole_days else "")
        for span in spans(period, first, last, until or last, 4)
    ]


def test_a_pledge_of_up_to_18_months_is_one_year() -> None:
    """Kungälv 2017-2018: June to June."""
    assert told(Period.YEAR, date(2017, 6, 1), date(2018, 6, 30)) == [": 2017-06-01–2018-06-30"]
    assert told(Period.SCHOOL_YEAR, date(2018, 1, 1), date(2018, 12, 31)) == [
        ": 2018-01-01–2018-12-31"
    ]
    assert told(Period.YEAR, date(2018, 1, 1), date(2018, 12, 31)) == [
        "2018: 2018-01-01–2018-12-31"
    ]
    assert len(told(Period.YEAR, date(2022, 1, 1), date(2023, 6, 30))) == 1
    assert len(told(Period.YEAR, date(2022, 1, 1), date(2023, 7, 31))) == 2


def test_a_year_is_counted_from_the_pledges_first_day() -> None:
    assert told(Period.YEAR, date(2023, 2, 1), date(2025, 12, 31)) == [
        "året från 1 februari 2023: 2023-02-01–2024-01-31",
        "året från 1 februari 2024: 2024-02-01–2025-01-31",
        "året från 1 februari 2025: 2025-02-01–2025-12-31 av 365",
    ]
    assert told(Period.CALENDAR_YEAR, date(2018, 7, 1), date(2020, 6, 30)) == [
        "2018: 2018-07-01–2018-12-31 av 365",
        "2019 och början av 2020: 2019-01-01–2020-06-30",
    ]


def test_a_part_under_half_of_a_period_joins_its_neighbour() -> None:
    assert told(Period.HALF_YEAR, date(2023, 5, 1), date(2024, 8, 31)) == [
        "slutet av första halvåret 2023 och andra halvåret 2023: 2023-05-01–2023-12-31",
        "första halvåret 2024 och början av andra halvåret 2024: 2024-01-01–2024-08-31",
    ]
    assert told(Period.SEASON, date(2023, 1, 1), date(2023, 7, 31)) == [
        "vintern 2022/23: 2023-01-01–2023-02-28 av 90",
        "våren 2023: 2023-03-01–2023-05-31",
        "sommaren 2023: 2023-06-01–2023-07-31 av 92",
    ]


def test_a_share_of_less_than_one_is_never_asked_for() -> None:
    once = [*spans(Period.YEAR, date(2023, 2, 1), date(2025, 12, 31), date(2025, 12, 31), 1)]
    assert [(span.first, span.last, span.whole_days) for span in once] == [
        (date(2023, 2, 1), date(2024, 1, 31), None),
        (date(2024, 2, 1), date(2025, 12, 31), None),
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(LONG_PERIODS - {Period.OWN} | {Period.MONTH})),
    st.dates(date(2015, 1, 1), date(2024, 12, 31)),
    st.integers(0, 2000),
    st.integers(1, 900),
    st.one_of(st.none(), st.integers(1, 12)),
)
def test_holding_over_adds_periods_and_changes_none(
    period: Period, first: date, days: int, more: int, amount: int | None
) -> None:
    last = first + timedelta(days=days)
    planned = [*spans(period, first, last, last, amount)]
    assert (planned[0].first, planned[-1].last) == (first, last)
    held_over = [*spans(period, first, last, last + timedelta(days=more), amount)]
    assert held_over[: len(planned)] == planned
    assert all(span.is_extra for span in held_over[len(planned) :])
    assert held_over[-1].last >= last + timedelta(days=more)
    for earlier, later in pairwise(held_over):
        assert (later.first - earlier.last).days == 1
    for span in held_over:
        target = Target(Shape.COUNT, None if amount is None else Decimal(amount), period)
        if period != Period.MONTH:
            assert target.secret_until(first, last, span.first) >= span.last


@pytest.mark.parametrize(
    ("language", "written", "one", "several"),
    [
        ("sv", "trygghetsvandringar", "trygghetsvandring", "trygghetsvandringar"),
        ("sv", "trygghetsvandring", "trygghetsvandring", "trygghetsvandringar"),
        ("sv", "klasser i årskurs 7", "klass i årskurs 7", "klasser i årskurs 7"),
        ("sv", "nya områden", "nytt område", "nya områden"),
        ("sv", "Riktade insatser", "Riktad insats", "Riktade insatser"),
        ("sv", "gemensamma hundsök", "gemensamt hundsök", "gemensamma hundsök"),
        ("sv", "unga deltagare", "ung deltagare", "unga deltagare"),
        ("sv", "grannsamverkan", "grannsamverkan", "grannsamverkan"),
        # What isn't known is right for any number.
        ("sv", "hämtluncher", "(hämtluncher)", "hämtluncher"),
        ("sv", "flata träffar", "(flata träffar)", "flata träffar"),
        ("en", "follow-ups", "follow-up", "follow-ups"),
        ("en", "safety walk", "safety walk", "safety walks"),
        ("en", "dog searches in school", "dog search in school", "dog searches in school"),
        ("en", "parties", "party", "parties"),
        ("en", "", "", ""),
    ],
)
def test_what_is_counted_follows_its_number(
    language: str, written: str, one: str, several: str
) -> None:
    assert unit_for(1, written, language) == one
    assert unit_for(Decimal("1.00"), written, language) == one
    for number in (0, 2, Decimal("1.5")):
        assert unit_for(number, written, language) == several
