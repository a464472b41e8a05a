"""Numbers as readers see them.

In the language in use, with no more digits than they are certain of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from pledges.statistics.analysis.rates import Interval

_MAX_DECIMALS = 6
_LARGE_MEAN = 100
_MINUS = "\N{MINUS SIGN}"


def number(value: float, decimals: int = 0) -> str:
    """Return a number with its thousands apart: "1 234,5" or "1,234.5"."""
    rounded = Decimal(f"{value:.{decimals}f}")
    text = number_format(abs(rounded), decimal_pos=decimals, force_grouping=True)
    return f"{_MINUS}{text}" if rounded < 0 else text


def numbers(values: Sequence[float], never: float | None = None) -> list[str]:
    """Return numbers shown together, with as many decimals as they need.

    That is two digits of the largest, and enough to tell the largest from the smallest. None that
    isn't `never` is shown as `never`: "1,0 till 2,2" would look as if 1 were within.
    """
    decimals = max(_decimals(max(map(abs, values)) / 10), _decimals(max(values) - min(values)))
    if never is not None:
        apart = [abs(value - never) for value in values if value != never]
        while decimals < _MAX_DECIMALS and any(
            _rounds_away(distance, decimals) for distance in apart
        ):
            decimals += 1
    return [number(value, decimals) for value in values]


def uncertain(interval: Interval, times: float = 1.0, never: float | None = None) -> list[str]:
    """Return an interval's value, lower and upper end as texts.

    Each is multiplied by `times`.
    """
    ends = (interval.value, interval.lower, interval.upper)
    return numbers([end * times for end in ends], never)


def averages(*values: float) -> list[str]:
    """Return means of counts as texts.

    With one decimal for small ones, none when all are whole.
    """
    exact = all(value == round(value) for value in values) or max(values) >= _LARGE_MEAN
    return [number(value, 0 if exact else 1) for value in values]


def years_label(years: Sequence[int]) -> str:
    """Return years, in order, as a text.

    "2025", "2023–2025" or "2021, 2023 och 2024".
    """
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return get_text_list([str(year) for year in years], _("och"))


def months_label(months: Sequence[int]) -> str:
    """Return months, 1 to 12 and in order, as a text.

    "januari–mars" or "januari och mars".
    """
    names = [str(MONTHS[month]) for month in months]
    if len(months) > 1 and months[-1] - months[0] == len(months) - 1:
        return f"{names[0]}–{names[-1]}"
    return get_text_list(names, _("och"))


def _decimals(size: float) -> int:
    """Return how many decimals show the first digit of a number of this size."""
    if size <= 0:
        return 0
    # 2.3 - 2.2 is a little less than 0.1 to a computer.
    return min(_MAX_DECIMALS, max(0, -math.floor(math.log10(size) + 1e-9)))


def _rounds_away(distance: float, decimals: int) -> bool:
    return round(distance, decimals) == 0
