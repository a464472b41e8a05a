"""The shapes of a commitment's target, and the periods it is counted over.

The shapes are those found in real pledges: "minst 2 gånger per år", "i snitt
3 per vecka", "alla klasser i årskurs 7", done or not, when asked for, and no target at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy


class Shape(models.TextChoices):
    """How a target is measured."""

    COUNT = "count", gettext_lazy("antal per period")
    AVERAGE = "average", gettext_lazy("i genomsnitt per period")
    COVERAGE = "coverage", gettext_lazy("så många av alla")
    DONE = "done", gettext_lazy("gjort eller inte")
    ON_DEMAND = "on_demand", gettext_lazy("på begäran")
    NONE = "none", gettext_lazy("inget mätbart mål")


class Period(models.TextChoices):
    """The stretch of time that a count or an average is taken over."""

    DAY = "day", pgettext_lazy("period", "dag")
    WEEK = "week", pgettext_lazy("period", "vecka")
    MONTH = "month", pgettext_lazy("period", "månad")
    TERM = "term", pgettext_lazy("period", "termin")
    SCHOOL_YEAR = "school_year", pgettext_lazy("period", "läsår")
    YEAR = "year", pgettext_lazy("period", "år")
    WHOLE = "whole", pgettext_lazy("period", "hela löftesperioden")


@dataclass(frozen=True)
class Target:
    """What a commitment promises to reach.

    `amount` is the count, the average or the covered number; `of` the whole for coverage, None when
    all of an unstated number are meant; `unit` says what is counted, in the text's own language.
    """

    shape: Shape
    amount: Decimal | None = None
    period: Period | None = None
    at_least: bool = True
    of: int | None = None
    unit: str = ""

    @property
    def is_measurable(self) -> bool:
        """Whether fulfilment can be followed up at all."""
        return self.shape != Shape.NONE

    def faults(self) -> list[tuple[str, str]]:
        """Return (key, sentence) for each way in which the parts don't fit."""
        faults: list[tuple[str, str]] = []
        needs_amount = self.shape in {Shape.COUNT, Shape.AVERAGE}
        if needs_amount and self.amount is None:
            faults.append(("amount", _("Målet saknar antal.")))
        if needs_amount and self.period is None:
            faults.append(("period", _("Målet saknar period.")))
        if self.amount is not None:
            if self.shape not in {Shape.COUNT, Shape.AVERAGE, Shape.COVERAGE}:
                faults.append(("amount", _("Ett mål av det här slaget har inget antal.")))
            elif self.amount <= 0:
                faults.append(("amount", _("Antalet måste vara större än noll.")))
            elif self.shape != Shape.AVERAGE and self.amount != int(self.amount):
                faults.append(("amount", _("Antalet måste vara ett heltal.")))
        if self.period is not None and not needs_amount:
            faults.append(("period", _("Ett mål av det här slaget har ingen period.")))
        if self.of is not None:
            if self.shape != Shape.COVERAGE:
                faults.append(("of", _("Bara mål av slaget coverage anger hur många det finns.")))
            elif self.amount is not None and self.of < self.amount:
                faults.append(("of", _("Målet är större än det hela.")))
        if self.shape == Shape.COVERAGE and not self.unit:
            faults.append(("unit", _("Ange vad som ska nås, till exempel klasser i årskurs 7.")))
        return faults

    def sentence(self) -> str:
        """Return the target as a short phrase: "Minst 2 hundsök per år".

        In the language in use.
        """
        match self.shape:
            case Shape.NONE:
                return _("Inget mätbart mål: löftet går inte att följa upp i siffror")
            case Shape.DONE:
                return _("Genomförs under löftesperioden")
            case Shape.ON_DEMAND:
                return _("Genomförs när någon ber om det")
            case Shape.COVERAGE:
                return self._coverage_sentence()
        number = formats.number_format(self.amount.normalize() if self.amount else 0)
        parts = {
            "number": number if float(self.amount or 0) % 1 else str(int(self.amount or 0)),
            "unit": self.unit or ngettext("gång", "gånger", int(self.amount or 0)),
            "period": _period_phrase(self.period),
        }
        if self.shape == Shape.AVERAGE:
            if self.at_least:
                return _("Minst %(number)s %(unit)s i genomsnitt %(period)s") % parts
            return _("%(number)s %(unit)s i genomsnitt %(period)s") % parts
        if self.at_least:
            return _("Minst %(number)s %(unit)s %(period)s") % parts
        return _("%(number)s %(unit)s %(period)s") % parts

    def _coverage_sentence(self) -> str:
        if self.amount is None:
            return _("Alla %(unit)s") % {"unit": self.unit}
        parts = {"number": int(self.amount), "of": self.of, "unit": self.unit}
        if self.of is None:
            return _("%(number)s %(unit)s") % parts
        return _("%(number)s av %(of)s %(unit)s") % parts


def _period_phrase(period: Period | None) -> str:
    return {
        Period.DAY: _("per dag"),
        Period.WEEK: _("per vecka"),
        Period.MONTH: _("per månad"),
        Period.TERM: _("per termin"),
        Period.SCHOOL_YEAR: _("per läsår"),
        Period.YEAR: _("per år"),
        Period.WHOLE: _("under hela löftesperioden"),
        None: "",
    }[period]


@dataclass(frozen=True)
class Span:
    """One stretch of time that a target is counted over, both days included.

    `label` names it ("2026", "vårterminen 2026"), empty for the whole pledge.
    """

    first: date
    last: date
    label: str
    is_extra: bool


def spans(
    period: Period, valid_from: date, planned_end: date, counted_until: date
) -> Iterator[Span]:
    """Yield the spans of `period` from `valid_from` on, oldest first.

    They are cut to the pledge's days, and go on past `planned_end` (marked `is_extra`) as long as
    the pledge holds over, up to the one that holds `counted_until`: a promise of two searches a
    year goes on for the new year. Only years, school years and terms are listed; shorter periods
    give none, and the whole pledge one. School years begin on 1 August and spring terms on 1
    January, as SCB's and the schools' own statistics are cut (the exact first school day differs
    between municipalities).
    """
    end = max(planned_end, counted_until)
    if period == Period.WHOLE:
        yield Span(valid_from, end, "", is_extra=False)
        return
    if period not in {Period.YEAR, Period.SCHOOL_YEAR, Period.TERM}:
        return
    first = valid_from
    while first <= end:
        last, label = _span_at(period, first)
        extra = first > planned_end
        # The span that the planned end falls in is cut there unless the pledge holds over beyond.
        yield Span(first, last if counted_until > planned_end else min(last, end), label, extra)
        first = last + timedelta(days=1)


def period_at(period: Period, day: date) -> Span:
    """Return the whole year, school year or term that a day lies in."""
    last, label = _span_at(period, day)
    first = {
        Period.YEAR: date(last.year, 1, 1),
        Period.TERM: date(last.year, 1 if last.month == 7 else 8, 1),
        Period.SCHOOL_YEAR: date(last.year - 1, 8, 1),
    }[period]
    return Span(first, last, label, is_extra=False)


def school_year_of(day: date) -> int:
    """Return the year in which the school year of a day began."""
    return day.year if day.month >= 8 else day.year - 1


def school_year_label(year: int) -> str:
    """Return a school year as it is written, such as "2024/25"."""
    return f"{year}/{(year + 1) % 100:02}"


def _span_at(period: Period, day: date) -> tuple[date, str]:
    year = day.year
    if period == Period.YEAR:
        return date(year, 12, 31), str(year)
    if period == Period.TERM:
        if day.month < 8:
            return date(year, 7, 31), _("vårterminen %(year)s") % {"year": year}
        return date(year, 12, 31), _("höstterminen %(year)s") % {"year": year}
    start = school_year_of(day)
    return date(start + 1, 7, 31), _("läsåret %(from)s/%(to)s") % {
        "from": start,
        "to": f"{(start + 1) % 100:02}",
    }
