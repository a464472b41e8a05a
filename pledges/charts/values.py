"""The values of charts and their units.

A value may be hidden from the public, or missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.text import Wording


@dataclass(frozen=True, slots=True)
class Hidden:
    """Stands where a number is hidden, and has no room for the number."""


HIDDEN = Hidden()


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands where there is no number, with the reason: "folkmängd saknas"."""

    reason: str


# A number, one that the public may not see, one that there isn't, or None for one not known.
Value: TypeAlias = float | Hidden | Missing | None

# A text of ours, or one that staff wrote, with its language.
Name: TypeAlias = str | Wording


@dataclass(frozen=True)
class Unit:
    """What numbers count.

    `name` stands at the axis, `sign` after each number, and `decimals` is how many digits numbers
    have after the comma.
    """

    name: str | Promise
    sign: str = ""
    decimals: int = 0


COUNT = Unit(gettext_lazy("antal"))
PERCENT = Unit(gettext_lazy("procent"), "%")
PER_100_000 = Unit(gettext_lazy("per 100 000 invånare"))


@dataclass(frozen=True)
class Point:
    """A value and, where it is known, the interval that it lies in.

    Raises ValueError for an interval round a value that is not told (it would tell it), and for
    numbers that no drawing can hold.
    """

    value: Value
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        value = known(self.value)
        if (self.low is None) != (self.high is None):
            raise ValueError("An interval has two ends.")
        if self.low is None or self.high is None:
            return
        if value is None:
            raise ValueError("An interval would tell a value that is kept back or missing.")
        if not _drawable(self.low) or not _drawable(self.high):
            raise ValueError("An interval is between numbers.")
        if not self.low <= value <= self.high:
            raise ValueError("A value lies within its interval.")


@dataclass(frozen=True)
class Series:
    """A row of points, one for each period of the chart."""

    name: Name
    points: Sequence[Point]

    @classmethod
    def from_values(cls, name: Name, values: Iterable[Value]) -> Series:
        """Return a series of values without intervals."""
        return cls(name, [Point(value) for value in values])

    @property
    def has_intervals(self) -> bool:
        """Whether any point has an interval."""
        return any(point.low is not None for point in self.points)


def known(value: Value) -> float | None:
    """Return the number of a value; None when it is hidden or missing.

    Raises ValueError for what is no number.
    """
    if value is None or isinstance(value, Hidden | Missing):
        return None
    if not _drawable(value):
        raise ValueError(f"{value} can't be drawn.")
    return value


def _drawable(value: float) -> bool:
    return math.isfinite(value) and abs(value) < 1e15


def value_text(value: Value, unit: Unit) -> str:
    """Return a value as text: "12,5 %", "visas inte" or "uppgift saknas"."""
    if isinstance(value, Hidden):
        return _("visas inte")
    if value is None or isinstance(value, Missing):
        return why_missing(value)
    text = number(value, unit.decimals)
    return f"{text}\N{NO-BREAK SPACE}{unit.sign}" if unit.sign else text


def why_missing(value: Missing | None) -> str:
    """Return why there is no number."""
    return _("uppgift saknas") if value is None else value.reason


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the language in use writes it, with a real minus."""
    rounded = round(value, decimals) + 0.0  # turns -0.0 into 0.0
    text = number_format(f"{rounded:.{decimals}f}", decimals, force_grouping=True)
    return text.replace("-", "\N{MINUS SIGN}")
