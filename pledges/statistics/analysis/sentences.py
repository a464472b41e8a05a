"""Put figures and what may be said of them into plain sentences.

In the language in use. "Säkert" stands for a difference that chance hardly gives; "osäkerhet" for
an interval. What the words mean is said once on a page, by `certainty_note`; `caveats` belongs to
every page of figures. `counted` is what is counted, as it stands after its number: "anmälda
narkotikabrott".
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pledges.statistics.analysis.comparison import Against, Comparison, Current, Verdict
from pledges.statistics.analysis.numbers import (
    averages,
    months_label,
    number,
    numbers,
    uncertain,
    years_label,
)
from pledges.statistics.analysis.observations import Estimate, Level
from pledges.statistics.analysis.phrases import (
    compared_with,
    difference_in_unit,
    in_unit,
    no_difference,
    obstacle_sentence,
    percentage_points,
    ratios_sentence,
    times,
    times_per_inhabitant,
    units,
)
from pledges.statistics.analysis.rates import Interval, Measured, Rate, Share
from pledges.statistics.analysis.trends import MIN_YEARS, Course, Trend, YearsMean

# An interval that reaches to so many times as many, or so many times as few, tells nothing more.
_VAGUE = 20


def level_text(counted: str, current: Current | None) -> str:
    """Return the level in the latest whole year.

    And for which area it is when that isn't the municipality.
    """
    if current is None:
        return _("Det finns inga siffror för något helt år.")
    sentences = [_estimate_text(counted, current.year, current.estimate), area_note(current.level)]
    if current.is_preliminary:
        sentences.append(preliminary_note([current.year]))
    return " ".join(filter(None, sentences))


def area_note(level: Level) -> str:
    """Return a sentence on which area a figure is for.

    Empty for a municipality's own.
    """
    return {
        Level.MUNICIPALITY: "",
        Level.POLICE_AREA: _("Siffran gäller hela lokalpolisområdet, inte bara kommunen."),
        Level.COUNTY: _("Siffran gäller hela länet, inte bara kommunen."),
        Level.COUNTRY: _("Siffran gäller hela landet, inte bara kommunen."),
    }[level]


def verdict_label(comparison: Comparison) -> str:
    """Return the verdict in a word or two.

    "Fler", "Bättre" or "Ingen säker förändring".
    """
    if comparison.verdict in {Verdict.HIGHER, Verdict.LOWER}:
        return capfirst(_more(comparison))
    if comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE:
        if _is_over_time(comparison):
            return _("Ingen säker förändring")
        return _("Ingen säker skillnad")
    if comparison.verdict == Verdict.TOO_FEW:
        return _("För få svar") if isinstance(comparison.ours, Share) else _("För få fall")
    return _("Går inte att jämföra")


def comparison_text(comparison: Comparison) -> str:
    """Return the finding of a comparison, with how much.

    One or two sentences.
    """
    if comparison.obstacle is not None:
        return obstacle_sentence(comparison.obstacle)
    if comparison.verdict == Verdict.TOO_FEW or comparison.effect is None:
        if isinstance(comparison.ours, Share):
            return _("För få svar för att säga något.")
        return _("För få fall för att säga något.")
    if comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE:
        return f"{no_difference(comparison)} {_at_most(comparison, comparison.effect)}"
    return _("Säkert %(more)s än %(than)s: %(much)s.") % {
        "more": _more(comparison),
        "than": compared_with(comparison),
        "much": _much(comparison, comparison.effect),
    }


def basis_text(comparison: Comparison) -> str:
    """Return the figures that a comparison rests on and their years.

    Empty when it has none.
    """
    ours, theirs = comparison.ours, comparison.theirs
    if ours is None or theirs is None:
        return ""
    basis = _over_time_basis if _is_over_time(comparison) else _basis
    sentences = [basis(comparison, ours, theirs)]
    if comparison.their_range is not None and isinstance(theirs, Rate):
        least, most = numbers(comparison.their_range)
        sentences.append(
            _("Var för sig har de från %(least)s till %(most)s per %(per)s invånare.")
            % {"least": least, "most": most, "per": number(theirs.per)}
        )
    if not comparison.is_per_inhabitant:
        sentences.append(_("Folkmängden saknas, så det är antalet per år som jämförs."))
    if comparison.spread > 1 and comparison.effect is not None:
        sentences.append(spread_note())
    sentences.append(area_note(comparison.level))
    if comparison.preliminary:
        sentences.append(preliminary_note(comparison.preliminary))
    return " ".join(filter(None, sentences))


def trend_text(trend: Trend) -> str:
    """Return whether the years rise or fall, and by how much a year."""
    sentences = [_course_text(trend)]
    if trend.yearly is not None and not trend.is_per_inhabitant:
        sentences.append(_("Det gäller antalet, inte antalet per invånare."))
    if trend.yearly is not None and trend.spread > 1:
        sentences.append(spread_note())
    if trend.yearly is not None and trend.preliminary:
        sentences.append(preliminary_note(trend.preliminary))
    return " ".join(sentences)


def _course_text(trend: Trend) -> str:
    parts = {"years": years_label(trend.years)}
    if trend.course == Course.TOO_FEW_YEARS:
        return _("Det behövs minst %(least)s hela år för att se om det ökar eller minskar.") % {
            "least": MIN_YEARS
        }
    if trend.course == Course.TOO_FEW_CASES:
        return _("För få fall för att se om det ökar eller minskar.")
    if trend.course == Course.NO_CASES:
        return _("Inga fall alls åren %(years)s.") % parts
    if trend.course == Course.NO_CERTAIN_TREND or trend.yearly is None:
        return _("Ingen säker ökning eller minskning åren %(years)s.") % parts
    if trend.is_factor and (not trend.yearly.lower or math.isinf(trend.yearly.upper)):
        if trend.course == Course.RISING:
            return _("Säker ökning åren %(years)s.") % parts
        return _("Säker minskning åren %(years)s.") % parts
    parts["much"] = times(trend.yearly) if trend.is_factor else units(trend.yearly, trend.unit)
    if trend.course == Course.RISING:
        return _("Säker ökning åren %(years)s: i genomsnitt %(much)s för varje år.") % parts
    return _("Säker minskning åren %(years)s: i genomsnitt %(much)s för varje år.") % parts


def mean_text(mean: YearsMean) -> str:
    """Return the mean of three years as a sentence."""
    interval = mean.rate.interval
    (cases,) = averages(mean.cases_a_year)
    parts = {"years": years_label(mean.years), "cases": cases}
    if interval is None:
        return _("I genomsnitt %(cases)s om året %(years)s.") % parts
    value, lower, upper = uncertain(interval)
    return _(
        "I genomsnitt %(cases)s om året %(years)s, eller %(value)s per %(per)s invånare"
        " (%(lower)s till %(upper)s)."
    ) % {**parts, "value": value, "lower": lower, "upper": upper, "per": number(mean.rate.per)}


def preliminary_note(years: Sequence[int]) -> str:
    """Return that the figures of these years may still change."""
    return _("Siffrorna för %(years)s är preliminära.") % {"years": years_label(years)}


def spread_note() -> str:
    """Return that the years vary more than chance.

    That makes the uncertainty larger.
    """
    return _("Siffrorna svänger mer mellan åren än slumpen ensam ger. Det är inräknat.")


def certainty_note() -> str:
    """Return what uncertainty and certainty mean, once for a page."""
    return _(
        "Inom parentes står hur mycket slumpen kan ha påverkat en siffra: i ungefär 95 fall av 100"
        " ligger det verkliga talet mellan de två. Vi skriver ”säkert” när en så stor skillnad"
        " skulle synas i färre än 5 fall av 100 om bara slumpen rådde. Bland många jämförelser kan"
        " därför någon vara fel."
    )


def areas_note() -> str:
    """Return how county and country are compared with, once for a page."""
    return _(
        "När antal jämförs är kommunen inte medräknad i länet och landet. I enkäter och mätningar"
        " är den medräknad."
    )


def alike_note(how_many: int) -> str:
    """Return which the alike municipalities are.

    By `comparison.nearest_in_population`.
    """
    return _(
        "Kommuner av liknande storlek är de %(n)s som är närmast i folkmängd, hur de än är i"
        " övrigt."
    ) % {"n": how_many}


def caveats(is_reported_crime: bool = True) -> list[str]:
    """Return what figures can't tell.

    It belongs beside every comparison.
    """
    if not is_reported_crime:
        return [
            _("Siffrorna visar hur det har blivit, inte vad löftet har lett till."),
            _("Mycket annat kan ha ändrats samtidigt."),
        ]
    return [
        _("Siffrorna visar vad som har anmälts, inte vad löftet har lett till."),
        _(
            "Hur många brott som anmäls beror också på hur många som väljer att anmäla och på vad"
            " Polisen letar efter."
        ),
    ]


def _estimate_text(counted: str, year: int, estimate: Estimate) -> str:
    interval = estimate.interval
    parts = {"what": counted, "year": year}
    if isinstance(estimate, Rate):
        counted_parts = {**parts, "count": number(estimate.count)}
        if interval is None:
            sentence = _("%(count)s %(what)s %(year)s.") % counted_parts
            unknown = _("Folkmängden saknas, så det går inte att säga hur många per invånare.")
            return f"{sentence} {unknown}"
        value, lower, upper = uncertain(interval)
        return _(
            "%(count)s %(what)s %(year)s, eller %(value)s per %(per)s invånare (%(lower)s till"
            " %(upper)s)."
        ) % {
            **counted_parts,
            "value": value,
            "lower": lower,
            "upper": upper,
            "per": number(estimate.per),
        }
    if isinstance(estimate, Share):
        if interval is None:
            return capfirst(_("%(what)s: ingen har svarat år %(year)s.") % parts)
        value, lower, upper = uncertain(interval, 100)
        shown = {**parts, "value": value, "lower": lower, "upper": upper}
        shown["answered"] = number(estimate.answered)
        return capfirst(
            ngettext(
                "%(what)s: %(value)s procent av %(answered)s svarande %(year)s (%(lower)s till"
                " %(upper)s).",
                "%(what)s: %(value)s procent av %(answered)s svarande %(year)s (%(lower)s till"
                " %(upper)s).",
                estimate.answered,
            )
            % shown
        )
    if interval is None:
        (value,) = numbers([estimate.value])
        sentence = _("%(what)s %(year)s: %(value)s. Hur osäker siffran är framgår inte.")
        return capfirst(sentence % {**parts, "value": in_unit(value, estimate.unit)})
    value, lower, upper = uncertain(interval)
    sentence = _("%(what)s %(year)s: %(value)s (%(lower)s till %(upper)s).")
    shown = {"value": in_unit(value, estimate.unit), "lower": lower, "upper": upper}
    return capfirst(sentence % {**parts, **shown})


def _is_over_time(comparison: Comparison) -> bool:
    return comparison.against in {Against.BEFORE, Against.SAME_MONTHS}


def _more(comparison: Comparison) -> str:
    """Return "fler", "lägre", "bättre" or the like, for a certain difference."""
    if comparison.is_better is not None:
        return (
            pgettext("jämfört", "bättre") if comparison.is_better else pgettext("jämfört", "sämre")
        )
    if isinstance(comparison.ours, Share):
        pair = pgettext("jämfört", "större andel"), pgettext("jämfört", "mindre andel")
    elif isinstance(comparison.ours, Measured):
        pair = pgettext("jämfört", "högre"), pgettext("jämfört", "lägre")
    else:
        pair = pgettext("jämfört", "fler"), pgettext("jämfört", "färre")
    return pair[0] if comparison.verdict == Verdict.HIGHER else pair[1]


def _much(comparison: Comparison, interval: Interval) -> str:
    """Return how large a certain difference is, with its uncertainty."""
    if isinstance(comparison.ours, Share):
        return percentage_points(interval)
    if isinstance(comparison.ours, Measured):
        return units(interval, comparison.ours.unit)
    if not interval.value:
        return _("inga fall alls")
    if math.isinf(interval.value):
        if _is_over_time(comparison):
            return _("då fanns inga fall alls")
        return _("där finns inga fall alls")
    return times_per_inhabitant(interval) if not _is_over_time(comparison) else times(interval)


def _at_most(comparison: Comparison, interval: Interval) -> str:
    """Return how large the difference may be all the same."""
    if isinstance(comparison.ours, Rate):
        if interval.lower < 1 / _VAGUE or interval.upper > _VAGUE:
            return _("Osäkerheten är mycket stor.")
        return ratios_sentence(interval.lower, interval.upper)
    if isinstance(comparison.ours, Share):
        text = _("Skillnaden kan vara från %(least)s till %(most)s procentenheter.")
        least, most = numbers([100 * interval.lower, 100 * interval.upper], never=0)
    else:
        text = _("Skillnaden kan vara från %(least)s till %(most)s.")
        least, most = numbers([interval.lower, interval.upper], never=0)
        if isinstance(comparison.ours, Measured):
            most = difference_in_unit(most, comparison.ours.unit)
    return text % {"least": least, "most": most}


def _over_time_basis(comparison: Comparison, ours: Estimate, theirs: Estimate) -> str:
    """Return both sides of a comparison with earlier years."""
    parts = {"now": years_label(comparison.our_years), "then": years_label(comparison.their_years)}
    if not isinstance(ours, Rate) or not isinstance(theirs, Rate):
        parts["ours"], parts["theirs"] = _values(ours, theirs)
        return _("%(now)s: %(ours)s. %(then)s: %(theirs)s.") % parts
    parts["ours"], parts["theirs"] = averages(
        ours.count / len(comparison.our_years), theirs.count / len(comparison.their_years)
    )
    if not comparison.months:
        return _("I genomsnitt %(ours)s om året %(now)s, mot %(theirs)s om året %(then)s.") % parts
    parts["months"] = months_label(comparison.months)
    return capfirst(
        _("%(months)s %(now)s: %(ours)s, mot i genomsnitt %(theirs)s samma månader %(then)s.")
        % parts
    )


def _basis(comparison: Comparison, ours: Estimate, theirs: Estimate) -> str:
    """Return both sides of a comparison with other places."""
    shown = _values(ours, theirs)
    if isinstance(ours, Rate) and shown[0]:
        shown[0] = _("%(value)s per %(per)s invånare") % {
            "value": shown[0],
            "per": number(ours.per),
        }
    if not all(shown):
        return ""
    return _("År %(year)s: %(ours)s, mot %(theirs)s %(there)s.") % {
        "year": years_label(comparison.our_years),
        "ours": shown[0],
        "theirs": shown[1],
        "there": compared_with(comparison),
    }


def _values(ours: Estimate, theirs: Estimate) -> list[str]:
    """Return two values to stand together, empty ones when one isn't known."""
    if ours.value is None or theirs.value is None:
        return ["", ""]
    if isinstance(ours, Measured):
        return [in_unit(text, ours.unit) for text in numbers([ours.value, theirs.value])]
    if not isinstance(ours, Share):
        return numbers([ours.value, theirs.value])
    shown = numbers([100 * ours.value, 100 * theirs.value])
    return [_("%(percent)s procent") % {"percent": percent} for percent in shown]
