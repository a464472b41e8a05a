"""Several rounds from a list: looked over first, then stored all at once or not at all."""

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
from pledges.surveys.round_lists import LIST_HEADINGS, ReadRound, read_list
from pledges.surveys.rounds import Entry, QuestionsLeft
from pledges.surveys.sums import Group, Sums

_YEAR, _GRADE, _GROUP, _INVITED, _ANSWERED = LIST_HEADINGS
_HEADINGS = {"school_year": _YEAR, "grade": _GRADE, "invited": _INVITED}


@dataclass(frozen=True)
class LookedOver:
    """The rounds of a list as they would be stored, each with its first row; what was reckoned or
    passed over; and the questions about the numbers, by row."""

    entries: list[tuple[int, Entry]]
    remarks: list[str]
    questions: list[tuple[int, str]]


def look_over(
    table: Table,
    commitment: Commitment,
    municipality: Municipality,
    *,
    method: str,
    instrument: str = "",
    today: date,
) -> LookedOver:
    """Return what a list says, in a fixed number of queries.

    Raises SurveyRowsError with every fault, Refused when the commitment can't hold surveys.
    """
    if not rounds.may_hold(commitment, municipality):
        raise Refused({"target": _("Åtagandet gäller inte längre för kommunen.")})
    read = read_list(table)
    there = set(
        SurveyRound.objects.filter(municipality=municipality).values_list("school_year", "grade")
    )
    looked = LookedOver([], read.remarks, [])
    faults: list[tuple[int, RowFault]] = []
    for each in read.rounds:
        entry = Entry(
            commitment,
            municipality,
            each.school_year,
            each.grade,
            each.invited,
            Sums.of_cells(each.cells),
            method=method,
            instrument=instrument,
        )
        found = rounds.faults_of_round(entry, today)
        if (each.school_year, each.grade) in there:
            found["school_year"] = rounds.there_already(entry)
        faults += [_fault(each, name, sentence) for name, sentence in found.items()]
        looked.entries.append((each.first_row, entry))
        if not found:
            asked = sums_of_answers.questions(entry.sums, entry.invited)
            looked.questions.extend((each.first_row, sentence) for sentence in asked)
    if faults:
        raise SurveyRowsError(faults)
    return looked


def _fault(read: ReadRound, name: str, sentence: str) -> tuple[int, RowFault]:
    """Place a fault of the rules at the row that it is about; a number's sentence names it."""
    group = name.rpartition("-")[2]
    row = read.rows.get(Group(group), read.first_row) if group in Group.values else read.first_row
    return row, RowFault(_HEADINGS.get(name, ""), sentence)


@transaction.atomic
def store(
    looked: LookedOver,
    *,
    is_sure: bool,
    by: User | None,
    at: datetime,
    is_demonstration: bool = False,
) -> list[SurveyRound]:
    """Store every round of a list, or none.

    Raises QuestionsLeft, and Refused when something has changed since it was looked over.
    """
    if looked.questions and not is_sure:
        raise QuestionsLeft([sentence for _row, sentence in looked.questions])
    return [
        rounds.save(entry, is_sure=True, by=by, at=at, is_demonstration=is_demonstration)
        for _row, entry in looked.entries
    ]
