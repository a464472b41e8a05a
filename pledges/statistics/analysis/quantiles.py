"""Quantiles of the distributions behind the intervals.

They are gamma, odds and Student's t. In the logarithm of the variable their densities are smooth,
have one top, and fall to both sides like an exponential or faster (they are log-concave). The mass
beyond a point is the density there times Mills's ratio, which one Gauss-Legendre sum gives to ten
digits or more; the point that leaves a given mass beyond it is found by Newton's method on the
logarithm of the mass, which is concave, so that the search can't run astray. Densities are relative
to their top, and the whole mass is then Stirling's formula with its remainder: nothing large is
subtracted, however large the counts.

Tests compare with SciPy, which is no part of the portal: it takes 200 MB on disk, 25 MB of each
process and a second to load.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

_LARGEST = 700.0  # what an exponent may be


def gamma_above(shape: float, tail: float) -> float:
    """Return the value of a gamma variable with `tail` of its mass above."""
    return shape * math.exp(_gamma_point(shape, tail, 1))


def gamma_below(shape: float, tail: float) -> float:
    """Return the value of a gamma variable with `tail` of its mass below."""
    return shape * math.exp(-_gamma_point(shape, tail, -1))


def odds_above(a: float, b: float, tail: float) -> float:
    """Return the odds of a beta variable with `tail` of its mass above.

    With as much mass below, they are 1 / odds_above(b, a, tail).
    """
    n = a + b
    width = math.sqrt(n / a / b)
    smaller, sign = (a, 1) if a <= b else (b, -1)

    def log_density(u: float) -> float:
        # Written from the smaller parameter's side, where no digits are lost.
        if sign * u > _LARGEST:
            return -sign * (n - smaller) * u - n * math.log(smaller / n)
        return sign * smaller * u - n * math.log1p(smaller / n * math.expm1(sign * u))

    def slope(u: float) -> float:
        return -a * b * math.expm1(u) / (b + a * math.exp(u)) if u < _LARGEST else -b

    log_mass = _log_mass(width) + _remainder(a) + _remainder(b) - _remainder(n)
    point = _point(log_density, slope, width, min(b, 1 / width), log_mass, tail)
    # Of counts that are worth almost nothing the odds can be larger than numbers are.
    return a / b * math.exp(min(point, _LARGEST))


def student_above(freedom: int, tail: float) -> float:
    """Return the value of Student's t with `tail` of its mass above.

    t squared is `freedom` times the odds of a beta variable.
    """
    return math.sqrt(freedom * odds_above(0.5, freedom / 2, 2 * tail))


def _gamma_point(shape: float, tail: float, sign: int) -> float:
    def log_density(u: float) -> float:
        return shape * (sign * u - math.expm1(sign * u)) if sign * u < _LARGEST else -math.inf

    def slope(u: float) -> float:
        return -sign * shape * math.expm1(sign * u)

    width = 1 / math.sqrt(shape)
    log_mass = _log_mass(width) + _remainder(shape)
    return _point(log_density, slope, width, 1 / width, log_mass, tail)


def _log_mass(width: float) -> float:
    """Return the logarithm of a normal density's mass, relative to its top."""
    return math.log(2 * math.pi) / 2 + math.log(width)


def _remainder(z: float) -> float:
    """Return what Stirling's formula leaves of the logarithm of gamma."""
    if z < 16:
        return math.lgamma(z) - (z - 0.5) * math.log(z) + z - math.log(2 * math.pi) / 2
    square = 1 / (z * z)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / z


def _point(
    log_density: Callable[[float], float],
    slope: Callable[[float], float],
    width: float,
    slowest: float,
    log_mass: float,
    tail: float,
) -> float:
    """Return the point that leaves `tail` of a density's mass above it.

    The density's top is 1, at 0, and `width` its standard deviation there; far up it falls at
    least as fast as an exponential of rate `slowest`.
    """
    wanted_mass = math.log(tail) + log_mass
    point = 2 * width
    while True:
        top = log_density(point)
        scale = 1 / max(-slope(point), slowest)
        mills = scale * math.fsum(
            [weight * math.exp(log_density(point + scale * x) - top) for x, weight in _NODES]
        )
        step = mills * (top + math.log(mills) - wanted_mass)
        point += step
        if abs(step) <= 1e-7 * width:
            return point


def _gauss_legendre(number: int, low: float, high: float) -> Iterator[tuple[float, float]]:
    """Yield the nodes and weights of a Gauss-Legendre sum between two limits."""
    half = (high - low) / 2
    for index in range(number):
        x = math.cos(math.pi * (index + 0.75) / (number + 0.5))
        for _round in range(6):
            before, value = 1.0, x
            for degree in range(2, number + 1):
                before, value = (
                    value,
                    ((2 * degree - 1) * x * value - (degree - 1) * before) / degree,
                )
            derivative = number * (x * value - before) / (x * x - 1)
            x -= value / derivative
        yield low + half * (x + 1), half * 2 / ((1 - x * x) * derivative**2)


# An exponential of rate 1 is less than 1e-17 at 40.
_NODES = [*_gauss_legendre(20, 0, 3), *_gauss_legendre(16, 3, 12), *_gauss_legendre(12, 12, 40)]
