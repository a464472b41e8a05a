"""Read several rounds of a survey from a spreadsheet's rows.

A *list* has a row for each group of each round, with the columns of LIST_HEADINGS and one for each
question. Columns that aren't recognised are ignored, and named in the remarks.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pledges.exchange.rows import plain
from pledges.exchange.tables import Table, TableRow, unread_columns
from pledges.models.survey import Grade
from pledges.surveys.cells import HEADINGS_ROW, Cell, Reader
from pledges.surveys.names import (
    grade_of,
    group_of,
    is_answered,
    is_per_cent,
    question_of,
    school_year_in,
)
from pledges.surveys.sums import ANSWERED, Group, Measure

# The headings of a list, in the template's order; the questions' columns follow.
LIST_HEADINGS = ("Läsår", "Årskurs", "Grupp", "Inbjudna", "Svarade")
_YEAR, _GRADE, _GROUP, _INVITED, _ANSWERED = LIST_HEADINGS
_OTHER_NAMES = {"ak": _GRADE, "kon": _GROUP, "antal elever": _INVITED}
MAX_ROUNDS = 100


@dataclass
class ListedRound:
    """A round of a list; `rows` are the numbers of its rows by group."""

    rows: dict[Group, int]
    school_year: int
    grade: Grade
    invited: int
    cells: dict[str, int]

    @property
    def first_row(self) -> int:
        """The number of the first of its rows."""
        return min(self.rows.values())


@dataclass
class RoundList:
    """The rounds of a list, and remarks on what was computed or ignored."""

    rounds: list[ListedRound]
    remarks: list[str]


def is_list(table: Table) -> bool:
    """Return whether a table's headings are those of a list of rounds."""
    return {_YEAR, _GRADE} <= {_list_heading(heading) for heading in table.headings}


def _list_heading(text: str) -> str | None:
    name = plain(text)
    if is_answered(text):
        return _ANSWERED
    known = {plain(heading): heading for heading in LIST_HEADINGS} | _OTHER_NAMES
    return known.get(name)


def read_list(table: Table) -> RoundList:
    """Return the rounds of a list. Raises SurveyRowsError with every fault."""
    return _ListReader().read(table)


class _ListReader(Reader):
    """Reads a list of rounds."""

    def read(self, table: Table) -> RoundList:
        """Return the rounds of a table."""
        self.remarks += table.remarks
        self.headings = table.headings
        self.columns = self._columns()
        self.raise_faults()
        by_round: dict[tuple[int, Grade], list[tuple[Group, TableRow]]] = {}
        for row in table.rows:
            year, grade = self._year(row), self._grade(row)
            group = self._group(row)
            if year is None or grade is None or group is None:
                continue
            rows = by_round.setdefault((year, grade), [])
            if group in {other for other, _row in rows}:
                sentence = _("Omgången har redan en rad för %(group)s.") % {"group": group.label}
                self.add_fault(row.number, _GROUP, sentence)
            else:
                rows.append((group, row))
        if len(by_round) > MAX_ROUNDS:
            sentence = _("Listan har fler än %(most)s omgångar. Dela upp den.")
            self.add_fault(HEADINGS_ROW, "", sentence % {"most": MAX_ROUNDS})
            self.raise_faults()
        rounds = [self._round(*key, rows) for key, rows in by_round.items()]
        self.raise_faults()
        return RoundList(
            [list_round for list_round in rounds if list_round is not None], self.remarks
        )

    def _columns(self) -> dict[str, int]:
        """Return the place of each heading of the list, and of each question."""
        columns: dict[str, int] = {}
        unknown = []
        for index, heading in enumerate(self.headings):
            name = _list_heading(heading) or question_of(heading)
            if name is None:
                unknown.append(heading)
            elif name in columns:
                sentence = _("Kolumnen finns två gånger. Ta bort den ena.")
                self.add_fault(HEADINGS_ROW, heading, sentence)
            else:
                columns[name] = index
        self.remarks += unread_columns(unknown)
        for heading in LIST_HEADINGS:
            if heading not in columns:
                self.add_fault(HEADINGS_ROW, heading, _("Kolumnen saknas. Använd mallen."))
        if not any(measure in columns for measure in Measure):
            sentence = _("Ingen kolumn är en fråga som portalen känner igen. Använd mallen.")
            self.add_fault(HEADINGS_ROW, "", sentence)
        return columns

    def _cell(self, row: TableRow, name: str) -> Cell:
        index = self.columns[name]
        heading = self.headings[index]
        is_share = is_per_cent(heading) and name not in LIST_HEADINGS
        return Cell(row.number, heading, row.cells[index], is_share)

    def _year(self, row: TableRow) -> int | None:
        cell = self._cell(row, _YEAR)
        year = school_year_in(cell.text)
        if year is None:
            self.add_fault(row.number, cell.heading, _("Skriv läsåret så här: 2024/25."))
        return year

    def _grade(self, row: TableRow) -> Grade | None:
        cell = self._cell(row, _GRADE)
        grade = grade_of(cell.text)
        if grade is None:
            self.add_fault(row.number, cell.heading, _("Skriv ”9” eller ”gy 2”."))
        return grade

    def _group(self, row: TableRow) -> Group | None:
        cell = self._cell(row, _GROUP)
        group = group_of(cell.text) if cell.text else Group.ALL
        if group is None:
            sentence = _("Skriv flickor, pojkar, annat eller alla.")
            self.add_fault(row.number, cell.heading, sentence)
        return group

    def _round(
        self, year: int, grade: Grade, rows: list[tuple[Group, TableRow]]
    ) -> ListedRound | None:
        cells = {
            (ANSWERED if name == _ANSWERED else name, group): self._cell(row, name)
            for group, row in rows
            for name in (_ANSWERED, *(m for m in Measure if m in self.columns))
        }
        numbers = self.numbers(cells)
        invited = {
            number: row.number
            for _group, row in reversed(rows)
            if (number := self.number(self._cell(row, _INVITED))) is not None
        }
        first = rows[0][1].number
        if not invited:
            self.add_fault(first, _INVITED, _("Fyll i hur många elever som går i årskursen."))
            return None
        if len(invited) > 1:
            sentence = _("Omgångens rader har olika antal elever i årskursen: %(numbers)s.")
            shown = ", ".join(map(str, sorted(invited)))
            self.add_fault(first, _INVITED, sentence % {"numbers": shown})
            return None
        return ListedRound(
            {group: row.number for group, row in rows}, year, grade, next(iter(invited)), numbers
        )
