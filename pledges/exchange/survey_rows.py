"""From a spreadsheet's rows to the sums of drug-habit surveys: what they say, and every fault.

Two layouts are read. A *table* is one round, as the form shows it: a row for those who answered and
one for each question, a column for each group. A *list* is several rounds: a row for each group of
each, with the columns of LIST_HEADINGS and one for each question. Rows and columns that aren't
recognised are passed over, and named in the remarks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pledges.exchange.action_rows import RowFault, plain
from pledges.exchange.survey_names import (
    grade_of,
    group_of,
    is_answered,
    is_per_cent,
    question_of,
    school_year_in,
)
from pledges.exchange.tables import Table, TableError, TableRow, read_table
from pledges.models.survey import Grade
from pledges.surveys.sums import ANSWERED, Group, Measure, cell_name, row_label

# The headings of a list, in the template's order; the questions' columns follow.
LIST_HEADINGS = ("Läsår", "Årskurs", "Grupp", "Inbjudna", "Svarade")
_YEAR, _GRADE, _GROUP, _INVITED, _ANSWERED = LIST_HEADINGS
_OTHER_NAMES = {"ak": _GRADE, "kon": _GROUP, "antal elever": _INVITED}
# The row that a spreadsheet shows beside its headings.
_HEADINGS_ROW = 1

_NOT_ASKED = frozenset({"", "-", "–", "—", "−", ".", "..", "...", "…"})
_NUMBER = re.compile(r"([0-9]{1,7})(?:[,.]0{1,2})?")
_PERCENT = re.compile(r"([0-9]{1,3})(?:[,.]([0-9]{1,3}))?%")
MOST_ROUNDS = 100
# A list of so many rounds, with columns of other things besides, is shorter than this.
MOST_TEXT = 400_000


class SurveyRowsError(Exception):
    """Rows that can't be used: `faults` names each by row, with the column's heading."""

    def __init__(self, faults: Iterable[tuple[int, RowFault]]) -> None:
        self.faults = sorted(faults, key=lambda each: each[0])
        super().__init__(_("Tabellen har fel som behöver rättas."))


@dataclass
class ReadTable:
    """The numbers of a round by the names of their cells, and what was reckoned or passed over."""

    cells: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass
class ReadRound:
    """What a list says of a round; `rows` are the numbers of its rows by group."""

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
class ReadList:
    """The rounds of a list, and what was reckoned or passed over."""

    rounds: list[ReadRound]
    remarks: list[str]


def pasted(text: str) -> Table:
    """Return pasted text as a table. Raises TableError."""
    if len([line for line in text.splitlines() if line.strip()]) < 2:
        raise TableError(_("Klistra in hela tabellen: en rad med rubriker, och raderna under den."))
    return read_table(text.encode("utf-8", "replace"))


def as_text(table: Table) -> str:
    """Return a table as text that `pasted` reads again, its rows with the same numbers.

    Raises TableError for one that is far larger than any list of rounds.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(table.headings)
    at = _HEADINGS_ROW
    for row in table.rows:
        stream.write("\n" * (row.number - at - 1))
        writer.writerow(row.cells)
        at = row.number
    if len(stream.getvalue()) > MOST_TEXT:
        raise TableError(_("Filen är för stor. Ta bort kolumner som inte behövs."))
    return stream.getvalue()


def is_list(table: Table) -> bool:
    """Whether a table's headings are those of a list of rounds."""
    return {_YEAR, _GRADE} <= {_list_heading(each) for each in table.headings}


def _list_heading(words: str) -> str | None:
    said = plain(words)
    if is_answered(words):
        return _ANSWERED
    known = {plain(each): each for each in LIST_HEADINGS} | _OTHER_NAMES
    return known.get(said)


def read_round(table: Table) -> ReadTable:
    """Return what a table says of a round. Raises SurveyRowsError with every fault."""
    if is_list(table):
        sentence = _("Det här är en lista med flera omgångar. Läs in den under Importera.")
        raise SurveyRowsError([(_HEADINGS_ROW, RowFault("", sentence))])
    return _TableReader().read(table)


def read_list(table: Table) -> ReadList:
    """Return the rounds of a list. Raises SurveyRowsError with every fault."""
    return _ListReader().read(table)


@dataclass(frozen=True)
class _Cell:
    """A cell with where it stands, and whether its column holds shares."""

    row: int
    heading: str
    text: str
    is_share: bool = False


# By the row of the form's table that a cell belongs to, and its group.
_Cells = Mapping[tuple[str, Group], _Cell]


class _Reader:
    """Reads cells as numbers of pupils, gathering faults and remarks."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, RowFault]] = []
        self.remarks: list[str] = []

    def fault(self, row: int, heading: str, sentence: str) -> None:
        self.faults.append((row, RowFault(heading[:60], sentence)))

    def pass_over(self, sentence: str, names: Iterable[str]) -> None:
        shown = ", ".join(name[:60] for name in names if name.strip())
        if shown:
            self.remarks.append(sentence % {"names": shown})

    def finish(self) -> None:
        if self.faults:
            raise SurveyRowsError(self.faults)

    def numbers(self, cells: _Cells) -> dict[str, int]:
        """Return the numbers of a round by the names of its cells."""
        answered: dict[Group, int] = {}
        for (name, group), cell in cells.items():
            if name == ANSWERED:
                number = self.number(cell)
                if number is not None:
                    answered[group] = number
        found = {cell_name(ANSWERED, group): number for group, number in answered.items()}
        for (name, group), cell in cells.items():
            if name != ANSWERED:
                number = self.number(cell, answered.get(group))
                if number is not None:
                    found[cell_name(name, group)] = number
        return self._without_total(cells, found)

    def number(self, cell: _Cell, of: int | None = None) -> int | None:
        """Return a cell's number, or None when it wasn't asked or is faulty.

        A percentage is turned into the nearest number of the `of` pupils who answered.
        """
        text = "".join(cell.text.split())
        if text in _NOT_ASKED:
            return None
        if cell.is_share and not text.endswith("%") and of is not None:
            text += "%"
        if match := _NUMBER.fullmatch(text):
            return int(match[1])
        if match := _PERCENT.fullmatch(text):
            return self._count_of(cell, match, of)
        self.fault(
            cell.row,
            cell.heading,
            _("”%(text)s” går inte att läsa. Skriv ett heltal, eller procent med %%-tecken.")
            % {"text": cell.text[:20]},
        )
        return None

    def _count_of(self, cell: _Cell, share: re.Match[str], of: int | None) -> int | None:
        thousandths = int(share[1] + (share[2] or "").ljust(3, "0"))
        if of is None:
            self.fault(cell.row, cell.heading, _("Här behövs ett antal elever, inte procent."))
            return None
        if thousandths > 100_000:
            self.fault(cell.row, cell.heading, _("Det kan inte vara mer än 100 %."))
            return None
        count = (2 * thousandths * of + 100_000) // 200_000
        self.remarks.append(
            _("Rad %(row)s, %(heading)s: %(share)s av %(of)s räknas om till %(count)s elever.")
            % {
                "row": cell.row,
                "heading": cell.heading[:60],
                "share": f"{share[0][:-1]} %",
                "of": of,
                "count": count,
            }
        )
        return count

    def _without_total(self, cells: _Cells, found: dict[str, int]) -> dict[str, int]:
        """Take away the numbers of all pupils where genders have their own, once they are seen to
        be the sum: the portal reckons them itself."""
        total = {key: cell for key, cell in cells.items() if key[1] == Group.ALL}
        genders = [group for group in Group if group != Group.ALL]
        if not any(cell_name(ANSWERED, group) in found for group in genders):
            return found
        for (name, _group), cell in total.items():
            stated = found.pop(cell_name(name, Group.ALL), None)
            parts = [found[key] for group in genders if (key := cell_name(name, group)) in found]
            # Shares turned into numbers can be one off for each group.
            leeway = len(parts) if "%" in cell.text or cell.is_share else 0
            if stated is not None and parts and abs(stated - sum(parts)) > leeway:
                self.fault(
                    cell.row,
                    cell.heading,
                    _(
                        "%(stated)s är inte summan av könen, %(sum)s. De som svarat annat eller "
                        "inte uppgett kön behöver ett eget tal."
                    )
                    % {"stated": stated, "sum": sum(parts)},
                )
        if total:
            self.remarks.append(_("Talen för alla räknar portalen fram som summan av könen."))
        return found


class _TableReader(_Reader):
    """Reads a table of one round."""

    def read(self, table: Table) -> ReadTable:
        columns = self._columns(table.headings)
        rows = self._rows(table.rows)
        cells = {
            (name, group): _Cell(
                row.number,
                table.headings[at],
                row.cells[at],
                is_per_cent(table.headings[at]) and name != ANSWERED,
            )
            for name, row in rows.items()
            for at, group in columns.items()
        }
        numbers = self.numbers(cells)
        self.finish()
        return ReadTable(numbers, self.remarks)

    def _columns(self, headings: list[str]) -> dict[int, Group]:
        """Return the group of each column, by its place."""
        found: dict[int, Group] = {}
        unknown = []
        for at, heading in enumerate(headings[1:], start=1):
            group = group_of(heading)
            if group is None:
                unknown.append(heading)
            elif group in found.values():
                self.fault(
                    _HEADINGS_ROW,
                    heading,
                    _("Det finns två kolumner för %(group)s. Ta bort den ena.")
                    % {"group": group.label},
                )
            else:
                found[at] = group
        self.pass_over(_("De här kolumnerna läses inte: %(names)s."), unknown)
        if not found:
            sentence = _("Rubrikerna ska vara grupperna: Flickor och Pojkar, eller Alla.")
            self.fault(_HEADINGS_ROW, "", sentence)
        return found

    def _rows(self, rows: list[TableRow]) -> dict[str, TableRow]:
        """Return the row of those who answered and of each question."""
        found: dict[str, TableRow] = {}
        unknown = []
        for row in rows:
            words = row.cells[0]
            name = ANSWERED if is_answered(words) else question_of(words)
            if name is None:
                unknown.append(words or _("rad %(row)s") % {"row": row.number})
            elif name in found:
                self.fault(
                    row.number,
                    words,
                    _("Rad %(row)s gäller också ”%(label)s”. Ta bort den ena.")
                    % {"row": found[name].number, "label": row_label(name)},
                )
            else:
                found[name] = row
        self.pass_over(_("De här raderna läses inte: %(names)s."), unknown)
        if ANSWERED not in found:
            sentence = _("Raden ”%(row)s” saknas: hur många som svarade.")
            self.fault(_HEADINGS_ROW, "", sentence % {"row": row_label(ANSWERED)})
        if not found.keys() - {ANSWERED}:
            sentence = _("Ingen rad är en fråga som portalen känner igen. Använd mallen.")
            self.fault(_HEADINGS_ROW, "", sentence)
        return found


class _ListReader(_Reader):
    """Reads a list of rounds."""

    def read(self, table: Table) -> ReadList:
        self.headings = table.headings
        self.columns = self._columns()
        self.finish()
        by_round: dict[tuple[int, Grade], list[tuple[Group, TableRow]]] = {}
        for row in table.rows:
            year, grade = self._year(row), self._grade(row)
            group = self._group(row)
            if year is None or grade is None or group is None:
                continue
            rows = by_round.setdefault((year, grade), [])
            if group in {each for each, _row in rows}:
                sentence = _("Omgången har redan en rad för %(group)s.") % {"group": group.label}
                self.fault(row.number, _GROUP, sentence)
            else:
                rows.append((group, row))
        if len(by_round) > MOST_ROUNDS:
            sentence = _("Listan har fler än %(most)s omgångar. Dela upp den.")
            self.fault(_HEADINGS_ROW, "", sentence % {"most": MOST_ROUNDS})
            self.finish()
        rounds = [self._round(*key, rows) for key, rows in by_round.items()]
        self.finish()
        return ReadList([each for each in rounds if each is not None], self.remarks)

    def _columns(self) -> dict[str, int]:
        """Return the place of each heading of the list, and of each question."""
        found: dict[str, int] = {}
        unknown = []
        for at, heading in enumerate(self.headings):
            name = _list_heading(heading) or question_of(heading)
            if name is None:
                unknown.append(heading)
            elif name in found:
                sentence = _("Kolumnen finns två gånger. Ta bort den ena.")
                self.fault(_HEADINGS_ROW, heading, sentence)
            else:
                found[name] = at
        self.pass_over(_("De här kolumnerna läses inte: %(names)s."), unknown)
        for heading in LIST_HEADINGS:
            if heading not in found:
                self.fault(_HEADINGS_ROW, heading, _("Kolumnen saknas. Använd mallen."))
        if not any(measure in found for measure in Measure):
            sentence = _("Ingen kolumn är en fråga som portalen känner igen. Använd mallen.")
            self.fault(_HEADINGS_ROW, "", sentence)
        return found

    def _cell(self, row: TableRow, name: str) -> _Cell:
        at = self.columns[name]
        heading = self.headings[at]
        is_share = is_per_cent(heading) and name not in LIST_HEADINGS
        return _Cell(row.number, heading, row.cells[at], is_share)

    def _year(self, row: TableRow) -> int | None:
        cell = self._cell(row, _YEAR)
        year = school_year_in(cell.text)
        if year is None:
            self.fault(row.number, cell.heading, _("Skriv läsåret så här: 2024/25."))
        return year

    def _grade(self, row: TableRow) -> Grade | None:
        cell = self._cell(row, _GRADE)
        grade = grade_of(cell.text)
        if grade is None:
            self.fault(row.number, cell.heading, _("Skriv ”9” eller ”gy 2”."))
        return grade

    def _group(self, row: TableRow) -> Group | None:
        cell = self._cell(row, _GROUP)
        group = group_of(cell.text) if cell.text else Group.ALL
        if group is None:
            sentence = _("Skriv flickor, pojkar, annat eller alla.")
            self.fault(row.number, cell.heading, sentence)
        return group

    def _round(
        self, year: int, grade: Grade, rows: list[tuple[Group, TableRow]]
    ) -> ReadRound | None:
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
            self.fault(first, _INVITED, _("Fyll i hur många elever som går i årskursen."))
            return None
        if len(invited) > 1:
            sentence = _("Omgångens rader har olika antal elever i årskursen: %(numbers)s.")
            shown = ", ".join(map(str, sorted(invited)))
            self.fault(first, _INVITED, sentence % {"numbers": shown})
            return None
        return ReadRound(
            {group: row.number for group, row in rows}, year, grade, next(iter(invited)), numbers
        )
