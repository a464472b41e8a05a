"""The sums of a round: how many answered, and how many said yes.

And which numbers among them can't be right. A table of sums has a row for those who answered and
one for each question, and a column for each group. Girls and boys have columns of their own (and,
where it was asked, those who answered otherwise), or all pupils have one together: never both,
since one could contradict the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pledges.models.survey import CHAINS, MAX_PUPILS, AnsweringGroup, Measure
from pledges.surveys.statistical_disclosure import percent

Group = AnsweringGroup
# The row of those who answered; the others are named by their measure.
ANSWERED = "answered"
# Beyond these a number may be right, but is asked about: no survey of the kind has come near six in
# ten pupils who have used narcotics, and a third of a year group says little of the rest.
MAX_PLAUSIBLE_PERCENT = 60
MIN_PLAUSIBLE_SHARE = 3
_NARCOTICS = (Measure.NARCOTICS_EVER, Measure.NARCOTICS_30_DAYS)


@dataclass(frozen=True)
class Sums:
    """How many pupils answered, and how many said yes, by group.

    What is missing wasn't asked.
    """

    answered: Mapping[Group, int] = field(default_factory=dict)
    yes: Mapping[Measure, Mapping[Group, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The number of answers in all."""
        return sum(self.answered.values())

    def as_json(self) -> dict[str, Any]:
        """Return the sums as `SurveyPublication.sums` holds them.

        Always in the same order.
        """
        return {
            "answered": _by_group(self.answered),
            "yes": {m.value: _by_group(self.yes[m]) for m in Measure if m in self.yes},
        }

    @classmethod
    def of_cells(cls, cells: Mapping[str, int]) -> Sums:
        """Return the sums of a table's numbers, by the names of their cells."""
        answered = {g: cells[name] for g in Group if (name := cell_name(ANSWERED, g)) in cells}
        yes = {m: {g: cells[name] for g in Group if (name := cell_name(m, g)) in cells}
               for m in Measure}  # fmt: skip
        return cls(answered, {measure: numbers for measure, numbers in yes.items() if numbers})

    def cells(self) -> dict[str, int]:
        """Return the numbers by the names of their cells: what `of_cells` takes."""
        return {
            **{cell_name(ANSWERED, group): number for group, number in self.answered.items()},
            **{
                cell_name(measure, group): number
                for measure, numbers in self.yes.items()
                for group, number in numbers.items()
            },
        }


def _by_group(numbers: Mapping[Group, int]) -> dict[str, int]:
    return {group.value: numbers[group] for group in Group if group in numbers}


def cell_name(row: str, group: str) -> str:
    """Return the name of a cell: `row` is a measure or ANSWERED."""
    return f"{row}-{group}"


def row_label(row: str) -> str:
    """Return the name of a row of the table."""
    return _("Svarade") if row == ANSWERED else str(capfirst(Measure(row).label))


def cell_text(row: str, group: str) -> str:
    """Return a cell's row and column as text."""
    return _("%(row)s, %(column)s") % {"row": row_label(row), "column": Group(group).label}


def faults(sums: Sums, invited: int) -> dict[str, str]:
    """Return a sentence for each number that can't be right, by its cell.

    "invited" is for more answers than pupils, "" for a table without any question.
    """
    sentences: dict[str, str] = {}
    for name, sentence in (
        *_out_of_bounds(sums),
        *_faults_of_groups(sums),
        *_faults_of_questions(sums),
        *_faults_of_chains(sums),
    ):
        sentences.setdefault(name, sentence)
    if not sentences and sums.total > invited:
        sentences["invited"] = _(
            "%(answered)s svarade, men det fanns bara %(invited)s elever i årskursen."
        ) % {"answered": sums.total, "invited": invited}
    return sentences


def _out_of_bounds(sums: Sums) -> Iterator[tuple[str, str]]:
    for name, number in sums.cells().items():
        if not 0 <= number <= MAX_PUPILS:
            row, _dash, group = name.rpartition("-")
            yield (
                name,
                _("%(where)s: skriv ett tal från 0 till %(most)s.")
                % {"where": cell_text(row, group), "most": MAX_PUPILS},
            )


def _faults_of_groups(sums: Sums) -> Iterator[tuple[str, str]]:
    answered = sums.answered
    if not answered:
        yield (
            cell_name(ANSWERED, Group.GIRLS),
            _("Fyll i hur många som svarade: flickor och pojkar var för sig, eller alla."),
        )
    elif Group.ALL in answered and len(answered) > 1:
        yield (
            cell_name(ANSWERED, Group.ALL),
            _("Fyll i svaren efter kön eller bara kolumnen Alla, inte båda."),
        )
    elif Group.ALL not in answered:
        for group in (Group.GIRLS, Group.BOYS):
            if group not in answered:
                yield (
                    cell_name(ANSWERED, group),
                    _("%(where)s: fyll i hur många som svarade, 0 om det inte var någon.")
                    % {"where": cell_text(ANSWERED, group)},
                )


def _faults_of_questions(sums: Sums) -> Iterator[tuple[str, str]]:
    if not sums.yes:
        yield "", _("Fyll i svaren på minst en fråga.")
    for measure, numbers in sums.yes.items():
        for group in sums.answered:
            name, place = cell_name(measure, group), {"where": cell_text(measure, group)}
            if group not in numbers:
                yield (
                    name,
                    _(
                        "%(where)s: talet saknas. Fyll i det, eller lämna hela raden tom om "
                        "frågan inte ställdes."
                    )
                    % place,
                )
            elif numbers[group] > sums.answered[group]:
                yield (
                    name,
                    _("%(where)s: %(yes)s är fler än de %(answered)s som svarade.")
                    % {**place, "yes": numbers[group], "answered": sums.answered[group]},
                )
        for group in numbers.keys() - sums.answered.keys():
            yield (
                cell_name(measure, group),
                _("%(where)s: raden Svarade är tom i den kolumnen.")
                % {"where": cell_text(measure, group)},
            )


def _faults_of_chains(sums: Sums) -> Iterator[tuple[str, str]]:
    for chain in CHAINS:
        for wide, narrow in pairwise(measure for measure in chain if measure in sums.yes):
            for group, number in sums.yes[narrow].items():
                if number > sums.yes[wide].get(group, number):
                    yield (
                        cell_name(narrow, group),
                        _("%(where)s: %(narrow)s är fler än de %(wide)s på raden ”%(row)s”.")
                        % {
                            "where": cell_text(narrow, group),
                            "narrow": number,
                            "wide": sums.yes[wide][group],
                            "row": row_label(wide),
                        },
                    )


def questions(sums: Sums, invited: int) -> list[str]:
    """Return what is likely a mistake in sums without faults.

    The sentences are to be confirmed.
    """
    sentences = []
    if sums.total * MIN_PLAUSIBLE_SHARE < invited:
        sentences.append(
            _("Bara %(answered)s av %(invited)s elever svarade, färre än en tredjedel.")
            % {"answered": sums.total, "invited": invited}
        )
    for measure in _NARCOTICS:
        for group, number in sums.yes.get(measure, {}).items():
            answered = sums.answered[group]
            if number * 100 > MAX_PLAUSIBLE_PERCENT * answered:
                sentences.append(
                    _("%(where)s: %(percent)s %% är ovanligt mycket.")
                    % {"where": cell_text(measure, group), "percent": percent(number, answered)}
                )
    return sentences
