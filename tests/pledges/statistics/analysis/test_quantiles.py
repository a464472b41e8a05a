"""Quantiles agree with SciPy's to nine digits, from one case to a million."""

from __future__ import annotations

import math

import pytest
from scipy import special, stats

from pledges.statistics.analysis.quantiles import (
    gamma_above,
    gamma_below,
    odds_above,
    student_above,
)

TAILS = (0.1, 0.05, 0.025, 0.005, 0.0005)
SIZES = (1, 2, 3, 5, 10, 31, 100, 1_000, 12_345, 1_000_000)
# Counts divided by the spread of the years need not be whole.
PARTS = (0.05, 0.25, 0.5, 1, 2, 7.5, 33.3, 1_000, 100_000)
close = pytest.approx


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("shape", SIZES)
def test_gamma(shape: float, tail: float) -> None:
    assert gamma_below(shape, tail) == close(special.gammaincinv(shape, tail), rel=1e-9)
    assert gamma_above(shape + 1, tail) == close(special.gammainccinv(shape + 1, tail), rel=1e-9)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("b", PARTS)
@pytest.mark.parametrize("a", PARTS)
def test_odds(a: float, b: float, tail: float) -> None:
    above = special.betainccinv(a + 1, b, tail) / special.betaincinv(b, a + 1, tail)
    assert odds_above(a + 1, b, tail) == close(above, rel=1e-9)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 30, 100, 1_000])
def test_student(freedom: int, tail: float) -> None:
    assert student_above(freedom, tail) == close(stats.t.isf(tail, freedom), rel=1e-9)


@pytest.mark.parametrize("count", [10**8, 10**10, 10**12])
def test_a_count_without_end_has_the_quantiles_of_a_normal_variable(count: int) -> None:
    # Cornish-Fisher's first terms; what follows is of the size of a part of a case.
    z = stats.norm.isf(0.025)
    expected = count + z * math.sqrt(count) + (z * z - 1) / 3
    assert gamma_above(count, 0.025) == close(expected, abs=0.01)


def test_sides_of_very_different_size() -> None:
    # Against ten thousand million cases, ours is a count with its exact Poisson interval.
    theirs = 10**10
    for count in (1, 40, 1_000):
        low = theirs / odds_above(theirs, count, 0.025)
        assert low == close(gamma_below(count, 0.025), rel=1e-6)
        high = theirs * odds_above(count + 1, theirs, 0.025)
        assert high == close(gamma_above(count + 1, 0.025), rel=1e-6)
