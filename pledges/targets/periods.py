"""The periods that targets are counted over.

- A year is counted from the pledge's first day, which for most is 1 January; a calendar year is the
  calendar's.
- A pledge of up to 18 months with a yearly number is one period with the promised number.
- A part of a period at either end joins its neighbour when it is under half of one, or when its
  share of the number would be less than one; else it is judged against its share.
- While a pledge is held over the count goes on with new periods, those of its planned time as they
  were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import count, takewhile
from math import floor

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

_DAY = timedelta(days=1)
_MONTHS_OF_ONE_PERIOD = 18


class Period(models.TextChoices):
    """The stretch of time that a count or an average is taken over."""

    DAY = "day", pgettext_lazy("period", "dag")
    WEEK = "week", pgettext_lazy("period", "vecka")
    MONTH = "month", pgettext_lazy("period", "månad")
    SEASON = "season", pgettext_lazy("period", "årstid")
    TERM = "term", pgettext_lazy("period", "termin")
    HALF_YEAR = "half_year", pgettext_lazy("period", "halvår")
    SCHOOL_YEAR = "school_year", pgettext_lazy("period", "läsår")
    YEAR = "year", pgettext_lazy("period", "år, från löftets första dag")
    CALENDAR_YEAR = "calendar_year", pgettext_lazy("period", "kalenderår")
    WHOLE = "whole", pgettext_lazy("period", "hela löftesperioden")
    OWN = "own", pgettext_lazy("period", "egen tid, med första och sista dag")


# Those that are told one by one.
LONG_PERIODS = frozenset(
    {
        Period.SEASON,
        Period.TERM,
        Period.HALF_YEAR,
        Period.SCHOOL_YEAR,
        Period.YEAR,
        Period.CALENDAR_YEAR,
        Period.OWN,
    }
)
_YEARLY = frozenset({Period.YEAR, Period.CALENDAR_YEAR, Period.SCHOOL_YEAR})
_NATURAL = frozenset({Period.MONTH, Period.SEASON, Period.TERM, Period.HALF_YEAR}) | _YEARLY


@dataclass(frozen=True)
class Span:
    """One stretch of time that a target is counted over, both days included.

    `label` names it ("2026", "vårterminen 2026"), empty for the whole pledge. `whole` holds the
    days of the period that it is a part of, where it is judged against its share; else None. `less`
    holds those of the period that it is longer than, where a part has joined one.
    """

    first: date
    last: date
    label: str
    is_extra: bool
    whole: tuple[date, date] | None = None
    less: tuple[date, date] | None = None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def whole_days(self) -> int | None:
        """How many days the period has that it is a part of."""
        return None if self.whole is None else (self.whole[1] - self.whole[0]).days + 1


@dataclass(frozen=True)
class _PartOfPeriod:
    """What of a whole period lies within a pledge."""

    first: date
    last: date
    whole: Span

    @property
    def is_part(self) -> bool:
        return (self.first, self.last) != (self.whole.first, self.whole.last)

    def joins(self, amount: int | None) -> bool:
        """Return whether it is too small a part to be judged by itself."""
        days = (self.last - self.first).days + 1
        share = None if amount is None else floor(amount * self._share)
        return self.is_part and (2 * days < self.whole.days or share == 0)

    def span(self, *, is_extra: bool) -> Span:
        whole = (self.whole.first, self.whole.last) if self.is_part else None
        return Span(self.first, self.last, self.whole.label, is_extra, whole)

    @property
    def _share(self) -> Fraction:
        return share_of(self.first, self.last, self.whole.first, self.whole.last)


def spans(
    period: Period,
    valid_from: date,
    planned_end: date,
    counted_until: date,
    amount: int | None = None,
    own: tuple[date, date] | None = None,
) -> Iterator[Span]:
    """Yield the spans of `period` from `valid_from` on, oldest first.

    They lie within the pledge's days, and go on past `planned_end` (marked `is_extra`) as long as
    the pledge holds over, up to the one that holds `counted_until`: a promise of two searches a
    year goes on for the new year. Days and weeks are not listed, the whole pledge is one, and so is
    a span of its `own`. School years begin on 1 August and spring terms on 1 January, as SCB's and
    the schools' own statistics are cut (the exact first school day differs between municipalities).
    """
    if period == Period.WHOLE:
        yield Span(valid_from, max(planned_end, counted_until), "", is_extra=False)
    elif period == Period.OWN and own is not None:
        yield Span(*own, label=_days_label(*own), is_extra=False)
    elif period in _NATURAL:
        yield from _planned(period, valid_from, planned_end, amount)
        if counted_until > planned_end:
            yield from _extra(period, valid_from, planned_end, counted_until, amount)


def _planned(
    period: Period, valid_from: date, planned_end: date, amount: int | None
) -> Iterator[Span]:
    pieces = [
        _PartOfPeriod(max(whole.first, valid_from), min(whole.last, planned_end), whole)
        for whole in takewhile(
            lambda whole: whole.first <= planned_end, _whole_periods(period, valid_from, valid_from)
        )
    ]
    is_short = planned_end < _months_after(valid_from, _MONTHS_OF_ONE_PERIOD)
    if len(pieces) == 1 or (period in _YEARLY and is_short):
        is_named = len(pieces) == 1 and not _is_of_pledge(period, valid_from)
        label = pieces[0].whole.label if is_named else ""
        one = Span(valid_from, planned_end, label, is_extra=False)
        whole = pieces[0].whole
        yield replace(one, less=(whole.first, whole.last)) if one.days > whole.days else one
        return
    joined = [piece.span(is_extra=False) for piece in pieces]
    if pieces[-1].joins(amount):
        before, part = joined[-2], joined.pop()
        joined[-1] = replace(_joined(before, part), label=_with_next(before.label, part.label))
    if len(joined) > 1 and pieces[0].joins(amount):
        part, after = joined[0], joined[1]
        joined[:2] = [replace(_joined(part, after), label=_with_before(part.label, after.label))]
    yield from joined


def _extra(
    period: Period, valid_from: date, planned_end: date, counted_until: date, amount: int | None
) -> Iterator[Span]:
    first = planned_end + _DAY
    # Years of the pledge begin anew the day after it.
    anchor = first if _is_of_pledge(period, valid_from) else valid_from
    wholes = _whole_periods(period, anchor, first)
    whole = next(wholes)
    piece = _PartOfPeriod(first, whole.last, whole)
    if piece.joins(amount):
        after = replace(next(wholes), is_extra=True)
        label = _with_before(whole.label, after.label)
        yield replace(_joined(piece.span(is_extra=True), after), label=label)
    else:
        yield piece.span(is_extra=True)
    for later in takewhile(lambda later: later.first <= counted_until, wholes):
        yield replace(later, is_extra=True)


def _joined(first: Span, last: Span) -> Span:
    whole = first if first.whole is None else last
    less = whole.whole or whole.less or (whole.first, whole.last)
    one = Span(first.first, last.last, "", last.is_extra)
    return replace(one, less=less) if one.days > (less[1] - less[0]).days + 1 else one


def _with_next(label: str, part: str) -> str:
    return _("%(period)s och början av %(next)s") % {"period": label, "next": part}


def _with_before(part: str, label: str) -> str:
    return _("slutet av %(before)s och %(period)s") % {"before": part, "period": label}


def _is_of_pledge(period: Period, valid_from: date) -> bool:
    """Return whether years are counted from the pledge's first day."""
    return period == Period.YEAR and (valid_from.month, valid_from.day) != (1, 1)


def _whole_periods(period: Period, anchor: date, day: date) -> Iterator[Span]:
    """Yield the whole periods from the one that holds a day on, without end.

    Years of the pledge begin on `anchor`.
    """
    if _is_of_pledge(period, anchor):
        number = 0
        while True:
            first, after = _years_after(anchor, number), _years_after(anchor, number + 1)
            if after > day:
                label = _("året från %(day)s") % {"day": date_format(first, "j F Y")}
                yield Span(first, after - _DAY, label, is_extra=False)
            number += 1
    while True:
        whole = period_at(period, day)
        yield whole
        day = whole.last + _DAY


def yearly_spans(
    last: date, valid_from: date, planned_end: date, counted_until: date
) -> Iterator[Span]:
    """Yield the time up to each day by which something is to be done again.

    `last` is the first such day. They lie within the pledge's days, one in each of its years, and
    go on (marked `is_extra`) as long as it holds over. Each is named by its own year.
    """
    first = valid_from
    for number in count():
        day = _same_day(last, number)
        if day < valid_from:
            continue
        if day > planned_end and (counted_until <= planned_end or first > counted_until):
            return
        yield Span(first, day, str(day.year), is_extra=day > planned_end)
        first = max(_year_of_pledge(valid_from, _same_day(last, number + 1)), day + _DAY)


def _same_day(day: date, years: int) -> date:
    """Return the same day that many years later; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _year_of_pledge(valid_from: date, day: date) -> date:
    """Return the first day of the pledge's year that holds a day."""
    first = _years_after(valid_from, day.year - valid_from.year)
    return first if first <= day else _years_after(valid_from, day.year - valid_from.year - 1)


def period_around(
    period: Period, valid_from: date, planned_end: date, day: date, amount: int | None = None
) -> tuple[date, date]:
    """Return the first and last day of the period that a day counts in.

    Where the pledge ends within a period, or is cut short, the last is that of the whole period.
    """
    counted_until = max(day, planned_end)
    for span in spans(period, valid_from, planned_end, counted_until, amount):
        if day <= span.last:
            last = max(span.last, _end_of_whole(period, valid_from, planned_end, span))
            return span.first, last
    return day, day


def _end_of_whole(period: Period, valid_from: date, planned_end: date, span: Span) -> date:
    anchor = planned_end + _DAY if span.is_extra else valid_from
    if _is_of_pledge(period, valid_from):
        return next(_whole_periods(period, anchor, span.last)).last
    return period_at(period, span.last).last


def period_at(period: Period, day: date) -> Span:
    """Return the whole month, season, term or year that a day lies in."""
    first, after, label = _PERIOD_AT[period](day)
    return Span(first, after - _DAY, label, is_extra=False)


def _month_at(day: date) -> tuple[date, date, str]:
    first = day.replace(day=1)
    return first, _months_after(first, 1), date_format(first, "F Y")


def _season_at(day: date) -> tuple[date, date, str]:
    first = _months_after(day.replace(day=1), -(day.month % 3))
    label = {
        12: _("vintern %(from)s/%(to)s"),
        3: _("våren %(from)s"),
        6: _("sommaren %(from)s"),
        9: _("hösten %(from)s"),
    }[first.month]
    years = {"from": first.year, "to": f"{(first.year + 1) % 100:02}"}
    return first, _months_after(first, 3), label % years


def _half_year_at(day: date) -> tuple[date, date, str]:
    is_first = day.month <= 6
    label = _("första halvåret %(year)s") if is_first else _("andra halvåret %(year)s")
    first = date(day.year, 1 if is_first else 7, 1)
    return first, _months_after(first, 6), label % {"year": day.year}


def _term_at(day: date) -> tuple[date, date, str]:
    year = day.year
    if day.month < 8:
        label = _("vårterminen %(year)s") % {"year": year}
        return date(year, 1, 1), date(year, 8, 1), label
    return date(year, 8, 1), date(year + 1, 1, 1), _("höstterminen %(year)s") % {"year": year}


def _school_year_at(day: date) -> tuple[date, date, str]:
    start = school_year_of(day)
    label = _("läsåret %(from)s/%(to)s") % {"from": start, "to": f"{(start + 1) % 100:02}"}
    return date(start, 8, 1), date(start + 1, 8, 1), label


def _year_at(day: date) -> tuple[date, date, str]:
    return date(day.year, 1, 1), date(day.year + 1, 1, 1), str(day.year)


_PERIOD_AT = {
    Period.MONTH: _month_at,
    Period.SEASON: _season_at,
    Period.TERM: _term_at,
    Period.HALF_YEAR: _half_year_at,
    Period.SCHOOL_YEAR: _school_year_at,
    Period.YEAR: _year_at,
    Period.CALENDAR_YEAR: _year_at,
}


def units_between(period: Period, first: date, last: date) -> Fraction:
    """Return how many periods the days from first to last make."""
    days = (last - first).days + 1
    if period in {Period.DAY, Period.WEEK}:
        return Fraction(days, 7 if period == Period.WEEK else 1)
    units = Fraction(0)
    for whole in takewhile(
        lambda whole: whole.first <= last, _whole_periods(period, date.min, first)
    ):
        overlap = (min(last, whole.last) - max(first, whole.first)).days + 1
        units += Fraction(overlap, whole.days)
    return units


def share_of(first: date, last: date, whole_first: date, whole_last: date) -> Fraction:
    """Return how much of a whole period the days from first to last are.

    In months where they are whole, as people count: two months of three are two thirds, and eleven
    of a year eleven twelfths. Else in days.
    """
    months, of_months = whole_months(first, last), whole_months(whole_first, whole_last)
    if months and of_months:
        return Fraction(months, of_months)
    return Fraction((last - first).days + 1, (whole_last - whole_first).days + 1)


def whole_months(first: date, last: date) -> int | None:
    """Return how many months some days make, None when they aren't whole."""
    after = last + _DAY
    if after.day != first.day:
        return None
    return max(0, (after.year - first.year) * 12 + after.month - first.month)


def school_year_of(day: date) -> int:
    """Return the year in which the school year of a day began."""
    return day.year if day.month >= 8 else day.year - 1


def school_year_label(year: int) -> str:
    """Return a school year as it is written, such as "2024/25"."""
    return f"{year}/{(year + 1) % 100:02}"


def _months_after(day: date, months: int) -> date:
    """Return the day that many months later.

    Where its month is too short, the 1st of the next.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return _months_after(date(year, month + 1, 1), 1)


def _years_after(day: date, years: int) -> date:
    return _months_after(day, 12 * years)


def _days_label(first: date, last: date) -> str:
    return f"{date_format(first, 'j F Y')}–{date_format(last, 'j F Y')}"
