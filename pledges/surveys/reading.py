"""Read what is published of drug-habit surveys, for public pages.

The public part alone, as series over the years.
"""

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
    *("utelamnade", "demonstration"),
]
# What stands in a file in place of a share that is hidden; read by machines, so never translated.
HIDDEN_IN_FILES = "visas inte"
# Who isn't counted in, so that the number of answers and the response rate are the least.
LEFT_OUT_IN_FILES = "annat eller inte uppgett kön, när de är för få"


class Visibility(Enum):
    """What a reader sees at a point."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ABSENT = "absent"  # not asked, or this group is not shown for itself


@dataclass(frozen=True)
class TrendPoint:
    """A share in one school year: whole per cent of `answered` pupils.

    `percent` and `answered` are None unless it is shown.
    """

    school_year: int
    visibility: Visibility
    percent: int | None = None
    answered: int | None = None


@dataclass(frozen=True)
class Trend:
    """A question in a grade, as points over the school years.

    `series` has by group a point for each school year that has a round, in order. Groups that are
    shown in no year are left out.
    """

    grade: Grade
    measure: Measure
    series: dict[Group, list[TrendPoint]]


def published_rounds(municipality: Municipality) -> list[PublishedRound]:
    """Return a municipality's public rounds with their shares.

    They are ordered by grade and school year; two queries.
    """
    return list(PublishedRound.objects.public().for_municipality(municipality))


def trends(rounds: Iterable[PublishedRound]) -> list[Trend]:
    """Return the series of every question asked, by grade and question.

    Of a round with too few answers to publish, every question counts as hidden: which were asked is
    not published.
    """
    by_grade: dict[Grade, list[PublishedRound]] = {}
    for survey_round in sorted(
        rounds, key=lambda survey_round: (survey_round.grade, survey_round.school_year)
    ):
        by_grade.setdefault(Grade(survey_round.grade), []).append(survey_round)
    result = []
    for grade, grade_rounds in by_grade.items():
        points = {survey_round.school_year: _points(survey_round) for survey_round in grade_rounds}
        for measure in Measure:
            series = {
                group: [
                    _point(survey_round, points[survey_round.school_year].get((measure, group)))
                    for survey_round in grade_rounds
                ]
                for group in GROUPS
                if any((measure, group) in at_year for at_year in points.values())
            }
            if series:
                result.append(Trend(grade, measure, series))
    return result


def _points(survey_round: PublishedRound) -> dict[tuple[Measure, Group], TrendPoint]:
    return {
        (Measure(share.measure), Group(share.group)): TrendPoint(
            survey_round.school_year,
            Visibility.HIDDEN if share.percent is None else Visibility.SHOWN,
            share.percent,
            share.answered,
        )
        for share in survey_round.shares.all()
    }


def _point(survey_round: PublishedRound, point: TrendPoint | None) -> TrendPoint:
    if point is not None:
        return point
    return TrendPoint(
        survey_round.school_year,
        Visibility.HIDDEN if survey_round.answered is None else Visibility.ABSENT,
    )


def figures_file(rounds: Iterable[PublishedRound]) -> Iterator[list[object]]:
    """Yield the rows of a file under FIGURES_HEADINGS.

    There is one for each share, and one for a round of which no share can be shown.
    """
    order = {group: place for place, group in enumerate(GROUPS)}
    for survey_round in rounds:
        round_cells = [
            *(survey_round.invited, survey_round.response_rate, survey_round.get_method_display()),
            *(survey_round.published_on, survey_round.corrected_on, survey_round.correction),
            LEFT_OUT_IN_FILES if survey_round.is_least else "",
            "ja" if survey_round.is_demonstration else "",
        ]
        first_cells = [
            school_year_label(survey_round.school_year),
            survey_round.get_grade_display(),
        ]
        shares = sorted(
            survey_round.shares.all(),
            key=lambda share: (Measure.values.index(share.measure), order[Group(share.group)]),
        )
        for share in shares:
            percent = HIDDEN_IN_FILES if share.percent is None else share.percent
            names = [share.get_measure_display(), share.get_group_display()]
            yield [*first_cells, *names, percent, share.answered, *round_cells]
        if not shares:
            yield [*first_cells, "", "", HIDDEN_IN_FILES, None, *round_cells]
