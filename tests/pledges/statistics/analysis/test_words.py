"""What readers are told: plain sentences that claim no more than the figures carry."""

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

from pledges.statistics.analysis import words
from pledges.statistics.analysis.comparison import (
    Against,
    Comparison,
    Direction,
    Obstacle,
    Verdict,
    before_and_since,
    level_now,
    with_alike,
    with_area,
    with_same_months,
)
from pledges.statistics.analysis.numbers import months_in_words, number, numbers, years_in_words
from pledges.statistics.analysis.observations import Level, YearCount, YearShare, YearValue
from pledges.statistics.analysis.phrases import one_ratio, percentage_points
from pledges.statistics.analysis.rates import Interval
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
    """A sentence with ordinary spaces, as a reader sees it."""
    return text.replace(NARROW_SPACE, " ")


def since(*cases: int, **more: Any) -> Comparison:
    return before_and_since(counts(*cases), FIRST, **more)


def test_the_level_is_told_with_its_uncertainty() -> None:
    now = level_now(counts(14, start=2025))
    assert plain(words.level_in_words(WHAT, now)) == (
        "Antalet anmälda narkotikabrott var 14 år 2025. Det motsvarar 175 per 100 000 invånare,"
        " med en osäkerhet från 96 till 294."
    )


def test_no_cases_are_no_certainty_of_none() -> None:
    told = plain(words.level_in_words(WHAT, level_now(counts(0, start=2025))))
    assert "var 0 år 2025. Det motsvarar 0 per" in told
    assert told.endswith("med en osäkerhet från 0 till 46.")


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (
            [YearCount(2025, 14, None, is_preliminary=True)],
            "Antalet anmälda narkotikabrott var 14 år 2025. Folkmängden saknas, så det går inte att"
            " säga hur många per invånare. Siffrorna för 2025 är preliminära.",
        ),
        (
            [YearShare(2025, 9, 84)],
            "Anmälda narkotikabrott: 11 procent av 84 svarande år 2025, med en osäkerhet från 6"
            " till 19 procent.",
        ),
        ([YearShare(2025, 0, 0)], "Anmälda narkotikabrott: ingen har svarat år 2025."),
        (
            [YearValue(2025, 2.31, 2.02, 2.6, level=Level.POLICE_AREA)],
            "Anmälda narkotikabrott: 2,3 år 2025, med en osäkerhet från 2,0 till 2,6. Siffran"
            " gäller hela lokalpolisområdet, inte bara kommunen.",
        ),
        (
            [YearValue(2025, 2.31)],
            "Anmälda narkotikabrott: 2,3 år 2025. Hur osäker siffran är framgår inte.",
        ),
        ([], "Det finns inga siffror för något helt år."),
    ],
)
def test_every_kind_of_level_has_its_sentence(years: Any, told: str) -> None:
    assert plain(words.level_in_words(WHAT, level_now(years))) == told


@pytest.mark.parametrize(
    ("found", "label", "told"),
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
            " 33 procent färre till 1,9 gånger så många.",
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
            with_area(
                counts(40),
                counts(300, population=250_000, level=Level.COUNTY),
                Against.COUNTY,
                Direction.LOWER_IS_BETTER,
            ),
            "Sämre",
            "Säkert sämre än i länet i övrigt: 4,7 gånger så många per invånare (3,2 till 6,5).",
        ),
        (
            with_alike(counts(14), {code: counts(12) for code in "abc"}),
            "Ingen säker skillnad",
            "Ingen säker skillnad mot kommuner av liknande storlek. Det kan vara allt från"
            " 42 procent färre till 2,2 gånger så många.",
        ),
        (
            before_and_since([YearShare(2018, 9, 84), YearShare(2019, 30, 90)], FIRST),
            "Större andel",
            "Säkert större andel än före löftet: 23 procentenheter mer (10 till 34).",
        ),
        (
            before_and_since([YearShare(2018, 9, 84), YearShare(2019, 12, 90)], FIRST),
            "Ingen säker förändring",
            "Ingen säker förändring jämfört med åren före löftet. Skillnaden kan vara från"
            " −7 till 13 procentenheter.",
        ),
        (
            before_and_since([YearShare(2018, 1, 4), YearShare(2019, 12, 90)], FIRST),
            "För få svar",
            "För få svar för att säga något.",
        ),
        (
            before_and_since(values((2.3, 0.3), (1.7, 0.2), start=2018), FIRST),
            "Lägre",
            "Säkert lägre än före löftet: 0,60 lägre (0,24 till 0,96).",
        ),
    ],
)
def test_a_comparison_has_its_label_and_its_sentence(
    found: Comparison, label: str, told: str
) -> None:
    assert words.verdict_label(found) == label
    assert plain(words.comparison_in_words(found)) == told


@pytest.mark.parametrize(
    ("found", "told"),
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
            with_same_months(
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
            with_area(
                counts(14), counts(300, population=250_000, level=Level.COUNTRY), Against.COUNTRY
            ),
            "År 2016: 175 per 100 000 invånare, mot 118 i landet i övrigt.",
        ),
        (
            with_alike(counts(14), {str(n): counts(10 + n) for n in range(3)}),
            "År 2016: 175 per 100 000 invånare, mot 138 i kommuner av liknande storlek."
            " Var för sig har de från 125 till 150 per 100 000 invånare.",
        ),
        (
            before_and_since([YearShare(2018, 9, 84), YearShare(2019, 30, 90)], FIRST),
            "2019: 33 procent. 2018: 11 procent.",
        ),
        (since(9, 9, 9), ""),
    ],
)
def test_a_comparison_shows_the_figures_that_it_rests_on(found: Comparison, told: str) -> None:
    assert plain(words.basis_in_words(found)) == told


@pytest.mark.parametrize(
    ("trend", "told"),
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
def test_a_trend_has_its_sentence(trend: Trend, told: str) -> None:
    assert plain(words.trend_in_words(trend)) == told


def test_three_years_together_have_their_sentence() -> None:
    (mean,) = three_year_means(counts(5, 8, 9))
    assert plain(words.mean_in_words(mean)) == (
        "I genomsnitt 7,3 om året 2016–2018, eller 92 per 100 000 invånare (57 till 139)."
    )
    (mean,) = three_year_means(counts(5, 8, 8, population=None))
    assert words.mean_in_words(mean) == "I genomsnitt 7 om året 2016–2018."


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert plain(number(-1234.56, 1)) == "−1 234,6"
    with override("en"):
        assert number(-1234.56, 1) == "−1,234.6"
        assert months_in_words([1, 2, 3]) == "January–March"
    assert number(-0.04, 1) == "0,0"
    assert years_in_words([2021, 2023]) == "2021 och 2023"
    assert months_in_words([1, 3]) == "januari och mars"
    assert numbers([98.2, 98.0, 98.4]) == ["98,2", "98,0", "98,4"]


def test_a_certain_difference_is_never_rounded_to_none() -> None:
    found = since(100_000, 100_000, 100_000, 101_000, 101_000, 101_000)
    assert found.verdict == Verdict.HIGHER
    told = words.comparison_in_words(found)
    assert re.search(r"1,0 procent fler \(0,[1-9]", told), told
    assert numbers([1.6, 1.04, 2.2], never=1) == ["1,60", "1,04", "2,20"]


def test_one_is_told_as_one() -> None:
    assert "1 procentenhet mer" in percentage_points(Interval(0.014, 0.006, 0.11))
    assert "1 procentenhet mindre" in percentage_points(Interval(-0.014, -0.11, -0.006))
    assert one_ratio(1) == "lika många"


def test_every_obstacle_and_course_has_a_sentence_of_its_own() -> None:
    told = [
        words.comparison_in_words(
            Comparison(Against.BEFORE, Verdict.NOT_COMPARABLE, obstacle=obstacle)
        )
        for obstacle in Obstacle
    ]
    told += [words.trend_in_words(Trend(course, (2016, 2017, 2018, 2019))) for course in Course]
    assert all(told)
    assert (
        len(set(told)) >= len(told) - 2
    )  # a rise or fall without its amount says the same as none


def test_every_page_of_figures_says_what_they_cannot_tell() -> None:
    assert "inte vad löftet har lett till" in words.caveats()[0]
    assert "anmäla" in words.caveats()[1]
    assert "inte vad löftet har lett till" in words.caveats(is_reported_crime=False)[0]
    assert "osäkerhet" in words.help_in_words().lower()
    assert "de 7 som" in words.alike_in_words(7)
    assert "inte medräknad" in words.areas_in_words()
    jargon = re.compile("konfidens|signifikan|intervall|hypotes|p-värde", re.IGNORECASE)
    assert not jargon.search(" ".join([words.help_in_words(), *words.caveats()]))


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
        _is_sound(words.level_in_words(WHAT, level_now(ours)))
        for found in (
            before_and_since(ours, first, direction=direction),
            with_area(ours, theirs, Against.COUNTY, direction),
        ):
            _is_sound(words.comparison_in_words(found))
            assert words.verdict_label(found)
            basis = words.basis_in_words(found)
            if basis:
                _is_sound(basis)
        if all(isinstance(each, YearCount) for each in ours):
            _is_sound(words.trend_in_words(count_trend(ours)))
            _is_sound(*map(words.mean_in_words, three_year_means(ours)))
        if all(isinstance(each, YearValue) for each in ours):
            _is_sound(words.trend_in_words(value_trend(ours)))


def test_certain_words_and_certain_intervals_go_together() -> None:
    for before, after in product(range(0, 60, 7), repeat=2):
        found = since(before, before, before, after, after)
        told = words.comparison_in_words(found)
        certain = found.verdict in {Verdict.HIGHER, Verdict.LOWER}
        assert told.startswith("Säkert") == certain
        assert ("fler än" in told) == (found.verdict == Verdict.HIGHER)
        assert ("färre än" in told) == (found.verdict == Verdict.LOWER)


def test_the_heavy_half_of_scipy_is_never_loaded_and_the_light_one_only_when_needed() -> None:
    code = (
        "import sys\n"
        "from pledges.statistics.analysis import words, rates\n"
        "assert 'scipy' not in sys.modules and 'numpy' not in sys.modules\n"
        "assert 'pledges.models' not in sys.modules and 'django.db' not in sys.modules\n"
        "rates.rate_ratio(rates.Rate(3, 10), rates.Rate(4, 10))\n"
        "assert 'scipy.special' in sys.modules and 'scipy.stats' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=django_settings.BASE_DIR, check=True)
