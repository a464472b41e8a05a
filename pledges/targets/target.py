"""What a commitment promises to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext, npgettext
from django.utils.translation import gettext as _

from pledges.targets.periods import (
    LONG_PERIODS,
    Period,
    Span,
    period_around,
    period_at,
    spans,
    yearly_spans,
)
from pledges.targets.units import unit_for


class Shape(models.TextChoices):
    """How a target is measured."""

    COUNT = "count", gettext_lazy("antal per period")
    AVERAGE = "average", gettext_lazy("i genomsnitt per period")
    COVERAGE = "coverage", gettext_lazy("så många av alla")
    DONE = "done", gettext_lazy("gjort eller inte")
    ON_DEMAND = "on_demand", gettext_lazy("på begäran")
    NONE = "none", gettext_lazy("inget mätbart mål")


# How late whoever asks may be promised an answer.
MAX_DAYS_TO_ANSWER = 3650
_COUNTED = frozenset({Shape.COUNT, Shape.AVERAGE})


@dataclass(frozen=True)
class Target:
    """What a commitment promises to reach.

    `amount` is the count, the average or the covered number; `of` the whole for coverage, None when
    all of an unstated number are meant; `unit` says what is counted, in the text's own language.
    `first` and `last` are the days of a period of its own, or `last` alone the day by which it is
    to be done, which comes again `every_year`; `within_days` is how soon whoever asks is to get it.
    """

    shape: Shape
    amount: Decimal | None = None
    period: Period | None = None
    at_least: bool = True
    of: int | None = None
    unit: str = ""
    at_most: bool = False
    first: date | None = None
    last: date | None = None
    within_days: int | None = None
    every_year: bool = False

    @property
    def is_measurable(self) -> bool:
        """Whether fulfilment can be followed up at all."""
        return self.shape != Shape.NONE

    @property
    def is_mean(self) -> bool:
        """Whether it is a mean over the time that is reported.

        What is to be done each day or week is: one bad week never spoils a pledge.
        """
        is_short = self.period in {Period.DAY, Period.WEEK}
        return self.shape == Shape.AVERAGE or (self.shape == Shape.COUNT and is_short)

    @property
    def is_by_periods(self) -> bool:
        """Whether it is told period by period."""
        return self.shape in {Shape.COUNT, Shape.COVERAGE} and self.period in LONG_PERIODS

    def spans(self, valid_from: date, planned_end: date, counted_until: date) -> Iterator[Span]:
        """Yield the spans that it is counted over, see `periods.spans`."""
        if self.every_year and self.last is not None:
            yield from yearly_spans(self.last, valid_from, planned_end, counted_until)
        elif self.period is not None:
            yield from spans(
                self.period, valid_from, planned_end, counted_until, self._least, self._own
            )

    def period_start(self, valid_from: date, planned_end: date, day: date) -> date:
        """Return the first day of the period that a day of a pledge counts in.

        That of the pledge, where all of its time is one.
        """
        if self.every_year:
            periods = self.spans(valid_from, planned_end, planned_end)
            return next((span.first for span in periods if day <= span.last), valid_from)
        period = self.period
        if self.is_mean:
            by_year = period in {Period.DAY, Period.WEEK, Period.MONTH}
            period = Period.YEAR if by_year else Period.WHOLE
        elif not self.is_by_periods and period != Period.MONTH:
            period = Period.WHOLE
        periods = spans(
            period or Period.WHOLE, valid_from, planned_end, planned_end, self._least, self._own
        )
        return next((span.first for span in periods if day <= span.last), valid_from)

    def secret_until(self, valid_from: date, planned_end: date, day: date) -> date:
        """Return the last day on which nothing of a day may be told.

        Of a secret kind, see `secret_span`.
        """
        return self.secret_span(valid_from, planned_end, day)[1]

    def secret_span(self, valid_from: date, planned_end: date, day: date) -> tuple[date, date]:
        """Return the first and last of the days that are told of together.

        Of a secret kind nothing of them may be told before the last is over: that is the own last
        day of the period that `day` counts in, also where it is cut short. What is over the whole
        pledge, or tells how much is left of it, waits for its end; what has no periods, or months
        and shorter ones, for the end of the school term.
        """
        together: tuple[date, date] | None = None
        if self.is_by_periods and self.period is not None:
            if self._own is None:
                return period_around(self.period, valid_from, planned_end, day, self._least)
            together = (valid_from, self._own[1])
        elif self.is_over_the_whole:
            together = (valid_from, planned_end)
        term = period_at(Period.TERM, day)
        if together is None:
            return term.first, term.last
        if day <= together[1]:
            return together
        return max(term.first, together[1] + timedelta(days=1)), term.last

    @property
    def is_over_the_whole(self) -> bool:
        """Whether all of the pledge's time is the one period for it."""
        return self.period == Period.WHOLE or (
            self.period is None and self.shape in {Shape.COVERAGE, Shape.DONE, Shape.ON_DEMAND}
        )

    @property
    def has_number_for_the_whole(self) -> bool:
        """Whether a number is promised for all of the pledge's time."""
        return self.amount is not None and self.is_over_the_whole

    @property
    def _least(self) -> int | None:
        counts = self.shape == Shape.COUNT and not self.at_most
        return int(self.amount) if counts and self.amount is not None else None

    @property
    def _own(self) -> tuple[date, date] | None:
        is_own = self.period == Period.OWN and self.first is not None and self.last is not None
        return (self.first, self.last) if is_own else None  # type: ignore[return-value]

    def faults(self) -> list[tuple[str, str]]:
        """Return (key, sentence) for each way in which the parts don't fit."""
        faults: list[tuple[str, str]] = []
        needs_amount = self.shape in _COUNTED
        if needs_amount and self.amount is None:
            faults.append(("amount", _("Målet saknar antal.")))
        if needs_amount and self.period is None:
            faults.append(("period", _("Målet saknar period.")))
        if self.amount is not None:
            if self.shape not in {*_COUNTED, Shape.COVERAGE}:
                faults.append(("amount", _("Ett mål av det här slaget har inget antal.")))
            elif self.amount <= 0:
                faults.append(("amount", _("Antalet måste vara större än noll.")))
            elif self.shape != Shape.AVERAGE and self.amount != int(self.amount):
                faults.append(("amount", _("Antalet måste vara ett heltal.")))
        faults += self._faults_of_time()
        if self.at_most and self.shape not in _COUNTED:
            faults.append(("at_most", _("Bara ett antal eller ett genomsnitt kan vara högst.")))
        if self.at_most and self.at_least:
            faults.append(("at_most", _("Välj minst eller högst, inte båda.")))
        if self.of is not None:
            if self.shape != Shape.COVERAGE:
                faults.append(("of", _("Bara mål av slaget coverage anger hur många det finns.")))
            elif self.amount is not None and self.of < self.amount:
                faults.append(("of", _("Målet är större än det hela.")))
        if self.shape == Shape.COVERAGE and not self.unit:
            faults.append(("unit", _("Ange vad som ska nås, till exempel klasser i årskurs 7.")))
        return faults

    def _faults_of_time(self) -> list[tuple[str, str]]:
        faults: list[tuple[str, str]] = []
        if self.period is not None:
            if self.shape not in {*_COUNTED, Shape.COVERAGE}:
                faults.append(("period", _("Ett mål av det här slaget har ingen period.")))
            elif self.shape == Shape.COVERAGE and self.period not in LONG_PERIODS:
                faults.append(("period", _("Så många av alla räknas inte över så korta perioder.")))
            elif self.shape == Shape.AVERAGE and self.period == Period.OWN:
                faults.append(("period", _("Ett genomsnitt har ingen egen tid. Välj en period.")))
        if self.period == Period.OWN:
            if self.first is None:
                faults.append(("first", _("Ange första dagen.")))
            if self.last is None:
                faults.append(("last", _("Ange sista dagen.")))
            elif self.first is not None and self.last < self.first:
                faults.append(("last", _("Sista dagen är före den första.")))
        else:
            if self.first is not None:
                faults.append(("first", _("Bara ett mål med egen tid har en första dag.")))
            if self.last is not None and self.shape != Shape.DONE:
                faults.append(("last", _("Bara ett mål med egen tid har en sista dag.")))
        if self.every_year and (self.shape != Shape.DONE or self.last is None):
            sentence = _("Bara det som ska vara gjort senast en dag kan gälla varje år.")
            faults.append(("every_year", sentence))
        if self.within_days is not None and self.shape != Shape.ON_DEMAND:
            faults.append(("within_days", _("Bara ett mål på begäran har en svarstid.")))
        return faults

    def faults_outside(self, valid_from: date, planned_end: date) -> list[tuple[str, str]]:
        """Return (key, sentence) for each of its own days outside of a pledge's."""
        return [
            (key, _("Dagen ligger utanför löftets tid."))
            for key, day in (("first", self.first), ("last", self.last))
            if day is not None and not valid_from <= day <= planned_end
        ]

    def sentence(self, unit_of: Callable[[int | Decimal], str] | None = None) -> str:
        """Return the target as a short phrase: "Minst 2 hundsök per år".

        In the language in use. `unit_of` words what is counted for a number in another way.
        """
        unit_of = unit_of or self._unit_of
        match self.shape:
            case Shape.NONE:
                return _("Inget mål i siffror")
            case Shape.DONE if self.last is not None and self.every_year:
                return _("Genomförs senast %(day)s varje år, första gången %(year)s") % {
                    "day": formats.date_format(self.last, "j F"),
                    "year": self.last.year,
                }
            case Shape.DONE if self.last is not None:
                return _("Genomförs senast %(day)s") % {
                    "day": formats.date_format(self.last, "j F Y")
                }
            case Shape.DONE:
                return _("Genomförs under löftesperioden")
            case Shape.ON_DEMAND if self.within_days is not None:
                within = {"days": days_text(self.within_days)}
                return _("Genomförs inom %(days)s när någon ber om det") % within
            case Shape.ON_DEMAND:
                return _("Genomförs när någon ber om det")
            case Shape.COVERAGE:
                return self._coverage_sentence(unit_of)
        number = formats.number_format(self.amount.normalize() if self.amount else 0)
        parts = {
            "number": number if float(self.amount or 0) % 1 else str(int(self.amount or 0)),
            "unit": unit_of(self.amount or 0),
            "period": self._period_phrase(),
        }
        if self.shape == Shape.AVERAGE:
            if self.at_most:
                return _("Högst %(number)s %(unit)s i genomsnitt %(period)s") % parts
            if self.at_least:
                return _("Minst %(number)s %(unit)s i genomsnitt %(period)s") % parts
            return _("%(number)s %(unit)s i genomsnitt %(period)s") % parts
        if self.at_most:
            return _("Högst %(number)s %(unit)s %(period)s") % parts
        if self.at_least:
            return _("Minst %(number)s %(unit)s %(period)s") % parts
        return _("%(number)s %(unit)s %(period)s") % parts

    def _unit_of(self, number: int | Decimal) -> str:
        if not self.unit:
            return ngettext("gång", "gånger", int(number))
        return unit_for(number, self.unit, get_language() or settings.LANGUAGE_CODE)

    def _coverage_sentence(self, unit_of: Callable[[int | Decimal], str]) -> str:
        number = self.of or self.amount or 0
        unit = f"{unit_of(number)} {self._period_phrase()}".strip()
        if self.amount is None:
            return _("Alla %(unit)s") % {"unit": unit}
        parts = {"number": int(self.amount), "of": self.of, "unit": unit}
        if self.of is None:
            return _("%(number)s %(unit)s") % parts
        return _("%(number)s av %(of)s %(unit)s") % parts

    def _period_phrase(self) -> str:
        if self._own is not None:
            first, last = (formats.date_format(day, "j F Y") for day in self._own)
            if first == last:
                return _("den %(day)s") % {"day": first}
            return _("från %(first)s till %(last)s") % {"first": first, "last": last}
        return period_phrase(self.period)


def days_text(days: int) -> str:
    """Return a number of days in words, in weeks where they are whole."""
    if days % 7:
        return ngettext("%(n)s dag", "%(n)s dagar", days) % {"n": days}
    weeks = days // 7
    return ngettext("en vecka", "%(n)s veckor", weeks) % {"n": weeks}


def period_phrase(period: Period | None) -> str:
    """Return how often: "per år"."""
    return {
        Period.DAY: _("per dag"),
        Period.WEEK: _("per vecka"),
        Period.MONTH: _("per månad"),
        Period.SEASON: _("per årstid"),
        Period.TERM: _("per termin"),
        Period.HALF_YEAR: _("per halvår"),
        Period.SCHOOL_YEAR: _("per läsår"),
        Period.YEAR: _("per år"),
        Period.CALENDAR_YEAR: _("per kalenderår"),
        Period.WHOLE: _("under hela löftesperioden"),
        Period.OWN: "",
        None: "",
    }[period]


def period_noun(period: Period | None, number: int) -> str:
    """Return what a number of periods are: "år"."""
    nouns = {
        Period.SEASON: npgettext("antal", "årstid", "årstider", number),
        Period.TERM: npgettext("antal", "termin", "terminer", number),
        Period.HALF_YEAR: npgettext("antal", "halvår", "halvår", number),
        Period.SCHOOL_YEAR: npgettext("antal", "läsår", "läsår", number),
        Period.YEAR: npgettext("antal", "år", "år", number),
        Period.CALENDAR_YEAR: npgettext("antal", "år", "år", number),
    }
    return nouns.get(period or Period.WHOLE) or npgettext("antal", "period", "perioder", number)
