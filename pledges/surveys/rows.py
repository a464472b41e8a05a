"""Read the sums of one round of a survey from a spreadsheet's rows.

A *table* is one round, as the form shows it: a row for those who answered and one for each
question, a column for each group. Rows and columns that aren't recognised are ignored, and named in
the remarks. Several rounds at once are a *list* (`round_lists`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pledges.exchange.rows import RowFault
from pledges.exchange.tables import Table, TableError, TableRow, read_table, unread_columns
from pledges.surveys.cells import HEADINGS_ROW, Cell, Reader, SurveyRowsError
from pledges.surveys.names import group_of, is_answered, is_per_cent, question_of
from pledges.surveys.round_lists import is_list
from pledges.surveys.sums import ANSWERED, Group, row_label

# A list of a hundred rounds, with columns of other things besides, is shorter than this.
MAX_TEXT_LENGTH = 400_000


@dataclass
class RoundTable:
    """The numbers of a round by their cells, and remarks on the reading.

    The remarks say what was computed or ignored.
    """

    cells: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def pasted(text: str) -> Table:
    """Return pasted text as a table. Raises TableError."""
    if len([line for line in text.splitlines() if line.strip()]) < 2:
        raise TableError(_("Klistra in hela tabellen: en rad med rubriker, och raderna under den."))
    return read_table(text.encode("utf-8", "replace"))


def as_text(table: Table) -> str:
    """Return a table as text that `pasted` reads again.

    Its rows keep their numbers. Raises TableError for one that is far larger than any list of
    rounds.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(table.headings)
    last_number = HEADINGS_ROW
    for row in table.rows:
        stream.write("\n" * (row.number - last_number - 1))
        writer.writerow(row.cells)
        last_number = row.number
    if len(stream.getvalue()) > MAX_TEXT_LENGTH:
        raise TableError(_("Filen är för stor. Ta bort kolumner som inte behövs."))
    return stream.getvalue()


def read_round(table: Table) -> RoundTable:
    """Return the numbers in a table of one round.

    Raises SurveyRowsError with every fault.
    """
    if is_list(table):
        sentence = _("Det här är en lista med flera omgångar. Läs in den under Importera.")
        raise SurveyRowsError([(HEADINGS_ROW, RowFault("", sentence))])
    return _TableReader().read(table)


class _TableReader(Reader):
    """Reads a table of one round."""

    def read(self, table: Table) -> RoundTable:
        """Return the numbers in a table."""
        self.remarks += table.remarks
        columns = self._columns(table.headings)
        rows = self._rows(table.rows)
        cells = {
            (name, group): Cell(
                row.number,
                table.headings[index],
                row.cells[index],
                is_per_cent(table.headings[index]) and name != ANSWERED,
            )
            for name, row in rows.items()
            for index, group in columns.items()
        }
        numbers = self.numbers(cells)
        self.raise_faults()
        return RoundTable(numbers, self.remarks)

    def _columns(self, headings: list[str]) -> dict[int, Group]:
        """Return the group of each column, by its place."""
        columns: dict[int, Group] = {}
        unknown = []
        for index, heading in enumerate(headings[1:], start=1):
            group = group_of(heading)
            if group is None:
                unknown.append(heading)
            elif group in columns.values():
                self.add_fault(
                    HEADINGS_ROW,
                    heading,
                    _("Det finns två kolumner för %(group)s. Ta bort den ena.")
                    % {"group": group.label},
                )
            else:
                columns[index] = group
        self.remarks += unread_columns(unknown)
        if not columns:
            sentence = _("Rubrikerna ska vara grupperna: Flickor och Pojkar, eller Alla.")
            self.add_fault(HEADINGS_ROW, "", sentence)
        return columns

    def _rows(self, rows: list[TableRow]) -> dict[str, TableRow]:
        """Return the row of those who answered and of each question."""
        rows_by_name: dict[str, TableRow] = {}
        unknown = []
        for row in rows:
            label = row.cells[0]
            name = ANSWERED if is_answered(label) else question_of(label)
            if name is None:
                unknown.append(label or _("rad %(row)s") % {"row": row.number})
            elif name in rows_by_name:
                self.add_fault(
                    row.number,
                    label,
                    _("Rad %(row)s gäller också ”%(label)s”. Ta bort den ena.")
                    % {"row": rows_by_name[name].number, "label": row_label(name)},
                )
            else:
                rows_by_name[name] = row
        self.report_ignored(_("De här raderna läses inte: %(names)s."), unknown)
        if ANSWERED not in rows_by_name:
            sentence = _("Raden ”%(row)s” saknas: hur många som svarade.")
            self.add_fault(HEADINGS_ROW, "", sentence % {"row": row_label(ANSWERED)})
        if not rows_by_name.keys() - {ANSWERED}:
            sentence = _("Ingen rad är en fråga som portalen känner igen. Använd mallen.")
            self.add_fault(HEADINGS_ROW, "", sentence)
        return rows_by_name
