"""Parts of sentences about comparisons.

How large a certain difference is, with its uncertainty in brackets, what it is compared with, and
why there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pledges.statistics.analysis.comparison import Against, Comparison, Obstacle
from pledges.statistics.analysis.numbers import numbers, uncertain
from pledges.statistics.analysis.rates import Interval, MeasuredIn, Rate

# From here on "1,5 gånger så många" is easier to grasp than "50 procent fler".
_TIMES_FROM = 1.5
# And from here on an interval can't be told in per cent.
_TIMES_ALONE_FROM = 3


def times(ratio: Interval) -> str:
    """Return a certain ratio, of finite value and ends, as a text.

    "1,6 gånger så många (1,2 till 2,2)" or "40 procent färre (...)".
    """
    if ratio.value >= _TIMES_FROM:
        return _("%(value)s gånger så många (%(lower)s till %(upper)s)") % _as_times(ratio)
    if ratio.value > 1:
        return _("%(value)s procent fler (%(lower)s till %(upper)s)") % _as_percent(ratio)
    return _("%(value)s procent färre (%(lower)s till %(upper)s)") % _as_percent(ratio)


def times_per_inhabitant(ratio: Interval) -> str:
    """Return a certain ratio of places of different size as a text."""
    if ratio.value >= _TIMES_FROM:
        text = _("%(value)s gånger så många per invånare (%(lower)s till %(upper)s)")
        return text % _as_times(ratio)
    if ratio.value > 1:
        text = _("%(value)s procent fler per invånare (%(lower)s till %(upper)s)")
        return text % _as_percent(ratio)
    text = _("%(value)s procent färre per invånare (%(lower)s till %(upper)s)")
    return text % _as_percent(ratio)


def ratios_sentence(least: float, most: float) -> str:
    """Return between which ratios a difference may be, in one unit.

    Whole per cent, or times where the larger is several times as many.
    """
    if most >= _TIMES_ALONE_FROM:
        shown = dict(zip(("least", "most"), numbers([least, most], never=1), strict=True))
        return _("Det kan vara allt från %(least)s till %(most)s gånger så många.") % shown
    text = _("Det kan vara allt från %(least)s till %(most)s.")
    return text % {"least": ratio_text(least), "most": ratio_text(most)}


def ratio_text(ratio: float) -> str:
    """Return a ratio in whole per cent: "30 procent färre"."""
    if ratio == 1:
        return _("lika många")
    percent = round(100 * abs(ratio - 1))
    shown = {"percent": str(percent) if percent else _("mindre än 1")}
    if ratio < 1:
        return _("%(percent)s procent färre") % shown
    return _("%(percent)s procent fler") % shown


def percentage_points(difference: Interval) -> str:
    """Return a certain difference of shares, -1 to 1, as a text.

    "4 procentenheter mer (1 till 7)".
    """
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


def units(difference: Interval, unit: MeasuredIn) -> str:
    """Return a certain difference of measured values as a text.

    "0,4 högre (0,1 till 0,7)" or "4 procentenheter högre (1 till 7)".
    """
    shown = _size(difference)
    shown["value"] = difference_in_unit(shown["value"], unit)
    if difference.value > 0:
        return _("%(value)s högre (%(lower)s till %(upper)s)") % shown
    return _("%(value)s lägre (%(lower)s till %(upper)s)") % shown


def in_unit(value: str, unit: MeasuredIn) -> str:
    """Return a measured value with its unit: "18 procent"."""
    template = {
        MeasuredIn.PERCENT: _("%(value)s procent"),
        MeasuredIn.PER_100_000: _("%(value)s per 100 000 invånare"),
        MeasuredIn.COUNT: _("%(value)s i antal"),
        MeasuredIn.INDEX: _("index %(value)s"),
        MeasuredIn.OTHER: _("%(value)s (enhet enligt källan)"),
    }[unit]
    return template % {"value": value}


def difference_in_unit(value: str, unit: MeasuredIn) -> str:
    """Return a difference of measured values with its unit."""
    template = {
        MeasuredIn.PERCENT: ngettext(
            "%(value)s procentenhet", "%(value)s procentenheter", 1 if value == "1" else 2
        ),
        MeasuredIn.PER_100_000: _("%(value)s per 100 000 invånare"),
        MeasuredIn.COUNT: _("%(value)s i antal"),
        MeasuredIn.INDEX: _("%(value)s på indexet"),
    }.get(unit, "%(value)s")
    return template % {"value": value}


def compared_with(comparison: Comparison) -> str:
    """Return what is compared with, as it stands after "än"."""
    rest = isinstance(comparison.ours, Rate)
    return {
        Against.BEFORE: pgettext("jämfört med", "före löftet"),
        Against.SAME_MONTHS: pgettext("jämfört med", "samma månader tidigare år"),
        Against.COUNTY: pgettext("jämfört med", "i länet i övrigt")
        if rest
        else pgettext("jämfört med", "i hela länet"),
        Against.COUNTRY: pgettext("jämfört med", "i landet i övrigt")
        if rest
        else pgettext("jämfört med", "i hela landet"),
        Against.ALIKE: pgettext("jämfört med", "i kommuner av liknande storlek"),
    }[comparison.against]


def no_difference(comparison: Comparison) -> str:
    """Return that nothing is certain, with what is compared with."""
    rest = isinstance(comparison.ours, Rate)
    return {
        Against.BEFORE: _("Ingen säker förändring jämfört med åren före löftet."),
        Against.SAME_MONTHS: _("Ingen säker förändring jämfört med samma månader tidigare år."),
        Against.COUNTY: _("Ingen säker skillnad mot länet i övrigt.")
        if rest
        else _("Ingen säker skillnad mot hela länet."),
        Against.COUNTRY: _("Ingen säker skillnad mot landet i övrigt.")
        if rest
        else _("Ingen säker skillnad mot hela landet."),
        Against.ALIKE: _("Ingen säker skillnad mot kommuner av liknande storlek."),
    }[comparison.against]


def obstacle_sentence(obstacle: Obstacle) -> str:
    """Return why two sides can't be compared."""
    return {
        Obstacle.NOTHING_BEFORE: _("Det finns inga siffror för de tre åren före löftet."),
        Obstacle.NOTHING_SINCE: _("Det finns inga siffror för något helt år med löftet."),
        Obstacle.NO_COMMON_YEAR: _("Det finns inget helt år med siffror för båda."),
        Obstacle.NO_EARLIER_MONTHS: _("Det finns inga siffror för samma månader tidigare år."),
        Obstacle.YEAR_IS_WHOLE: _("Det finns inget år som bara delvis är räknat."),
        Obstacle.OTHER_LEVEL: _(
            "Siffrorna gäller inte de slags områden som jämförelsen kräver, så de går inte att"
            " jämföra."
        ),
        Obstacle.OTHER_KIND: _("Siffrorna är av olika slag och går inte att jämföra."),
        Obstacle.SAME_AREA: _("Kommunen är hela området, så det finns inget att jämföra med."),
        Obstacle.DISAGREEING: _(
            "Siffrorna stämmer inte: kommunen har mer än hela området. De jämförs därför inte."
        ),
        Obstacle.NO_POPULATION: _("Folkmängden saknas, så siffrorna går inte att jämföra."),
        Obstacle.NO_INTERVAL: _(
            "Hur osäkra siffrorna är framgår inte, så skillnaden går inte att bedöma."
        ),
        Obstacle.TOO_FEW_ALIKE: _("För få liknande kommuner har siffror för samma år."),
    }[obstacle]


def _as_times(ratio: Interval) -> dict[str, str]:
    return _named(uncertain(ratio, never=1))


def _as_percent(ratio: Interval) -> dict[str, str]:
    return _size(Interval(ratio.value - 1, ratio.lower - 1, ratio.upper - 1), 100)


def _size(difference: Interval, factor: float = 1.0) -> dict[str, str]:
    """Return a certain difference without its sign.

    The value, its nearer and its farther end.
    """
    nearer, farther = sorted([abs(difference.lower), abs(difference.upper)])
    return _named(
        numbers([factor * value for value in (abs(difference.value), nearer, farther)], never=0)
    )


def _named(texts: Sequence[str]) -> dict[str, str]:
    return dict(zip(("value", "lower", "upper"), texts, strict=True))
