"""How large a certain difference is: parts of sentences, each with its uncertainty in brackets."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.analysis.numbers import numbers, uncertain
from pledges.analysis.rates import Interval

# From here on "1,5 gånger så många" is easier to grasp than "50 procent fler".
_TIMES_FROM = 1.5


def times(ratio: Interval) -> str:
    """Return a certain ratio as "1,6 gånger så många (1,2 till 2,2)" or "40 procent färre (...)".

    Its value and ends are finite, and not 1.
    """
    if ratio.value >= _TIMES_FROM:
        return _("%(value)s gånger så många (%(lower)s till %(upper)s)") % _as_times(ratio)
    if ratio.value > 1:
        return _("%(value)s procent fler (%(lower)s till %(upper)s)") % _as_percent(ratio)
    return _("%(value)s procent färre (%(lower)s till %(upper)s)") % _as_percent(ratio)


def times_per_inhabitant(ratio: Interval) -> str:
    """Return the same for places of different size."""
    if ratio.value >= _TIMES_FROM:
        text = _("%(value)s gånger så många per invånare (%(lower)s till %(upper)s)")
        return text % _as_times(ratio)
    if ratio.value > 1:
        text = _("%(value)s procent fler per invånare (%(lower)s till %(upper)s)")
        return text % _as_percent(ratio)
    text = _("%(value)s procent färre per invånare (%(lower)s till %(upper)s)")
    return text % _as_percent(ratio)


def one_ratio(ratio: float) -> str:
    """Return a ratio alone: "30 procent färre", "50 procent fler", "2,4 gånger så många"."""
    if ratio >= _TIMES_FROM:
        (shown,) = numbers([ratio], never=1)
        return _("%(times)s gånger så många") % {"times": shown}
    if ratio == 1:
        return _("lika många")
    (percent,) = numbers([100 * abs(ratio - 1)], never=0)
    if ratio < 1:
        return _("%(percent)s procent färre") % {"percent": percent}
    return _("%(percent)s procent fler") % {"percent": percent}


def percentage_points(difference: Interval) -> str:
    """Return a certain difference of shares, -1 to 1, as "4 procentenheter mer (1 till 7)"."""
    shown = _size(difference, 100)
    n = 1 if shown["value"] == "1" else 2
    if difference.value > 0:
        text = ngettext(
            "%(value)s procentenhet mer (%(lower)s till %(upper)s)",
            "%(value)s procentenheter mer (%(lower)s till %(upper)s)",
            n,
        )
    else:
        text = ngettext(
            "%(value)s procentenhet mindre (%(lower)s till %(upper)s)",
            "%(value)s procentenheter mindre (%(lower)s till %(upper)s)",
            n,
        )
    return text % shown


def units(difference: Interval) -> str:
    """Return a certain difference of measured values as "0,4 högre (0,1 till 0,7)"."""
    if difference.value > 0:
        return _("%(value)s högre (%(lower)s till %(upper)s)") % _size(difference)
    return _("%(value)s lägre (%(lower)s till %(upper)s)") % _size(difference)


def _as_times(ratio: Interval) -> dict[str, str]:
    return _named(uncertain(ratio, never=1))


def _as_percent(ratio: Interval) -> dict[str, str]:
    return _size(Interval(ratio.value - 1, ratio.lower - 1, ratio.upper - 1), 100)


def _size(difference: Interval, factor: float = 1.0) -> dict[str, str]:
    """Return a certain difference without its sign: the value, its nearer and its farther end."""
    near, far = sorted([abs(difference.lower), abs(difference.upper)])
    return _named(numbers([factor * each for each in (abs(difference.value), near, far)], never=0))


def _named(shown: Sequence[str]) -> dict[str, str]:
    return dict(zip(("value", "lower", "upper"), shown, strict=True))
