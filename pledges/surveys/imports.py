"""Several rounds from a list, previewed first, then stored.

All of them are stored, or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.exchange.rows import RowFault
from pledges.exchange.tables import Table
from pledges.models import Commitment, Municipality, SurveyRound
from pledges.surveys import rounds
from pledges.surveys import sums as sums_of_answers
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.round_lists import LIST_HEADINGS, ListedRound, read_list
from pledges.surveys.rounds import QuestionsLeft, RoundEntry
from pledges.surveys.sums import Group, Sums

_YEAR, _GRADE, _GROUP, _INVITED, _ANSWERED = LIST_HEADINGS
_HEADINGS = {"school_year": _YEAR, "grade": _GRADE, "invited": _INVITED}


@dataclass(frozen=True)
class ListPreview:
    """The rounds of a list as they would be stored, each with its first row.

    `remarks` say what was computed or ignored; `questions` are about the numbers, by row.
    """

    entries: list[tuple[int, RoundEntry]]
    remarks: list[str]
    questions: list[tuple[int, str]]


def preview(
    table: Table,
    commitment: Commitment,
    municipality: Municipality,
    *,
    method: str,
    instrument: str = "",
    today: date,
) -> ListPreview:
    """Return what a list would store, in a fixed number of queries.

    Raises SurveyRowsError with every fault, Refused when the commitment can't have surveys.
    """
    if not rounds.accepts_surveys(commitment, municipality):
        raise Refused(_("Åtagandet gäller inte längre för kommunen."))
    survey_list = read_list(table)
    existing = set(
        SurveyRound.objects.filter(municipality=municipality).values_list("school_year", "grade")
    )
    result = ListPreview([], survey_list.remarks, [])
    faults: list[tuple[int, RowFault]] = []
    for list_round in survey_list.rounds:
        entry = RoundEntry(
            commitment,
            municipality,
            list_round.school_year,
            list_round.grade,
            list_round.invited,
            Sums.of_cells(list_round.cells),
            method=method,
            instrument=instrument,
        )
        round_faults = rounds.faults_of_round(entry, today)
        if (list_round.school_year, list_round.grade) in existing:
            round_faults["school_year"] = rounds.duplicate_sentence(entry)
        faults += [_fault(list_round, name, sentence) for name, sentence in round_faults.items()]
        result.entries.append((list_round.first_row, entry))
        if not round_faults:
            questions = sums_of_answers.questions(entry.sums, entry.invited)
            result.questions.extend((list_round.first_row, sentence) for sentence in questions)
    if faults:
        raise SurveyRowsError(faults)
    return result


def _fault(list_round: ListedRound, name: str, sentence: str) -> tuple[int, RowFault]:
    """Return a fault of the rules with the row that it is about.

    A number's sentence names its row itself.
    """
    group = name.rpartition("-")[2]
    row = (
        list_round.rows.get(Group(group), list_round.first_row)
        if group in Group.values
        else list_round.first_row
    )
    return row, RowFault(_HEADINGS.get(name, ""), sentence)


@transaction.atomic
def store(
    list_preview: ListPreview,
    *,
    is_sure: bool,
    by: User | None,
    at: datetime,
    is_demonstration: bool = False,
) -> list[SurveyRound]:
    """Store every round of a list, or none.

    Raises QuestionsLeft, and Refused when something has changed since the preview.
    """
    if list_preview.questions and not is_sure:
        raise QuestionsLeft([sentence for _row, sentence in list_preview.questions])
    return [
        rounds.save(entry, is_sure=True, by=by, at=at, is_demonstration=is_demonstration)
        for _row, entry in list_preview.entries
    ]
