"""Place scales, ticks, bands, and labels that keep clear of one another.

Lengths are in the drawing's own units, x to the right and y downwards, as SVG has them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MIN_SHARE = 1e-6  # numbers nearer to each other, for their size, count as the same
_SLACK = 1e-9


@dataclass(frozen=True)
class Linear:
    """A scale from the numbers `low` to `high` to places `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a number within the scale."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


@dataclass(frozen=True)
class Bands:
    """`number` bands of equal width, side by side from `start` to `end`."""

    number: int
    start: float
    end: float

    @property
    def width(self) -> float:
        """The width of a band."""
        return (self.end - self.start) / self.number

    def at(self, position: float) -> float:
        """Return the place of a position counted in bands.

        0.5 is the middle of the first band.
        """
        return self.start + position * self.width

    def middle(self, index: int) -> float:
        """Return the middle of a band, counted from 0."""
        return self.at(index + 0.5)


def nice_ticks(low: float, high: float, *, most: int = 6, whole: bool = False) -> list[float]:
    """Return at most about `most` round numbers, evenly apart.

    The first is at or below `low`, the last at or above `high`. With `whole` they are whole
    numbers.
    """
    size = max(abs(low), abs(high))
    if high - low <= size * _MIN_SHARE:
        high = low + max(1.0, size / 1000)
    step = _nice((high - low) / (most - 1))
    if whole:
        step = max(1.0, step)
    decimals = tick_decimals(step)
    first = math.floor(low / step + _SLACK)
    last = math.ceil(high / step - _SLACK)
    return [round(index * step, decimals) for index in range(first, max(last, first + 1) + 1)]


def _nice(step: float) -> float:
    """Return the least of 1, 2 and 5 times a power of ten that reaches `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(
        (nice * power for nice in (1, 2, 5) if nice * power >= step * (1 - _SLACK)), 10 * power
    )


def tick_decimals(step: float) -> int:
    """Return how many decimals numbers need that are `step` apart."""
    return max(0, -math.floor(math.log10(step) + _SLACK))


def spread(
    desired: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Return the middles of labels, none over another.

    Each is as near to the desired one as possible, and all lie between `low` and `high`. There must
    be room for all heights taken together.
    """
    order = sorted(range(len(desired)), key=lambda index: desired[index])
    places = [0.0] * len(desired)
    edge = low
    for index in order:
        places[index] = max(desired[index], edge + heights[index] / 2)
        edge = places[index] + heights[index] / 2
    edge = high
    for index in reversed(order):
        places[index] = min(places[index], edge - heights[index] / 2)
        edge = places[index] - heights[index] / 2
    return places


@dataclass(frozen=True)
class Flag:
    """A label on a pole: words from `left` to `right`, and where the pole is."""

    pole: float
    left: float
    right: float


def stack(flags: Sequence[Flag], most: int, gap: float = 8) -> list[int] | None:
    """Return a row for each flag, 0 the lowest; None without room.

    Words meet neither other words nor poles; a pole goes down through the rows below. None when
    that takes more than `most` rows.
    """
    rows = [0] * len(flags)
    placed: list[int] = []
    for index in sorted(range(len(flags)), key=lambda other: -flags[other].pole):
        while any(
            _meet(flags[index], rows[index], flags[other], rows[other], gap) for other in placed
        ):
            rows[index] += 1
            if rows[index] >= most:
                return None
        placed.append(index)
    return rows


def _meet(one: Flag, row: int, other: Flag, other_row: int, gap: float) -> bool:
    if row == other_row:
        return one.left < other.right + gap and other.left < one.right + gap
    upper, lower = (one, other) if row > other_row else (other, one)
    return lower.left - gap / 2 < upper.pole < lower.right + gap / 2
