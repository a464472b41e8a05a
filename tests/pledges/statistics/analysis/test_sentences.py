"""Readers get plain sentences that claim no more than the figures carry."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.statistics.analysis import sentences
from pledges.statistics.analysis.comparison import (
    Against,
    Comparison,
    Direction,
    Obstacle,
    Verdict,
    compare_before_and_since,
    compare_same_months,
    compare_with_alike,
    compare_with_area,
    latest_level,
)
from pledges.statistics.analysis.numbers import months_label, number, numbers, years_label
from pledges.statistics.analysis.observations import Level, YearCount, YearShare, YearValue
from pledges.statistics.analysis.phrases import percentage_points, ratio_text
from pledges.statistics.analysis.rates import Interval, MeasuredIn
from pledges.statistics.analysis.trends import (
    Course,
    Trend,
    count_trend,
    three_year_means,
    value_trend,
)
from tests.pledges.statistics.analysis.builders import (
    ANY_COUNTS,
    ANY_SHARES,
    ANY_VALUES,
    counts,
    months,
    values,
)

FIRST = date(2019, 1, 1)
NARROW_SPACE = "\xa0"
WHAT = "anmälda narkotikabrott"


def plain(text: str) -> str:
    """Return a sentence with ordinary spaces, as a reader sees it."""
    return text.replace(NARROW_SPACE, " ")


def since(*cases: int, **more: Any) -> Comparison:
    return compare_before_and_since(counts(*cases), FIRST, **more)


def test_the_level_is_told_with_its_uncertainty() -> None:
    now = latest_level(counts(14, start=2025))
    assert plain(sentences.level_text(WHAT, now)) == (
        "14 anmälda narkotikabrott 2025, eller 175 per 100 000 invånare (96 till 294)."
    )


def test_no_cases_are_no_certainty_of_none() -> None:
    text = plain(sentences.level_text(WHAT, latest_level(counts(0, start=2025))))
    assert text.startswith("0 anmälda narkotikabrott 2025, eller 0 per")
    assert text.endswith("(0 till 46).")


@pytest.mark.parametrize(
    ("years", "text"),
    [
        (
            [YearCount(2025, 14, None, is_preliminary=True)],
            "14 anmälda narkotikabrott 2025. Folkmängden saknas, så det går inte att säga hur"
            " många per invånare. Siffrorna för 2025 är preliminära.",
        ),
        (
            [YearShare(2025, 9, 84)],
            "Anmälda narkotikabrott: 11 procent av 84 svarande 2025 (6 till 19).",
        ),
        ([YearShare(2025, 0, 0)], "Anmälda narkotikabrott: ingen har svarat år 2025."),
        (
            [YearValue(2025, 2.31, 2.02, 2.6, level=Level.POLICE_AREA)],
            "Anmälda narkotikabrott 2025: 2,3 (enhet enligt källan) (2,0 till 2,6). Siffran"
            " gäller hela lokalpolisområdet, inte bara kommunen.",
        ),
        (
            [YearValue(2025, 2.31)],
            "Anmälda narkotikabrott 2025: 2,3 (enhet enligt källan). Hur osäker siffran är"
            " framgår inte.",
        ),
        (
            [YearValue(2025, 18, 14, 23, unit=MeasuredIn.PERCENT)],
            "Anmälda narkotikabrott 2025: 18 procent (14 till 23).",
        ),
        (
            [YearValue(2023, 790.4, unit=MeasuredIn.PER_100_000)],
            "Anmälda narkotikabrott 2023: 790 per 100 000 invånare. Hur osäker siffran är"
            " framgår inte.",
        ),
        ([], "Det finns inga siffror för något helt år."),
    ],
)
def test_every_kind_of_level_has_its_sentence(years: Any, text: str) -> None:
    assert plain(sentences.level_text(WHAT, latest_level(years))) == text


@pytest.mark.parametrize(
    ("comparison", "label", "text"),
    [
        (
            since(10, 9, 10, 16, 18, 17),
            "Fler",
            "Säkert fler än före löftet: 1,8 gånger så många (1,1 till 2,9).",
        ),
        (
            since(200, 205, 195, 240, 245, 250),
            "Fler",
            "Säkert fler än före löftet: 23 procent fler (10 till 37).",
        ),
        (
            since(20, 19, 21, 9, 13, 11),
            "Färre",
            "Säkert färre än före löftet: 45 procent färre (15 till 65).",
        ),
        (
            since(20, 19, 21, 9, 13, 11, direction=Direction.LOWER_IS_BETTER),
            "Bättre",
            "Säkert bättre än före löftet: 45 procent färre (15 till 65).",
        ),
        (
            since(20, 19, 21, 9, 13, 11, direction=Direction.HIGHER_IS_BETTER),
            "Sämre",
            "Säkert sämre än före löftet: 45 procent färre (15 till 65).",
        ),
        (
            since(9, 10, 11, 12, 9, 13),
            "Ingen säker förändring",
            "Ingen säker förändring jämfört med åren före löftet. Det kan vara allt från"
            " 33 procent färre till 92 procent fler.",
        ),
        (
            since(1, 0, 0, 2, 1, 3),
            "Ingen säker förändring",
            "Ingen säker förändring jämfört med åren före löftet. Osäkerheten är mycket stor.",
        ),
        (since(20, 19, 21, 0, 0), "Färre", "Säkert färre än före löftet: inga fall alls."),
        (since(0, 0, 0, 20, 19), "Fler", "Säkert fler än före löftet: då fanns inga fall alls."),
        (since(1, 0, 1, 1), "För få fall", "För få fall för att säga något."),
        (
            since(9, 9, 9),
            "Går inte att jämföra",
            "Det finns inga siffror för något helt år med löftet.",
        ),
        (
            compare_with_area(
                counts(40),
                counts(300, population=250_000, level=Level.COUNTY),
                Against.COUNTY,
                Direction.LOWER_IS_BETTER,
            ),
            "Sämre",
            "Säkert sämre än i länet i övrigt: 4,7 gånger så många per invånare (3,2 till 6,5).",
        ),
        (
            compare_with_alike(counts(14), {code: counts(12) for code in "abc"}),
            "Ingen säker skillnad",
            "Ingen säker skillnad mot kommuner av liknande storlek. Det kan vara allt från"
            " 42 procent färre till 122 procent fler.",
        ),
        (
            compare_before_and_since([YearShare(2018, 9, 84), YearShare(2019, 30, 90)], FIRST),
            "Större andel",
            "Säkert större andel än före löftet: 23 procentenheter mer (10 till 34).",
        ),
        (
            compare_before_and_since([YearShare(2018, 9, 84), YearShare(2019, 12, 90)], FIRST),
            "Ingen säker förändring",
            "Ingen säker förändring jämfört med åren före löftet. Skillnaden kan vara från"
            " −7 till 13 procentenheter.",
        ),
        (
            compare_before_and_since([YearShare(2018, 1, 4), YearShare(2019, 12, 90)], FIRST),
            "För få svar",
            "För få svar för att säga något.",
        ),
        (
            compare_before_and_since(values((2.3, 0.3), (1.7, 0.2), start=2018), FIRST),
            "Lägre",
            "Säkert lägre än före löftet: 0,60 lägre (0,24 till 0,96).",
        ),
    ],
)
def test_a_comparison_has_its_label_and_its_sentence(
    comparison: Comparison, label: str, text: str
) -> None:
    assert sentences.verdict_label(comparison) == label
    assert plain(sentences.comparison_text(comparison)) == text


@pytest.mark.parametrize(
    ("comparison", "text"),
    [
        (
            since(10, 9, 10, 16, 18),
            "I genomsnitt 17,0 om året 2019–2020, mot 9,7 om året 2016–2018.",
        ),
        (
            since(58, 1, 1, 2, 27, 1),
            "I genomsnitt 10 om året 2019–2021, mot 20 om året 2016–2018. Siffrorna svänger mer"
            " mellan åren än slumpen ensam ger. Det är inräknat.",
        ),
        (
            compare_same_months(
                [
                    *months(2024, *[1] * 12),
                    *months(2025, *[2] * 12),
                    *months(2026, 3, 3, is_preliminary=True),
                ]
            ),
            "Januari–februari 2026: 6, mot i genomsnitt 3 samma månader 2024–2025. Siffrorna för"
            " 2026 är preliminära.",
        ),
        (
            compare_with_area(
                counts(14), counts(300, population=250_000, level=Level.COUNTRY), Against.COUNTRY
            ),
            "År 2016: 175 per 100 000 invånare, mot 118 i landet i övrigt.",
        ),
        (
            compare_with_alike(counts(14), {str(n): counts(10 + n) for n in range(3)}),
            "År 2016: 175 per 100 000 invånare, mot 138 i kommuner av liknande storlek."
            " Var för sig har de från 125 till 150 per 100 000 invånare.",
        ),
        (
            compare_before_and_since([YearShare(2018, 9, 84), YearShare(2019, 30, 90)], FIRST),
            "2019: 33 procent. 2018: 11 procent.",
        ),
        (since(9, 9, 9), ""),
    ],
)
def test_a_comparison_shows_the_figures_that_it_rests_on(comparison: Comparison, text: str) -> None:
    assert plain(sentences.basis_text(comparison)) == text


@pytest.mark.parametrize(
    ("trend", "text"),
    [
        (
            count_trend(counts(5, 8, 9, 12, 14, 17, 16, 20, 24, 26)),
            "Säker ökning åren 2016–2025: i genomsnitt 17 procent fler (10 till 24) för varje år.",
        ),
        (
            value_trend(values(*[(3 - 0.2 * i, 0.2) for i in range(6)])),
            "Säker minskning åren 2016–2021: i genomsnitt 0,20 lägre (0,15 till 0,25) för varje"
            " år.",
        ),
        (
            count_trend([*counts(9, 8, 9, 7), YearCount(2021, 9, None, is_preliminary=True)]),
            "Ingen säker ökning eller minskning åren 2016, 2017, 2018, 2019 och 2021. Det gäller"
            " antalet, inte antalet per invånare. Siffrorna för 2021 är preliminära.",
        ),
        (
            count_trend(counts(9, 8, 9)),
            "Det behövs minst 4 hela år för att se om det ökar eller minskar.",
        ),
        (count_trend(counts(0, 0, 0, 0)), "Inga fall alls åren 2016–2019."),
        (count_trend(counts(0, 1, 0, 1)), "För få fall för att se om det ökar eller minskar."),
    ],
)
def test_a_trend_has_its_sentence(trend: Trend, text: str) -> None:
    assert plain(sentences.trend_text(trend)) == text


def test_three_years_together_have_their_sentence() -> None:
    (mean,) = three_year_means(counts(5, 8, 9))
    assert plain(sentences.mean_text(mean)) == (
        "I genomsnitt 7,3 om året 2016–2018, eller 92 per 100 000 invånare (57 till 139)."
    )
    (mean,) = three_year_means(counts(5, 8, 8, population=None))
    assert sentences.mean_text(mean) == "I genomsnitt 7 om året 2016–2018."


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert plain(number(-1234.56, 1)) == "−1 234,6"
    with override("en"):
        assert number(-1234.56, 1) == "−1,234.6"
        assert months_label([1, 2, 3]) == "January–March"
    assert number(-0.04, 1) == "0,0"
    assert years_label([2021, 2023]) == "2021 och 2023"
    assert months_label([1, 3]) == "januari och mars"
    assert numbers([98.2, 98.0, 98.4]) == ["98,2", "98,0", "98,4"]


def test_a_certain_difference_is_never_rounded_to_none() -> None:
    comparison = since(100_000, 100_000, 100_000, 101_000, 101_000, 101_000)
    assert comparison.verdict == Verdict.HIGHER
    text = sentences.comparison_text(comparison)
    assert re.search(r"1,0 procent fler \(0,[1-9]", text), text
    assert numbers([1.6, 1.04, 2.2], never=1) == ["1,60", "1,04", "2,20"]


def test_one_is_told_as_one() -> None:
    assert "1 procentenhet mer" in percentage_points(Interval(0.014, 0.006, 0.11))
    assert "1 procentenhet mindre" in percentage_points(Interval(-0.014, -0.11, -0.006))
    assert ratio_text(1) == "lika många"


def test_every_obstacle_and_course_has_a_sentence_of_its_own() -> None:
    text = [
        sentences.comparison_text(
            Comparison(Against.BEFORE, Verdict.NOT_COMPARABLE, obstacle=obstacle)
        )
        for obstacle in Obstacle
    ]
    text += [sentences.trend_text(Trend(course, (2016, 2017, 2018, 2019))) for course in Course]
    assert all(text)
    assert (
        len(set(text)) >= len(text) - 2
    )  # a rise or fall without its amount says the same as none


def test_every_page_of_figures_says_what_they_cannot_tell() -> None:
    assert "inte vad löftet har lett till" in sentences.caveats()[0]
    assert "anmäla" in sentences.caveats()[1]
    assert "inte vad löftet har lett till" in sentences.caveats(is_reported_crime=False)[0]
    assert "slumpen" in sentences.certainty_note()
    assert "de 7 som" in sentences.alike_note(7)
    assert "inte medräknad" in sentences.areas_note()
    jargon = re.compile("konfidens|signifikan|intervall|hypotes|p-värde", re.IGNORECASE)
    assert not jargon.search(" ".join([sentences.certainty_note(), *sentences.caveats()]))


def _is_sound(*texts: str) -> None:
    for text in texts:
        assert text
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith("."), text
        assert not re.search(r"None|\bnan\b|\binf|%\(|  |\.\.|−0\b(?![.,]\d*[1-9])", text), text


@settings(deadline=None)
@given(
    ANY_COUNTS | ANY_SHARES | ANY_VALUES,
    ANY_COUNTS | ANY_SHARES | ANY_VALUES,
    st.dates(date(1992, 1, 1), date(2038, 1, 1)),
    st.sampled_from(Direction),
    st.sampled_from(["sv", "en"]),
)
def test_a_sentence_is_never_empty_and_never_holds_what_is_no_number(
    ours: Any, theirs: Any, first: date, direction: Direction, language: str
) -> None:
    with override(language):
        _is_sound(sentences.level_text(WHAT, latest_level(ours)))
        for comparison in (
            compare_before_and_since(ours, first, direction=direction),
            compare_with_area(ours, theirs, Against.COUNTY, direction),
        ):
            _is_sound(sentences.comparison_text(comparison))
            assert sentences.verdict_label(comparison)
            basis = sentences.basis_text(comparison)
            if basis:
                _is_sound(basis)
        if all(isinstance(year, YearCount) for year in ours):
            _is_sound(sentences.trend_text(count_trend(ours)))
            _is_sound(*map(sentences.mean_text, three_year_means(ours)))
        if all(isinstance(year, YearValue) for year in ours):
            _is_sound(sentences.trend_text(value_trend(ours)))


def test_certain_words_and_certain_intervals_go_together() -> None:
    for before, after in product(range(0, 60, 7), repeat=2):
        comparison = since(before, before, before, after, after)
        text = sentences.comparison_text(comparison)
        certain = comparison.verdict in {Verdict.HIGHER, Verdict.LOWER}
        assert text.startswith("Säkert") == certain
        assert ("fler än" in text) == (comparison.verdict == Verdict.HIGHER)
        assert ("färre än" in text) == (comparison.verdict == Verdict.LOWER)


def test_intervals_need_neither_scipy_nor_the_database() -> None:
    code = (
        "import sys\n"
        "from pledges.statistics.analysis import sentences, rates\n"
        "rates.rate_ratio(rates.Rate(3, 10), rates.Rate(4, 10))\n"
        "assert 'scipy' not in sys.modules and 'numpy' not in sys.modules\n"
        "assert 'pledges.models' not in sys.modules and 'django.db' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=django_settings.BASE_DIR, check=True)


def test_the_unit_stands_in_every_sentence_about_shares_of_a_survey() -> None:
    then, now = (
        YearValue(year, value, value - 2, value + 2, unit=MeasuredIn.PERCENT)
        for year, value in ((2018, 30), (2019, 20))
    )
    certain = compare_before_and_since([then, now], FIRST)
    assert plain(sentences.comparison_text(certain)) == (
        "Säkert lägre än före löftet: 10 procentenheter lägre (7 till 13)."
    )
    assert plain(sentences.basis_text(certain)) == "2019: 20 procent. 2018: 30 procent."
    same = compare_before_and_since([then, YearValue(2019, 30, 28, 32, unit=then.unit)], FIRST)
    assert plain(sentences.comparison_text(same)).endswith("från −2,8 till 2,8 procentenheter.")
    years = [
        YearValue(2015 + n, 10.0 + 2 * n, 9.5 + 2 * n, 10.5 + 2 * n, unit=MeasuredIn.PERCENT)
        for n in range(6)
    ]
    assert "2,0 procentenheter högre" in plain(sentences.trend_text(value_trend(years)))


def test_years_that_vary_without_bounds_are_told_as_vague() -> None:
    years = [YearCount(1990, 0), YearCount(1997, 1), YearCount(2000, 0), YearCount(2001, 219)]
    text = sentences.comparison_text(compare_before_and_since(years, date(2000, 1, 1)))
    assert text.endswith("Osäkerheten är mycket stor.")
