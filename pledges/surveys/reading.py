"""What public pages read of drug-habit surveys: the public part alone, as series over the years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from pledges.models import Municipality, PublishedRound
from pledges.models.survey import AnsweringGroup, Grade, Measure
from pledges.targets import school_year_label

Group = AnsweringGroup
# In the order that they are told.
GROUPS = (Group.ALL, Group.GIRLS, Group.BOYS, Group.OTHER)
FIGURES_HEADINGS = [
    *("lasar", "arskurs", "fraga", "grupp", "andel_procent", "antal_svar"),
    *("antal_elever", "svarsfrekvens_procent", "metod", "publicerad", "rattad", "rattelse"),
]
# What stands in a file in place of a share that is hidden; read by machines, so never translated.
HIDDEN_IN_FILES = "visas inte"


class Seen(Enum):
    """What there is to see at a point."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ABSENT = "absent"  # not asked, or this group is not told of for itself


@dataclass(frozen=True)
class Point:
    """A share in one school year: whole per cent of `answered` pupils, None unless it is shown."""

    school_year: int
    seen: Seen
    percent: int | None = None
    answered: int | None = None


@dataclass(frozen=True)
class Trend:
    """A question in a grade: by group a point for each school year that has a round, in order.

    Groups that are shown in no year aren't there.
    """

    grade: Grade
    measure: Measure
    series: dict[Group, list[Point]]


def published_rounds(municipality: Municipality) -> list[PublishedRound]:
    """Return a municipality's public rounds with their shares, by grade and school year, in two
    queries."""
    return list(PublishedRound.objects.public().of(municipality))


def trends(rounds: Iterable[PublishedRound]) -> list[Trend]:
    """Return the series of every question that was asked, by grade and in the questions' order.

    Of a round with too few answers to tell of, every question counts as hidden: which were asked
    is not told.
    """
    by_grade: dict[Grade, list[PublishedRound]] = {}
    for each in sorted(rounds, key=lambda row: (row.grade, row.school_year)):
        by_grade.setdefault(Grade(each.grade), []).append(each)
    found = []
    for grade, rows in by_grade.items():
        points = {row.school_year: _points(row) for row in rows}
        for measure in Measure:
            series = {
                group: [_point(row, points[row.school_year].get((measure, group))) for row in rows]
                for group in GROUPS
                if any((measure, group) in at_year for at_year in points.values())
            }
            if series:
                found.append(Trend(grade, measure, series))
    return found


def _points(row: PublishedRound) -> dict[tuple[Measure, Group], Point]:
    return {
        (Measure(share.measure), Group(share.group)): Point(
            row.school_year,
            Seen.HIDDEN if share.percent is None else Seen.SHOWN,
            share.percent,
            share.answered,
        )
        for share in row.shares.all()
    }


def _point(row: PublishedRound, point: Point | None) -> Point:
    if point is not None:
        return point
    return Point(row.school_year, Seen.HIDDEN if row.answered is None else Seen.ABSENT)


def figures_file(rounds: Iterable[PublishedRound]) -> Iterator[list[object]]:
    """Yield the rows of a file under FIGURES_HEADINGS: one for each share, and one for a round of
    which no share can be told."""
    order = {group: place for place, group in enumerate(GROUPS)}
    for row in rounds:
        of_round = [
            *(row.invited, row.response_rate, row.get_method_display()),
            *(row.published_on, row.corrected_on, row.correction),
        ]
        begins = [school_year_label(row.school_year), row.get_grade_display()]
        shares = sorted(
            row.shares.all(),
            key=lambda s: (Measure.values.index(s.measure), order[Group(s.group)]),
        )
        for share in shares:
            told = HIDDEN_IN_FILES if share.percent is None else share.percent
            names = [share.get_measure_display(), share.get_group_display()]
            yield [*begins, *names, told, share.answered, *of_round]
        if not shares:
            yield [*begins, "", "", HIDDEN_IN_FILES, None, *of_round]
