"""What may be counted twice: the same again, or days that overlap.

A report of 71 checks from May to July and one of 301 from May to December tell of some checks both
times; so do a span of days and single days within it. Whoever records it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from pledges.actions.days import Days
from pledges.actions.recording import Entry
from pledges.actions.rows import ReadRow
from pledges.models import CompletedAction, Pledge

# Commitment, municipality and what was counted.
_Subject = tuple[int, int, str]


def overlapping(entry: Entry, submission: UUID) -> int:
    """Return how many recorded actions may count the same.

    Those of the same thing whose days overlap with its days, when either went on for several days.
    What came by the same sending is itself.
    """
    counted = CompletedAction.objects.counted().filter(
        commitment=entry.commitment, municipality=entry.municipality, unit__iexact=entry.unit
    )
    if not entry.days.are_several:
        counted = counted.exclude(last_day=None)
    return counted.between(entry.days.first, entry.days.last).exclude(submission=submission).count()


def ask_about_doubles(rows: Iterable[ReadRow], pledge: Pledge) -> None:
    """Ask about rows of a file that may count something again; one query.

    Those that say the same days and place as another, in the file or in the log, or whose days
    overlap with another's when either went on for several days.
    """
    entries = [(row, row.entry) for row in rows if row.entry is not None]
    if not entries:
        return
    days = [entry.days for _row, entry in entries]
    stored, earlier = _Counted(), _Counted()
    for commitment, municipality, unit, first, last, place in (
        CompletedAction.objects.counted()
        .filter(commitment__pledge=pledge)
        .between(min(span.first for span in days), max(span.last for span in days))
        .values_list("commitment", "municipality", "unit", "done_on", "last_day", "place")
    ):
        subject = (commitment, municipality, unit.casefold())
        stored.add(subject, Days(first, last or first), place, 0)
    for row, entry in entries:
        subject = (entry.commitment.pk, entry.municipality.pk, entry.unit.casefold())
        place_key = entry.place.pk if entry.place else None
        if stored.same(subject, entry.days, place_key) is not None:
            row.questions.append(_("Det finns redan en insats för samma åtagande, dag och plats."))
        elif stored.overlap(subject, entry.days) is not None:
            row.questions.append(_("Det finns redan insatser för samma åtagande under de dagarna."))
        if same_row := earlier.same(subject, entry.days, place_key):
            row.questions.append(
                _("Samma åtagande, dag och plats som rad %(number)s.") % {"number": same_row}
            )
        elif other_row := earlier.overlap(subject, entry.days):
            row.questions.append(
                _("Samma åtagande som rad %(number)s, och dagarna går i varandra.")
                % {"number": other_row}
            )
        else:
            earlier.add(subject, entry.days, place_key, row.number)


class _Counted:
    """The days that are counted already, by their row in a file."""

    def __init__(self) -> None:
        self._exact: dict[tuple[_Subject, Days, int | None], int] = {}
        self._single_days: dict[tuple[_Subject, date], int] = {}
        self._days_of_spans: dict[tuple[_Subject, date], int] = {}

    def add(self, subject: _Subject, days: Days, place: int | None, number: int) -> None:
        self._exact.setdefault((subject, days, place), number)
        known = self._days_of_spans if days.are_several else self._single_days
        for day in _each_day(days):
            known.setdefault((subject, day), number)

    def same(self, subject: _Subject, days: Days, place: int | None) -> int | None:
        """Return the row of the first with the same days and place."""
        return self._exact.get((subject, days, place))

    def overlap(self, subject: _Subject, days: Days) -> int | None:
        """Return the row of one that shares a day, when either has several."""
        for day in _each_day(days):
            key = (subject, day)
            if key in self._days_of_spans:
                return self._days_of_spans[key]
            if days.are_several and key in self._single_days:
                return self._single_days[key]
        return None


def _each_day(days: Days) -> Iterator[date]:
    day = days.first
    while day <= days.last:
        yield day
        day += timedelta(days=1)
